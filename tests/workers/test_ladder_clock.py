"""The ladder climbed by real clocks: who is reminded when, who else is told, and each rung once whoever looks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select, update

from service.casefile import load_case
from service.commands.climbing import climb, superiors
from service.commands.commanding import command
from service.counters import CALENDAR, bump
from service.ladders import RUNGS, plant_missing
from service.models import Delivery, Event, RuleValue, Timer
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import REASON, Org, create_organisation, create_plan, set_now
from tests.mailing import connect, ledger, send_due, wait
from tests.smtp_sink import SmtpSink
from workers.clock import clean, fire_due, tick

WIB = ZoneInfo("Asia/Jakarta")
RATER, SUPERIOR, HR = "rater@muara.example", "rater-superior@muara.example", "hr@muara.example"


@pytest.fixture
def org(runut: Runut, smtp_sink: SmtpSink) -> Org:
    connect(runut, smtp_sink)
    return create_organisation(runut)


def live(org: Org, first: date, last: date) -> None:
    """Lets the days pass: the clock looks at six, at ten and at night, the post leaves after seven."""
    for offset in range((last - first).days + 1):
        on = first + timedelta(days=offset)
        for hour in ("06:00:05", "07:00:30", "10:00:00", "22:00:00"):
            set_now(org.runut, f"{on}T{hour}+07:00")
            fire_due(org.runut)
            send_due(org.runut)


def events(org: Org, case: dict[str, Any]) -> list[tuple[str, str]]:
    """What the clock wrote into the case, with the day."""
    with org.runut.database.read() as connection:
        query = select(Event.type, Event.at).where(Event.case_id == case["id"], Event.actor_id.is_(None))
        return [(row.type, f"{row.at.astimezone(WIB):%m-%d}") for row in connection.execute(query.order_by(Event.at))]


def rungs(org: Org, case: dict[str, Any], outcome: str | None = None) -> list[str]:
    """The rungs of the case that ended as `outcome`, or the open ones."""
    with org.runut.database.read() as connection:
        which = Timer.outcome == outcome if outcome else Timer.done_at.is_(None)
        query = select(Timer.kind).where(Timer.case_id == case["id"], Timer.kind.in_(RUNGS), which)
        return list(connection.scalars(query.order_by(Timer.due_at)))


def days(sink: SmtpSink, address: str) -> list[str]:
    """The days on which the person got a summary."""
    mails = [mail for mail in sink.to(address) if "/a/rnt_" not in mail.text]
    return [f"{mail.message['Date'].datetime.astimezone(WIB):%m-%d}" for mail in mails]


def test_a_case_that_nobody_decides_climbs_the_whole_ladder(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")  # on Monday 19 January, due on Monday 26
    live(org, date(2026, 1, 19), date(2026, 2, 3))
    assert events(org, case) == [("case.remind", "01-21"), ("case.remind", "01-26"), ("case.escalate", "01-29")]
    assert days(smtp_sink, RATER) == [
        "01-21", "01-26", "01-27", "01-28", "01-29", "01-30", "02-02", "02-03",
    ]  # working days only, one each
    assert days(smtp_sink, SUPERIOR) == ["01-29"] and days(smtp_sink, HR)[-1] == "02-02"
    assert "Anda diberi tahu sebagai atasan" in smtp_sink.to(SUPERIOR)[-1].text
    assert "dapat Anda alihkan" in smtp_sink.to(HR)[-1].text
    assert "Bila belum diputuskan sampai Kamis, 29 Januari 2026, atasan Anda kami beri tahu" in mail_of(
        smtp_sink, RATER, "01-27"
    )
    told = ledger(org.runut, rule="superior")
    assert [(row.person_id, row.state) for row in told] == [(org.people["rater_superior"], "SUMMED")]
    assert Counter(rungs(org, case, "fired")) == {
        "remind_early": 1, "remind_due": 1, "overdue": 4, "tell_superior": 1, "offer_reroute": 1,
    }
    assert rungs(org, case) == ["overdue"]
    check_log(org.runut)


def mail_of(sink: SmtpSink, address: str, day: str) -> str:
    texts = [m.text for m in sink.to(address) if f"{m.message['Date'].datetime.astimezone(WIB):%m-%d}" == day]
    return " ".join(texts[-1].split())


def test_only_a_first_mail_that_arrived_is_reminded_of(org: Org, smtp_sink: SmtpSink) -> None:
    smtp_sink.refused[RATER] = "550 5.1.1 No such user"
    case = create_plan(org, "in_approval")
    send_due(org.runut)
    smtp_sink.refused.clear()
    live(org, date(2026, 1, 20), date(2026, 1, 28))
    assert not smtp_sink.to(RATER) and events(org, case) == []
    assert ledger(org.runut, rule="reminder") == []
    assert "surel permintaannya tidak sampai" in " ".join(smtp_sink.to(HR)[0].text.split())
    live(org, date(2026, 1, 29), date(2026, 1, 29))
    assert [kind for kind, _ in events(org, case)] == ["case.escalate"]  # the superior hears of it all the same


@pytest.mark.parametrize("state", ["PENDING", "DEAD", "SUPPRESSED", "EXPIRED"])
def test_a_request_that_has_not_left_is_not_reminded_of(org: Org, state: str) -> None:
    case = create_plan(org, "in_approval")
    send_due(org.runut)
    with org.runut.database.write() as connection:
        connection.execute(update(Delivery).where(Delivery.rule == "asked").values(state=state))
    set_now(org.runut, "2026-01-21T06:00:30+07:00")
    fire_due(org.runut)
    assert rungs(org, case, "fired") == ["remind_early"] and events(org, case) == []
    assert {row.person_id for row in ledger(org.runut, rule="undelivered")} == {org.people["hr"], org.people["hr2"]}


def both_tick(org: Org) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tick(org.runut), range(4)))


def test_clocks_at_the_same_time_climb_each_rung_once(org: Org, smtp_sink: SmtpSink) -> None:
    cases = [create_plan(org, "in_approval", label=label) for label in ("employee", "newcomer")]
    send_due(org.runut)
    for on in ("2026-01-21", "2026-01-26", "2026-01-29"):
        set_now(org.runut, f"{on}T06:00:05+07:00")
        both_tick(org)
        both_tick(org)
        set_now(org.runut, f"{on}T07:01:00+07:00")
        send_due(org.runut)
    for case in cases:
        assert [kind for kind, _ in events(org, case)] == ["case.remind", "case.remind", "case.escalate"]
        assert len(rungs(org, case)) == 1
    assert days(smtp_sink, SUPERIOR) == ["01-29"]
    check_log(org.runut)


def test_after_ten_days_without_clocks_each_timer_fires_once_and_one_summary_leaves(
    org: Org, smtp_sink: SmtpSink
) -> None:
    cases = [create_plan(org, "in_approval", label=label) for label in ("employee", "newcomer")]
    send_due(org.runut)
    set_now(org.runut, "2026-01-30T09:00:00+07:00")
    both_tick(org)
    both_tick(org)
    wait(org.runut, timedelta(minutes=11))
    for _ in range(3):
        send_due(org.runut)
        both_tick(org)
    for case in cases:
        assert rungs(org, case, "late") == ["remind_early"] and rungs(org, case, "fired") == []
        assert [kind for kind, _ in events(org, case)] == ["case.escalate"]
    for address in (RATER, SUPERIOR):
        assert days(smtp_sink, address) == ["01-30"]
    assert "2 permintaan menunggu Anda, 2 lewat tenggat" in str(smtp_sink.to(RATER)[-1].message["Subject"])
    assert smtp_sink.to(SUPERIOR)[-1].text.count("SKP-2026-") == 2
    check_log(org.runut)


def test_a_clock_that_dies_with_a_timer_in_its_hands_delays_it_only(org: Org) -> None:
    case = create_plan(org, "in_approval")
    send_due(org.runut)
    set_now(org.runut, "2026-01-21T06:00:05+07:00")
    with org.runut.database.write() as connection:
        until = org.runut.pulse(connection).now + timedelta(seconds=60)
        connection.execute(update(Timer).where(Timer.case_id == case["id"]).values(lease_until=until))
    fire_due(org.runut)
    assert events(org, case) == []
    wait(org.runut, timedelta(seconds=61))
    fire_due(org.runut)
    assert len(events(org, case)) == 1


def test_a_clock_that_was_too_slow_finds_the_rung_climbed(org: Org) -> None:
    case = create_plan(org, "in_approval")
    send_due(org.runut)
    set_now(org.runut, "2026-01-21T06:00:05+07:00")
    mine = Timer.case_id == case["id"], Timer.kind == "remind_early", Timer.done_at.is_(None)
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        connection.execute(update(Timer).where(*mine).values(lease_until=now - timedelta(seconds=1)))
        held = connection.execute(select(*Timer.__table__.columns).where(*mine)).one()
    fire_due(org.runut)  # another clock, which took it over
    assert not climb(org.runut, held)
    assert events(org, case) == [("case.remind", "01-21")] and len(rungs(org, case)) == 1


def test_while_a_case_is_held_its_ladder_waits_and_then_goes_on(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")
    send_due(org.runut)
    command(org.runut, org.actor("hr"), case["id"], "hold", {"reason": REASON}, if_match="any")
    live(org, date(2026, 1, 20), date(2026, 1, 30))
    assert events(org, case) == [] and "21" not in days(smtp_sink, RATER)
    command(org.runut, org.actor("hr"), case["id"], "resume_case", {"reason": REASON}, if_match="any")
    assert rungs(org, case) == ["remind_early"]
    with org.runut.database.read() as connection:
        query = select(Timer.due_at).where(Timer.case_id == case["id"], Timer.done_at.is_(None), Timer.kind.in_(RUNGS))
        assert connection.scalars(query).one() > datetime.fromisoformat("2026-01-30T22:00:00+07:00")


def test_a_later_deadline_has_a_ladder_of_its_own(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")
    live(org, date(2026, 1, 20), date(2026, 1, 27))
    letter = {"reason": REASON, "letter_number": "800/3/2026", "due_on": "2026-02-10"}
    command(org.runut, org.actor("hr"), case["id"], "extend", letter, if_match="any")
    assert rungs(org, case) == ["remind_early"]
    with org.runut.database.read() as connection:
        query = select(Timer.due_at).where(Timer.case_id == case["id"], Timer.done_at.is_(None), Timer.kind.in_(RUNGS))
        due_at = connection.scalars(query).one()
    assert due_at == datetime.fromisoformat("2026-02-05T06:00:00+07:00")


def test_a_decision_ends_the_ladder(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_force")
    live(org, date(2026, 1, 20), date(2026, 2, 3))
    assert events(org, case) == [] and rungs(org, case) == []
    assert not [day for day in days(smtp_sink, RATER) if day > "01-20"]


def test_the_office_may_set_the_rungs(org: Org) -> None:
    with org.runut.database.read() as connection:
        now = org.runut.pulse(connection).now
    given = {
        "key": "reminder.before", "value": 2, "letter_number": "800/1/2026", "confirmed_by": org.people["hr"],
        "confirmed_at": now,
    }
    with org.runut.database.write() as connection:
        connection.execute(insert(RuleValue).values(given))
        bump(connection, CALENDAR)
    case = create_plan(org, "in_approval")
    with org.runut.database.read() as connection:
        due_at = connection.scalars(
            select(Timer.due_at).where(
                Timer.case_id == case["id"], Timer.kind == "remind_early", Timer.done_at.is_(None)
            )
        ).one()
    assert due_at == datetime.fromisoformat("2026-01-22T06:00:00+07:00")


def test_a_case_that_came_without_a_ladder_gets_one_from_now_on(org: Org) -> None:
    case = create_plan(org, "in_approval")
    with org.runut.database.write() as connection:
        connection.execute(delete(Timer).where(Timer.kind.in_(RUNGS)))
    set_now(org.runut, "2026-02-03T09:00:00+07:00")
    clean(org.runut)
    assert rungs(org, case) == ["overdue"]
    with org.runut.database.write() as connection:
        assert plant_missing(connection, org.runut.present(connection)) == 0
    fire_due(org.runut)
    assert events(org, case) == []


@pytest.mark.parametrize(
    ("state", "told"),
    [("draft", ["rater"]), ("in_approval", ["rater_superior"]), ("in_review", ["hr", "hr2"]), ("in_dispute", ["ppk"])],
)
def test_the_superior_of_whoever_is_awaited_is_told(org: Org, state: str, told: list[str]) -> None:
    case = create_plan(org, state)
    with org.runut.database.read() as connection:
        file = load_case(connection, org.runut.present(connection), case["id"])
        assert sorted(superiors(file)) == sorted(org.people[label] for label in told)
        assert file.row["subject_id"] not in superiors(file)


def test_the_ladder_costs_one_timer_at_most(org: Org) -> None:
    case = create_plan(org, "in_approval")
    with org.runut.database.read() as connection:
        query = select(func.count()).where(Timer.case_id == case["id"], Timer.done_at.is_(None))
        assert connection.scalar(query.where(Timer.kind.in_(RUNGS))) == 1

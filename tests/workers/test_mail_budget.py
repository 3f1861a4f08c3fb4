"""At most one mail of news a person and working day, and none of what was kept back is lost."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select, update

from service import budget, outbox
from service.audit.row_invariants import OF_THE_ROWS
from service.commands.commanding import command
from service.ids import new_id
from service.models import Delivery, Event, MailDay, Timer
from service.runut import Runut
from service.telling import LANE_NEWS, delivery, summary_row
from tests.factories import Org, create_organisation, create_plan, set_now
from tests.mailing import connect, ledger, send_due, wait
from tests.smtp_sink import Received, SmtpSink
from workers.mail import deliver
from workers.smtp import MailServer

EMPLOYEE, RATER = "employee@muara.example", "rater@muara.example"
WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def org(runut: Runut, smtp_sink: SmtpSink) -> Org:
    connect(runut, smtp_sink)
    return create_organisation(runut)


def news(org: Org, case: dict[str, Any], label: str = "employee", *, gathered: bool = False) -> str:
    """Adds one row of news about the case; answers its id."""
    with org.runut.database.write() as connection:
        present = org.runut.present(connection)
        newest = select(Event.id).where(Event.case_id == case["id"]).order_by(Event.position.desc()).limit(1)
        event_id = connection.scalar(newest)
        row = delivery(
            dedupe=new_id(), rule="told", person_id=org.people[label], now=present.now, lane=LANE_NEWS,
            case_id=case["id"], event_id=event_id, gathered=gathered, action="approve",
            role="EMPLOYEE" if label == "employee" else "RATER", version=case["version"],
        )
        connection.execute(insert(Delivery).values(row))
        if gathered:
            summary = summary_row(present.calendar, present.now, org.people[label])
            known = select(Delivery.id).where(Delivery.dedupe == summary["dedupe"])
            if connection.execute(known).first() is None:
                connection.execute(insert(Delivery).values(summary))
    return str(row["id"])


def state_of(org: Org, delivery_id: str) -> str:
    return str(ledger(org.runut, id=delivery_id)[0].state)


def told(sink: SmtpSink, address: str = EMPLOYEE) -> list[Received]:
    """News and summaries that arrived, requests left aside."""
    return [mail for mail in sink.to(address) if "/a/rnt_" not in mail.text]


def in_force(org: Org, sink: SmtpSink) -> dict[str, Any]:
    """A plan in force whose employee has heard nothing yet."""
    case = create_plan(org, "in_force")
    with org.runut.database.write() as connection:
        connection.execute(delete(Delivery).where(Delivery.channel == "mail"))
        connection.execute(update(Timer).values(done_at=Timer.due_at, outcome="moot"))
    return case


def test_a_decisions_news_leaves_at_once_and_the_next_one_goes_into_the_next_summary(
    org: Org, smtp_sink: SmtpSink
) -> None:
    case = in_force(org, smtp_sink)
    first = news(org, case)
    send_due(org.runut)
    second, third = news(org, case), news(org, case)
    send_due(org.runut)
    assert [state_of(org, row) for row in (first, second, third)] == ["ACCEPTED", "GATHERED", "GATHERED"]
    assert len(told(smtp_sink)) == 1
    set_now(org.runut, "2026-01-20T06:59:00+07:00")
    send_due(org.runut)
    assert len(told(smtp_sink)) == 1
    wait(org.runut, timedelta(minutes=2))
    send_due(org.runut)
    (summary,) = ledger(org.runut, rule="digest", person_id=org.people["employee"])
    assert summary.state == "ACCEPTED"
    for row in (second, third):
        assert (state_of(org, row), ledger(org.runut, id=row)[0].summary_id) == ("SUMMED", summary.id)
    assert told(smtp_sink)[1].text.count(case["number"]) == 1  # a case is named once
    assert "Runut: 1 kabar untuk Anda" in str(told(smtp_sink)[1].message["Subject"])


def test_news_that_is_no_decision_waits_for_the_summary(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")  # the employee is told that the team passed it on
    send_due(org.runut)
    assert not told(smtp_sink)
    assert [row.state for row in ledger(org.runut, rule="told")] == ["GATHERED"]
    set_now(org.runut, "2026-01-20T07:01:00+07:00")
    send_due(org.runut)
    assert "mereviu dan meneruskan" in told(smtp_sink)[0].text


def test_news_of_a_decision_outlives_the_news_before_it(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_force")
    send_due(org.runut)
    set_now(org.runut, "2026-01-20T07:01:00+07:00")
    send_due(org.runut)
    assert len(told(smtp_sink)) == 1 and "menetapkan" in told(smtp_sink)[0].text
    assert sorted(row.state for row in ledger(org.runut, rule="told", person_id=org.people["employee"])) == [
        "ACCEPTED", "CANCELLED",
    ]


def test_a_closed_days_mail_counts_to_the_next_working_day(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    set_now(org.runut, "2026-01-24T10:00:00+07:00")  # a Saturday
    news(org, case)
    send_due(org.runut)
    set_now(org.runut, "2026-01-26T10:00:00+07:00")
    later = news(org, case)
    send_due(org.runut)
    assert len(told(smtp_sink)) == 1 and state_of(org, later) == "GATHERED"
    set_now(org.runut, "2026-01-27T07:00:30+07:00")
    send_due(org.runut)
    assert len(told(smtp_sink)) == 2


def test_news_makes_way_for_a_summary_or_a_rung_of_the_same_day(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    set_now(org.runut, "2026-01-20T05:00:00+07:00")
    early = news(org, case, gathered=True)
    decision = news(org, case)
    send_due(org.runut)
    assert not told(smtp_sink) and state_of(org, decision) == "GATHERED"
    set_now(org.runut, "2026-01-20T07:00:30+07:00")
    send_due(org.runut)
    assert len(told(smtp_sink)) == 1
    assert {state_of(org, early), state_of(org, decision)} == {"SUMMED"}


def test_a_reminder_of_hr_counts_and_a_request_does_not(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")
    send_due(org.runut)
    assert len(smtp_sink.to(RATER)) == 1
    for _ in range(3):
        command(org.runut, org.actor("hr"), case["id"], "remind", {}, if_match="any")
        send_due(org.runut)
    assert len(smtp_sink.to(RATER)) == 2
    states = [row.state for row in ledger(org.runut, rule="asked", person_id=org.people["rater"])]
    assert states == ["ACCEPTED", "ACCEPTED", "GATHERED", "GATHERED"]


def test_two_workers_that_race_send_one_mail(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    rows = [news(org, case) for _ in range(8)]
    with org.runut.database.statement() as connection:
        lease, leased = outbox.lease(connection, org.runut.pulse(connection).now, limit=100)
    ids = [row.id for row in leased if row.channel == "mail"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda delivery_id: deliver(org.runut, [delivery_id], lease), ids))
    assert len(told(smtp_sink)) == 1
    assert sorted(state_of(org, row) for row in rows) == ["ACCEPTED", *["GATHERED"] * 7]


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the next sending kill its worker before a byte leaves."""
    send = MailServer.send

    def die() -> None:
        def once(*_arguments: Any) -> Any:
            monkeypatch.setattr(MailServer, "send", send)
            raise Killed

        monkeypatch.setattr(MailServer, "send", once)

    return die


@pytest.mark.parametrize("how", ["at once", "summary"])
def test_a_worker_killed_between_the_claim_and_the_sending_loses_and_doubles_nothing(
    org: Org, smtp_sink: SmtpSink, dies: Any, how: str
) -> None:
    case = in_force(org, smtp_sink)
    row = news(org, case, gathered=how == "summary")
    set_now(org.runut, "2026-01-20T07:01:00+07:00")
    dies()
    with pytest.raises(Killed):
        send_due(org.runut)
    assert not told(smtp_sink)
    with org.runut.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(MailDay)) == 1
    later = news(org, case)
    wait(org.runut, timedelta(minutes=2))
    send_due(org.runut)
    wait(org.runut, timedelta(minutes=2))
    send_due(org.runut)
    assert len(told(smtp_sink)) == 1 and case["number"] in told(smtp_sink)[0].text
    assert state_of(org, row) == ("SUMMED" if how == "summary" else "ACCEPTED")
    assert state_of(org, later) == "GATHERED"


def test_a_mail_that_cannot_arrive_gives_the_day_back(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    smtp_sink.refused[EMPLOYEE] = "550 5.1.1 No such user"
    assert news(org, case) and send_due(org.runut)
    smtp_sink.refused.clear()
    second = news(org, case)
    send_due(org.runut)
    assert state_of(org, second) == "ACCEPTED"


def test_a_mail_that_is_tried_again_keeps_its_day(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    smtp_sink.answers.append("451 4.3.0 Try later")
    first = news(org, case)
    send_due(org.runut)
    second = news(org, case)
    send_due(org.runut)
    assert (state_of(org, first), state_of(org, second)) == ("RETRY", "GATHERED")
    wait(org.runut, timedelta(minutes=1))
    send_due(org.runut)
    assert state_of(org, first) == "ACCEPTED" and len(told(smtp_sink)) == 1


def test_ten_days_without_a_mail_server_end_in_one_summary(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    rows = []
    for day in range(19, 30):
        set_now(org.runut, f"2026-01-{day}T10:00:00+07:00")
        rows.append(news(org, case, gathered=True))
    assert len(ledger(org.runut, rule="digest", person_id=org.people["employee"])) > 1
    set_now(org.runut, "2026-01-30T09:00:00+07:00")
    for _ in range(3):
        send_due(org.runut)
    assert len(told(smtp_sink)) == 1
    assert {state_of(org, row) for row in rows} == {"SUMMED"}
    set_now(org.runut, "2026-02-02T09:00:00+07:00")
    send_due(org.runut)
    assert len(told(smtp_sink)) == 1


def test_a_summary_leaves_in_office_hours_only(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    news(org, case, gathered=True)
    set_now(org.runut, "2026-01-20T22:00:00+07:00")  # the worker was away all day
    send_due(org.runut)
    assert not told(smtp_sink)
    set_now(org.runut, "2026-01-21T07:01:00+07:00")
    send_due(org.runut)
    assert len(told(smtp_sink)) == 1


def test_news_that_lost_its_summary_gets_another_one(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    row = news(org, case, gathered=True)
    with org.runut.database.write() as connection:
        connection.execute(update(Delivery).where(Delivery.rule == "digest").values(state="DEAD"))
    assert any("nobody asked for" in breach for breach in breaches(org.runut, 7))
    set_now(org.runut, "2026-01-20T09:00:00+07:00")
    with org.runut.database.write() as connection:
        assert budget.rescue(connection, org.runut.present(connection)) == 1
    set_now(org.runut, "2026-01-21T07:01:00+07:00")
    send_due(org.runut)
    assert state_of(org, row) == "SUMMED"


def breaches(runut: Runut, number: int) -> list[str]:
    (check,) = (check for check in OF_THE_ROWS if check.number == number)
    with runut.database.read() as connection:
        return check.ask(connection, runut.present(connection))[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_in_weeks_of_chance_nobody_gets_two_mails_a_working_day_and_nothing_is_lost(
    org: Org, smtp_sink: SmtpSink, seed: int
) -> None:
    case, chance = in_force(org, smtp_sink), random.Random(seed)
    now = datetime(2026, 2, 12, 8, tzinfo=WIB)
    rows, days = list[str](), list[tuple[str, Any]]()
    for _ in range(60):
        now += timedelta(minutes=chance.randrange(20, 900))
        set_now(org.runut, now.isoformat())
        for _ in range(chance.randrange(3)):
            label = chance.choice(["employee", "rater"])
            rows.append(news(org, case, label, gathered=chance.random() < 0.5))
        if chance.random() < 0.2:
            smtp_sink.answers.append("451 4.3.0 Try later")
        before = len(smtp_sink.mails)
        send_due(org.runut)
        with org.runut.database.read() as connection:
            on = org.runut.present(connection).calendar.next_working_day(now.date())
        days += [(mail.recipient, on) for mail in smtp_sink.mails[before:]]
    assert len(days) == len(set(days)) > 5
    smtp_sink.answers.clear()
    for _ in range(4):
        now = (now + timedelta(days=1)).replace(hour=9)
        set_now(org.runut, now.isoformat())
        send_due(org.runut)
    ended = {row: ledger(org.runut, id=row)[0] for row in rows}
    summaries = {row.id: row.state for row in ledger(org.runut, rule="digest")}
    for row in ended.values():
        assert row.state in ("ACCEPTED", "SUMMED", "CANCELLED"), row
        assert row.state != "SUMMED" or summaries[row.summary_id] == "ACCEPTED"
        assert row.state != "CANCELLED" or row.answer == "newer news of the case has left"
    assert breaches(org.runut, 30) == []


def test_a_mail_that_left_without_its_day_is_found(org: Org, smtp_sink: SmtpSink) -> None:
    case = in_force(org, smtp_sink)
    row = news(org, case)
    send_due(org.runut)
    assert breaches(org.runut, 30) == []
    other = news(org, case)
    with org.runut.database.write() as connection:
        connection.execute(
            update(Delivery).where(Delivery.id == other).values(state="ACCEPTED", done_at=Delivery.created_at)
        )
    assert [other in breach for breach in breaches(org.runut, 30)] == [True]
    assert row


def test_a_summary_row_is_one_a_day(org: Org) -> None:
    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
    rows = {summary_row(present.calendar, present.now, "x")["dedupe"] for _ in range(3)}
    assert rows == {"digest 2026-01-20 x"}

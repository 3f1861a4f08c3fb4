import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from service import counters, links
from service.commands.acting import act
from service.models import ActionLink, Delivery, Person
from service.models.authority import Appointment
from service.runut import Runut
from tests.factories import REASON, Org, appoint_plh, create_organisation, create_plan, set_now
from tests.mailing import connect, ledger, send_due, wait
from tests.smtp_sink import HANG_UP, Received, SmtpSink
from workers.mail import deliver

RATER = "rater@muara.example"


@pytest.fixture
def org(runut: Runut, smtp_sink: SmtpSink) -> Org:
    connect(runut, smtp_sink)
    return create_organisation(runut)


def asked(org: Org) -> list[str]:
    """States of the requests to the rater, oldest first."""
    return [row.state for row in ledger(org.runut, rule="asked", person_id=org.people["rater"])]


def handle_in(mail: Received) -> str:
    found = re.search(r"/a/(rnt_[\w-]+)", mail.text)
    assert found is not None
    return found[1]


def test_a_request_is_accepted_with_the_servers_answer(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    send_due(org.runut)
    (row,) = ledger(org.runut, rule="asked")
    assert (row.state, row.answer, row.attempts, row.lease_until) == ("ACCEPTED", "250 OK", 1, None)
    assert len(smtp_sink.to(RATER)) == 1


def test_the_link_opens_that_version_of_that_case_for_that_person(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")
    send_due(org.runut)
    handle = handle_in(smtp_sink.to(RATER)[0])
    with org.runut.database.read() as connection:
        link = links.find(connection, org.runut.settings.link_pepper, handle)
    assert link is not None
    assert link.row["case_id"] == case["id"] and link.row["case_version"] == case["version"]
    assert link.row["document_sha256"] == case["document_sha256"]
    assert link.row["person_id"] == org.people["rater"] and link.row["role"] == "RATER"
    assert link.row["actions"] == ["approve", "return"]


def test_the_database_never_holds_the_handle(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    send_due(org.runut)
    handle = handle_in(smtp_sink.to(RATER)[0])
    with org.runut.database.read() as connection:
        rows = [*connection.execute(select(ActionLink.__table__)), *connection.execute(select(Delivery.__table__))]
    assert handle not in repr(rows)


def test_every_mail_of_a_batch_carries_the_link_of_its_own_recipient(org: Org, smtp_sink: SmtpSink) -> None:
    appoint_plh(org)
    create_plan(org, "in_approval")
    create_plan(org, "in_dispute", label="newcomer")
    send_due(org.runut)
    requests = [mail for mail in smtp_sink.mails if "/a/rnt_" in mail.text]
    assert len(requests) == 3
    with org.runut.database.read() as connection:
        people = {row.id: row.email for row in connection.execute(select(Person.id, Person.email))}
        for mail in requests:
            link = links.find(connection, org.runut.settings.link_pepper, handle_in(mail))
            assert link is not None and people[link.row["person_id"]] == mail.recipient
            assert link.row["delivery_id"] == mail.message["X-Runut-Delivery"]


def test_a_doorbell_rung_three_times_sends_one_mail(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    send_due(org.runut, doorbells=3)
    assert len(smtp_sink.to(RATER)) == 1


def test_a_greylisted_mail_comes_again_as_the_same_message(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    smtp_sink.answers.append("451 4.7.1 Greylisted")
    send_due(org.runut)
    assert asked(org) == ["RETRY"] and smtp_sink.mails == []
    wait(org.runut, timedelta(minutes=1))
    send_due(org.runut)
    assert asked(org) == ["ACCEPTED"]


def test_an_unclear_end_is_sent_again_with_the_same_message_id_and_both_links_work(
    org: Org, smtp_sink: SmtpSink
) -> None:
    create_plan(org, "in_approval")
    smtp_sink.answers.extend([HANG_UP] * 5)
    send_due(org.runut)
    wait(org.runut, timedelta(minutes=1))
    smtp_sink.answers.clear()
    send_due(org.runut)
    twice = [mail for mail in smtp_sink.to(RATER) if "/a/rnt_" in mail.text]
    assert len(twice) == 2 and len({mail.message["Message-ID"] for mail in twice}) == 1
    with org.runut.database.read() as connection:
        now = org.runut.pulse(connection).now
        for mail in twice:
            link = links.find(connection, org.runut.settings.link_pepper, handle_in(mail))
            assert link is not None and link.is_alive(now, link.row["epoch"])


def test_a_refused_recipient_bounces_alone_and_his_link_dies(org: Org, smtp_sink: SmtpSink) -> None:
    smtp_sink.refused[RATER] = f"550 5.1.1 <{RATER}>: no such user"
    create_plan(org, "in_approval")
    create_plan(org, "in_dispute", label="newcomer")
    send_due(org.runut)
    row = ledger(org.runut, rule="asked", person_id=org.people["rater"])[0]
    assert (row.state, row.answer) == ("BOUNCED", "550 5.1.1 <address> no such user")
    superior = ledger(org.runut, rule="asked", person_id=org.people["rater_superior"])
    assert [other.state for other in superior] == ["ACCEPTED"]
    with org.runut.database.read() as connection:
        links_of = select(ActionLink.dead_because).where(ActionLink.person_id == org.people["rater"])
        assert connection.scalars(links_of).all() == ["bounced"]


def test_a_recipient_refused_for_now_is_tried_again(org: Org, smtp_sink: SmtpSink) -> None:
    smtp_sink.refused[RATER] = "452 4.2.2 mailbox full"
    create_plan(org, "in_approval")
    send_due(org.runut)
    assert asked(org) == ["RETRY"]
    smtp_sink.refused.clear()
    wait(org.runut, timedelta(minutes=1))
    send_due(org.runut)
    assert asked(org) == ["ACCEPTED"]


def test_a_refused_message_is_no_bounce(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    smtp_sink.answers.extend(["554 5.6.0 content refused"] * 9)
    send_due(org.runut)
    assert asked(org) == ["REFUSED"]


def test_a_mail_server_that_is_away_costs_time_only(org: Org, smtp_sink: SmtpSink) -> None:
    sink = org.runut.settings.smtp_url
    org.runut.settings = replace(org.runut.settings, smtp_url="smtp://127.0.0.1:9")
    create_plan(org, "in_approval")
    send_due(org.runut)
    assert {row.state for row in ledger(org.runut) if row.attempts} == {"RETRY"}
    org.runut.settings = replace(org.runut.settings, smtp_url=sink)
    wait(org.runut, timedelta(minutes=1))
    send_due(org.runut)
    assert asked(org) == ["ACCEPTED"]


def test_a_request_that_the_case_outran_is_cancelled(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")
    act(org.runut, org.actor("rater"), case["id"], "return", {"reason": REASON}, if_match="any")
    send_due(org.runut)
    assert asked(org) == ["CANCELLED"]
    assert not smtp_sink.to(RATER)


def test_a_request_to_somebody_who_lost_the_role_is_cancelled(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    with org.runut.database.write() as connection:
        connection.execute(
            update(Appointment).where(Appointment.person_id == org.people["rater"]).values(ends_on=date(2026, 1, 18))
        )
        counters.bump(connection, counters.ORGANISATION)
    send_due(org.runut)
    assert asked(org) == ["CANCELLED"]


def test_no_mail_goes_to_a_locked_account(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_force")
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        connection.execute(update(Person).where(Person.id == org.people["employee"]).values(locked_at=now))
        counters.bump(connection, counters.ORGANISATION)
    send_due(org.runut)
    set_now(org.runut, "2026-01-20T07:01:00+07:00")
    send_due(org.runut)
    assert not smtp_sink.to("employee@muara.example")
    assert {row.state for row in ledger(org.runut, person_id=org.people["employee"])} == {"CANCELLED"}


def test_a_mail_goes_to_the_address_stored_when_it_is_sent(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    with org.runut.database.write() as connection:
        connection.execute(update(Person).where(Person.id == org.people["rater"]).values(email="baru@muara.example"))
        counters.bump(connection, counters.ORGANISATION)
    send_due(org.runut)
    assert not smtp_sink.to(RATER) and smtp_sink.to("baru@muara.example")


def test_a_rule_without_a_mail_is_dead_and_stops_nothing(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    with org.runut.database.write() as connection:
        connection.execute(
            update(Delivery).where(Delivery.rule == "told").values(rule="unheard-of", state="PENDING")
        )
    send_due(org.runut)
    assert [row.state for row in ledger(org.runut, rule="unheard-of")] == ["DEAD"]
    assert asked(org) == ["ACCEPTED"]


def test_an_empty_queue_needs_no_digest(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_review")
    org.act("perf_team", case, "endorse")
    wait(org.runut, timedelta(days=1))
    send_due(org.runut)
    teams = ledger(org.runut, rule="digest", person_id=org.people["perf_team"])
    assert [row.state for row in teams] == ["CANCELLED"]


def test_a_doorbell_for_nothing_does_nothing(org: Org, smtp_sink: SmtpSink) -> None:
    with org.runut.database.read() as connection:
        now = org.runut.pulse(connection).now
    deliver(org.runut, ["01a20bef-ccd4-7250-b56d-a234bfadb83e"], now)
    assert smtp_sink.mails == []

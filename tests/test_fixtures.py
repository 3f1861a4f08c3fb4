"""What the other tests stand on: databases, servers, the clock, the regency."""

import smtplib
import socket
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from kombu import Connection

from service.authority import Organisation
from service.errors import NotFound
from service.runut import Runut
from service.schema import is_current
from tests.collection import Collected, collected
from tests.factories import Org, api, appoint_plh, create_organisation, create_plan, set_now
from tests.smtp_sink import HANG_UP, SmtpSink
from workflows import get

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Where tests may ask for PostgreSQL alone: processes and servers that die and come back.
MAY_NEED_POSTGRESQL = ("tests/chaos/", "tests/workers/", "tests/journeys/test_processes", "tests/test_fixtures.py")


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


@pytest.fixture(scope="module")
def all_tests() -> list[Collected]:
    return collected()


@pytest.mark.slow
def test_every_test_of_the_service_runs_on_both_databases(all_tests: list[Collected]) -> None:
    databases = defaultdict(set)
    for test in all_tests:
        if "database_url" in test.fixtures:
            databases[test.name].add(test.database)
    assert [name for name, found in databases.items() if found != {"sqlite", "postgresql"}] == []
    assert len(databases) > 10


@pytest.mark.slow
def test_only_tests_of_several_processes_ask_for_one_database(all_tests: list[Collected]) -> None:
    one_sided = {"sqlite_database", "postgresql_database", "postgresql_url"}
    found = [t.name for t in all_tests if one_sided & set(t.fixtures) and not t.file.startswith(MAY_NEED_POSTGRESQL)]
    assert found == []


def test_a_service_starts_on_an_empty_database_with_the_newest_schema(runut: Runut) -> None:
    assert is_current(runut.database)
    with runut.database.read() as connection:
        assert runut.present(connection).organisation.people == {}


def test_the_services_of_a_test_run_on_the_database_it_names(runut: Runut, request: pytest.FixtureRequest) -> None:
    assert runut.database.is_postgresql == ("postgresql" in request.node.name)


def test_postgresql_alone_can_be_asked_for(runut_postgresql: Runut) -> None:
    assert runut_postgresql.database.is_postgresql
    assert is_current(runut_postgresql.database)


def test_the_story_begins_on_monday_morning_and_time_goes_on(org: Org) -> None:
    with org.runut.database.read() as connection:
        first, second = (org.runut.pulse(connection).now for _ in range(2))
    assert first.isoformat() >= "2026-01-19T02:00:00"
    assert first <= second
    set_now(org.runut, "2026-02-09T10:00:00+07:00")
    with org.runut.database.read() as connection:
        assert org.runut.pulse(connection).now.isoformat().startswith("2026-02-09T03:00:0")


def test_everybody_stands_where_the_labels_say(org: Org) -> None:
    organisation, kesmas = _organisation(org), org.units["kesmas"]
    people, positions = org.people, org.positions
    on = organisation.date_of(_now(org))
    assert organisation.rater_position_for(people["employee"], positions["nutritionist"], on) == positions["kabid"]
    assert organisation.superior_position_for(positions["kabid"], on) == positions["kadis"]
    assert set(organisation.team_of(kesmas, on)) == {people["perf_team"], people["perf_team2"]}
    assert set(organisation.granted("hr", on)) == {people["hr"], people["hr2"]}
    assert organisation.person(people["ppk"]).political
    assert organisation.acting(positions["kabid"], on)[0].person_id == people["rater"]


def test_the_plh_acts_once_appointed(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    with pytest.raises(NotFound):
        org.act("plh", plan, "approve")
    appoint_plh(org)
    assert org.act("plh", plan, "approve")["case"]["state"] == "in_force"


@pytest.mark.parametrize("state", [state.name for state in get("work_plan").states])
def test_a_plan_can_be_walked_to_every_state(org: Org, state: str) -> None:
    assert create_plan(org, state)["state"] == state


def test_a_text_can_be_saved_as_the_example_says(org: Org) -> None:
    plan = create_plan(org)
    assert org.save("employee", plan, org.example("employee"))["case"]["version"] == plan["version"] + 1


def test_the_api_knows_its_caller(org: Org) -> None:
    answer = api(org, "employee").get("/me")
    assert answer.status_code == 200
    assert org.people["employee"] in answer.text


def test_the_sink_keeps_what_it_accepts(smtp_sink: SmtpSink) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.sendmail("runut@example.test", ["sari@example.test"], b"Subject: Halo\r\n\r\nIsi surat.\r\n")
    (mail,) = smtp_sink.wait_for(1)
    assert mail.message["Subject"] == "Halo"
    assert mail.text.strip() == "Isi surat."
    assert smtp_sink.to("sari@example.test") == [mail]


def test_the_sink_fails_as_told(smtp_sink: SmtpSink) -> None:
    smtp_sink.refused["gone@example.test"] = "550 5.1.1 No such user"
    smtp_sink.answers.extend(["451 4.3.0 Try later", HANG_UP])
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("runut@example.test", ["gone@example.test"], b"\r\n")
        with pytest.raises(smtplib.SMTPDataError):
            client.sendmail("runut@example.test", ["sari@example.test"], b"\r\n")
        assert smtp_sink.mails == []
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.sendmail("runut@example.test", ["sari@example.test"], b"\r\n")
    assert len(smtp_sink.mails) == 1


def test_rabbitmq_takes_and_gives_a_message(rabbitmq_url: str) -> None:
    with Connection(rabbitmq_url) as connection:
        queue = connection.SimpleQueue("runut.test", queue_opts={"auto_delete": True})
        queue.put("halo")
        assert queue.get(timeout=5).payload == "halo"
        queue.close()


def test_the_browser_shows_a_page(chromium: "Browser") -> None:
    page = chromium.new_page()
    page.set_content("<h1>Halo</h1>")
    assert page.inner_text("h1") == "Halo"
    page.close()


def test_nothing_reaches_the_world_outside() -> None:
    with pytest.raises(ConnectionRefusedError, match="this machine"):
        socket.create_connection(("example.com", 80), timeout=1)
    with pytest.raises(ConnectionRefusedError), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


def _organisation(org: Org) -> Organisation:
    with org.runut.database.read() as connection:
        return org.runut.present(connection).organisation


def _now(org: Org) -> datetime:
    with org.runut.database.read() as connection:
        return org.runut.pulse(connection).now

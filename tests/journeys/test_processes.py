"""A plan's whole way through the processes that an operator starts: two of each, on real servers.

Everything is asked for over HTTP; the database is looked at only afterwards, to count.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Queue
from sqlalchemy import select

from config.celery import EVENTS_EXCHANGE
from config.settings import from_environment
from service.models import Event
from service.runut import Runut
from tests import databases
from tests.afterwards import check_mails, rows, settle
from tests.crowd import apis
from tests.factories import create_organisation, create_plan
from tests.fleet import Fleet, until
from tests.post_office import address, link_in
from tests.servers import free_ports
from tests.smtp_sink import SmtpSink
from tests.wire import Passerby, Wire

PROCESSES = ("web", "worker", "beat", "relay")
QUICK_S = 5
"""How soon a person's mail has to be there; usually it takes some tenths of a second."""


@pytest.fixture
def empty_postgresql(postgresql_url: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it."""
    with databases.postgresql_copy(postgresql_url, "template0") as url:
        yield url


@contextmanager
def subscriber(rabbitmq_url: str) -> Iterator[Any]:
    """A queue of another system's that hears every event."""
    with Connection(rabbitmq_url) as connection:
        queue = Queue("", EVENTS_EXCHANGE, routing_key="#", exclusive=True)(connection.channel())
        queue.declare()
        yield queue


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_a_plan_comes_into_force_through_two_of_every_process(
    environ: dict[str, str], empty_postgresql: str, rabbitmq_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    ports = free_ports(2)
    env = {
        **environ,
        "RUNUT_DATABASE_URL": empty_postgresql,
        "RUNUT_BROKER_URL": rabbitmq_url,
        "RUNUT_SMTP_URL": smtp_sink.url,
        "RUNUT_BASE_URL": f"http://127.0.0.1:{ports[0]}",
    }
    runut = Runut.start(from_environment(env))
    with Fleet(tmp_path, env) as fleet, subscriber(rabbitmq_url) as heard:
        upgraded = fleet.call("db", "upgrade")
        assert upgraded.returncode == 0, upgraded.stderr
        org = create_organisation(runut)
        started = [fleet.start("web", "--workers", "1", RUNUT_PORT=str(port)) for port in ports]
        started += [fleet.start(name) for name in PROCESSES[1:] for _ in range(2)]
        for process in started:
            process.ready()

        first = Wire(ports[0], f"127.0.0.1:{ports[0]}")
        people = apis(org, first, ["newcomer", "perf_team"])
        newcomer, team = people["newcomer"], people["perf_team"]
        case = newcomer.post("/cases", {"workflow": "work_plan"}).json
        document = newcomer.get("/workflows/work_plan/example").json["document"]
        saved = newcomer.put(f"/cases/{case['id']}/document", document, if_match=str(case["version"]))
        assert saved.status_code == 200, saved.data
        sent = newcomer.post(f"/cases/{case['id']}/actions/submit", if_match=str(saved.json["version"]))
        assert sent.status_code == 200, sent.data
        version = str(sent.json["case"]["version"])
        endorsed = team.post(f"/cases/{case['id']}/actions/endorse", if_match=version)
        assert endorsed.status_code == 200, endorsed.data

        rater, author = address(org, "rater"), address(org, "newcomer")
        (request,) = until(lambda: smtp_sink.to(rater), QUICK_S, lambda: smtp_sink.mails)
        browser = Passerby(Wire(ports[0], f"127.0.0.1:{ports[0]}"))
        assert browser.follow(link_in(request)).status_code == 200
        assert browser.press_open().status_code == 200
        assert "Budi Umpama" in browser.text
        browser.client = browser.client.at(ports[1])
        assert browser.decide("approve").status_code == 200, browser.text
        until(lambda: [m for m in smtp_sink.to(author) if "menetapkan rencana kerja" in m.text], QUICK_S,
              lambda: [mail.text for mail in smtp_sink.to(author)])
        assert newcomer.get(f"/cases/{case['id']}").json["state"] == "in_force"

        settle(runut, 10)
        assert len(smtp_sink.to(rater)) == 1
        assert check_mails(runut, smtp_sink.mails) == 0
        assert {row.state for row in rows(runut) if row.rule not in ("digest", "told")} == {"ACCEPTED"}
        assert {row.state for row in rows(runut) if row.rule == "told"} == {"ACCEPTED", "GATHERED"}
        check_events(runut, heard, case["number"])
        for command in (("audit", "verify"), ("fsck",)):
            proof = fleet.call(*command)
            assert proof.returncode == 0, proof.stdout + proof.stderr
        for process in started:
            process.terminate()
        assert [(process.name, process.wait()) for process in started if process.wait() != 0] == []
    runut.database.close()


def asked_rater(runut: Runut, port: int, sink: SmtpSink) -> None:
    """A plan is endorsed over HTTP; the rater's one mail comes."""
    org = create_organisation(runut)
    case = create_plan(org, "in_review")
    team = apis(org, Wire(port, f"127.0.0.1:{port}"), ["perf_team"])["perf_team"]
    endorsed = team.post(f"/cases/{case['id']}/actions/endorse", if_match=str(case["version"]))
    assert endorsed.status_code == 200, endorsed.data
    rater = address(org, "rater")
    (request,) = until(lambda: sink.to(rater), QUICK_S, lambda: sink.mails)
    assert link_in(request)


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_redis_can_be_the_doorbell_too(
    environ: dict[str, str], postgresql_database: str, redis_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    env = {
        **environ, "RUNUT_DATABASE_URL": postgresql_database, "RUNUT_BROKER_URL": redis_url,
        "RUNUT_SMTP_URL": smtp_sink.url, "RUNUT_PORT": str(port),
    }
    runut = Runut.start(from_environment(env))
    with Fleet(tmp_path, env) as fleet:
        for process in [fleet.start(name) for name in PROCESSES]:
            process.ready()
        asked_rater(runut, port, smtp_sink)
    runut.database.close()


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_one_process_on_postgresql_is_a_whole_production(
    environ: dict[str, str], postgresql_database: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    production = {
        "RUNUT_ENV": "production", "RUNUT_DATABASE_URL": postgresql_database, "RUNUT_BROKER_URL": "memory://",
        "RUNUT_SMTP_URL": smtp_sink.url, "RUNUT_PORT": str(port), "RUNUT_BASE_URL": "https://kinerja.contoh.example",
        "RUNUT_MAIL_FROM": "runut@contoh.example", "RUNUT_HELP_CONTACT": "BKPSDM",
    }
    runut = Runut.start(from_environment({**environ, **production}))
    with Fleet(tmp_path, {**environ, **production}) as fleet:
        fleet.start("up").ready()
        asked_rater(runut, port, smtp_sink)
        (mail, *_) = smtp_sink.mails
        assert "https://kinerja.contoh.example/" in mail.text
    runut.database.close()


def check_events(runut: Runut, heard: Any, number: str) -> None:
    """Every event of the log was heard by a subscriber under its type, as a CloudEvent."""
    messages = list(iter(lambda: heard.get(no_ack=True), None))
    with runut.database.read() as connection:
        logged = {row.id: row.type for row in connection.execute(select(Event.id, Event.type))}
    bodies = [json.loads(message.body) for message in messages]
    assert {body["id"]: body["type"] for body in bodies} == logged
    assert {(body["specversion"], body["subject"]) for body in bodies} == {("1.0", number)}
    assert [message.delivery_info["routing_key"] for message in messages] == [body["type"] for body in bodies]
    assert {message.content_type for message in messages} == {"application/cloudevents+json"}
    assert len(logged) == 5  # open, save, submit, endorse, approve


def refusals(directory: Path, env: dict[str, str], *processes: str) -> dict[str, list[str]]:
    """What each process says, started in this environment, before it ends with an error, as lines."""
    with Fleet(directory, env) as fleet:
        started = {name: fleet.start(name, name=name) for name in processes}
        codes = {name: process.wait(30) for name, process in started.items()}
        said = {name: process.said() for name, process in started.items()}
    assert all(code != 0 for code in codes.values()), codes
    assert not [name for name, words in said.items() if "Traceback" in words], said
    return {name: words.splitlines() for name, words in said.items()}


@pytest.mark.slow
def test_a_production_process_refuses_what_only_one_process_can_use(environ: dict[str, str], tmp_path: Path) -> None:
    for name, (first, *sentences) in refusals(tmp_path, environ, *PROCESSES).items():
        assert first == f"runut {name} cannot start:"
        assert "RUNUT_DATABASE_URL" in sentences[0] and "runut up" in sentences[0]
        assert any("RUNUT_BROKER_URL" in sentence for sentence in sentences) is (name != "web")


@pytest.mark.slow
def test_a_process_that_needs_a_broker_refuses_one_inside_a_process(
    environ: dict[str, str], postgresql_database: str, tmp_path: Path
) -> None:
    env = {**environ, "RUNUT_DATABASE_URL": postgresql_database, "RUNUT_SMTP_URL": "smtp://127.0.0.1:9"}
    for _first, sentence in refusals(tmp_path, env, *PROCESSES[1:]).values():
        assert "RUNUT_BROKER_URL" in sentence


@pytest.mark.slow
def test_wrong_settings_are_all_named_in_one_message(environ: dict[str, str], tmp_path: Path) -> None:
    wrong = {
        "RUNUT_PORT": "no number",
        "RUNUT_DATABASE_URL": "mysql://somewhere/runut",
        "RUNUT_BROKER_URL": "carrier-pigeon://",
        "RUNUT_SMTP_URL": "http://mail",
        "RUNUT_TIMEZONE": "Asia/Muara",
    }
    for _first, *problems in refusals(tmp_path, {**environ, **wrong}, *PROCESSES, "up").values():
        assert [problem.split()[1].rstrip(":") for problem in problems] == [*wrong]


@pytest.mark.slow
def test_a_process_without_its_database_or_schema_says_so(
    environ: dict[str, str], empty_postgresql: str, tmp_path: Path
) -> None:
    env = {**environ, "RUNUT_BROKER_URL": "amqp://127.0.0.1:9//", "RUNUT_SMTP_URL": "smtp://127.0.0.1:9"}
    for _first, sentence in refusals(
        tmp_path, {**env, "RUNUT_DATABASE_URL": empty_postgresql}, *PROCESSES
    ).values():
        assert "runut db upgrade" in sentence
    for _first, sentence in refusals(
        tmp_path, {**env, "RUNUT_DATABASE_URL": "postgresql://127.0.0.1:9/runut"}, *PROCESSES
    ).values():
        assert "database does not answer" in sentence


@pytest.mark.slow
def test_a_port_that_is_taken_ends_a_web_process_with_the_reason(
    environ: dict[str, str], postgresql_database: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    env = {**environ, "RUNUT_DATABASE_URL": postgresql_database, "RUNUT_PORT": str(smtp_sink.port)}
    (_first, sentence) = refusals(tmp_path, env, "web")["web"]
    assert str(smtp_sink.port) in sentence and "RUNUT_PORT" in sentence

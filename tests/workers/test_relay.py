import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery.worker import state
from kombu import Connection, Queue
from sqlalchemy import insert

from config.celery import CODES, EVENTS, EVENTS_EXCHANGE, MAIL
from service import outbox
from service.ids import new_id
from service.models import Delivery, OneTimeCode
from service.outbox import Leased
from service.runut import Runut
from service.telling import LANE_CODES, LANE_NEWS, delivery
from service.wake import Notifier
from tests.factories import Org, create_organisation, create_plan
from tests.mailing import connect, ledger
from tests.smtp_sink import SmtpSink
from workers import relay as relays
from workers.app import create_celery
from workers.beat import Beat
from workers.broker import BrokerAway, Publisher
from workers.mail import deliver
from workers.processes import celery_worker
from workers.publishing import publish
from workers.relay import Listening, Relay, Signal, Watching

RATER = "rater@muara.example"


@contextmanager
def running(target: Callable[[], object], stop: Callable[[], object]) -> Iterator[None]:
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def working(runut: Runut) -> Iterator[None]:
    """Worker, beat and relay in this process, as `runut up` has them."""
    state.should_stop = None
    app, stop, consuming, event = create_celery(runut), threading.Event(), threading.Event(), threading.Event()
    heard: Signal = Listening(runut.database) if runut.database.is_postgresql else Watching(runut.database, event)
    runut.wake = Notifier(runut.database.url) if runut.database.is_postgresql else event.set
    worker = celery_worker(app, 2, consuming.set)
    with ExitStack() as stack:
        if isinstance(runut.wake, Notifier):
            stack.callback(runut.wake.close)
        stack.enter_context(running(worker.start, worker.stop))
        assert consuming.wait(20)
        stack.enter_context(running(lambda: Beat(app).run(stop), stop.set))
        stack.enter_context(running(lambda: Relay(runut, app, heard).run(stop), stop.set))
        yield


def settle(runut: Runut, timeout_s: float = 15) -> None:
    """Waits until nothing that is due now is on its way any more."""
    deadline = time.monotonic() + timeout_s
    while True:
        with runut.database.read() as connection:
            now = runut.pulse(connection).now
            if outbox.oldest_due(connection, now) is None and not outbox.in_flight(connection, now):
                return
        assert time.monotonic() < deadline, outbox.status
        time.sleep(0.02)


@pytest.fixture
def org(runut: Runut, smtp_sink: SmtpSink) -> Org:
    connect(runut, smtp_sink)
    return create_organisation(runut)


def test_a_commit_becomes_a_mail_in_one_process(org: Org, smtp_sink: SmtpSink) -> None:
    with working(org.runut):
        create_plan(org, "in_approval")
        smtp_sink.wait_for(1)
        settle(org.runut)
    assert len(smtp_sink.to(RATER)) == 1
    assert {row.state for row in ledger(org.runut, rule="asked")} == {"ACCEPTED"}


def test_two_relays_ring_once_for_each_row_over_rabbitmq(
    runut_postgresql: Runut, rabbitmq_url: str, smtp_sink: SmtpSink
) -> None:
    runut = runut_postgresql
    connect(runut, smtp_sink, broker_url=rabbitmq_url)
    org = create_organisation(runut)
    for label in ("employee", "newcomer", "peer"):
        create_plan(org, "in_force", label=label)
    relays = [Relay(runut, create_celery(runut), Listening(runut.database)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        rung = sum(pool.map(Relay.round, relays))
    for relay in relays:
        relay.close()
    doorbells = [*received(rabbitmq_url, MAIL), *received(rabbitmq_url, EVENTS)]
    ids = [delivery_id for arguments in doorbells for delivery_id in arguments[0]]
    assert rung == len(ids) == len(set(ids))
    for arguments in doorbells:
        deliver(runut, arguments[0], datetime.fromisoformat(arguments[1]))
    assert {row.state for row in ledger(runut) if row.rule != "digest"} <= {"ACCEPTED", "CANCELLED", "GATHERED"}
    assert len({mail.message["Message-ID"] for mail in smtp_sink.mails}) == len(smtp_sink.mails)


def test_events_reach_subscribers_as_cloudevents_without_names(
    runut_postgresql: Runut, rabbitmq_url: str, smtp_sink: SmtpSink
) -> None:
    runut = runut_postgresql
    connect(runut, smtp_sink, broker_url=rabbitmq_url)
    case = create_plan(create_organisation(runut), "in_review")
    publisher = Publisher(create_celery(runut))
    with Connection(rabbitmq_url) as connection:
        queue = Queue("", EVENTS_EXCHANGE, routing_key="work_plan.*", exclusive=True, auto_delete=True)
        bound = queue(connection.channel())
        bound.declare()
        with runut.database.statement() as database:
            lease, rows = outbox.lease(database, runut.pulse(database).now, limit=99)
        publish(runut, publisher, [row.id for row in rows if row.channel == "exchange"], lease)
        publisher.close()
        messages = [bound.get(no_ack=True) for _ in range(2)]
    events = {message.properties["message_id"]: json.loads(message.body) for message in messages}
    by_type = {event["type"]: event for event in events.values()}
    assert set(by_type) == {"work_plan.open", "work_plan.submit"}
    submit = by_type["work_plan.submit"]
    assert submit["specversion"] == "1.0" and submit["subject"] == case["number"]
    assert submit["source"] == runut.settings.base_url and submit["id"] in events
    assert submit["data"]["case"] == case["id"] and submit["data"]["to"] == "in_review"
    assert messages[0].content_type == "application/cloudevents+json"
    assert "texts" not in submit["data"] and "Sari" not in json.dumps(events)


@pytest.mark.slow
def test_processes_of_their_own_turn_a_commit_into_a_mail(
    runut_postgresql: Runut, rabbitmq_url: str, smtp_sink: SmtpSink, environ: dict[str, str]
) -> None:
    runut = runut_postgresql
    org = create_organisation(runut, now=None)
    environment = {
        **os.environ, **environ, "RUNUT_DATABASE_URL": runut.settings.database_url,
        "RUNUT_BROKER_URL": rabbitmq_url, "RUNUT_SMTP_URL": smtp_sink.url,
    }
    with ExitStack() as stack:
        processes = [stack.enter_context(process(name, environment)) for name in ("worker", "beat", "relay")]
        for started in processes:
            assert started.stdout is not None and started.stdout.readline() == "ready\n"
        with runut.database.write() as connection:
            now = runut.pulse(connection).now
            row = delivery(
                dedupe=new_id(), rule="signin", person_id=org.people["rater"], now=now, lane=LANE_CODES,
                code_id=ask_for_code(connection, org, now),
            )
            connection.execute(insert(Delivery).values(row))
        smtp_sink.wait_for(1, timeout_s=15)
        for started in processes:
            started.terminate()
            assert started.wait(10) == 0
    assert [row.state for row in ledger(runut)] == ["ACCEPTED"]


def test_nothing_is_leased_while_there_is_no_broker(org: Org, smtp_sink: SmtpSink) -> None:
    org.runut.settings = replace(org.runut.settings, broker_url="amqp://guest:guest@127.0.0.1:9//")
    create_plan(org, "in_approval")
    with pytest.raises(BrokerAway):
        Relay(org.runut, create_celery(org.runut), Watching(org.runut.database, threading.Event())).round()
    with org.runut.database.read() as connection:
        assert outbox.in_flight(connection, org.runut.pulse(connection).now) == 0


@pytest.mark.slow
def test_a_broker_that_freezes_costs_seconds_and_gives_the_lease_back(
    runut_postgresql: Runut, rabbitmq_url: str, smtp_sink: SmtpSink
) -> None:
    runut = runut_postgresql
    with Freezing(rabbitmq_url) as broker:
        connect(runut, smtp_sink, broker_url=broker.url)
        org = create_organisation(runut)
        relay = Relay(runut, create_celery(runut), Listening(runut.database))
        relay.round()
        create_plan(org, "in_approval")
        broker.freeze()
        started_s = time.monotonic()
        with pytest.raises(BrokerAway):
            relay.round()
        assert time.monotonic() - started_s < 25
        with runut.database.read() as connection:
            assert outbox.in_flight(connection, runut.pulse(connection).now) == 0
        assert {row.state for row in ledger(runut)} == {"PENDING", "GATHERED"}
        relay.close()


@pytest.mark.slow
def test_a_server_that_never_answers_is_a_broker_that_is_away(runut: Runut) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        runut.settings = replace(runut.settings, broker_url=f"amqp://127.0.0.1:{silent.getsockname()[1]}//")
        started_s = time.monotonic()
        with pytest.raises(BrokerAway):
            Publisher(create_celery(runut)).connect()
        assert time.monotonic() - started_s < 15


def test_a_backlog_stays_in_the_database_but_codes_still_go(
    org: Org, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "MOST_IN_FLIGHT", 2)
    create_plan(org, "in_force")
    relay = Relay(org.runut, create_celery(org.runut), Watching(org.runut.database, threading.Event()))
    assert relay.round() == 2
    assert relay.round() == 0
    with org.runut.database.write() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET lane = 0 WHERE state = 'PENDING' AND rule = 'told'")
    assert relay.round() > 0


def test_a_row_that_may_have_killed_its_worker_is_rung_for_alone() -> None:
    rows = [Leased(new_id(), "mail", LANE_NEWS, number == 1) for number in range(3)]
    rows += [Leased(new_id(), "mail", LANE_CODES, False), Leased(new_id(), "exchange", LANE_NEWS, False)]
    batches = list(relays._batches(rows))
    assert [rows[1]] in batches
    assert [rows[0], rows[2]] in batches
    assert [relays._bell_of(batch[0])[1] for batch in batches].count(CODES) == 1
    assert MAIL in {relays._bell_of(batch[0])[1] for batch in batches}


@contextmanager
def process(name: str, environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    command = [str(Path(sys.executable).with_name("runut")), name]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def ask_for_code(connection: Any, org: Org, now: datetime) -> str:
    code_id = new_id()
    connection.execute(
        insert(OneTimeCode).values(
            id=code_id, purpose="signin", person_id=org.people["rater"], binding="", tries=0, created_at=now,
            expires_at=now + timedelta(minutes=10),
        )
    )
    return code_id


def received(url: str, queue: str) -> list[Any]:
    """The arguments of the doorbells that lie in the queue."""
    with Connection(url) as connection:
        bound = Queue(queue, no_declare=True)(connection.channel())
        messages = list(iter(lambda: bound.get(no_ack=True), None))
    return [json.loads(message.body)[0] for message in messages]


class Freezing:
    """A TCP proxy in front of a broker that can stop passing anything on while connections stay open."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._passing = threading.Event()
        self._passing.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = [self._server]
        self.url = f"amqp://guest:guest@127.0.0.1:{self._server.getsockname()[1]}//"

    def __enter__(self) -> "Freezing":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self._passing.set()
        for open_socket in self._sockets:
            open_socket.close()

    def freeze(self) -> None:
        self._passing.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            broker = socket.create_connection((self._target.hostname or "", self._target.port or 5672))
            self._sockets += [client, broker]
            for source, target in ((client, broker), (broker, client)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self._passing.wait()
                target.sendall(data)
        except OSError:
            return

"""PostgreSQL killed again and again under load: what was answered stays, and what was not is settled by its key."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import from_environment
from service.models import Case
from service.runut import Runut
from tests.afterwards import check_log, check_mails, hurry, states
from tests.crowd import Client, add_employees, all_go_on, apis
from tests.databases import prepare_schema
from tests.factories import create_organisation, create_plan
from tests.fleet import Fleet, until
from tests.servers import MISSING, Missing, PrivatePostgresql, free_ports
from tests.smtp_sink import SmtpSink
from tests.wire import Wire

LONG = os.environ.get("RUNUT_CHAOS") == "long"
KILLS, LOAD_S, CLIENTS = (12, 4.0, 8) if LONG else (3, 1.5, 4)
BACK_WITHIN_S = 5


class Postgresql(PrivatePostgresql):
    """A durable cluster whose sessions die with it: each has a process group of its own."""

    def kill(self) -> None:
        sessions = _children(self._process.pid) if self._process else []
        super().kill()
        for pid in sessions:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def postgresql() -> Iterator[Postgresql]:
    try:
        with Postgresql(durable=True) as server:
            yield server
    except Missing as missing:
        pytest.skip(f"{MISSING}{missing}")


@pytest.mark.timeout(0 if LONG else 120)
@pytest.mark.server
def test_a_killed_database_takes_no_answered_decision_with_it(
    environ: dict[str, str], postgresql: Postgresql, rabbitmq_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    env = {
        **environ, "RUNUT_DATABASE_URL": postgresql.url, "RUNUT_BROKER_URL": rabbitmq_url, "RUNUT_PORT": str(port),
        "RUNUT_SMTP_URL": smtp_sink.url,
    }
    prepare_schema(postgresql.url)
    runut = Runut.start(from_environment(env))
    org = create_organisation(runut)
    labels = add_employees(org, CLIENTS)
    cases = {label: create_plan(org, label=label) for label in labels}
    people = apis(org, Wire(port, f"127.0.0.1:{port}", timeout_s=20, deaf_every=7), [*labels, "perf_team"])
    clients = [Client(people[label], people["perf_team"], cases[label]) for label in labels]
    runut.database.close()
    stop, back = threading.Event(), list[float]()
    with Fleet(tmp_path, env) as fleet:
        started = [fleet.start(name) for name in ("web", "worker", "relay", "beat")]
        for process in started:
            process.ready()
        threads = [threading.Thread(target=client.run, args=(stop,), daemon=True) for client in clients]
        for thread in threads:
            thread.start()
        try:
            for _kill in range(KILLS):
                until(lambda: all_go_on(clients, LOAD_S), 20, lambda: [client.odd for client in clients])
                postgresql.kill()
                postgresql.start()
                began_s = time.monotonic()
                until(lambda began_s=began_s: all(client.last_s > began_s or client.odd for client in clients), 30)
                back.append(max(client.last_s for client in clients) - began_s)
        finally:
            stop.set()
            for thread in threads:
                thread.join(40)
        assert [client.odd for client in clients if client.odd] == []
        hurry(runut, 60)
        twice = check_mails(runut, smtp_sink.mails)
        unknown, acts = sum(client.unknown for client in clients), sum(len(client.answered) for client in clients)
        print(f"{KILLS} kills, {acts} answered, {unknown} unclear and repeated, back after "
              f"{', '.join(f'{seconds:.2f}' for seconds in back)} s, {len(smtp_sink.mails)} mails, {twice} twice, "
              f"{states(runut)}")
        assert max(back) < BACK_WITHIN_S
        for client in clients:
            assert client.log(runut) == client.answered
        with runut.database.read() as connection:
            stored = dict(iter(connection.execute(select(Case.id, Case.version))))
        assert stored == {client.case["id"]: client.case["version"] for client in clients}
        check_log(runut)
        assert [process.name for process in started if not process.is_running()] == []
    runut.database.close()


def _children(pid: int) -> list[int]:
    """The processes whose parent is `pid`."""
    return [int(line) for line in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

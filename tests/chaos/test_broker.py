"""A broker that hangs or forgets everything: requests do not notice, and no mail is lost."""

import os
import shutil
import signal
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import from_environment
from service.outbox import RUNG_FOR
from service.runut import Runut
from tests.afterwards import check_log, check_mails, rows, settle, states
from tests.crowd import add_employees, apis, ask_for_approval
from tests.factories import Api, create_organisation
from tests.fleet import Fleet, Process, until
from tests.mailing import wait
from tests.servers import MISSING, Missing, PrivateRabbitmq, free_ports
from tests.smtp_sink import SmtpSink
from tests.wire import Wire

LONG = os.environ.get("RUNUT_CHAOS") == "long"
FROZEN_S, WIPES, PLANS = (90, 3, 40) if LONG else (12, 1, 8)
SLOWEST_ANSWER_S = 2


class Broker(PrivateRabbitmq):
    """A RabbitMQ that can be made to hang, and to lose its memory."""

    def freeze(self) -> None:
        """Stops it where it is: connections stay open and connecting works, but nothing answers."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)

    def forget(self) -> None:
        """SIGKILL, and everything that it kept is gone; it stays away until `start`."""
        self.kill()
        shutil.rmtree(self.directory / "data")


@dataclass
class Running:
    """A service in processes of its own, with people who have no plan yet."""

    runut: Runut
    sink: SmtpSink
    processes: dict[str, Process]
    employees: dict[str, Api]
    team: Api

    def ask(self, labels: Iterable[str]) -> float:
        """Sends those people's plans to the rater, several at once; answers the seconds of the slowest answer."""
        with ThreadPoolExecutor(3) as pool:
            walked = pool.map(lambda label: ask_for_approval(self.employees[label], self.team), labels)
            return max(answer.seconds for answers in walked for answer in answers)

    def mails(self) -> int:
        """How many mails the plans that were sent so far ask for; news waits for the day's summary."""
        return sum(row.rule in ("asked", "told") and row.state != "GATHERED" for row in rows(self.runut))


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    try:
        with Broker() as server:
            yield server
            server.thaw()
    except Missing as missing:
        pytest.skip(f"{MISSING}{missing}")


@contextmanager
def running(
    environ: dict[str, str], database: str, broker: Broker, sink: SmtpSink, directory: Path
) -> Iterator[Running]:
    (port,) = free_ports(1)
    env = {
        **environ, "RUNUT_DATABASE_URL": database, "RUNUT_BROKER_URL": broker.url, "RUNUT_SMTP_URL": sink.url,
        "RUNUT_PORT": str(port),
    }
    runut = Runut.start(from_environment(env))
    try:
        org = create_organisation(runut)
        labels = add_employees(org, PLANS)
        people = apis(org, Wire(port, f"127.0.0.1:{port}"), [*labels, "perf_team"])
        with Fleet(directory, env) as fleet:
            processes = {name: fleet.start(name, name=name) for name in ("web", "worker", "relay", "beat")}
            for process in processes.values():
                process.ready()
            yield Running(runut, sink, processes, {label: people[label] for label in labels}, people["perf_team"])
    finally:
        runut.database.close()


@pytest.mark.timeout(0 if LONG else 120)
def test_a_frozen_broker_slows_no_request_and_loses_no_mail(
    environ: dict[str, str], postgresql_database: str, broker: Broker, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with running(environ, postgresql_database, broker, smtp_sink, tmp_path) as service:
        before, *during = service.employees
        service.ask([before])
        smtp_sink.wait_for(1)
        broker.freeze()
        frozen_s = time.monotonic()
        slowest_s = service.ask(during)
        assert slowest_s < SLOWEST_ANSWER_S
        until(lambda: time.monotonic() - frozen_s > FROZEN_S, FROZEN_S + 1)
        assert len(smtp_sink.mails) == 1
        broker.thaw()
        thawed_s = time.monotonic()
        smtp_sink.wait_for(service.mails(), 60)
        back_s = time.monotonic() - thawed_s
        settle(service.runut, 60)
        twice = check_mails(service.runut, smtp_sink.mails)
        print(f"frozen for {thawed_s - frozen_s:.0f} s: slowest answer {slowest_s:.2f} s, {len(smtp_sink.mails)} mails "
              f"{back_s:.1f} s later, {twice} twice, {states(service.runut)}")
        assert twice == 0
        assert [name for name, process in service.processes.items() if not process.is_running()] == []
        check_log(service.runut)


@pytest.mark.timeout(0 if LONG else 120)
def test_a_broker_that_forgets_everything_loses_no_mail(
    environ: dict[str, str], postgresql_database: str, broker: Broker, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with running(environ, postgresql_database, broker, smtp_sink, tmp_path) as service:
        labels = list(service.employees)
        share = len(labels) // (2 * WIPES)
        for turn in range(WIPES):
            rung, unrung = labels[2 * turn * share :][:share], labels[(2 * turn + 1) * share :][:share]
            os.kill(service.processes["worker"].pid, signal.SIGSTOP)
            slowest_s = service.ask(rung)
            until(lambda: _all_rung(service.runut), 10, lambda: states(service.runut))
            broker.forget()
            os.kill(service.processes["worker"].pid, signal.SIGCONT)
            slowest_s = max(slowest_s, service.ask(unrung))
            broker.start()
            wait(service.runut, RUNG_FOR + timedelta(seconds=1))
            began_s = time.monotonic()
            smtp_sink.wait_for(service.mails(), 60)
            back_s = time.monotonic() - began_s
            print(f"slowest answer {slowest_s:.2f} s, {len(smtp_sink.mails)} mails {back_s:.1f} s after it was back")
            assert slowest_s < SLOWEST_ANSWER_S
        settle(service.runut, 60)
        assert check_mails(service.runut, smtp_sink.mails) == 0
        assert [name for name, process in service.processes.items() if not process.is_running()] == []
        check_log(service.runut)


def _all_rung(runut: Runut) -> bool:
    """Whether the relay has told the broker of everything that is due, so that only doorbells stand for it."""
    counts = states(runut)
    due = sum(row.state == "PENDING" and row.rule != "digest" for row in rows(runut))
    return due == 0 and counts.get("LEASED", 0) > 0

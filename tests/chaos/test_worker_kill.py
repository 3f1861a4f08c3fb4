"""Workers that are killed at the worst moments: no mail is lost, and one that comes twice can be told as the same."""

import asyncio
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.settings import from_environment
from service import outbox
from service.outbox import HELD_FOR
from service.runut import Runut
from service.wake import Notifier
from tests.afterwards import check_log, check_mails, hurry, rows, settle, states
from tests.crowd import add_employees
from tests.factories import create_organisation, create_plan
from tests.fleet import Fleet, Process, until
from tests.mailing import let_news_go, wait
from tests.servers import free_ports
from tests.smtp_sink import Received, SmtpSink

LONG = os.environ.get("RUNUT_CHAOS") == "long"
SEED = int(os.environ.get("RUNUT_CHAOS_SEED", random.SystemRandom().randrange(10**6)))
DELIVERIES, KILLS_A_ROUND = (300, 30) if LONG else (60, 4)
MOST_OF_A_LEASE_S = 40
"""A round of kills ends within one lease, so that no mail is in the hands of three workers that die."""
LEASES_ARE_OVER = 2 * HELD_FOR + timedelta(seconds=1)
POISONED_WORKER = Path(__file__).with_name("poisoned_worker.py")


@dataclass
class CruelSink(SmtpSink):
    """Keeps each mail first and answers `delay_s` later; at chosen moments it says so and goes on when it is let.

    `pause_at` names the moments: ("mail", 5) before the fifth mail was offered, ("kept", 9) after the ninth was kept.
    """

    pause_at: set[tuple[str, int]] = field(default_factory=set)
    paused: threading.Event = field(default_factory=threading.Event)
    offered: int = 0

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.offered += 1
        await self._pause("mail", self.offered)
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        self.mails += [Received(envelope.mail_from or "", address, raw) for address in envelope.rcpt_tos]
        await self._pause("kept", len(self.mails))
        await asyncio.sleep(self.delay_s)
        return "250 OK"

    async def _pause(self, moment: str, number: int) -> None:
        if (moment, number) in self.pause_at:
            self.pause_at.discard((moment, number))
            self.paused.set()
            while self.paused.is_set():
                await asyncio.sleep(0.01)


@pytest.fixture
def sink() -> Iterator[CruelSink]:
    (port,) = free_ports(1)
    cruel = CruelSink(port)
    controller = Controller(cruel, hostname="127.0.0.1", port=port)
    controller.start()
    yield cruel
    cruel.paused.clear()
    controller.stop()


@contextmanager
def waiting_mails(
    environ: dict[str, str], database: str, broker: str, sink: SmtpSink, directory: Path, count: int
) -> Iterator[tuple[Runut, Fleet]]:
    """A service with `count` mails that are due and a relay, but no worker yet."""
    env = {**environ, "RUNUT_DATABASE_URL": database, "RUNUT_BROKER_URL": broker, "RUNUT_SMTP_URL": sink.url}
    runut = Runut.start(from_environment(env))
    try:
        org = create_organisation(runut)
        for label in add_employees(org, count // 2):
            create_plan(org, "in_approval", label=label)  # asks the rater, tells the employee
        let_news_go(runut)
        due = [row for row in rows(runut) if row.channel == "mail" and row.rule != "digest"]
        assert len(due) == count
        with Fleet(directory, env) as fleet:
            fleet.start("relay").ready()
            yield runut, fleet
    finally:
        runut.database.close()


@pytest.mark.timeout(120)
def test_a_worker_killed_before_sending_loses_nothing_and_after_sending_repeats_one(
    environ: dict[str, str], postgresql_database: str, rabbitmq_url: str, sink: CruelSink, tmp_path: Path
) -> None:
    sink.pause_at = {("mail", 3), ("kept", 6)}
    with waiting_mails(environ, postgresql_database, rabbitmq_url, sink, tmp_path, 12) as (runut, fleet):
        worker = fleet.start("worker", "--threads", "1")
        for _moment in range(2):
            assert sink.paused.wait(30), worker.said()
            worker.kill()
            sink.paused.clear()
            wait(runut, LEASES_ARE_OVER)
            worker.start()
        settle(runut, 30)
        assert check_mails(runut, sink.mails) == 1
        assert len(sink.mails) == 13
        check_log(runut)


@pytest.mark.timeout(0 if LONG else 150)
def test_workers_killed_at_random_under_load_lose_nothing(
    environ: dict[str, str], postgresql_database: str, rabbitmq_url: str, sink: CruelSink, tmp_path: Path
) -> None:
    print(f"RUNUT_CHAOS_SEED={SEED}")
    dice = random.Random(SEED)
    sink.delay_s = 0.15
    with waiting_mails(environ, postgresql_database, rabbitmq_url, sink, tmp_path, DELIVERIES) as (runut, fleet):
        workers = [fleet.start("worker", "--threads", "2") for _ in range(2)]
        kills = 0
        for _round in range(2):
            kills += _kill_at_random(workers, dice, lambda: len(sink.mails))
            for worker in workers:
                worker.kill()
            wait(runut, LEASES_ARE_OVER)
            for worker in workers:
                worker.start()
        hurry(runut, 60)
        twice = check_mails(runut, sink.mails)
        print(f"{kills} kills, {DELIVERIES} deliveries, {len(sink.mails)} mails, {twice} twice, {states(runut)}")
        assert {row.state for row in rows(runut) if row.rule != "digest"} == {"ACCEPTED"}
        assert len({mail.message["Message-ID"] for mail in sink.mails}) == DELIVERIES
        assert twice <= 2 * (kills + 4), "no more than what a killed worker's threads had in their hands"
        check_log(runut)


@pytest.mark.timeout(150)
def test_a_mail_that_kills_its_worker_is_given_up_alone(
    environ: dict[str, str], postgresql_database: str, rabbitmq_url: str, sink: CruelSink, tmp_path: Path
) -> None:
    sink.delay_s = 0.1
    with waiting_mails(environ, postgresql_database, rabbitmq_url, sink, tmp_path, 12) as (runut, fleet):
        runut.wake = Notifier(runut.database.url)
        poison = next(row.id for row in rows(runut) if row.rule == "asked")
        fleet.start("beat").ready()
        worker = fleet.run([sys.executable, str(POISONED_WORKER)], "poisoned", POISON=poison)
        deaths, held_by_the_dead, deadline_s = 0, set[Any](), time.monotonic() + 100
        while _row(runut, poison).state != "DEAD":
            assert time.monotonic() < deadline_s, (deaths, states(runut), worker.said())
            if not worker.is_running():
                deaths += 1
                held_by_the_dead = _leases(runut)
                worker.start().ready()
            elif _leases(runut) <= held_by_the_dead and _nothing_is_due(runut):
                wait(runut, timedelta(seconds=1))
                runut.wake()
            time.sleep(0.02)
        settle(runut, 30)
        others = [row for row in rows(runut) if row.id != poison and row.channel == "mail" and row.rule != "digest"]
        print(f"{deaths} deaths, {states(runut)}, {check_mails(runut, sink.mails)} mails twice")
        assert deaths == 3
        assert [(row.rule, row.state, row.answer) for row in others if row.state != "ACCEPTED"] == []
        assert _row(runut, poison).answer == "no answer from the worker that took it"


def _kill_at_random(workers: list[Process], dice: random.Random, progress: Any) -> int:
    """Kills one worker after the other and starts it again, while mails go out; answers how many it killed."""
    began_s, kills = time.monotonic(), 0
    while kills < KILLS_A_ROUND and time.monotonic() - began_s < MOST_OF_A_LEASE_S:
        victim = dice.choice(workers)
        until(lambda victim=victim: "ready" in victim.said().splitlines(), 40, victim.said)
        before = progress()
        deadline_s = time.monotonic() + 3
        while progress() == before and time.monotonic() < deadline_s:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.3))
        victim.kill()
        victim.start()
        kills += 1
    return kills


def _leases(runut: Runut) -> set[Any]:
    return {(row.id, row.lease_until) for row in rows(runut) if row.state == "LEASED"}


def _nothing_is_due(runut: Runut) -> bool:
    with runut.database.read() as connection:
        return outbox.oldest_due(connection, runut.pulse(connection).now) is None


def _row(runut: Runut, delivery_id: str) -> Any:
    return next(row for row in rows(runut) if row.id == delivery_id)

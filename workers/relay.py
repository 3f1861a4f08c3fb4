"""The relay: leases rows that are due and rings the workers' doorbell. Two relays are harmless, none only costs time.

A row is leased only while there is a broker to ring at, and only so many at once: a backlog stays in the database,
where urgent rows still overtake it, and a broker that forgets everything forgets only doorbells.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

import psycopg
import structlog
from celery import Celery
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from config.celery import CODES, EVENTS, JOBS, MAIL
from service import heartbeats, mail_rate, outbox
from service.db import Database
from service.outbox import RUNG_FOR, Leased
from service.runut import Runut
from service.telling import LANE_CODES, LANE_NEWS, LANE_REQUESTS
from service.wake import CHANNEL, psycopg_dsn
from workers.app import DELIVER, PUBLISH, WORK
from workers.broker import CONFIRM_S, BrokerAway, Publisher

BATCH = 20
MOST_IN_FLIGHT = 1_000
_MOST_PER_ROUND = 200
_POLL_S = 0.5
_SQLITE_POLL_S = 0.05
_LONGEST_PAUSE_S = 5.0
_BEAT_EVERY = timedelta(seconds=5)
_UNPACED = ("exchange", "job")

log = structlog.get_logger()


class Signal(Protocol):
    """What tells the relay that it is worth looking."""

    def wait(self, timeout_s: float) -> None:
        """Returns when something may have happened, at the latest after `timeout_s`."""

    def close(self) -> None:
        """Gives back what it holds."""


class Relay:
    """Rings for due rows until it is told to stop. `on_ready` is called once the broker was reached first."""

    def __init__(
        self, runut: Runut, app: Celery, signal: Signal, on_ready: Callable[[], None] = lambda: None
    ) -> None:
        self._runut = runut
        self._app = app
        self._signal = signal
        self._on_ready: Callable[[], None] | None = on_ready
        self._publisher = Publisher(app)
        self._trouble = ""
        self._pause_s = 0.0

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; a broker or a database that is away is waited for, up to 5 s between attempts."""
        while not stop.is_set():
            try:
                rung = self.round()
            except (BrokerAway, DBAPIError) as away:
                self._wait_for(away, stop)
                continue
            self._is_well()
            if not rung:
                self._signal.wait(_POLL_S)
        self.close()

    def close(self) -> None:
        """Gives its connections back."""
        self._publisher.close()
        self._signal.close()

    def round(self) -> int:
        """Leases what is due and rings for it; answers for how many rows. Raises BrokerAway, DBAPIError."""
        self._publisher.connect()
        with self._runut.database.statement() as connection:
            now = self._runut.pulse(connection).now
            heartbeats.beat(connection, "relay", now, every=_BEAT_EVERY)
        codes = self._ring_for([LANE_CODES], _MOST_PER_ROUND)
        if self._runut.settings.smtp_rate is None:
            return codes + self._ring_for([LANE_REQUESTS, LANE_NEWS], self._room())
        others = self._ring_for([LANE_REQUESTS, LANE_NEWS], self._room(), _UNPACED)
        return codes + others + self._ring_at_pace(self._runut.settings.smtp_rate, self._room())

    def _room(self) -> int:
        with self._runut.database.read() as connection:
            in_flight = outbox.in_flight(connection, self._runut.pulse(connection).now)
        return min(MOST_IN_FLIGHT - in_flight, _MOST_PER_ROUND)

    def _ring_for(self, lanes: list[int], limit: int, channels: Collection[str] | None = None) -> int:
        if limit <= 0:
            return 0
        with self._runut.database.statement() as connection:
            now = self._runut.pulse(connection).now
            outbox.disperse(connection, now)  # at the same instant, so that the lease finds none of them
            lease, rows = outbox.lease(connection, now, limit=limit, lanes=lanes, channels=channels)
        return self._ring_all(lease, rows)

    def _ring_at_pace(self, rate: int, limit: int) -> int:
        """Rings for mails that are no codes, for no more than the mail server takes; relays share the allowance."""
        with self._runut.database.write() as connection:
            now = self._runut.pulse(connection).now
            limit = min(limit, mail_rate.allowance(connection, rate, now))
            if limit <= 0:
                return 0
            outbox.disperse(connection, now)
            lease, rows = outbox.lease(
                connection, now, limit=limit, lanes=[LANE_REQUESTS, LANE_NEWS], channels=["mail"]
            )
            mail_rate.pay(connection, rate, now, len(rows))
        return self._ring_all(lease, rows)

    def _ring_all(self, lease: datetime, rows: Sequence[Leased]) -> int:
        batches = list(_batches(rows))
        for place, batch in enumerate(batches):
            try:
                self._ring(batch, lease)
            except BrokerAway:
                unheard = [row.id for later in batches[place:] for row in later]
                with self._runut.database.statement() as connection:
                    outbox.unlease(connection, unheard, lease)
                raise
        return len(rows)

    def _ring(self, batch: Sequence[Leased], lease: datetime) -> None:
        task, queue = _bell_of(batch[0])
        arguments = [[row.id for row in batch], lease.isoformat()]
        self._publisher.publish(
            lambda producer: self._app.send_task(
                task, arguments, queue=queue, producer=producer, retry=False, confirm_timeout=CONFIRM_S,
                # The broker's own clock: a doorbell that is older than its lease is only noise.
                expiration=RUNG_FOR.total_seconds(), ignore_result=True,
            )
        )

    def _is_well(self) -> None:
        if self._trouble:
            log.warning("relay.back")
        self._trouble, self._pause_s = "", 0.0
        if self._on_ready:
            self._on_ready()
            self._on_ready = None

    def _wait_for(self, away: Exception, stop: threading.Event) -> None:
        trouble = "broker" if isinstance(away, BrokerAway) else "database"
        if trouble != self._trouble:
            log.warning("relay.waits", what=trouble, because=str(away).splitlines()[0])
            self._trouble = trouble
        self._pause_s = min(self._pause_s * 2 or 0.1, _LONGEST_PAUSE_S)
        stop.wait(self._pause_s)


class Listening:
    """PostgreSQL: hears the NOTIFY that follows a commit, on a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._dsn = psycopg_dsn(database.url)
        self._connection: psycopg.Connection | None = None

    def wait(self, timeout_s: float) -> None:
        """Returns on the first NOTIFY or after `timeout_s`; without a connection it is just a pause."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._dsn, autocommit=True)
                self._connection.execute(f"LISTEN {CHANNEL}")
            for _notice in self._connection.notifies(timeout=timeout_s, stop_after=1):
                pass
        except psycopg.Error:
            self.close()
            time.sleep(timeout_s)

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Watching:
    """SQLite: an event of this process, and every 50 ms a look whether another process wrote to the file."""

    def __init__(self, database: Database, event: threading.Event) -> None:
        self._database = database
        self._event = event
        self._connection: Connection | None = None
        self._version = 0

    def wait(self, timeout_s: float) -> None:
        """Returns when the file changed, when the event is set, or after `timeout_s`."""
        until_s = time.monotonic() + timeout_s
        while time.monotonic() < until_s:
            if self._event.wait(_SQLITE_POLL_S) or self._has_changed():
                break
        self._event.clear()

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _has_changed(self) -> bool:
        if self._connection is None:
            self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        version = int(self._connection.scalar(text("PRAGMA data_version")) or 0)
        changed, self._version = version != self._version, version
        return changed


def _bell_of(row: Leased) -> tuple[str, str]:
    """(task, queue) that the row's kind is rung at."""
    if row.channel == "exchange":
        return PUBLISH, EVENTS
    if row.channel == "job":
        return WORK, JOBS
    return DELIVER, CODES if row.lane == LANE_CODES else MAIL


def _batches(rows: Sequence[Leased]) -> Iterator[list[Leased]]:
    """Rows of one kind together, at most `BATCH`; a job, or a row that may have killed its worker, goes alone."""
    for _bell, group in groupby(sorted(rows, key=_bell_of), key=_bell_of):
        calm: list[Leased] = []
        for row in group:
            if row.is_suspect or row.channel == "job":
                yield [row]
            else:
                calm.append(row)
        for start in range(0, len(calm), BATCH):
            yield calm[start : start + BATCH]

"""Jobs: work that takes longer than a request. A row says what and how far; a worker holds it under a lease.

A job is rung for like a mail, by a row of the outbox in the channel `job`. Whoever does it reports how far it is after
each batch that is committed, which also renews the lease; when he dies, the next one goes on from the memo.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from service import outbox
from service.errors import NotFound
from service.ids import new_id
from service.models import Delivery, Job, JobItem
from service.outbox import Taken
from service.runut import Present, Pulse, Runut
from service.telling import LANE_NEWS, delivery
from service.views import when
from workflows.kit import Text

NO_SUCH_JOB = Text("Pekerjaan ini tidak ada.", "There is no such job.")
FAILED = Text(
    "Pekerjaan terhenti karena kesalahan di pihak kami. Yang sudah selesai tetap tersimpan. Coba lagi atau hubungi "
    "kontak bantuan.",
    "The job stopped by a fault on our side. What was finished is kept. Try again, or ask the help contact.",
)


class Stopped(Exception):
    """Somebody stopped the job; what was committed stays."""


class Interrupted(Exception):
    """The worker is being stopped; the job goes on in another one."""


class Lost(Exception):
    """The lease ran out and somebody else holds the job now."""


@dataclass(slots=True)
class Work:
    """One job in the hands of one worker."""

    runut: Runut
    row: Mapping[str, Any]
    held: Taken
    must_stop: Callable[[], bool] = bool

    @property
    def details(self) -> Mapping[str, Any]:
        """What was asked for."""
        found: Mapping[str, Any] = self.row["details"]
        return found

    @property
    def memo(self) -> Mapping[str, Any]:
        """What the one who began it last reported; empty at the beginning."""
        found: Mapping[str, Any] = self.row["memo"]
        return found

    def report(self, done: int, total: int, memo: Mapping[str, Any] | None = None) -> None:
        """Writes down how far the job is and keeps it for another minute. Raises Stopped, Lost, Interrupted."""
        with self.runut.database.write() as connection:
            state = connection.scalar(select(Job.state).where(Job.id == self.row["id"]).with_for_update())
            if state == "STOPPED":
                raise Stopped
            renewed = outbox.renew(
                connection, self.held, self.runut.pulse(connection).now, f"at work: {done} of {total}"
            )
            if renewed is None:
                raise Lost
            self.held = renewed
            values: dict[str, Any] = {"done": done, "total": total, **({} if memo is None else {"memo": dict(memo)})}
            connection.execute(update(Job).where(Job.id == self.row["id"]).values(**values))
        if self.must_stop():
            raise Interrupted


Run = Callable[[Work], Mapping[str, Any]]
"""Does a job from its memo on and answers its result."""


def ask(
    connection: Connection, pulse: Pulse | Present, kind: str, asked_by: str | None, details: Mapping[str, Any]
) -> str:
    """Enters a job in the caller's transaction and answers its id; `runut.wake()` after it makes it start at once."""
    job_id = new_id()
    connection.execute(
        insert(Job).values(
            id=job_id, kind=kind, asked_by=asked_by, details=dict(details), state="WAITING", done=0, total=0, memo={},
            result={}, created_at=pulse.now, started_at=None, finished_at=None,
        )
    )
    row = delivery(
        dedupe=f"job {job_id}", channel="job", rule=kind, person_id=asked_by, now=pulse.now, lane=LANE_NEWS,
        job_id=job_id,
    )
    connection.execute(insert(Delivery), row)
    return job_id


def begin(runut: Runut, held: Taken, must_stop: Callable[[], bool]) -> Work | None:
    """The job of this row of the outbox, now running; None when it was stopped before."""
    with runut.database.write() as connection:
        row = dict(
            connection.execute(
                select(*Job.__table__.columns).where(Job.id == held.row["details"]["job_id"]).with_for_update()
            ).mappings().one()
        )
        if row["state"] not in ("WAITING", "RUNNING"):
            return None
        started_at = row["started_at"] or runut.pulse(connection).now
        connection.execute(update(Job).where(Job.id == row["id"]).values(state="RUNNING", started_at=started_at))
    return Work(runut, row, held, must_stop)


def finish(connection: Connection, work: Work, state: str, result: Mapping[str, Any]) -> None:
    """Writes down what came of the job; in the same transaction as the end of its row of the outbox."""
    connection.execute(
        update(Job)
        .where(Job.id == work.row["id"])
        .values(state=state, result=dict(result), finished_at=work.runut.pulse(connection).now)
    )


def stop(connection: Connection, pulse: Pulse | Present, job_id: str) -> bool:
    """Stops a job that has not ended; the worker finds out at its next report. Whether it was still open."""
    stopped = connection.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(("WAITING", "RUNNING")))
        .values(state="STOPPED", finished_at=pulse.now)
    )
    return bool(stopped.rowcount)


def give_up(connection: Connection, now: datetime) -> int:
    """Ends the jobs that nobody rings for any more, as failed by our fault; answers how many."""
    still_open = list(connection.scalars(select(Job.id).where(Job.state.in_(("WAITING", "RUNNING")))))
    if not still_open:
        return 0
    bells = [f"job {job_id}" for job_id in still_open]
    dead = connection.scalars(select(Delivery.dedupe).where(Delivery.dedupe.in_(bells), Delivery.state == "DEAD"))
    lost = [bell.removeprefix("job ") for bell in dead]
    result = {"problem": {"id": FAILED.id, "en": FAILED.en}, "reasons": []}
    connection.execute(update(Job).where(Job.id.in_(lost)).values(state="FAILED", finished_at=now, result=result))
    return len(lost)


def job_view(connection: Connection, job_id: str) -> dict[str, Any]:
    """How far a job is, and what came of it. Raises NotFound."""
    row = connection.execute(select(*Job.__table__.columns).where(Job.id == job_id)).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_JOB)
    return {
        "id": row.id, "kind": row.kind, "asked_by": row.asked_by, "state": row.state, "done": row.done,
        "total": row.total, "details": row.details, "result": row.result, "created_at": when(row.created_at),
        "started_at": when(row.started_at), "finished_at": when(row.finished_at),
    }


def settled(connection: Connection, job_id: str) -> frozenset[str]:
    """The items of which is written down what came of them; the job's row is held until the transaction ends.

    So two workers of one job, one of which lost its lease, do nothing twice.
    """
    connection.execute(select(Job.id).where(Job.id == job_id).with_for_update())
    return frozenset(connection.scalars(select(JobItem.item_id).where(JobItem.job_id == job_id)))


def settle(connection: Connection, job_id: str, item_id: str, outcome: str, case_id: str | None = None) -> None:
    """Writes down what came of one item, in the transaction that did it."""
    connection.execute(insert(JobItem).values(job_id=job_id, item_id=item_id, outcome=outcome, case_id=case_id))


def outcomes(connection: Connection, job_id: str) -> dict[str, int]:
    """How many items came to what."""
    rows = connection.execute(
        select(JobItem.outcome, func.count().label("number")).where(JobItem.job_id == job_id).group_by(JobItem.outcome)
    )
    return {row.outcome: row.number for row in rows}

"""The outbox at work: who holds a row that must leave, what came of it, and when to try again.

A row is leased twice. The relay leases it before it rings (`lease`), the worker that hears the doorbell takes the
lease over (`take`). The instant at which a lease ends is its token: whoever changes it holds the row, so a doorbell
that rings three times, late or for a lease that ran out sends nothing. `attempts` counts takings by workers, never
rings: a broker or a worker that is away costs time, not mails. All instants are the service's now (database clock and
offset).
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, and_, case, func, or_, select, update

from service.models import Delivery

RUNG_FOR = timedelta(seconds=30)
HELD_FOR = timedelta(seconds=60)
MOST_ATTEMPTS = 100
"""About four days at one attempt an hour, as long as RFC 5321 section 4.5.4.1 asks a sender to try."""
MOST_SILENT_ATTEMPTS = 3
"""After so many leases without any answer a row is thought to kill the worker that takes it."""

_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(hours=1)
_BETWEEN_SUSPECTS = timedelta(seconds=1)
_TICK = timedelta(milliseconds=1)
_WAITING = ("PENDING", "RETRY")
_OPEN = (*_WAITING, "LEASED")
_LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Leased:
    """A row that the relay may ring for. `is_suspect`: a worker took it and was never heard of again."""

    id: str
    channel: str
    lane: int
    is_suspect: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A row in the hands of one worker, which must answer for it before `lease` ends."""

    row: Mapping[str, Any]
    lease: datetime

    @property
    def id(self) -> str:
        """The delivery's id."""
        return str(self.row["id"])


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows are in `state`, and since when the oldest of them waits."""

    state: str
    number: int
    oldest_at: datetime


def lease(
    connection: Connection, now: datetime, *, limit: int, lanes: Collection[int] | None = None,
    channels: Collection[str] | None = None,
) -> tuple[datetime, list[Leased]]:
    """(the lease, the rows claimed with it): due rows nobody holds, urgent lanes first, then the oldest.

    Only those of the `lanes` and `channels` that are named. One statement; two relays never claim the same row. Rows
    that expired or are worn out are passed over: see `sweep`.
    """
    until = now + RUNG_FOR
    named = ((Delivery.lane, lanes), (Delivery.channel, channels))
    wanted = [column.in_(list(values)) for column, values in named if values is not None]
    usable = and_(_is_due(now), ~_is_over(now), *wanted)
    due = (
        select(Delivery.id)
        .where(usable)
        .order_by(Delivery.lane, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = connection.execute(
        update(Delivery)
        .where(Delivery.id.in_(select(due.c.id)))
        .values(state="LEASED", lease_until=until)
        .returning(Delivery.id, Delivery.channel, Delivery.lane, Delivery.attempts, Delivery.answer)
    )
    leased = [Leased(r.id, r.channel, r.lane, r.attempts > 0 and r.answer is None) for r in rows]
    return until, sorted(leased, key=lambda row: (row.lane, row.id))


def disperse(connection: Connection, now: datetime) -> int:
    """Makes rows whose worker was never heard of again due one by one; answers how many.

    One of them may have killed it. Rung for together, it would take the others with it each time, until all are dead.
    """
    silent = connection.execute(
        select(Delivery.id, Delivery.lane).where(
            Delivery.state == "LEASED", Delivery.lease_until < now, Delivery.attempts > 0, Delivery.answer.is_(None)
        )
    ).all()
    in_turn = sorted(silent, key=lambda row: (row.lane, random.random()))  # noqa: S311  # another order each time
    for place, row in enumerate(in_turn):
        connection.execute(
            update(Delivery)
            .where(Delivery.id == row.id, Delivery.state == "LEASED", Delivery.lease_until < now)
            .values(state="RETRY", lease_until=None, next_at=now + place * _BETWEEN_SUSPECTS)
        )
    return len(in_turn)


def in_flight(connection: Connection, now: datetime) -> int:
    """How many rows are leased now: rung for or in a worker's hands."""
    query = select(func.count()).select_from(Delivery).where(Delivery.state == "LEASED", Delivery.lease_until >= now)
    return int(connection.scalar(query) or 0)


def unlease(connection: Connection, ids: Collection[str], lease: datetime) -> None:
    """Gives rows back that nobody could be told of; they are due again at once."""
    connection.execute(_held(ids, lease).values(state=_state_before(), lease_until=None))


def take(connection: Connection, now: datetime, ids: Collection[str], lease: datetime) -> list[Taken]:
    """The rows of `ids` that are still under `lease`, now in the caller's hands; every other one is somebody else's."""
    until = max(now + HELD_FOR, lease + _TICK)
    rows = connection.execute(
        _held(ids, lease)
        .values(lease_until=until, attempts=Delivery.attempts + 1)
        .returning(*Delivery.__table__.columns)
    ).mappings()
    return [Taken(dict(row), until) for row in sorted(rows, key=lambda row: str(row["id"]))]


def put_back(connection: Connection, taken: Sequence[Taken]) -> None:
    """Gives back rows that the worker has not touched; the attempt is not counted."""
    for held in taken:
        connection.execute(
            _held([held.id], held.lease).values(
                state=_state_before(1), lease_until=None, attempts=Delivery.attempts - 1
            )
        )


def renew(connection: Connection, held: Taken, now: datetime, answer: str) -> Taken | None:
    """The same row for another HELD_FOR, with word of how far it is; None when the lease is somebody else's by now."""
    until = max(now + HELD_FOR, held.lease + _TICK)
    renewed = connection.execute(_held([held.id], held.lease).values(lease_until=until, answer=_cut(answer)))
    return Taken(held.row, until) if renewed.rowcount else None


def accepted(connection: Connection, held: Taken, now: datetime, answer: str) -> None:
    """The receiving side has it. This holds even when the lease ran out meanwhile: it has left."""
    connection.execute(
        update(Delivery)
        .where(Delivery.id == held.id, Delivery.state.in_(_OPEN))
        .values(state="ACCEPTED", lease_until=None, done_at=now, answer=_cut(answer))
    )


def postpone(connection: Connection, held: Taken, now: datetime, answer: str) -> None:
    """It did not work now; it is tried again after a delay that grows, or given up when it is of no use any more."""
    attempts, expires_at = held.row["attempts"], held.row["expires_at"]
    next_at = now + delay_after(attempts)
    if expires_at is not None and next_at >= expires_at:
        _end(connection, held, now, "EXPIRED", answer)
    elif attempts >= MOST_ATTEMPTS:
        _end(connection, held, now, "DEAD", answer)
    else:
        connection.execute(
            _held([held.id], held.lease).values(state="RETRY", lease_until=None, next_at=next_at, answer=_cut(answer))
        )


def bounced(connection: Connection, held: Taken, now: datetime, answer: str) -> None:
    """The server does not take mail for this address, for good."""
    _end(connection, held, now, "BOUNCED", answer)


def refused(connection: Connection, held: Taken, now: datetime, answer: str) -> None:
    """This message is not taken, for good, whoever it is for."""
    _end(connection, held, now, "REFUSED", answer)


def cancel(connection: Connection, held: Taken, now: datetime, because: str) -> None:
    """It would say something that no longer holds."""
    _end(connection, held, now, "CANCELLED", because)


def suppress(connection: Connection, held: Taken, now: datetime, because: str) -> None:
    """Its address gets no mail."""
    _end(connection, held, now, "SUPPRESSED", because)


def bury(connection: Connection, held: Taken, now: datetime, because: str) -> None:
    """It cannot be sent as it is; a person has to look and may `retry` it."""
    _end(connection, held, now, "DEAD", because)


def gather(connection: Connection, held: Taken) -> None:
    """It does not leave by itself but with its person's next summary; the attempt is not counted."""
    connection.execute(
        _held([held.id], held.lease).values(state="GATHERED", lease_until=None, attempts=Delivery.attempts - 1)
    )


def put_off(connection: Connection, held: Taken, at: datetime) -> None:
    """It may not leave before `at`; the attempt is not counted."""
    connection.execute(
        _held([held.id], held.lease).values(
            state=_state_before(1), lease_until=None, attempts=Delivery.attempts - 1, next_at=at
        )
    )


def sum_up(connection: Connection, held: Taken, now: datetime, ids: Collection[str]) -> None:
    """These rows go into the summary `held`, and whatever went into one of them before."""
    mine = list(ids)
    connection.execute(update(Delivery).where(Delivery.summary_id.in_(mine)).values(summary_id=held.id))
    connection.execute(
        update(Delivery)
        .where(Delivery.id.in_(mine), Delivery.state.in_((*_WAITING, "GATHERED")))
        .values(state="SUMMED", summary_id=held.id, lease_until=None, done_at=now)
    )


def gathered(connection: Connection, held: Taken) -> list[str]:
    """The rows that wait for a summary to the recipient of this one."""
    query = select(Delivery.id).where(
        Delivery.person_id == held.row["person_id"], Delivery.state == "GATHERED",
        Delivery.created_at <= held.row["next_at"],
    )
    return list(connection.scalars(query))


def outlive(connection: Connection, now: datetime, because: Mapping[str, str], state: str = "CANCELLED") -> None:
    """Ends gathered rows that go into no summary, each with why."""
    for delivery_id, reason in because.items():
        connection.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.state == "GATHERED")
            .values(state=state, done_at=now, answer=_cut(reason))
        )


def sweep(connection: Connection, now: datetime) -> int:
    """Ends the rows that are of no use any more or worn out; answers how many."""
    outdated = Delivery.expires_at <= now
    silent = and_(Delivery.answer.is_(None), Delivery.attempts > 0)
    swept = connection.execute(
        update(Delivery)
        .where(_is_due(now), _is_over(now))
        .values(
            state=case((outdated, "EXPIRED"), else_="DEAD"),
            lease_until=None,
            done_at=now,
            answer=case((silent, "no answer from the worker that took it"), else_=Delivery.answer),
        )
    )
    return int(swept.rowcount)


def status(connection: Connection) -> list[Count]:
    """The rows by state, each with the creation instant of its oldest one."""
    rows = connection.execute(
        select(Delivery.state, func.count().label("number"), func.min(Delivery.created_at).label("oldest_at"))
        .group_by(Delivery.state)
        .order_by(Delivery.state)
    )
    return [Count(row.state, row.number, row.oldest_at) for row in rows]


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Since when the longest waiting due row should have left; None when nothing is late."""
    since: datetime | None = connection.scalar(select(func.min(Delivery.next_at)).where(_is_due(now)))
    return since


def retry(connection: Connection, now: datetime, ids: Collection[str] | None = None) -> int:
    """Makes DEAD rows due again, all or the ones named, as if they had never been tried; answers how many."""
    return _revive(connection, "DEAD", now, ids, attempts=0, answer=None)


def release(connection: Connection, now: datetime, ids: Collection[str] | None = None) -> int:
    """Lets go what an operator or a restore holds; answers how many."""
    return _revive(connection, "HELD", now, ids)


def hold(connection: Connection) -> int:
    """Stops everything that has not left; only `release` lets it go. Answers how many."""
    held = connection.execute(
        update(Delivery).where(Delivery.state.in_(_OPEN)).values(state="HELD", lease_until=None)
    )
    return int(held.rowcount)


def take_back(connection: Connection, now: datetime) -> int:
    """Ends all leases; only for the sole process of an embedded service when it starts. Answers how many."""
    back = connection.execute(update(Delivery).where(Delivery.state == "LEASED").values(lease_until=now - _TICK))
    return int(back.rowcount)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 s, 15 s, 45 s, … at most 1 h, each ± 25 % so that a crowd spreads."""
    longest: timedelta = min(_FIRST_DELAY * 3 ** min(max(attempts - 1, 0), 8), _LONGEST_DELAY)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, guards nothing


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting and due, or leased by somebody whose time is over."""
    return or_(
        and_(Delivery.state.in_(_WAITING), Delivery.next_at <= now),
        and_(Delivery.state == "LEASED", Delivery.lease_until < now),
    )


def _is_over(now: datetime) -> ColumnElement[bool]:
    """Of no use any more, or worn out."""
    return or_(
        and_(Delivery.expires_at.is_not(None), Delivery.expires_at <= now),
        Delivery.attempts >= MOST_ATTEMPTS,
        and_(Delivery.answer.is_(None), Delivery.attempts >= MOST_SILENT_ATTEMPTS),
    )


def _held(ids: Collection[str], lease: datetime) -> Update:
    return update(Delivery).where(
        Delivery.id.in_(list(ids)), Delivery.state == "LEASED", Delivery.lease_until == lease
    )


def _state_before(uncounted: int = 0) -> ColumnElement[str]:
    return case((Delivery.attempts > uncounted, "RETRY"), else_="PENDING")


def _end(connection: Connection, held: Taken, now: datetime, state: str, answer: str) -> None:
    connection.execute(
        _held([held.id], held.lease).values(state=state, lease_until=None, done_at=now, answer=_cut(answer))
    )


def _revive(
    connection: Connection, state: str, now: datetime, ids: Collection[str] | None, **values: Any
) -> int:
    which = [Delivery.state == state, *([Delivery.id.in_(list(ids))] if ids is not None else [])]
    revived = connection.execute(
        update(Delivery)
        .where(*which)
        .values(state="PENDING", next_at=now, lease_until=None, done_at=None, **values)
    )
    return int(revived.rowcount)


def _cut(answer: str) -> str:
    return answer[:_LONGEST_ANSWER]

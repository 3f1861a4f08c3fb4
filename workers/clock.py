"""The tick: due timers become the clock's steps, cases follow the terms of their people, what is over is closed.

Any number of ticks at once, late ones and lost ones are harmless: what decides is the table and the database's clock.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, exists, or_, select, update

from service import budget, heartbeats, jobs, outbox
from service.actor import CLOCK
from service.commands.acting import act
from service.commands.asking import look_whose_turn
from service.commands.bulk import forget
from service.commands.climbing import climb
from service.commands.people.resettling import resettle_by_date
from service.duties import ASK, LOOK_WHILE_ASKED, LOOK_WHILE_BLOCKED
from service.errors import CaseMovedOn, NotAvailable, NotYours, Refused
from service.ladders import RUNGS, plant_missing
from service.models import Case, Claim, IdempotencyKey, MailDay, OneTimeCode, Opening, SignInFailure, Timer
from service.people_import.keeping import forget_contents
from service.runut import Runut
from workflows.calendar import CalendarEnds

IDEMPOTENCY_KEYS_KEPT = timedelta(days=7)
BULK_ACTIONS_KEPT = timedelta(days=30)
OPENINGS_KEPT = timedelta(days=60)
CODES_KEPT = timedelta(days=7)
MAIL_DAYS_KEPT = timedelta(days=60)
SIGNIN_FAILURES_KEPT = timedelta(days=1)
_MOST_TIMERS = 100
_MOST_SECONDS = 30
_HELD_FOR = timedelta(seconds=60)
_LATE_AFTER = timedelta(minutes=10)
_LOOK_AGAIN_AFTER = timedelta(hours=12)
_CLEAN_EVERY = timedelta(hours=1)

log = structlog.get_logger()


def tick(runut: Runut) -> None:
    """One look at the clock."""
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        heartbeats.beat(connection, "beat", now)
        outbox.sweep(connection, now)
        jobs.give_up(connection, now)
    resettle_by_date(runut)
    fire_due(runut)
    clean(runut)


def fire_due(runut: Runut) -> int:
    """Takes the clock's step, or climbs the rung, of each due timer of a case that is not on hold.

    Answers how many steps of a table were taken; a rung is none.
    Goes on while there are due timers, for as long as one round of a worker may last.
    """
    began_s, fired = time.monotonic(), 0
    while due := _take(runut):
        fired += sum(_fire(runut, timer) for timer in due)
        if len(due) < _MOST_TIMERS or time.monotonic() - began_s > _MOST_SECONDS:
            break
    return fired


def _take(runut: Runut) -> Sequence[Any]:
    """Due timers that no other clock holds, the oldest first, held by us until their `lease_until`."""
    with runut.database.statement() as connection:
        now = runut.pulse(connection).now
        due = (
            select(Timer.id)
            .join(Case, Case.id == Timer.case_id)
            .where(
                Timer.done_at.is_(None), Timer.due_at <= now, Case.held_at.is_(None),
                or_(Timer.lease_until.is_(None), Timer.lease_until <= now),
            )
            .order_by(Timer.due_at, Timer.id)
            .limit(_MOST_TIMERS)
            .with_for_update(of=Timer, skip_locked=True)
            .cte("due")
        )
        taken = connection.execute(
            update(Timer)
            .where(Timer.id.in_(select(due.c.id)))
            .values(lease_until=now + _HELD_FOR)
            .returning(Timer.id, Timer.case_id, Timer.kind, Timer.due_at, Timer.lease_until)
        ).all()
    return sorted(taken, key=lambda timer: (timer.due_at, timer.id))


def clean(runut: Runut) -> bool:
    """Deletes what was kept long enough, once an hour whoever ticks; whether it was time."""
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        if not heartbeats.beat(connection, "cleaning", now, every=_CLEAN_EVERY):
            return False
        for kept, column in (
            (IDEMPOTENCY_KEYS_KEPT, IdempotencyKey.created_at),
            (OPENINGS_KEPT, Opening.opened_at),
            (CODES_KEPT, OneTimeCode.created_at),
            (SIGNIN_FAILURES_KEPT, SignInFailure.at),
        ):
            connection.execute(delete(column.class_).where(column < now - kept))
        connection.execute(delete(MailDay).where(MailDay.on_date < (now - MAIL_DAYS_KEPT).date()))
        still = exists().where(Case.id == Claim.case_id, Case.version == Claim.case_version)
        connection.execute(delete(Claim).where(~still))
        forget_contents(connection, now)
        forget(connection, now - BULK_ACTIONS_KEPT)
        budget.rescue(connection, runut.present(connection))
    _plant(runut)
    return True


def _plant(runut: Runut) -> None:
    """A ladder for every open case that came without one, a batch at a time."""
    began_s, planted = time.monotonic(), 1
    while planted and time.monotonic() - began_s < _MOST_SECONDS:
        with runut.database.write() as connection:
            planted = plant_missing(connection, runut.present(connection))


def _fire(runut: Runut, timer: Any) -> bool:
    """Whether a step of a table was taken. One that guards refuse is looked at again later: what it waits for may come.

    The step comes first and the mark after it: when we die in between, the table refuses the second attempt.
    """
    if timer.kind == ASK:
        return _look(runut, timer)
    try:
        if timer.kind in RUNGS:
            climb(runut, timer)
            return False
        act(runut, CLOCK, timer.case_id, timer.kind, {}, if_match="any")
    except (NotAvailable, NotYours):
        _settle(runut, timer, "moot")
        return False
    except (Refused, CalendarEnds) as refusal:
        log.info("clock.waits", case_id=timer.case_id, kind=timer.kind, because=str(refusal))
        _look_again(runut, timer, _LOOK_AGAIN_AFTER)
        return False
    except CaseMovedOn:
        _look_again(runut, timer, timedelta())  # people are at work on it
        return False
    _settle(runut, timer)
    return True


def _look(runut: Runut, timer: Any) -> bool:
    """Whether somebody is asked now, or no longer. Then the case has a new timer; else this one looks again later."""
    try:
        look_whose_turn(runut, timer.case_id)
    except CaseMovedOn:
        _look_again(runut, timer, timedelta())
        return False
    except (NotAvailable, CalendarEnds):
        with runut.database.read() as connection:
            blocked_by = connection.scalar(select(Case.blocked_by).where(Case.id == timer.case_id))
        _look_again(runut, timer, LOOK_WHILE_BLOCKED if blocked_by else LOOK_WHILE_ASKED)
        return False
    return True


def _look_again(runut: Runut, timer: Any, after: timedelta) -> None:
    """Gives the timer back: at once when nothing came of it only because others were faster, else for later."""
    with runut.database.statement() as connection:
        again = runut.pulse(connection).now + after if after else timer.due_at
        connection.execute(update(Timer).where(*_open(timer.id)).values(due_at=again, lease_until=None))


def _settle(runut: Runut, timer: Any, outcome: str | None = None) -> None:
    """Marks the timer as `outcome`, else as fired. Its own step has ended it as moot with the case's other ones."""
    with runut.database.statement() as connection:
        now = runut.pulse(connection).now
        which = _open(timer.id) if outcome else [Timer.id == timer.id]
        fired = "late" if now - timer.due_at > _LATE_AFTER else "fired"
        connection.execute(
            update(Timer).where(*which).values(done_at=now, outcome=outcome or fired, lease_until=None)
        )


def _open(timer_id: str) -> list[Any]:
    return [Timer.id == timer_id, Timer.done_at.is_(None)]

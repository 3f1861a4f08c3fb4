"""The tick: due timers become the clock's steps, cases follow the terms of their people, what is over is closed.

Any number of ticks at once, late ones and lost ones are harmless: what decides is the table and the database's clock.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update

from service import heartbeats, outbox
from service.actor import CLOCK
from service.commands.acting import act
from service.commands.asking import look_whose_turn
from service.commands.bulk import forget
from service.commands.people.resettling import resettle_by_date
from service.duties import ASK, LOOK_WHILE_ASKED, LOOK_WHILE_BLOCKED
from service.errors import CaseMovedOn, NotAvailable, NotYours, Refused
from service.models import Case, IdempotencyKey, OneTimeCode, Opening, SignInFailure, Timer
from service.people_import.keeping import forget_contents
from service.runut import Runut
from workflows.calendar import CalendarEnds

IDEMPOTENCY_KEYS_KEPT = timedelta(days=7)
BULK_ACTIONS_KEPT = timedelta(days=30)
OPENINGS_KEPT = timedelta(days=60)
CODES_KEPT = timedelta(days=7)
SIGNIN_FAILURES_KEPT = timedelta(days=1)
_MOST_TIMERS = 100
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
    resettle_by_date(runut)
    fire_due(runut)
    clean(runut)


def fire_due(runut: Runut) -> int:
    """Takes the clock's step for each due timer of a case that is not on hold; answers how many steps were taken."""
    with runut.database.read() as connection:
        now = runut.pulse(connection).now
        due = connection.execute(
            select(Timer.id, Timer.case_id, Timer.kind, Timer.due_at, Case.blocked_by)
            .join(Case, Case.id == Timer.case_id)
            .where(Timer.done_at.is_(None), Timer.due_at <= now, Case.held_at.is_(None))
            .order_by(Timer.due_at, Timer.id)
            .limit(_MOST_TIMERS)
        ).all()
    return sum(_fire(runut, timer, now) for timer in due)


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
        forget_contents(connection, now)
        forget(connection, now - BULK_ACTIONS_KEPT)
    return True


def _fire(runut: Runut, timer: Any, now: datetime) -> bool:
    """Whether the clock's step was taken. One that guards refuse is looked at again later: what it waits for may come.

    The step comes first and the mark after it: when we die in between, the table refuses the second attempt.
    """
    if timer.kind == ASK:
        return _look(runut, timer)
    try:
        act(runut, CLOCK, timer.case_id, timer.kind, {}, if_match="any")
    except (NotAvailable, NotYours):
        _settle(runut, timer.id, now, "moot")
        return False
    except (Refused, CalendarEnds) as refusal:
        log.info("clock.waits", case_id=timer.case_id, kind=timer.kind, because=str(refusal))
        with runut.database.statement() as connection:
            connection.execute(
                update(Timer).where(*_open(timer.id)).values(due_at=runut.pulse(connection).now + _LOOK_AGAIN_AFTER)
            )
        return False
    except CaseMovedOn:
        return False  # people are at work on it; the next tick looks again
    _settle(runut, timer.id, now, "late" if now - timer.due_at > _LATE_AFTER else "fired", fired=True)
    return True


def _look(runut: Runut, timer: Any) -> bool:
    """Whether somebody is asked now, or no longer. Then the case has a new timer; else this one looks again later."""
    try:
        look_whose_turn(runut, timer.case_id)
    except CaseMovedOn:
        return False
    except (NotAvailable, CalendarEnds):
        blocked = timer.blocked_by is not None
        with runut.database.statement() as connection:
            again = runut.pulse(connection).now + (LOOK_WHILE_BLOCKED if blocked else LOOK_WHILE_ASKED)
            connection.execute(update(Timer).where(*_open(timer.id)).values(due_at=again))
        return False
    return True


def _settle(runut: Runut, timer_id: str, now: datetime, outcome: str, *, fired: bool = False) -> None:
    """Marks the timer. Its own step has ended it as moot together with the case's other ones; it was not."""
    with runut.database.statement() as connection:
        which = [Timer.id == timer_id] if fired else _open(timer_id)
        connection.execute(update(Timer).where(*which).values(done_at=now, outcome=outcome))


def _open(timer_id: str) -> list[Any]:
    return [Timer.id == timer_id, Timer.done_at.is_(None)]



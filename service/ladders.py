"""The ladder of a case's deadline as timers: one open row for the next rung, which makes the one after it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from service.ids import new_id
from service.models import Case, Timer, WorkItem
from service.runut import Present
from workflows.calendar import CalendarEnds
from workflows.ladder import Ladder, Planned, Rung, next_rung

RUNGS = tuple(rung.value for rung in Rung)
"""The kinds of their timers."""
_BATCH = 500
_ONE_DAY = timedelta(days=1)


def ladder_of(present: Present) -> Ladder:
    """The ladder of deadlines as the office set it."""
    rules = present.rules
    return Ladder(rules.days("reminder.before"), rules.days("reminder.superior"), rules.days("reminder.reroute"))


def following(present: Present, due_at: datetime) -> Planned:
    """The next rung from now on; where the calendar does not reach that far, the clock looks again a day later."""
    try:
        planned = next_rung(present.calendar, due_at, present.now, ladder_of(present))
    except CalendarEnds:
        planned = None
    return planned or Planned(Rung.OVERDUE, present.now + _ONE_DAY)


def rung_timer(present: Present, case_id: str, version: int, due_at: datetime) -> dict[str, Any]:
    """The row of the timers for the next rung of this deadline."""
    planned = following(present, due_at)
    return {
        "id": new_id(), "case_id": case_id, "case_version": version, "kind": planned.rung.value, "due_at": planned.at,
        "done_at": None, "outcome": None, "lease_until": None,
    }


def plant_missing(connection: Connection, present: Present) -> int:
    """Gives a batch of cases that came without one a ladder from now on; answers how many there were.

    They came from an older release or from a history that was taken over: nobody is reminded of rungs long past.
    """
    has_rung = exists().where(Timer.case_id == Case.id, Timer.done_at.is_(None), Timer.kind.in_(RUNGS))
    is_asked = exists().where(WorkItem.case_id == Case.id, WorkItem.done_at.is_(None))
    rows = connection.execute(
        select(Case.id, Case.version, Case.due_at)
        .where(Case.due_at.is_not(None), is_asked, ~has_rung)
        .order_by(Case.id)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        connection.execute(insert(Timer), [rung_timer(present, row.id, row.version, row.due_at) for row in rows])
    return len(rows)


def replan(connection: Connection, present: Present) -> int:
    """Brings rungs forward that `present`, with its new calendar or rules, puts earlier; answers how many there were.

    One that comes later needs nothing: the clock finds it too early and plants the next one.
    """
    rows = connection.execute(
        select(Timer.id, Timer.due_at, Case.due_at.label("deadline"))
        .join(Case, Case.id == Timer.case_id)
        .where(
            Timer.done_at.is_(None), Timer.kind.in_(RUNGS), Timer.lease_until.is_(None), Timer.due_at > present.now,
            Case.due_at.is_not(None),
        )
    ).all()
    planned = {row.id: following(present, row.deadline) for row in rows}
    earlier = [row.id for row in rows if planned[row.id].at < row.due_at]
    for timer_id in earlier:
        rung = planned[timer_id]
        connection.execute(
            update(Timer)
            .where(Timer.id == timer_id, Timer.done_at.is_(None), Timer.lease_until.is_(None))
            .values(kind=rung.rung.value, due_at=rung.at)
        )
    return len(earlier)

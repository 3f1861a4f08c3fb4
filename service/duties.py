"""What follows from where a case rests: who is asked, until when, and when the clock looks again.

Nobody is asked for what he cannot do. While what keeps him from it is in somebody else's hands, he has no work item, no
mail and no deadline; a timer looks whether that is still so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from service.authority import Holder
from service.casefile import CLOCK_GRACE, CaseFile, facts_of
from service.ids import new_id
from service.ladders import rung_timer
from service.models import Case, Timer
from workflows.kit import Facts, Role, State
from workflows.turns import Turn, hangs_on_others, turn_of

ASK = "ask"
"""The kind of the timer that looks whether whoever is or is not asked should be."""
LOOK_WHILE_BLOCKED, LOOK_WHILE_ASKED = timedelta(minutes=30), timedelta(hours=12)


def due_at(file: CaseFile, state: State, entered_at: datetime) -> datetime | None:
    """When the state's work is due; None when the table sets no date."""
    return file.present.calendar.due(state.due, entered_at, file.deadlines)


def columns_of(file: CaseFile, turn: Turn) -> dict[str, Any]:
    """The columns of the case that say whose turn it is from now on, and until when."""
    is_asked, is_blocked = turn.role is not None, turn.blocked_by is not None
    due = turn.due if is_asked or not is_blocked else None
    return {
        "asked_at": file.present.now if is_asked else None,
        "blocked_by": turn.blocked_by.name if turn.blocked_by else None,
        "asked_instead": turn.role.value if turn.blocked_by and turn.role else None,
        "due_at": file.present.calendar.due(due, file.present.now, file.deadlines),
    }


def changed_turn(connection: Connection, file: CaseFile) -> dict[str, Any]:
    """The columns by which the case's turn differs from what is stored; empty when it does not, or is HR's to resume.
    """
    if file.row["held_at"] is not None or not hangs_on_others(file.workflow, file.state):
        return {}
    columns = columns_of(file, turn_of(file.workflow, facts_of(file, connection)))
    same = all(columns[name] == file.row[name] for name in ("blocked_by", "asked_instead"))
    return {} if same else columns


def look_below(connection: Connection, file: CaseFile) -> None:
    """Lets the clock look at once at the cases whose results may hang on those of this plan."""
    below = select(Case.id).where(
        Case.rater_position_id == file.row["post_id"], Case.cycle_id == file.row["cycle_id"]
    )
    connection.execute(
        update(Timer)
        .where(Timer.case_id.in_(below), Timer.kind == ASK, Timer.done_at.is_(None))
        .values(due_at=file.present.now)
    )


def queue(after: CaseFile) -> dict[str, Any]:
    """The work items and timers of a case that just came where it is, or whose turn just changed."""
    row = after.row
    return {
        "work_items": work_items(after, after.awaited, row["version"], row["due_at"], after.waiting()),
        "timers": [*timers(after, after.state, row["version"], row["ends_at"]), *_looks(after), *rungs(after)],
    }


def rungs(after: CaseFile) -> list[dict[str, Any]]:
    """The timer of the next rung of the deadline's ladder, where somebody is awaited until a date."""
    row = after.row
    if after.awaited is None or row["due_at"] is None:
        return []
    return [rung_timer(after.present, after.id, row["version"], row["due_at"])]


def _looks(after: CaseFile) -> list[dict[str, Any]]:
    """The timer that looks whose turn it is, where that hangs on others."""
    if not hangs_on_others(after.workflow, after.state):
        return []
    wait = LOOK_WHILE_BLOCKED if after.row["blocked_by"] else LOOK_WHILE_ASKED
    return [timer(after, ASK, after.present.now + wait)]


def timer(file: CaseFile, kind: str, at: datetime) -> dict[str, Any]:
    """One row of the timers, due at `at`."""
    return {
        "id": new_id(), "case_id": file.id, "case_version": file.row["version"], "kind": kind, "due_at": at,
        "done_at": None, "outcome": None, "lease_until": None,
    }


def work_items(
    file: CaseFile, role: Role | None, version: int, due: datetime | None, holders: Iterable[Holder]
) -> list[dict[str, Any]]:
    """One row per person who must act as `role`; none where nobody is asked."""
    if role is None:
        return []
    return [
        {
            "id": new_id(),
            "case_id": file.id,
            "case_version": version,
            "role": role.value,
            "person_id": holder.person_id,
            "on_behalf_of": holder.on_behalf_of,
            "position_id": holder.position_id,
            "since_at": file.present.now,
            "due_at": due,
            "done_at": None,
        }
        for holder in holders
    ]


def timers(file: CaseFile, state: State, version: int, ends_at: datetime | None) -> list[dict[str, Any]]:
    """One row per step that the clock may take from `state`, 60 s after its instant so that a filing under way wins.

    A step whose guards could not hold even then (no amendment lapses where nothing was ever in force) gets none.
    """
    rows = []
    for step in file.workflow.steps_from(state.name, [Role.CLOCK]):
        instant = _instant(file.workflow.clock, step.action, file.deadlines, ends_at)
        if instant is None:
            continue
        then = Facts(
            state=state.name,
            now=instant + CLOCK_GRACE,
            deadlines=file.deadlines,
            marks=file.row["marks"],
            in_force=file.row["in_force_version"] is not None,
            ends_at=ends_at,
        )
        if all(guard.holds(then) for guard in step.guards):
            rows.append({**timer(file, step.action, then.now), "case_version": version})
    return rows


def _instant(
    clock: Mapping[str, str], action: str, deadlines: Mapping[str, datetime], ends_at: datetime | None
) -> datetime | None:
    rule = clock[action].removeprefix("cycle.")
    instant = deadlines.get(rule)
    return min(ends_at, instant) if rule == "end" and ends_at and instant else instant

"""What follows from where a case rests: who is asked, until when, and when the clock looks again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from service.authority import Holder
from service.casefile import CLOCK_GRACE, CaseFile
from service.ids import new_id
from workflows.kit import Facts, Role, State


def due_at(file: CaseFile, state: State, entered_at: datetime) -> datetime | None:
    """When the state's work is due; None when the table sets no date."""
    return file.present.calendar.due(state.due, entered_at, file.deadlines)


def work_items(
    file: CaseFile, state: State, version: int, due: datetime | None, holders: Iterable[Holder],
    role: Role | None = None,
) -> list[dict[str, Any]]:
    """One row per person who must act in `state`; as `role` where that is not the one the table names."""
    asked = role or state.waits_for
    if asked is None:
        return []
    return [
        {
            "id": new_id(),
            "case_id": file.id,
            "case_version": version,
            "role": asked.value,
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
            rows.append(
                {
                    "id": new_id(),
                    "case_id": file.id,
                    "case_version": version,
                    "kind": step.action,
                    "due_at": then.now,
                    "done_at": None,
                    "outcome": None,
                }
            )
    return rows


def _instant(
    clock: Mapping[str, str], action: str, deadlines: Mapping[str, datetime], ends_at: datetime | None
) -> datetime | None:
    rule = clock[action].removeprefix("cycle.")
    instant = deadlines.get(rule)
    return min(ends_at, instant) if rule == "end" and ends_at and instant else instant

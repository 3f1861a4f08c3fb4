"""Which open deadlines the calendar as it is now, or as it is about to be, would count to another day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

import workflows
from service.models import Case, Event
from service.runut import Present
from workflows.calendar import Calendar, Hold
from workflows.kit import Role, State

_BATCH = 500
_HOLDS = ("case.hold", "case.resume", "case.extend")


class Verdict(StrEnum):
    """What a recount does with one deadline. A date that was announced comes earlier for nobody by itself."""

    LATER = "LATER"
    EARLIER = "EARLIER"
    KEPT_FOR_EMPLOYEE = "KEPT_FOR_EMPLOYEE"
    KEPT_TOO_SOON = "KEPT_TOO_SOON"

    def moves(self, *, earlier: bool) -> bool:
        """Whether the deadline moves; `earlier` is HR's word that those which may come earlier do."""
        return self is Verdict.LATER or (earlier and self is Verdict.EARLIER)


@dataclass(frozen=True, slots=True)
class Shift:
    """One open case whose deadline the calendar counts to another day than it was given."""

    case_id: str
    number: str
    state: str
    was: datetime
    becomes: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _History:
    """What happened to a case since its deadline began to run."""

    holds: Sequence[Hold]
    extended: bool


def shifts(
    connection: Connection, present: Present, calendar: Calendar | None = None, *, only: Sequence[str] | None = None
) -> list[Shift]:
    """The deadlines in working days that `calendar` (the present one when not said) counts otherwise, by number.

    Cases on hold are among them. A deadline that waits for somebody else first, or that is a date of its cycle, is not
    counted in days and is left out; so is one by letter that is later already. Raises CalendarEnds where one would lie
    in a year that is not loaded.
    """
    chosen = calendar or present.calendar
    rows = list(_counted(connection, only))
    histories = _histories(connection, rows)
    found = (_shift(row, histories[row["id"]], chosen, present.now) for row in rows)
    return sorted((shift for shift in found if shift), key=lambda shift: shift.number)


def tally(found: Iterable[Shift]) -> Mapping[Verdict, int]:
    """How many of each verdict; 0 for those that do not occur."""
    return Counter(shift.verdict for shift in found)


def _counted(connection: Connection, only: Sequence[str] | None) -> Iterator[Mapping[str, Any]]:
    """Open cases whose deadline was counted in working days."""
    query = select(
        Case.id, Case.number, Case.workflow, Case.edition, Case.state, Case.state_since, Case.asked_at, Case.due_at
    ).where(Case.due_at.is_not(None), Case.blocked_by.is_(None), Case.stage != "done")
    if only is not None:
        query = query.where(Case.id.in_(only))
    for found in connection.execute(query).mappings():
        row = dict(found)
        if (_state(row).due or "").endswith("wd"):
            yield row


def _state(row: Mapping[str, Any]) -> State:
    return workflows.get(row["workflow"], row["edition"]).state(row["state"])


def _since(row: Mapping[str, Any]) -> datetime:
    """Since when the days run: whoever is awaited was asked then, at entry when not said."""
    since: datetime = row["asked_at"] or row["state_since"]
    return since


def _histories(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, _History]:
    since = {row["id"]: _since(row) for row in rows}
    events: dict[str, list[Any]] = {case_id: [] for case_id in since}
    ids = list(since)
    for start in range(0, len(ids), _BATCH):
        query = (
            select(Event.case_id, Event.type, Event.at)
            .where(Event.case_id.in_(ids[start : start + _BATCH]), Event.type.in_(_HOLDS))
            .order_by(Event.position)
        )
        for event in connection.execute(query):
            if event.at >= since[event.case_id]:
                events[event.case_id].append(event)
    return {
        case_id: _History(list(_holds(found)), any(event.type == "case.extend" for event in found))
        for case_id, found in events.items()
    }


def _holds(events: Iterable[Any]) -> Iterator[Hold]:
    """The times on hold that have ended; one that lasts is added when it ends."""
    began: datetime | None = None
    for event in events:
        if event.type == "case.hold":
            began = event.at
        elif event.type == "case.resume" and began is not None:
            yield began, event.at
            began = None


def _shift(row: Mapping[str, Any], history: _History, calendar: Calendar, now: datetime) -> Shift | None:
    state, was = _state(row), row["due_at"]
    becomes = calendar.due(state.due, _since(row), {}, history.holds)
    assert becomes is not None
    if becomes == was or (becomes < was and history.extended):
        return None  # a date by letter stands
    verdict = Verdict.LATER if becomes > was else _earlier(state.waits_for, becomes, calendar, now)
    return Shift(row["id"], row["number"], row["state"], was, becomes, verdict)


def _earlier(waits_for: Role | None, becomes: datetime, calendar: Calendar, now: datetime) -> Verdict:
    if waits_for is Role.EMPLOYEE:
        return Verdict.KEPT_FOR_EMPLOYEE
    tomorrow = calendar.next_working_day(calendar.civil_date(now) + timedelta(days=1))
    return Verdict.KEPT_TOO_SOON if becomes < calendar.end_of_day(tomorrow) else Verdict.EARLIER

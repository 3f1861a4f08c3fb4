"""The office calendar: the days on which offices are closed, proposed first and confirmed against the decree.

Whatever changes in a year is an event of its register, KALENDER-2026. Deadlines that were given before stay until HR
has them counted again (service.commands.cycles.recounting).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Connection, delete, insert, update

from service.actor import Actor
from service.commands.cycles.checks import check_hr, present_alone, refuse
from service.commands.cycles.inputs import YearOfDays
from service.commands.cycles.proposals import day_rows, year_row
from service.commands.inputs import load
from service.errors import Exists
from service.ladders import replan
from service.models import CalendarDay, CalendarYear
from service.registering import enter
from service.runut import Present, Runut
from workflows.calendar import Calendar, Closure
from workflows.kit import Text

_log: Any = structlog.get_logger("runut.calendar")
_OTHER_YEAR = Text("Tanggal ini tidak berada di tahun {year}.", "This date does not lie in {year}.")
_NOT_CLOSED = Text("Hari ini tidak tercatat libur.", "This day is not a closed day.")
_NO_BASIS = Text(
    "Sebut keputusan yang mendasarinya, misalnya SKB dan peraturan bupati.",
    "Name the decree that it rests on.",
)
_LOADED = Text("Kalender {year} sudah dimuat.", "The calendar of {year} is loaded already.")


@dataclass(frozen=True, slots=True)
class YearChange:
    """What a change of one year comes to; `basis` is what the change rests on, empty where nothing is said."""

    year: int
    loads: bool
    confirms: bool
    basis: str
    reason: str
    added: Mapping[date, Closure] = field(default_factory=dict)
    removed: Mapping[date, Closure] = field(default_factory=dict)

    def applied_to(self, calendar: Calendar) -> Calendar:
        """The calendar as it will be."""
        closed = {on: closure for on, closure in calendar.closed.items() if on not in self.removed} | dict(self.added)
        proposed = self.loads or self.year in calendar.provisional
        rest = calendar.provisional - {self.year}
        return Calendar(
            calendar.zone, closed, calendar.years | {self.year},
            rest | {self.year} if proposed and not self.confirms else rest,
        )


def year_change(present: Present, given: Mapping[str, Any]) -> YearChange:
    """What `given` would change in the calendar as it is. Raises InvalidInput."""
    values = load(YearOfDays(), given)
    year, calendar = values["year"], present.calendar
    days = _closures(values["days"], year)
    known = {on: closure for on, closure in calendar.closed.items() if on.year == year}
    dropped = {date.fromisoformat(on) for on in values["remove"]}
    for place, on in enumerate(values["remove"]):
        if date.fromisoformat(on) not in known:
            refuse(f"remove.{place}", _NOT_CLOSED)
    if values["confirm"] and not values["basis"]:
        refuse("basis", _NO_BASIS)
    if values["replace"]:
        dropped |= known.keys() - days.keys()
    return YearChange(
        year=year,
        loads=year not in calendar.years,
        confirms=values["confirm"],
        basis=values["basis"],
        reason=values["reason"],
        added={on: closure for on, closure in days.items() if known.get(on) != closure},
        removed={on: known[on] for on in sorted(dropped - days.keys())},
    )


def set_calendar_days(runut: Runut, actor: Actor, given: Mapping[str, Any]) -> YearChange:
    """Enters and removes closed days of a year; `replace` drops those not named, `confirm` marks it as decreed.

    A year that was not loaded becomes loaded and provisional. Deadlines already given stay; new ones count by it.
    Answers what changed. Raises NotYours, InvalidInput.
    """
    with runut.database.write() as connection:
        present = present_alone(runut, connection)
        check_hr(present, actor)
        change = year_change(present, given)
        _keep(connection, change)
        _enter(connection, present, actor, change)
        replan(connection, replace(present, calendar=change.applied_to(present.calendar)))
    _log.info(
        "calendar changed", year=change.year, added=len(change.added), removed=len(change.removed),
        confirmed=change.confirms, actor_id=actor.person_id,
    )
    return change


def confirm_year(runut: Runut, actor: Actor, year: int, basis: str) -> None:
    """Marks a loaded year as backed by a decree (`basis`). Raises NotYours, InvalidInput."""
    set_calendar_days(runut, actor, {"year": year, "days": [], "confirm": True, "basis": basis})


def proposal(year: int) -> dict[str, Any]:
    """The days of a year as far as anybody knows, as input for `set_calendar_days`: provisional until confirmed."""
    days = [
        {"date": row["on_date"].isoformat(), "kind": row["kind"], "name": row["name"]} for row in day_rows(year)
    ]
    return {"year": year, "days": days, "basis": year_row(year)["basis"]}


def load_year(runut: Runut, actor: Actor, year: int) -> YearChange:
    """Loads a year from the proposal. Raises NotYours, InvalidInput; Exists when it is loaded already."""
    with runut.database.read() as connection:
        if year in runut.present(connection).calendar.years:
            raise Exists(_LOADED.format(year=year))
    return set_calendar_days(runut, actor, proposal(year))


def _closures(days: Iterable[Mapping[str, Any]], year: int) -> dict[date, Closure]:
    found: dict[date, Closure] = {}
    for place, day in enumerate(days):
        on = date.fromisoformat(day["date"])
        if on.year != year:
            refuse(f"days.{place}.date", _OTHER_YEAR.format(year=year))
        found[on] = Closure(day["kind"], day["name"])
    return found


def _keep(connection: Connection, change: YearChange) -> None:
    gone = [*change.added, *change.removed]
    if gone:
        connection.execute(delete(CalendarDay).where(CalendarDay.on.in_(gone)))
    if change.added:
        rows = [{"on_date": on, "kind": day.kind, "name": day.name} for on, day in change.added.items()]
        connection.execute(insert(CalendarDay), rows)
    if change.loads:
        row = {"year": change.year, "provisional": not change.confirms, "basis": change.basis}
        connection.execute(insert(CalendarYear).values(**row))
    elif change.confirms:
        confirmed = {"provisional": False, "basis": change.basis}
        connection.execute(update(CalendarYear).where(CalendarYear.year == change.year).values(**confirmed))


def _enter(connection: Connection, present: Present, actor: Actor, change: YearChange) -> None:
    """One event per thing that was done: loaded or changed, then confirmed."""
    register, facts = f"KALENDER-{change.year}", {"year": change.year, "basis": change.basis}
    if change.loads:
        facts_of_load = {**facts, "days": _listed(change.added)}
        enter(connection, present, actor, register, "calendar.load", facts_of_load, reason=change.reason)
    elif change.added or change.removed:
        facts_of_change = {**facts, "added": _listed(change.added), "removed": _listed(change.removed)}
        enter(connection, present, actor, register, "calendar.change", facts_of_change, reason=change.reason)
    if change.confirms:
        closed = sum(on.year == change.year for on in change.applied_to(present.calendar).closed)
        enter(
            connection, present, actor, register, "calendar.confirm", {**facts, "closed_days": closed},
            reason=change.reason,
        )


def _listed(days: Mapping[date, Closure]) -> list[dict[str, str]]:
    return [{"date": on.isoformat(), "kind": days[on].kind, "name": days[on].name} for on in sorted(days)]

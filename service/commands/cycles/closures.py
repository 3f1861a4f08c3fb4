"""The office calendar: the days on which offices are closed, proposed first and confirmed against the decree."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Connection, delete, insert, select, update

from service.actor import Actor
from service.commands.cycles.checks import check_hr, refuse
from service.commands.cycles.inputs import YearOfDays
from service.commands.inputs import load
from service.counters import CALENDAR, bump
from service.models import CalendarDay, CalendarYear
from service.runut import Runut
from workflows.kit import Text

_log: Any = structlog.get_logger("runut.calendar")
_OTHER_YEAR = Text("Tanggal ini tidak berada di tahun {year}.", "This date does not lie in {year}.")
_NO_BASIS = Text(
    "Sebut keputusan yang mendasarinya, misalnya SKB dan peraturan bupati.",
    "Name the decree that it rests on.",
)


def set_calendar_days(runut: Runut, actor: Actor, given: Mapping[str, Any]) -> None:
    """Enters closed days of one year; `replace` first drops the ones there, `confirm` marks the year as decreed.

    A year that was not loaded becomes loaded and provisional. Deadlines already given stay; new ones count by it.
    Raises NotYours, InvalidInput.
    """
    with runut.database.write() as connection:
        check_hr(runut.present(connection), actor)
        values = load(YearOfDays(), given)
        year = values["year"]
        _check(values)
        if values["replace"]:
            in_year = CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31))
            connection.execute(delete(CalendarDay).where(in_year))
        for day in values["days"]:
            on = date.fromisoformat(day["date"])
            connection.execute(delete(CalendarDay).where(CalendarDay.on == on))
            connection.execute(insert(CalendarDay).values(on_date=on, kind=day["kind"], name=day["name"]))
        _keep_year(connection, year, values["basis"], confirm=values["confirm"])
        bump(connection, CALENDAR)  # last: nobody may keep the days as they were under the new number
    _log.info("calendar changed", year=year, days=len(values["days"]), confirmed=values["confirm"],
              actor_id=actor.person_id)


def confirm_year(runut: Runut, actor: Actor, year: int, basis: str) -> None:
    """Marks a loaded year as backed by a decree (`basis`). Raises NotYours, InvalidInput."""
    set_calendar_days(runut, actor, {"year": year, "days": [], "confirm": True, "basis": basis})


def _check(values: Mapping[str, Any]) -> None:
    for place, day in enumerate(values["days"]):
        if int(day["date"][:4]) != values["year"]:
            refuse(f"days.{place}.date", _OTHER_YEAR.format(year=values["year"]))
    if values["confirm"] and not values["basis"]:
        refuse("basis", _NO_BASIS)


def _keep_year(connection: Connection, year: int, basis: str, *, confirm: bool) -> None:
    known = connection.execute(select(CalendarYear.provisional).where(CalendarYear.year == year)).one_or_none()
    if known is None:
        connection.execute(insert(CalendarYear).values(year=year, provisional=not confirm, basis=basis))
        return
    changes: dict[str, Any] = {"basis": basis} if basis else {}
    if confirm:
        changes["provisional"] = False
    if changes:
        connection.execute(update(CalendarYear).where(CalendarYear.year == year).values(**changes))

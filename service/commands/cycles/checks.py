"""What every command about cycles checks first: who asks, that the cycle is there, that the year can be counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

from sqlalchemy import Connection, select

from service.actor import Actor
from service.authority import Organisation
from service.counters import CALENDAR, bump
from service.errors import FieldError, InvalidInput, NotFound, NotYours
from service.models import Cycle
from service.runut import Present, Runut
from workflows.calendar import CalendarEnds
from workflows.kit import Text

NO_SUCH_CYCLE = Text("Siklus ini tidak ada.", "There is no such cycle.")
_NOT_HR = Text("Hanya kepegawaian yang dapat mengatur siklus dan kalender.", "Only HR may run cycles and the calendar.")
_INVALID = Text(
    "Ada isian yang belum benar; tidak ada yang dicatat. Perbaiki isian yang disebut, lalu kirim lagi.",
    "Some fields are not right; nothing was recorded. Correct the fields named and send again.",
)
_OUT_OF_ORDER = Text("Harus sama dengan atau sesudah {before}.", "This must not be before {before}.")
_IN_ORDER = (("plan_submit", "plan_default"), ("report", "rate"))


def check_hr(present: Present, actor: Actor) -> None:
    """Raises NotYours unless an HR officer or administrator asks; a command line acts for nobody and may."""
    if actor.person_id is None:
        return
    today = present.calendar.civil_date(present.now)
    if present.organisation.roles_of(actor.person_id, today).isdisjoint({"hr", "admin"}):
        raise NotYours(_NOT_HR, extra={"who_may": ["HR"]})


def present_alone(runut: Runut, connection: Connection) -> Present:
    """What is true now, for a change of calendar or rules: changes queue here, and each sees what the one before did.

    Its counter has moved when the transaction ends; nobody keeps what was read here under the new number.
    """
    generation = bump(connection, CALENDAR)
    return runut.present(connection, replace(runut.pulse(connection), calendar=generation - 1))


def locked_cycle(connection: Connection, cycle_id: str) -> Mapping[str, Any]:
    """The cycle, locked until the transaction ends. Raises NotFound."""
    query = select(*Cycle.__table__.columns).where(Cycle.id == cycle_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_CYCLE)
    return dict(row)


def check_unit(organisation: Organisation, unit_id: str | None) -> None:
    """Raises InvalidInput when the unit is unknown."""
    if unit_id is not None and unit_id not in organisation.units:
        refuse("unit_id", Text("Unit ini tidak dikenal.", "There is no such unit."))


def check_order(dates: Mapping[str, str]) -> None:
    """Raises InvalidInput when a date stands before the one it must follow."""
    for before, after in _IN_ORDER:
        if before in dates and after in dates and dates[after] < dates[before]:
            refuse(f"dates.{after}", _OUT_OF_ORDER.format(before=before))


def unloaded(present: Present, dates: Mapping[str, str]) -> list[Text]:
    """A sentence per year that these dates reach and whose calendar is not loaded."""
    years = sorted({date.fromisoformat(on).year for on in dates.values()} - present.calendar.years)
    return [CalendarEnds(year).message for year in years]


def refuse(path: str, sentence: Text) -> NoReturn:
    """Raises InvalidInput for one field."""
    raise InvalidInput(_INVALID, [FieldError(path, sentence)])

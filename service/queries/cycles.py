"""Cycles with their dates, who has not begun in one, and what stands in the way of opening it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from service.authority import Organisation, Person
from service.models import CalendarDay, CalendarYear, Case, Cycle
from service.runut import Present
from service.views import when
from workflows.kit import Text

_QUARTERS = ("I", "II", "III", "IV")
_MONTHS = (
    Text("Januari", "January"), Text("Februari", "February"), Text("Maret", "March"), Text("April", "April"),
    Text("Mei", "May"), Text("Juni", "June"), Text("Juli", "July"), Text("Agustus", "August"),
    Text("September", "September"), Text("Oktober", "October"), Text("November", "November"),
    Text("Desember", "December"),
)


def cycles(connection: Connection, present: Present) -> list[dict[str, Any]]:
    """All cycles, the newest first, with how many cases they hold."""
    counts = select(Case.cycle_id, func.count().label("cases")).group_by(Case.cycle_id).subquery()
    rows = connection.execute(
        select(*Cycle.__table__.columns, counts.c.cases)
        .outerjoin(counts, counts.c.cycle_id == Cycle.id)
        .order_by(Cycle.year.desc(), Cycle.kind, Cycle.period.desc(), Cycle.id)
    )
    return [_view(present.organisation, row) for row in rows]


def cycle(connection: Connection, present: Present, cycle_id: str) -> dict[str, Any] | None:
    """One cycle; None when there is none with this id."""
    return next((view for view in cycles(connection, present) if view["id"] == cycle_id), None)


def cycle_title(view: Mapping[str, Any]) -> Text:
    """The cycle's name: `Tahun 2026`, `Triwulan II 2026`, `Maret 2026`, with its unit where it is for one only."""
    year, period = view["year"], view["period"]
    match view["kind"]:
        case "QUARTER":
            title = Text(f"Triwulan {_QUARTERS[period - 1]} {year}", f"Quarter {_QUARTERS[period - 1]} {year}")
        case "MONTH":
            title = Text(f"{_MONTHS[period - 1].id} {year}", f"{_MONTHS[period - 1].en} {year}")
        case _:
            title = Text(f"Tahun {year}", f"Year {year}")
    if view["unit"] is None:
        return title
    return Text(f"{title.id}, {view['unit']['name']}", f"{title.en}, {view['unit']['name']}")


def without_case(connection: Connection, present: Present, view: Mapping[str, Any]) -> list[Person]:
    """People whom the cycle is for and who have no case in it, by name."""
    have = set(connection.scalars(select(Case.subject_id).where(Case.cycle_id == view["id"], Case.slot.is_not(None))))
    return sorted((p for p in expected(connection, present, view) if p.id not in have), key=lambda person: person.name)


def expected(connection: Connection, present: Present, view: Mapping[str, Any]) -> Iterator[Person]:
    """Everybody who should have a plan in the cycle: active, no political official, in a post that it covers."""
    organisation, today = present.organisation, present.calendar.civil_date(present.now)
    apart = units_apart(connection, view)
    for person in organisation.people.values():
        if person.locked or person.political:
            continue
        post = organisation.post_of(person.id, today)
        if post and covers(organisation, view, post[1].id, apart):
            yield person


def without_post(present: Present, view: Mapping[str, Any]) -> Iterator[Person]:
    """Active people who hold no post today; they belong to nobody's cycle but that of the whole government."""
    organisation, today = present.organisation, present.calendar.civil_date(present.now)
    if view["unit"] is None:
        for person in organisation.people.values():
            if not person.locked and not person.political and organisation.post_of(person.id, today) is None:
                yield person


def units_apart(connection: Connection, view: Mapping[str, Any]) -> frozenset[str]:
    """Units that have a cycle of their own for the same period; what lies in or below them is not in this one."""
    found = connection.scalars(
        select(Cycle.unit_id).where(
            Cycle.kind == view["kind"], Cycle.year == view["year"], Cycle.period == view["period"],
            Cycle.unit_id.is_not(None), Cycle.id != view["id"],
        )
    )
    return frozenset(unit_id for unit_id in found if unit_id)


def covers(organisation: Organisation, view: Mapping[str, Any], unit_id: str, apart: frozenset[str]) -> bool:
    """Whether a post in that unit belongs to the cycle: upward from it, the first unit with a cycle of its own decides.
    """
    own = view["unit"] and view["unit"]["id"]
    for unit in organisation.unit_path(unit_id):
        if unit.id == own:
            return True
        if unit.id in apart:
            return False
    return own is None


def calendar_days(connection: Connection, year: int | None) -> dict[str, Any]:
    """Closed days, the first one first, and the loaded years with what they rest on."""
    query = select(CalendarDay.__table__).order_by(CalendarDay.on)
    if year is not None:
        query = query.where(CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31)))
    return {
        "items": [
            {"date": row.on_date.isoformat(), "kind": row.kind, "name": row.name} for row in connection.execute(query)
        ],
        "years": [
            {"year": row.year, "provisional": row.provisional, "basis": row.basis}
            for row in connection.execute(select(CalendarYear.__table__).order_by(CalendarYear.year))
        ],
    }


def _view(organisation: Organisation, row: Any) -> dict[str, Any]:
    unit = organisation.units.get(row.unit_id) if row.unit_id else None
    return {
        "id": row.id,
        "kind": row.kind,
        "year": row.year,
        "period": row.period,
        "unit": unit and {"id": unit.id, "name": unit.name},
        "reviewed": row.reviewed,
        "dates": row.dates,
        "opened_at": when(row.opened_at),
        "closed_at": when(row.closed_at),
        "state": "closed" if row.closed_at else "open" if row.opened_at else "planned",
        "cases": row.cases or 0,
    }

"""Cycles with their dates, who has not begun in one, and what stands in the way of opening it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from service.authority import Organisation, Person
from service.models import CalendarDay, CalendarYear, Case, Cycle
from service.runut import Present
from service.views import when
from workflows.kit import Locale, Text

_QUARTERS = ("I", "II", "III", "IV")
_MONTHS = (
    Text("Januari", "January"), Text("Februari", "February"), Text("Maret", "March"), Text("April", "April"),
    Text("Mei", "May"), Text("Juni", "June"), Text("Juli", "July"), Text("Agustus", "August"),
    Text("September", "September"), Text("Oktober", "October"), Text("November", "November"),
    Text("Desember", "December"),
)
_NAMED = 20


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
    """People of the cycle's unit (or of all) who hold a post today and have no case in the cycle, by name."""
    organisation = present.organisation
    have = set(connection.scalars(select(Case.subject_id).where(Case.cycle_id == view["id"], Case.slot.is_not(None))))
    today, unit = present.calendar.civil_date(present.now), view["unit"] and view["unit"]["id"]
    missing = [p for p in expected(organisation, today, unit) if p.id not in have]
    return sorted(missing, key=lambda person: person.name)


def expected(organisation: Organisation, on: date, unit_id: str | None) -> Iterator[Person]:
    """Everybody who should have a plan: active, no political official, in a post of the unit or below it."""
    for person in organisation.people.values():
        if person.locked or person.political:
            continue
        post = organisation.post_of(person.id, on)
        if post and (unit_id is None or unit_id in {unit.id for unit in organisation.unit_path(post[1].id)}):
            yield person


def preflight(present: Present, view: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """What would go wrong if the cycle were opened now: `problems` of level E stop it, W are worth a look."""
    organisation, today = present.organisation, present.calendar.civil_date(present.now)
    people = list(expected(organisation, today, view["unit"] and view["unit"]["id"]))
    problems = [*_calendar_problems(present, view), *_people_problems(organisation, people, today, view)]
    return {
        "cycle_id": view["id"],
        "people": len(people),
        "problems": [
            {"code": code, "level": level, "message": text.to(locale), "people": named[:_NAMED], "count": len(named)}
            for code, level, text, named in problems
        ],
    }


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


_Problem = tuple[str, str, Text, list[dict[str, str]]]


def _calendar_problems(present: Present, view: Mapping[str, Any]) -> Iterator[_Problem]:
    years = {date.fromisoformat(on).year for on in view["dates"].values()}
    for year in sorted(years - present.calendar.years):
        yield "calendar", "E", Text(
            f"Kalender kerja {year} belum dimuat.", f"The working calendar of {year} is not loaded."
        ), []
    for year in sorted(years & present.calendar.provisional):
        yield "calendar-provisional", "W", Text(
            f"Kalender kerja {year} masih usulan; belum dicocokkan dengan keputusan bersama.",
            f"The working calendar of {year} is a proposal, not yet checked against the decree.",
        ), []


def _people_problems(
    organisation: Organisation, people: list[Person], today: date, view: Mapping[str, Any]
) -> Iterator[_Problem]:
    unrated, unreviewed = [], []
    for person in people:
        post = organisation.post_of(person.id, today)
        assert post is not None
        rater = organisation.rater_position_for(person.id, post[0].id, today)
        if rater is None or not organisation.acting(rater, today):
            unrated.append({"id": person.id, "name": person.name})
        if view["reviewed"] and not any(organisation.team_of(u.id, today) for u in organisation.unit_path(post[1].id)):
            unreviewed.append({"id": person.id, "name": person.name})
    if unrated:
        yield "no-rater", "W", Text(
            f"{len(unrated)} pegawai belum mempunyai pejabat penilai yang menjabat.",
            f"{len(unrated)} people have no rater in office.",
        ), unrated
    if unreviewed:
        yield "no-team", "W", Text(
            f"{len(unreviewed)} pegawai berada di unit tanpa tim pengelola kinerja; kepegawaian yang mereviu.",
            f"{len(unreviewed)} people are in units without a performance team; HR will review.",
        ), unreviewed


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

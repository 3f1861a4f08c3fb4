"""Who the plans are about: a crowd in sections, each with its own performance team; and the years before this one."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from service.actor import Actor
from service.commands.cycles.proposals import day_rows, year_row
from service.commands.people import changing
from service.counters import CALENDAR, bump
from service.demo.crowd import PER_UNIT, add_crowd
from service.ids import new_id
from service.models import CalendarDay, CalendarYear, Cycle, Position, StrategicGoal, Unit
from service.models.authority import TeamMember
from service.runut import Runut

FOUNDER = Actor(None, "import", "system")
_CROWDS_POSTS = "W%"


def add_people(runut: Runut, count: int, seed: int, years: int) -> list[str]:
    """Enters so many people more, in their posts since before the first of the years; answers their ids.

    The second person of each section is its performance team: nobody reviews ten thousand plans.
    """
    with changing(runut, FOUNDER, "Data peragaan massal") as change:
        connection = change.connection
        units = {row.code: row.id for row in connection.execute(select(Unit.code, Unit.id))}
        positions = {row.code: row.id for row in connection.execute(select(Position.code, Position.id))}
        before = connection.scalar(
            select(func.count()).select_from(Position).where(Position.code.like(_CROWDS_POSTS))
        ) or 0
        first = -(-before // PER_UNIT) * PER_UNIT
        since = date(change.today.year - years, 1, 1)
        people = add_crowd(change, units, positions, count, seed, first=first, since=since)
        sections = connection.execute(
            select(Position.code, Position.unit_id).where(
                Position.code.in_([f"W{first + place + 1:06d}" for place in range(1, count, PER_UNIT)])
            )
        )
        places = {row.code: row.unit_id for row in sections}
        change.add(
            TeamMember,
            [
                {
                    "id": new_id(), "person_id": people[place], "unit_id": places[f"W{first + place + 1:06d}"],
                    "starts_on": since, "ends_on": None,
                }
                for place in range(1, count, PER_UNIT)
            ],
        )
    return people


def add_years(runut: Runut, years: int) -> None:
    """Calendars, closed cycles and goals of the years before the open cycle's, where they are not there yet."""
    with runut.database.write() as connection:
        present = runut.present(connection)
        this_year = connection.scalar(select(func.max(Cycle.year))) or present.now.year
        wanted = range(this_year - years + 1, this_year)
        loaded = present.calendar.years
        if missing := [year for year in range(this_year - years, this_year) if year not in loaded]:
            connection.execute(insert(CalendarYear), [year_row(year) for year in missing])
            connection.execute(insert(CalendarDay), [row for year in missing for row in day_rows(year)])
            bump(connection, CALENDAR)
        known = set(connection.scalars(select(Cycle.year).where(Cycle.kind == "ANNUAL", Cycle.unit_id.is_(None))))
        offices = connection.execute(
            select(StrategicGoal.__table__).where(StrategicGoal.year == this_year, StrategicGoal.unit_id.is_not(None))
        ).mappings().all()
        for year in wanted:
            if year not in known:
                connection.execute(insert(Cycle).values(_cycle(year)))
                connection.execute(
                    insert(StrategicGoal),
                    [{**goal, "id": new_id(), "parent_id": None, "year": year} for goal in offices],
                )


def _cycle(year: int) -> dict[str, Any]:
    dates = {
        "plan_submit": date(year, 1, 31), "plan_default": date(year, 2, 7), "report": date(year + 1, 1, 10),
        "rate": date(year + 1, 1, 31), "end": date(year, 12, 31),
    }
    return {
        "id": new_id(), "kind": "ANNUAL", "year": year, "period": 0, "unit_id": None, "reviewed": True,
        "dates": {name: on.isoformat() for name, on in dates.items()},
        "opened_at": datetime(year, 1, 2, tzinfo=UTC), "closed_at": datetime(year + 1, 2, 15, tzinfo=UTC),
    }

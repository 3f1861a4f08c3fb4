"""The demo's offices, people, calendar, goals and cycle, entered in one transaction."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from service.actor import Actor
from service.commands.cycles.proposals import day_rows, year_row
from service.commands.cycles.registers import enter_cycle, facts_of_new
from service.commands.people import (
    Change,
    add_team_member,
    appoint,
    assign_rater,
    changing,
    create_person,
    create_position,
    create_unit,
    grant,
)
from service.counters import CALENDAR, bump
from service.demo.accounts import api_key_of, password_of
from service.demo.crowd import add_crowd
from service.demo.people import GOALS, GRANTS, POSTS, RATED_BY, TEAMS, UNITS, nip
from service.ids import new_id
from service.models import CalendarDay, CalendarYear, Cycle, Person, StrategicGoal
from service.runut import Runut
from service.signin import hash_password, new_api_key
from workflows.calendar import Calendar, Closure

FOUNDER = Actor(None, "import", "system")
_WINDOW, _DEFAULT = 15, 20  # working days until the plan is to be submitted, and until the team may set it itself
_OPEN_FOR = timedelta(days=45)


def found(runut: Runut, people: int, seed: int) -> None:
    """Enters everything that cases need, and `people` more employees drawn with `seed`."""
    with changing(runut, FOUNDER, "Data peragaan") as change:
        units = _units(change)
        positions = _positions(change, units)
        holders = _people(runut, change, positions)
        for code, unit in TEAMS:
            add_team_member(
                change, {"person_id": holders[code], "unit_id": units[unit], "starts_on": _start(change).isoformat()}
            )
        for code, role in GRANTS:
            grant(change, {"person_id": holders[code], "role": role, "starts_on": _start(change).isoformat()})
        for code, rater in RATED_BY:
            assign_rater(
                change,
                {
                    "position_id": positions[code], "rater_position_id": positions[rater],
                    "legal_basis": "SK Kepala Dinas 800/7 tentang pejabat penilai",
                    "starts_on": _start(change).isoformat(),
                },
            )
        add_crowd(change, units, positions, people, seed)
        _year(change, units)


def _units(change: Change) -> dict[str, str]:
    made: dict[str, str] = {}
    for code, (name, above) in UNITS.items():
        made[code] = create_unit(change, {"code": code, "name": name, "parent_id": made[above] if above else None})
    return made


def _positions(change: Change, units: dict[str, str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for post in POSTS:
        above = made[post.reports_to] if post.reports_to else None
        made[post.code] = create_position(
            change,
            {
                "code": post.code, "title": post.title, "unit_id": units[post.unit], "post_class": post.post_class,
                "reports_to_id": above,
            },
        )
    return made


def _people(runut: Runut, change: Change, positions: dict[str, str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for place, post in enumerate(POSTS):
        is_political = post.post_class == "POLITICAL"
        given = {"name": post.name, "email": post.email, "rank": post.rank, "grade": post.grade}
        if not is_political:
            given["nip"] = nip(place, is_woman=post.is_woman)
        person_id = made[post.code] = create_person(change, given, political=is_political)
        appoint(
            change,
            {
                "person_id": person_id, "position_id": positions[post.code], "order_number": f"SK 821/{place + 1}",
                "starts_on": _start(change).isoformat(),
            },
        )
        if post.label:
            change.set(Person, person_id, password_hash=hash_password(password_of(runut, post)))
            new_api_key(runut, change.connection, person_id, "demo", change.present.now, api_key_of(runut, post))
    return made


def _start(change: Change) -> date:
    """Since when everybody is what he is: the first day of last year."""
    return date(change.today.year - 1, 1, 1)


def _year(change: Change, units: dict[str, str]) -> None:
    """The calendars of last, this and next year; goals; an open annual cycle whose window closes in 15 working days."""
    connection, this_year = change.connection, change.today.year
    loaded = set(change.present.calendar.years)
    years = [year for year in range(this_year - 1, this_year + 2) if year not in loaded]
    days: list[dict[str, Any]] = [row for year in years for row in day_rows(year)]
    if years:
        connection.execute(insert(CalendarYear), [year_row(year) for year in years])
        change.add(CalendarDay, days)
        bump(connection, CALENDAR)
    new = {row["on_date"]: Closure(row["kind"], row["name"]) for row in days}
    closed = {**change.present.calendar.closed, **new}
    calendar = Calendar(change.present.calendar.zone, closed, frozenset(loaded | set(years)))
    submit_on = calendar.add_working_days(change.today, _WINDOW)
    year = submit_on.year
    dates = {
        "plan_submit": submit_on,
        "plan_default": calendar.add_working_days(change.today, _DEFAULT),
        "report": date(year + 1, 1, 10),
        "rate": date(year + 1, 1, 31),
        "end": date(year, 12, 31),
    }
    opened_at = change.present.now - _OPEN_FOR
    cycle = {
        "id": new_id(), "kind": "ANNUAL", "year": year, "period": 0, "unit_id": None, "reviewed": True,
        "dates": {name: on.isoformat() for name, on in dates.items()},
        "opened_at": opened_at, "closed_at": None,
    }
    connection.execute(insert(Cycle).values(cycle))
    for verb, facts in (("create", facts_of_new(cycle)), ("open", {"dates": cycle["dates"], "cases": None})):
        enter_cycle(connection, change.present, FOUNDER, cycle, verb, facts, at=opened_at)
    ids = [new_id() for _ in GOALS]
    connection.execute(
        insert(StrategicGoal),
        [
            {
                "id": ids[place], "level": level, "parent_id": None if above is None else ids[above],
                "unit_id": units[unit], "year": year, "statement": statement, "indicator": indicator, "target": target,
            }
            for place, (level, unit, statement, indicator, target, above) in enumerate(GOALS)
        ],
    )

"""The preflight finds each planted fault with the people it is about, and nothing in an office that is in order."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, update

from service import counters
from service.ids import new_id, new_person_id
from service.models import CalendarYear, Person, Position, RuleValue
from service.models.authority import Appointment, RaterAssignment, TeamMember
from service.queries.cycles import cycle
from service.queries.preflight import Preflight, preflight
from service.runut import Runut
from service.waves import waves
from tests.factories import Org, api, create_organisation, create_plan, set_now
from tests.regency import DATES, NEW_YEAR
from workflows.calendar import Calendar, Closure
from workflows.rules import RULES, Rules

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def org(runut: Runut) -> Org:
    """A regency in which nothing is missing."""
    org = create_organisation(runut)
    change(org, _tidy(org))
    return org


def _tidy(org: Org) -> Callable[[Connection], None]:
    def tidy(connection: Connection) -> None:
        connection.execute(update(CalendarYear).values(provisional=False))
        for label in ("hr", "hr2"):  # hr@ reads like the address of a desk
            address = f"officer.{label}@muara.example"
            connection.execute(update(Person).where(Person.id == org.people[label]).values(email=address))
        for rule in RULES.values():
            connection.execute(
                insert(RuleValue).values(
                    key=rule.key, value=str(rule.default), letter_number="800/1/2026", confirmed_by=org.people["hr"],
                    confirmed_at=datetime.fromisoformat("2026-01-05T09:00:00+07:00"),
                )
            )
        appoint(connection, add_person(connection, "sekretaris"), org.positions["secretary"])
        connection.execute(
            insert(TeamMember).values(
                id=new_id(), person_id=org.people["perf_team"], unit_id=org.units["kabupaten"], starts_on=NEW_YEAR
            )
        )

    return tidy


def change(org: Org, how: Callable[[Connection], Any]) -> None:
    with org.runut.database.write() as connection:
        how(connection)
        counters.bump(connection, counters.ORGANISATION)
        counters.bump(connection, counters.CALENDAR)


def add_person(connection: Connection, name: str, **values: Any) -> str:
    person_id = new_person_id()
    connection.execute(
        insert(Person).values(
            {"id": person_id, "nip": None, "name": name, "rank": "", "grade": "", "locale": "id", "political": False,
             "email": f"{name}@muara.example", "text_key": os.urandom(32)} | values
        )
    )
    return person_id


def appoint(connection: Connection, person_id: str, position_id: str) -> None:
    connection.execute(
        insert(Appointment).values(
            id=new_id(), person_id=person_id, position_id=position_id, kind="DEFINITIVE", order_number="SK/1",
            starts_on=NEW_YEAR, ends_on=None,
        )
    )


def checked(org: Org) -> Preflight:
    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
        view = cycle(connection, present, org.cycle_id)
        assert view is not None
        return preflight(connection, present, org.runut.settings, view)


def found(org: Org) -> dict[str, set[str]]:
    """Each finding's code with the labels of the people it is about."""
    labels = {person_id: label for label, person_id in org.people.items()}
    return {f.code: {labels.get(p.id, p.name) for p in f.people} for f in checked(org).findings}


def test_nothing_is_found_in_an_office_that_is_in_order(org: Org) -> None:
    assert found(org) == {}
    assert len(checked(org).people) == len(org.people) - 1 + 1  # all but the Bupati, and the secretary


def _mail(label: str, address: str) -> Callable[[Org], Callable[[Connection], Any]]:
    return lambda org: lambda c: c.execute(update(Person).where(Person.id == org.people[label]).values(email=address))


def _assigned(rated: str, rater: str) -> Callable[[Org], Callable[[Connection], Any]]:
    return lambda org: lambda c: c.execute(
        insert(RaterAssignment).values(
            id=new_id(), person_id=None, position_id=org.positions[rated], rater_position_id=org.positions[rater],
            legal_basis="SK", starts_on=NEW_YEAR, ends_on=None,
        )
    )


def _ended(label: str) -> Callable[[Org], Callable[[Connection], Any]]:
    return lambda org: lambda c: c.execute(
        update(Appointment).where(Appointment.person_id == org.people[label]).values(ends_on=date(2026, 1, 18))
    )


def _open_rules() -> list[str]:
    return [rule.key for rule in Rules().unconfirmed()]


FAULTS: dict[str, tuple[Any, dict[str, set[str]]]] = {
    "a vacant post of a rater": (_ended("rater"), {"no-rater": {"employee", "newcomer", "peer"},
                                                   "no-position": {"rater"}}),
    "a post that nobody rates": (
        lambda org: lambda c: c.execute(
            update(Position).where(Position.id == org.positions["teacher"]).values(reports_to_id=None)
        ), {"no-rater-post": {"outsider"}}),
    "two who rate each other": (_assigned("kadis", "kabid"), {"rates-himself": {"rater", "rater_superior"}}),
    "somebody who holds his rater's post": (
        lambda org: lambda c: (
            c.execute(delete(Appointment).where(Appointment.person_id == org.people["rater"])),
            appoint(c, org.people["employee"], org.positions["kabid"]),
            c.execute(update(Appointment).where(Appointment.person_id == org.people["employee"],
                                                Appointment.position_id == org.positions["kabid"]).values(kind="PLT")),
        ), {"rates-himself": {"employee"}, "no-position": {"rater"}}),
    "the address of a desk": (_mail("peer", "kepegawaian@muara.example"), {"role-address": {"peer"}}),
    "a Bupati behind a desk's address": (_mail("ppk", "sekretariat@muara.example"), {"role-address": {"ppk"}}),
    "one mailbox for two": (_mail("peer", "employee+dewi@muara.example"), {"shared-address": {"peer", "employee"}}),
    "no team": (
        lambda org: lambda c: c.execute(delete(TeamMember).where(TeamMember.unit_id == org.units["kabupaten"])),
        {"no-team": {"hr", "hr2", "auditor", "planner", "outsider", "plh", "perf_team", "perf_team2", "rater_superior",
                     "sekretaris"}}),
    "a proposed calendar": (
        lambda org: lambda c: c.execute(update(CalendarYear).where(CalendarYear.year == 2027).values(provisional=True)),
        {"calendar-provisional": set()}),
    "a rule that nobody confirmed": (
        lambda org: lambda c: c.execute(delete(RuleValue).where(RuleValue.key == next(iter(_open_rules())))),
        {"rules-unconfirmed": set()}),
    "a missing calendar": (
        lambda org: lambda c: c.execute(delete(CalendarYear).where(CalendarYear.year == 2027)), {"calendar": set()}),
}


@pytest.mark.parametrize(("fault", "expected"), FAULTS.values(), ids=list(FAULTS))
def test_each_planted_fault_is_found_and_nothing_else(org: Org, fault: Any, expected: dict[str, set[str]]) -> None:
    change(org, fault(org))

    assert found(org) == expected


def test_a_deadline_that_is_past_is_found(org: Org) -> None:
    set_now(org.runut, "2026-02-02T09:00:00+07:00")

    assert found(org) == {"date-past": set()}


def test_whoever_has_a_case_in_another_cycle_of_the_same_period_is_found(org: Org) -> None:
    create_plan(org)
    api(org, "hr").post("/cycles", {"kind": "ANNUAL", "year": 2026, "unit_id": org.units["kesmas"], "dates": DATES})

    (own,) = [c for c in api(org, "hr").get("/cycles").json["items"] if c["unit"]]
    problems = api(org, "hr").get(f"/cycles/{own['id']}/preflight").json
    assert problems["people"] == 4  # those of the division; its employee's plan is in the year of the whole office
    assert [(p["code"], p["count"]) for p in problems["problems"]] == [("two-cases", 1)]
    assert "two-cases" not in found(org), "the office above does not plan for a unit with a cycle of its own"


def test_only_what_makes_opening_impossible_blocks_it(org: Org) -> None:
    change(org, FAULTS["a vacant post of a rater"][0](org))
    assert checked(org).blocking == ()
    change(org, FAULTS["a missing calendar"][0](org))
    assert [finding.code for finding in checked(org).blocking] == ["calendar"]


def test_the_people_of_a_finding_are_paged_without_a_gap(org: Org) -> None:
    change(org, FAULTS["no team"][0](org))
    hr, names, path = api(org, "hr"), [], f"/cycles/{org.cycle_id}/preflight/no-team?limit=3"
    while path:
        answer = hr.get(path).json
        names += [person["name"] for person in answer["items"]]
        path = answer["next"] and answer["next"].split("/api/v1")[1]

    assert len(names) == len(set(names)) == 10
    assert hr.get(f"/cycles/{org.cycle_id}/preflight/no-rater").status_code == 404
    assert api(org, "employee").get(f"/cycles/{org.cycle_id}/preflight/no-team").status_code == 403


def test_the_forecast_counts_one_mail_per_person_with_an_address_office_by_office(org: Org) -> None:
    answer = api(org, "hr").get(f"/cycles/{org.cycle_id}/preflight").json

    assert answer["mails"] == answer["people"] == sum(wave["mails"] for wave in answer["waves"])
    assert [(w["unit"]["name"], w["mails"]) for w in answer["waves"]] == [
        ("BKPSDM", 2), ("Bappeda", 1), ("Dinas Kesehatan", 9), ("Dinas Pendidikan", 1), ("Inspektorat", 1),
    ]


def test_only_those_without_a_case_are_in_the_forecast(org: Org) -> None:
    create_plan(org)
    answer = api(org, "hr").get(f"/cycles/{org.cycle_id}/preflight").json

    assert answer["mails"] == answer["without_case"] == answer["people"] - 1


FRIDAY = Calendar(JAKARTA, {date(2026, 1, 16): Closure("HOLIDAY", "Isra Mikraj")}, frozenset({2026}))


@given(
    st.lists(st.integers(1, 4000), max_size=8), st.integers(1, 120),
    st.datetimes(datetime(2026, 1, 5), datetime(2026, 2, 1)).map(lambda at: at.replace(tzinfo=JAKARTA)),
)
@example([480, 1], 1, datetime(2026, 1, 5, 8, tzinfo=JAKARTA))
def test_waves_follow_one_another_in_office_hours_and_take_as_long_as_their_mails(
    counts: list[int], per_minute: int, now: datetime
) -> None:
    found = waves({f"office-{n}": count for n, count in enumerate(counts)}, per_minute, FRIDAY, now)

    assert [wave.mails for wave in found] == counts
    at = now
    for wave in found:
        assert at <= wave.starts_at
        assert FRIDAY.is_working_day(wave.starts_at.date()) and 8 <= wave.starts_at.hour < 16
        assert _open_minutes(wave.starts_at, wave.ends_at) == pytest.approx(wave.mails / per_minute, abs=0.01)
        at = wave.ends_at


def test_without_a_limit_all_waves_begin_in_the_first_office_hour() -> None:
    night = datetime(2026, 1, 15, 22, tzinfo=JAKARTA)

    found = waves({"a": 5000, "b": 1}, None, FRIDAY, night)
    assert {wave.starts_at for wave in found} == {datetime(2026, 1, 19, 8, tzinfo=JAKARTA)}


def _open_minutes(start: datetime, end: datetime) -> float:
    """Minutes of office hours between two instants, counted day by day."""
    total, on = 0.0, start.date()
    while on <= end.date():
        if FRIDAY.is_working_day(on):
            first = max(start, datetime(on.year, on.month, on.day, 8, tzinfo=JAKARTA))
            last = min(end, datetime(on.year, on.month, on.day, 16, tzinfo=JAKARTA))
            total += max(0.0, (last - first).total_seconds() / 60)
        on += timedelta(days=1)
    return total

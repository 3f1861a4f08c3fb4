"""Working days, ends of days and due dates, against the 2026 decree and a brute-force count."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Calendar, CalendarEnds, Closure

WIB = ZoneInfo("Asia/Jakarta")
NATIONAL = "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25"
JOINT_LEAVE = "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24"


def days(text: str, year: int = 2026) -> list[date]:
    return [date.fromisoformat(f"{year}-{day}") for day in text.split()]


CLOSED = {on: Closure("HOLIDAY", "libur nasional") for on in days(NATIONAL)}
CLOSED |= {on: Closure("JOINT_LEAVE", "cuti bersama") for on in days(JOINT_LEAVE)}
CALENDAR = Calendar(WIB, CLOSED, frozenset({2026}))


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize(
    ("start_on", "n", "calendar_end", "working_end"),
    [
        (date(2026, 1, 19), 14, date(2026, 2, 2), date(2026, 2, 6)),
        (date(2026, 2, 6), 21, date(2026, 2, 27), date(2026, 3, 11)),
        (date(2026, 2, 13), 3, date(2026, 2, 16), date(2026, 2, 20)),
        (date(2026, 3, 17), 5, date(2026, 3, 22), date(2026, 3, 31)),
        (date(2026, 5, 13), 3, date(2026, 5, 16), date(2026, 5, 20)),
        (date(2026, 12, 23), 2, date(2026, 12, 25), date(2026, 12, 29)),
    ],
)
def test_the_six_vectors_of_2026(start_on: date, n: int, calendar_end: date, working_end: date) -> None:
    assert CALENDAR.add_calendar_days(start_on, n) == calendar_end
    assert CALENDAR.add_working_days(start_on, n) == working_end
    assert CALENDAR.working_days_between(start_on, working_end) == n


def test_2026_closes_on_17_holidays_and_8_days_of_joint_leave() -> None:
    assert len(days(NATIONAL)) == 17
    assert len(days(JOINT_LEAVE)) == 8
    assert not any(CALENDAR.is_working_day(on) for on in CLOSED)


def test_2026_has_240_working_days() -> None:
    # 261 weekdays, less the 21 closures that fall on one: 21 and 22 March, 5 April and 31 May are weekend days.
    assert CALENDAR.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 240


def test_a_weekend_is_no_working_day_and_a_holiday_on_it_has_no_substitute() -> None:
    assert not CALENDAR.is_working_day(date(2026, 1, 31))
    assert CALENDAR.is_working_day(date(2026, 4, 6))  # the Monday after Sunday 5 April


def test_the_legal_date_on_a_saturday_is_reminded_of_on_the_friday_before() -> None:
    assert CALENDAR.last_working_day_before_or_on(date(2026, 1, 31)) == date(2026, 1, 30)
    assert CALENDAR.last_working_day_before_or_on(date(2026, 1, 30)) == date(2026, 1, 30)


def test_the_next_working_day_is_the_day_itself_when_the_office_works() -> None:
    assert CALENDAR.next_working_day(date(2026, 3, 17)) == date(2026, 3, 17)
    assert CALENDAR.next_working_day(date(2026, 3, 18)) == date(2026, 3, 25)


def test_a_day_ends_with_its_last_microsecond_on_the_office_clock(server_zone: str) -> None:
    assert CALENDAR.end_of_day(date(2026, 1, 26)) == datetime(2026, 1, 26, 16, 59, 59, 999999, UTC)
    assert CALENDAR.start_of_day(date(2026, 1, 26)) == datetime(2026, 1, 25, 17, 0, tzinfo=UTC)
    assert CALENDAR.end_of_day(date(2026, 1, 26)).tzinfo is UTC


def test_new_year_comes_to_the_office_before_it_comes_to_greenwich(server_zone: str) -> None:
    assert CALENDAR.civil_date(datetime(2025, 12, 31, 18, 0, tzinfo=UTC)) == date(2026, 1, 1)
    assert CALENDAR.civil_date(datetime(2025, 12, 31, 16, 59, tzinfo=UTC)) == date(2025, 12, 31)


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.civil_date(datetime(2026, 1, 1, 12, 0, tzinfo=UTC).replace(tzinfo=None))


def test_three_working_days_from_entry_end_at_the_end_of_the_third(server_zone: str) -> None:
    friday_night = datetime(2026, 2, 13, 16, 30, tzinfo=UTC)
    saturday = datetime(2026, 2, 13, 17, 30, tzinfo=UTC)
    due = datetime(2026, 2, 20, 16, 59, 59, 999999, UTC)
    assert CALENDAR.due("3wd", friday_night, {}) == due
    assert CALENDAR.due("3wd", saturday, {}) == due


def test_a_cycle_date_is_looked_up_by_its_name() -> None:
    end = CALENDAR.end_of_day(date(2026, 12, 31))
    now = datetime(2026, 1, 19, tzinfo=UTC)
    assert CALENDAR.due("cycle.end", now, {"end": end}) == end
    assert CALENDAR.due("cycle.plan_submit", now, {"end": end}) is None
    assert CALENDAR.due(None, now, {"end": end}) is None


@pytest.mark.parametrize("rule", ["3", "wd", "0wd", "-3wd", "end", "3wd_from_filing"])
def test_an_unknown_due_rule_is_an_error(rule: str) -> None:
    with pytest.raises(ValueError, match="unknown due rule"):
        CALENDAR.due(rule, datetime(2026, 1, 19, tzinfo=UTC), {})


def test_nothing_is_counted_past_the_last_loaded_year() -> None:
    for count in (
        lambda: CALENDAR.is_working_day(date(2027, 1, 1)),
        lambda: CALENDAR.add_working_days(date(2026, 12, 31), 1),
        lambda: CALENDAR.add_calendar_days(date(2026, 12, 31), 1),
        lambda: CALENDAR.working_days_between(date(2026, 12, 30), date(2027, 1, 1)),
        lambda: CALENDAR.next_working_day(date(2027, 1, 2)),
        lambda: CALENDAR.due("5wd", datetime(2026, 12, 30, tzinfo=UTC), {}),
    ):
        with pytest.raises(CalendarEnds) as refusal:
            count()
        assert refusal.value.year == 2027
        assert "2027" in refusal.value.message.id
        assert "HR must load" in refusal.value.message.en


def test_a_gap_between_loaded_years_is_not_jumped_over() -> None:
    gap = Calendar(WIB, {}, frozenset({2026, 2028}))
    with pytest.raises(CalendarEnds, match="2027"):
        gap.add_calendar_days(date(2026, 12, 1), 400)
    with pytest.raises(CalendarEnds, match="2027"):
        gap.last_working_day_before_or_on(date(2028, 1, 1))


@pytest.mark.parametrize("n", [0, -1])
def test_a_deadline_counts_at_least_one_day(n: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.add_working_days(date(2026, 1, 19), n)
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.add_calendar_days(date(2026, 1, 19), n)


FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
some_day = st.dates(FIRST, date(2027, 12, 31))
closures = st.sets(st.dates(FIRST, LAST), max_size=200)


def calendar_closed_on(closed: set[date]) -> Calendar:
    return Calendar(WIB, {on: Closure("LOCAL", "") for on in closed}, frozenset({2026, 2027, 2028}))


def works(on: date, closed: set[date]) -> bool:
    return on.strftime("%a") not in ("Sat", "Sun") and on not in closed


@given(start_on=some_day, n=st.integers(1, 60), closed=closures)
def test_counting_forward_equals_crossing_off_days(start_on: date, n: int, closed: set[date]) -> None:
    crossed_off, on = 0, start_on
    while crossed_off < n:
        on = date.fromordinal(on.toordinal() + 1)
        crossed_off += works(on, closed)
    calendar = calendar_closed_on(closed)
    assert calendar.add_working_days(start_on, n) == on
    assert calendar.working_days_between(start_on, on) == n
    assert works(on, closed)


@given(a=some_day, b=some_day, closed=closures)
def test_days_between_equal_the_working_days_listed(a: date, b: date, closed: set[date]) -> None:
    listed = [date.fromordinal(o) for o in range(a.toordinal() + 1, b.toordinal() + 1)]
    assert calendar_closed_on(closed).working_days_between(a, b) == sum(works(on, closed) for on in listed)


@given(on=some_day, closed=closures)
def test_the_nearest_working_days_leave_none_out(on: date, closed: set[date]) -> None:
    calendar = calendar_closed_on(closed)
    after = calendar.next_working_day(on)
    assert works(after, closed)
    assert not any(works(on + timedelta(n), closed) for n in range((after - on).days))
    late = on + timedelta(365)
    before = calendar.last_working_day_before_or_on(late)
    assert works(before, closed)
    assert not any(works(late - timedelta(n), closed) for n in range((late - before).days))


@given(on=some_day)
def test_an_office_day_is_24_hours_and_every_instant_in_it_has_its_date(on: date) -> None:
    first, last = CALENDAR.start_of_day(on), CALENDAR.end_of_day(on)
    assert last - first == timedelta(hours=24) - timedelta(microseconds=1)
    assert CALENDAR.civil_date(first) == CALENDAR.civil_date(last) == on
    assert CALENDAR.civil_date(last + timedelta(microseconds=1)) == on + timedelta(1)


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 5, tzinfo=UTC)


def listed(first: date, last: date, closed: set[date]) -> list[date]:
    """The working days after `first` up to and with `last`, one by one."""
    return [
        on for on in (date.fromordinal(o) for o in range(first.toordinal() + 1, last.toordinal() + 1))
        if works(on, closed)
    ]


entries = st.dates(FIRST, date(2027, 6, 30))
holds_of = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=3)


def holds_after(start_on: date, gaps: list[tuple[int, int]]) -> list[tuple[date, date]]:
    """Times on hold one after the other: each begins some days after the one before it ended, and lasts some days."""
    found, on = [], start_on
    for wait, lasts in gaps:
        began = on + timedelta(wait)
        on = began + timedelta(lasts)
        found.append((began, on))
    return found


@given(start_on=entries, n=st.integers(1, 30), closed=closures, gaps=holds_of)
def test_a_hold_gives_back_exactly_its_working_days(
    start_on: date, n: int, closed: set[date], gaps: list[tuple[int, int]]
) -> None:
    holds = holds_after(start_on, gaps)
    lost = sum(len(listed(began, ended, closed)) for began, ended in holds)
    calendar = calendar_closed_on(closed)

    due = calendar.due(f"{n}wd", noon(start_on), {}, [(noon(began), noon(ended)) for began, ended in holds])

    assert due is not None
    due_on = calendar.civil_date(due)
    assert len(listed(start_on, due_on, closed)) == n + lost and works(due_on, closed)
    assert due == calendar.end_of_day(due_on)


@given(start_on=entries, n=st.integers(1, 30), closed=closures, more=closures)
def test_more_closed_days_never_make_a_deadline_earlier_and_opening_them_brings_it_back(
    start_on: date, n: int, closed: set[date], more: set[date]
) -> None:
    before = calendar_closed_on(closed).due(f"{n}wd", noon(start_on), {})
    during = calendar_closed_on(closed | more).due(f"{n}wd", noon(start_on), {})
    after = calendar_closed_on((closed | more) - (more - closed)).due(f"{n}wd", noon(start_on), {})
    assert before is not None and during is not None
    assert during >= before and after == before


@given(start_on=entries, n=st.integers(1, 30), closed=closures, more=closures)
def test_a_deadline_moves_only_when_a_day_between_entry_and_deadline_does(
    start_on: date, n: int, closed: set[date], more: set[date]
) -> None:
    calendar = calendar_closed_on(closed)
    before = calendar.due(f"{n}wd", noon(start_on), {})
    assert before is not None
    touched = [on for on in more - closed if start_on < on <= calendar.civil_date(before) and works(on, closed)]
    moved = calendar_closed_on(closed | more).due(f"{n}wd", noon(start_on), {}) != before
    assert moved == bool(touched)


def test_a_cycle_date_is_a_date_whatever_was_on_hold() -> None:
    end = CALENDAR.end_of_day(date(2026, 12, 31))
    hold = (noon(date(2026, 3, 2)), noon(date(2026, 3, 9)))
    assert CALENDAR.due("cycle.end", noon(date(2026, 1, 19)), {"end": end}, [hold]) == end

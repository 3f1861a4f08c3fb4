"""Changes of a year's calendar, forth and back, against plain sets of days."""

from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from service.commands.cycles.closures import YearChange
from workflows.calendar import Calendar, Closure

CLOSURE = Closure("LOCAL", "Libur")
days = st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40)


def calendar_of(closed: set[date], *, provisional: bool) -> Calendar:
    years = frozenset({2026})
    closures = dict.fromkeys(closed, CLOSURE)
    return Calendar(ZoneInfo("Asia/Jakarta"), closures, years, years if provisional else frozenset())


def change(add: set[date], remove: set[date], *, confirms: bool = False) -> YearChange:
    return YearChange(
        year=2026, loads=False, confirms=confirms, basis="", reason="",
        added=dict.fromkeys(add, CLOSURE), removed=dict.fromkeys(remove, CLOSURE),
    )


@given(closed=days, add=days, remove=days, confirms=st.booleans(), provisional=st.booleans())
def test_a_change_adds_and_removes_exactly_what_it_names_and_confirms_only_when_it_says_so(
    closed: set[date], add: set[date], remove: set[date], confirms: bool, provisional: bool
) -> None:
    before = calendar_of(closed, provisional=provisional)
    after = change(add, remove - add, confirms=confirms).applied_to(before)
    assert set(after.closed) == (closed - (remove - add)) | add
    assert after.years == before.years
    assert (2026 in after.provisional) == (provisional and not confirms)


@given(closed=days, add=days, remove=days, provisional=st.booleans())
def test_a_change_taken_back_leaves_the_calendar_as_it_was(
    closed: set[date], add: set[date], remove: set[date], provisional: bool
) -> None:
    before = calendar_of(closed, provisional=provisional)
    new, gone = add - closed, remove & closed
    assert change(gone, new).applied_to(change(new, gone).applied_to(before)) == before


@given(add=days)
def test_a_year_that_is_loaded_is_provisional_until_it_is_confirmed(add: set[date]) -> None:
    nothing = Calendar(ZoneInfo("Asia/Jakarta"), {}, frozenset())
    loads = YearChange(2026, loads=True, confirms=False, basis="", reason="", added=dict.fromkeys(add, CLOSURE))
    loaded = loads.applied_to(nothing)
    assert loaded.years == loaded.provisional == {2026} and set(loaded.closed) == add
    assert change(set(), set(), confirms=True).applied_to(loaded).provisional == frozenset()

"""The ladder against an oracle that walks day by day and knows nothing of the code."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.test_calendar import CALENDAR
from workflows.calendar import Calendar, CalendarEnds, Closure
from workflows.ladder import WORDS, Ladder, Planned, Rung, next_rung, next_summary, reached, summary_day

WIB = ZoneInfo("Asia/Jakarta")
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def due(text: str) -> datetime:
    return at(f"{text}T23:59:59.999999")


def planned(text: str, now: str, calendar: Calendar = CALENDAR) -> tuple[str, str]:
    found = next_rung(calendar, due(text), at(now))
    assert found
    return found.rung.value, f"{found.at.astimezone(WIB):%Y-%m-%dT%H:%M}"


# By hand


def test_the_ladder_of_monday_26_january() -> None:
    rungs, now = [], at("2026-01-19T09:00")
    while len(rungs) < 9:
        found = next_rung(CALENDAR, due("2026-01-26"), now)
        assert found
        rungs.append((found.rung.value, f"{found.at.astimezone(WIB):%m-%dT%H:%M}"))
        now = found.at
    assert rungs == [
        ("remind_early", "01-21T06:00"), ("remind_due", "01-26T06:00"), ("overdue", "01-27T06:00"),
        ("overdue", "01-28T06:00"), ("tell_superior", "01-29T06:00"), ("overdue", "01-30T06:00"),
        ("offer_reroute", "02-02T06:00"), ("overdue", "02-03T06:00"), ("overdue", "02-04T06:00"),
    ]


def test_a_deadline_on_a_saturday_is_reminded_of_on_the_friday_before() -> None:
    assert planned("2026-01-31", "2026-01-28T09:00") == ("remind_due", "2026-01-30T06:00")
    assert planned("2026-01-31", "2026-01-30T09:00") == ("overdue", "2026-02-02T06:00")


def test_what_comes_next_is_said_in_both_languages() -> None:
    found = next_rung(CALENDAR, due("2026-01-26"), at("2026-01-27T09:00"), daily=False)
    assert found
    assert found.sentence(CALENDAR).id == "Berikutnya: atasannya diberi tahu 29 Januari 2026."
    assert found.sentence(CALENDAR).en == "Next: his superior is told on 29 January 2026."


def test_after_the_last_rung_only_the_daily_summary_is_left() -> None:
    assert next_rung(CALENDAR, due("2026-01-26"), at("2026-02-02T09:00"), daily=False) is None
    assert planned("2026-01-26", "2026-02-02T09:00") == ("overdue", "2026-02-03T06:00")


def test_the_ladder_stops_where_the_calendar_ends_and_not_before() -> None:
    assert planned("2026-12-31", "2026-12-21T09:00") == ("remind_early", "2026-12-28T06:00")
    assert planned("2026-12-31", "2026-12-28T09:00") == ("remind_due", "2026-12-31T06:00")
    with pytest.raises(CalendarEnds):
        next_rung(CALENDAR, due("2026-12-31"), at("2026-12-31T09:00"))


def test_reminders_that_lie_before_the_calendar_are_over_and_stop_nothing() -> None:
    assert planned("2026-01-02", "2026-01-01T09:00") == ("remind_due", "2026-01-02T06:00")
    assert planned("2026-01-01", "2026-01-01T09:00") == ("overdue", "2026-01-02T06:00")


def test_a_provisional_year_counts_like_any_other() -> None:
    usual = Calendar(WIB, CALENDAR.closed, frozenset({2026}), provisional=frozenset({2026}))
    assert planned("2026-01-26", "2026-01-26T09:00", usual) == ("overdue", "2026-01-27T06:00")


def test_an_outage_reaches_several_rungs_at_once() -> None:
    first = at("2026-01-21T06:00")
    assert reached(CALENDAR, due("2026-01-26"), first, at("2026-01-21T06:00")) == {Rung.REMIND_EARLY}
    assert reached(CALENDAR, due("2026-01-26"), first, at("2026-01-30T09:00")) == {
        Rung.REMIND_EARLY, Rung.REMIND_DUE, Rung.OVERDUE, Rung.TELL_SUPERIOR,
    }
    assert reached(CALENDAR, due("2026-01-26"), first, at("2026-01-20T09:00")) == frozenset()


def test_a_closed_days_mail_counts_to_the_next_working_day() -> None:
    assert summary_day(CALENDAR, at("2026-01-17T10:00")) == date(2026, 1, 19)
    assert summary_day(CALENDAR, at("2026-01-19T00:00")) == date(2026, 1, 19)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-01-17T10:00", "2026-01-19T07:00"), ("2026-01-19T05:59", "2026-01-19T07:00"),
        ("2026-01-19T06:00", "2026-01-20T07:00"), ("2026-01-23T09:00", "2026-01-26T07:00"),
    ],
)
def test_a_summary_leaves_at_seven(now: str, leaves: str) -> None:
    assert next_summary(CALENDAR, at(now)) == at(leaves)


@pytest.mark.parametrize("days", [(0, 3, 5), (3, 0, 5), (3, 5, 5), (3, 6, 5)])
def test_rungs_in_no_order_are_refused(days: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="follow"):
        Ladder(*days)


def test_every_rung_has_its_words() -> None:
    assert set(WORDS) == set(Rung)


# Against the oracle


calendars = st.builds(
    lambda closed, last: Calendar(
        WIB, {on: Closure("HOLIDAY", "x") for on in closed}, frozenset(range(2026, last + 1)), frozenset({last})
    ),
    st.frozensets(st.sampled_from(DAYS), max_size=150),
    st.integers(2026, 2028),
)
ladders = st.builds(
    lambda before, superior, more: Ladder(before, superior, superior + more),
    st.integers(1, 6), st.integers(1, 5), st.integers(1, 5),
)


def oracle(calendar: Calendar, due_on: date, ladder: Ladder) -> list[tuple[datetime, Rung]]:
    """All rungs within the years that are loaded, by listing the working days around the deadline."""
    open_days = [on for on in DAYS if on.year in calendar.years and on.weekday() < 5 and on not in calendar.closed]
    until = [on for on in open_days if on <= due_on]
    after = [on for on in open_days if on > due_on]
    found = {}
    if until:
        found[until[-1]] = Rung.REMIND_DUE
    if len(until) > ladder.remind_before:
        found[until[-1 - ladder.remind_before]] = Rung.REMIND_EARLY
    for place, on in enumerate(after, start=1):
        found[on] = Rung.OVERDUE
        if place == ladder.superior_after:
            found[on] = Rung.TELL_SUPERIOR
        if place == ladder.reroute_after:
            found[on] = Rung.OFFER_REROUTE
    return [(at(f"{on}T06:00"), rung) for on, rung in sorted(found.items())]


@given(calendars, ladders, st.sampled_from(DAYS), st.integers(-30 * 24, 60 * 24))
def test_the_next_rung_is_the_oracles(calendar: Calendar, ladder: Ladder, due_on: date, hours: int) -> None:
    now = at(f"{due_on}T00:30") + timedelta(hours=hours)
    if now.astimezone(WIB).date() < FIRST:
        now = at(f"{FIRST}T00:30")
    if due_on.year not in calendar.years:
        with pytest.raises(CalendarEnds):
            next_rung(calendar, due(str(due_on)), now, ladder)
        return
    expected = next(((rung, instant) for instant, rung in oracle(calendar, due_on, ladder) if instant > now), None)
    if expected is None:
        with pytest.raises(CalendarEnds):
            next_rung(calendar, due(str(due_on)), now, ladder)
    else:
        found = next_rung(calendar, due(str(due_on)), now, ladder)
        assert found == Planned(*expected)
        assert calendar.is_working_day(calendar.civil_date(found.at))


@given(calendars, ladders, st.sampled_from(DAYS[:900]), st.integers(0, 20), st.integers(0, 20))
def test_what_an_outage_reaches_is_the_oracles(
    calendar: Calendar, ladder: Ladder, due_on: date, before: int, days: int
) -> None:
    if due_on.year not in calendar.years or due_on - timedelta(days=before) < FIRST:
        return
    first = at(f"{due_on - timedelta(days=before)}T06:00")
    now = first + timedelta(days=days, hours=3)
    rungs = oracle(calendar, due_on, ladder)
    if not rungs or rungs[-1][0] <= now:
        return  # nobody knows yet what comes after it
    assert reached(calendar, due(str(due_on)), first, now, ladder) == {
        rung for instant, rung in rungs if first <= instant <= now
    }

"""The ladder of a deadline: when whoever is awaited is reminded, and who else hears that he is late.

Rungs are counted in working days of the office and lie at six in the morning, an hour before the day's summaries leave.
A deadline on a closed day is reminded of on the last working day before it. Nothing here decides anything: on no rung
is a case approved, and no rung takes a decision away from anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.dates import day
from workflows.kit import Text

_DAY, _INSTANT = timedelta(days=1), timedelta(microseconds=1)
RUNGS_AT, SUMMARY_AT, OFFICE_ENDS_AT = timedelta(hours=6), timedelta(hours=7), timedelta(hours=16)


class Rung(StrEnum):
    """What happens on a rung; the value is the kind of its timer."""

    REMIND_EARLY = "remind_early"
    REMIND_DUE = "remind_due"
    OVERDUE = "overdue"
    TELL_SUPERIOR = "tell_superior"
    OFFER_REROUTE = "offer_reroute"


WORDS: Mapping[Rung, Text] = {
    Rung.REMIND_EARLY: Text("pengingat sebelum tenggat", "a reminder before the deadline"),
    Rung.REMIND_DUE: Text("pengingat pada hari tenggat", "a reminder on the day it is due"),
    Rung.OVERDUE: Text("ringkasan harian selama lewat tenggat", "a daily summary while it is overdue"),
    Rung.TELL_SUPERIOR: Text("atasannya diberi tahu", "his superior is told"),
    Rung.OFFER_REROUTE: Text("kepegawaian diminta mengalihkan", "HR is asked to re-route it"),
}


@dataclass(frozen=True, slots=True)
class Ladder:
    """How many working days before and after the deadline its rungs lie. Raises ValueError when they are not in order.

    Three days before, the day itself, every day while it is late, three and five days after it: how this office does
    it. No law sets these numbers, so HR may change them.
    """

    remind_before: int = 3
    superior_after: int = 3
    reroute_after: int = 5

    def __post_init__(self) -> None:
        if self.remind_before < 1 or not 1 <= self.superior_after < self.reroute_after:
            raise ValueError("the rungs of a ladder must follow each other")


LADDER = Ladder()


@dataclass(frozen=True, slots=True)
class Planned:
    """One rung of one deadline and its instant."""

    rung: Rung
    at: datetime

    def sentence(self, calendar: Calendar) -> Text:
        """What comes next and when: `Berikutnya: atasannya diberi tahu 29 Januari 2026.`"""
        on, what = day(calendar.civil_date(self.at)), WORDS[self.rung]
        return Text(f"Berikutnya: {what.id} {on.id}.", f"Next: {what.en} on {on.en}.")


def next_rung(
    calendar: Calendar, due_at: datetime, now: datetime, ladder: Ladder = LADDER, *, daily: bool = True
) -> Planned | None:
    """The first rung after `now`; without `daily` daily summaries are passed over and it may be none.

    Raises CalendarEnds when it lies behind the last day that the calendar knows.
    """
    due_on = calendar.civil_date(due_at)
    for rung, on in _before(calendar, due_on, calendar.civil_date(now), ladder):
        if (at := calendar.start_of_day(on) + RUNGS_AT) > now:
            return Planned(rung, at)
    on = max(due_on + _DAY, calendar.civil_date(now))
    while True:
        on = calendar.next_working_day(on)
        days_late = calendar.working_days_between(due_on, on)
        if not daily and days_late > ladder.reroute_after:
            return None
        rung = _after(ladder).get(days_late, Rung.OVERDUE)
        if (at := calendar.start_of_day(on) + RUNGS_AT) > now and (daily or rung is not Rung.OVERDUE):
            return Planned(rung, at)
        on += _DAY


def reached(
    calendar: Calendar, due_at: datetime, first_at: datetime, now: datetime, ladder: Ladder = LADDER
) -> frozenset[Rung]:
    """Every rung from `first_at` up to and with `now`: more than one only when nobody looked for a while.

    Raises CalendarEnds like `next_rung`.
    """
    found: set[Rung] = set()
    planned = next_rung(calendar, due_at, first_at - _INSTANT, ladder)
    while planned and planned.at <= now:
        found.add(planned.rung)
        planned = next_rung(calendar, due_at, planned.at, ladder)
    return frozenset(found)


def summary_day(calendar: Calendar, now: datetime) -> date:
    """The working day to which a mail that leaves at `now` counts: today, on a closed day the next working day.

    Raises CalendarEnds when that lies behind the last day that the calendar knows.
    """
    return calendar.next_working_day(calendar.civil_date(now))


def next_summary(calendar: Calendar, now: datetime) -> datetime:
    """When the next summary leaves of what happens at `now`: seven o'clock, from six on that of the next working day.

    Raises CalendarEnds like `summary_day`.
    """
    on = calendar.next_working_day(calendar.civil_date(now + _DAY - RUNGS_AT))
    return calendar.start_of_day(on) + SUMMARY_AT


def _after(ladder: Ladder) -> Mapping[int, Rung]:
    return {ladder.superior_after: Rung.TELL_SUPERIOR, ladder.reroute_after: Rung.OFFER_REROUTE}


def _before(calendar: Calendar, due_on: date, today: date, ladder: Ladder) -> Iterator[tuple[Rung, date]]:
    """The two reminders, as far as they do not lie before today: earlier days may not even be in the calendar."""
    reminders: list[tuple[Rung, date]] = []
    on, days = due_on, 0
    while on >= today and days <= ladder.remind_before:
        if calendar.is_working_day(on):
            if days == 0:
                reminders.append((Rung.REMIND_DUE, on))
            elif days == ladder.remind_before:
                reminders.append((Rung.REMIND_EARLY, on))
            days += 1
        on -= _DAY
    yield from reversed(reminders)

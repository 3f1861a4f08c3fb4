"""The office calendar as pure functions: working days, ends of days, due dates.

Working days are Monday to Friday (Perpres 21/2023 art. 3) without the closures that HR loads per year (art. 6).
The day after the start is day 1. Nothing here reads a clock or the server's time zone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from workflows.kit import Text

_DAY = timedelta(days=1)
_SATURDAY = 5
_WORKING_DAYS = re.compile(r"([1-9][0-9]{0,2})wd")
Hold = tuple[datetime, datetime]
"""From when until when a case was on hold."""


class CalendarEnds(Exception):
    """The calendar of `year` is not loaded, so nothing may be counted into it; `message` tells what HR must do."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.message = Text(
            "Kalender kerja tahun {year} belum dimuat. Kepegawaian perlu memuat hari libur nasional, cuti bersama, dan "
            "hari libur daerah tahun {year}, lalu mengulangi langkah ini.",
            "The working calendar of {year} is not loaded. HR must load the national holidays, joint leave and local "
            "holidays of {year}, then repeat this step.",
        ).format(year=year)
        super().__init__(self.message.en)


@dataclass(frozen=True, slots=True)
class Closure:
    """Why the office is closed on a day, in the decree's words."""

    kind: Literal["HOLIDAY", "JOINT_LEAVE", "LOCAL"]
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which an office works, in its own time zone.

    `years` are the years that HR has loaded; `provisional` those of them that no decree backs yet.
    Every method raises CalendarEnds when its result or a day it must count lies in a year not loaded.
    """

    zone: ZoneInfo
    closed: Mapping[date, Closure]
    years: frozenset[int]
    provisional: frozenset[int] = frozenset()

    def is_working_day(self, on: date) -> bool:
        """Whether the office works on that day."""
        self._loaded(on)
        return on.weekday() < _SATURDAY and on not in self.closed

    def add_working_days(self, start_on: date, n: int) -> date:
        """The n-th working day after `start_on`, which itself is not counted. Raises ValueError when n < 1."""
        _at_least_one(n)
        return next(on for count, on in enumerate(self._working_days_after(start_on), start=1) if count == n)

    def add_calendar_days(self, start_on: date, n: int) -> date:
        """The n-th day after `start_on`, closed days counted too. Raises ValueError when n < 1."""
        _at_least_one(n)
        for year in range((start_on + _DAY).year, (start_on + n * _DAY).year + 1):
            self._loaded(date(year, 1, 1))
        return start_on + n * _DAY

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and with `b`; 0 when `b` is not later than `a`."""
        return sum(self.is_working_day(a + offset * _DAY) for offset in range(1, (b - a).days + 1))

    def next_working_day(self, on: date) -> date:
        """`on` itself when the office works then, otherwise the first working day after it."""
        return on if self.is_working_day(on) else next(self._working_days_after(on))

    def last_working_day_before_or_on(self, on: date) -> date:
        """`on` itself when the office works then, otherwise the last working day before it."""
        while not self.is_working_day(on):
            on -= _DAY
        return on

    def start_of_day(self, on: date) -> datetime:
        """The instant at which the office's day begins, in UTC."""
        return datetime.combine(on, time.min, self.zone).astimezone(UTC)

    def end_of_day(self, on: date) -> datetime:
        """The last instant of the office's day (23:59:59.999999), in UTC: a deadline holds until then."""
        return datetime.combine(on, time.max, self.zone).astimezone(UTC)

    def civil_date(self, instant: datetime) -> date:
        """The date on the office's wall at `instant`. Raises ValueError when `instant` has no time zone."""
        if instant.utcoffset() is None:
            raise ValueError("an instant needs a time zone")
        return instant.astimezone(self.zone).date()

    def due(
        self, rule: str | None, entered_at: datetime, deadlines: Mapping[str, datetime], holds: Iterable[Hold] = ()
    ) -> datetime | None:
        """The instant by which a state should be left; None when the rule or the cycle sets none.

        `3wd` is the end of the third working day after entry, each time on hold moving it by its working days;
        `cycle.NAME` is the cycle's own date of that name. Raises ValueError for any other rule.
        """
        if rule is None:
            return None
        if working_days := _WORKING_DAYS.fullmatch(rule):
            due = self.end_of_day(self.add_working_days(self.civil_date(entered_at), int(working_days[1])))
            for hold in holds:
                due = self.due_after_hold(due, hold)
            return due
        if rule.startswith("cycle."):
            return deadlines.get(rule.removeprefix("cycle."))
        raise ValueError(f"unknown due rule {rule}")

    def due_after_hold(self, due: datetime, hold: Hold) -> datetime:
        """A deadline in working days, moved by the working days on hold."""
        since, until = (self.civil_date(instant) for instant in hold)
        held = self.working_days_between(since, until)
        return self.end_of_day(self.add_working_days(self.civil_date(due), held)) if held else due

    def _working_days_after(self, on: date) -> Iterator[date]:
        while True:
            on += _DAY
            if self.is_working_day(on):
                yield on

    def _loaded(self, on: date) -> None:
        if on.year not in self.years:
            raise CalendarEnds(on.year)


def _at_least_one(n: int) -> None:
    if n < 1:
        raise ValueError("count at least one day")

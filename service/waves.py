"""Waves: which office's mails leave when, so that a crowd of them reaches nobody's server at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from service.authority import Organisation
from workflows.calendar import Calendar, CalendarEnds

_FROM, _UNTIL = time(8), time(16)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wave:
    """The mails of one office: how many, from when until when at the rate of the mail server."""

    office_id: str
    mails: int
    starts_at: datetime
    ends_at: datetime


def office_of(organisation: Organisation, unit_id: str) -> str:
    """The office that a unit belongs to: the unit right below the top of the tree, or the top itself."""
    path = organisation.unit_path(unit_id)
    return (path[-2] if len(path) > 1 else path[-1]).id if path else unit_id


def count_by_office(organisation: Organisation, unit_ids: Iterable[str]) -> dict[str, int]:
    """How many of these units' mails each office gets, by the office's name."""
    counts: dict[str, int] = {}
    for unit_id in unit_ids:
        office = office_of(organisation, unit_id)
        counts[office] = counts.get(office, 0) + 1
    names = organisation.units
    return dict(sorted(counts.items(), key=lambda each: (names[each[0]].name if each[0] in names else "", each[0])))


def waves(mails: Mapping[str, int], per_minute: int | None, calendar: Calendar, now: datetime) -> list[Wave]:
    """One wave after the other from `now` on, on working days between 8 and 16 o'clock, in the order of `mails`.

    Without a limit of the mail server all begin with the first office hour.
    """
    found, at = list[Wave](), _opening_hour(calendar, now)
    for office_id, count in mails.items():
        ends_at = at if per_minute is None else _after(calendar, at, timedelta(minutes=count / per_minute))
        found.append(Wave(office_id, count, at, ends_at))
        at = _opening_hour(calendar, ends_at)
    return found


def _after(calendar: Calendar, at: datetime, needed: timedelta) -> datetime:
    while (left := _at(calendar, calendar.civil_date(at), _UNTIL) - at) < needed:
        needed -= left
        at = _opening_hour(calendar, at + left)
    return at + needed


def _opening_hour(calendar: Calendar, at: datetime) -> datetime:
    """`at` within office hours, else when they next begin."""
    on = calendar.civil_date(at)
    if _is_open(calendar, on) and at < _at(calendar, on, _UNTIL):
        return max(at, _at(calendar, on, _FROM))
    on += _ONE_DAY
    while not _is_open(calendar, on):
        on += _ONE_DAY
    return _at(calendar, on, _FROM)


def _is_open(calendar: Calendar, on: date) -> bool:
    """Whether mails go on that day; of a year that is not loaded, only the weekend is known."""
    try:
        return calendar.is_working_day(on)
    except CalendarEnds:
        return on.isoweekday() <= 5


def _at(calendar: Calendar, on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, calendar.zone)

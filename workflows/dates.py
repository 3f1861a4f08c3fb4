"""Dates and instants in words, in both languages, the way letters of the office write them."""

from datetime import date, datetime, timedelta, tzinfo

from workflows.kit import Text

_MONTHS_ID = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS_ID = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_ZONE_NAMES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}


def day(on: date) -> Text:
    """A date in words: `19 Januari 2026` / `19 January 2026`."""
    return Text(f"{on.day} {_MONTHS_ID[on.month - 1]} {on.year}", f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year}")


def month(on: date) -> Text:
    """A month with its year: `Januari 2026` / `January 2026`."""
    return Text(f"{_MONTHS_ID[on.month - 1]} {on.year}", f"{_MONTHS_EN[on.month - 1]} {on.year}")


def weekday_day(on: date) -> Text:
    """A date with its weekday: `Senin, 19 Januari 2026` / `Monday, 19 January 2026`."""
    words = day(on)
    return Text(f"{_WEEKDAYS_ID[on.weekday()]}, {words.id}", f"{_WEEKDAYS_EN[on.weekday()]}, {words.en}")


def moment(at: datetime, zone: tzinfo) -> Text:
    """An instant as the clock on the wall in `zone` shows it: `19 Januari 2026 pukul 14.05 WIB`.

    Seconds are cut off, not rounded. Outside Indonesia's three zones the offset stands in for the zone's name:
    `UTC+05:30`. Raises ValueError when `at` has no time zone, because it would then not be an instant.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    local = at.astimezone(zone)
    words, clock = day(local.date()), f"{local:%H.%M} {_zone_name(local)}"
    return Text(f"{words.id} pukul {clock}", f"{words.en}, {clock}")


def _zone_name(local: datetime) -> str:
    offset = local.strftime("%z")
    return _ZONE_NAMES.get(local.utcoffset() or timedelta(), f"UTC{offset[:3]}:{offset[3:5]}")

"""The service's clock: the database's clock plus an offset that everybody reads. In production the offset is zero."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, exists, select, update

from config.settings import InvalidSettings
from service.errors import Refused
from service.models import Case, ClockOffset
from service.runut import Runut
from workflows.kit import Text

_START_OF_WORK = timedelta(hours=9)
_STEP = re.compile(r"([1-9][0-9]{0,3})(wd|d|h|m)")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_ONE_MS = timedelta(milliseconds=1)
_log: Any = structlog.get_logger("runut.clock")

_PRODUCTION = Text(
    "Di lingkungan produksi jam layanan selalu sama dengan jam basis data dan tidak dapat digeser.",
    "In production the service's clock is the database's clock and cannot be moved.",
)
_BACKWARDS = Text("Jam hanya dapat maju: {now} sudah lewat.", "The clock only goes forward: {now} is already past.")
_NO_INSTANT = Text(
    "“{given}” bukan waktu; tulis misalnya 2026-01-19T09:00.",
    "“{given}” is no time; write for example 2026-01-19T09:00.",
)
_NO_STEP = Text(
    "“{given}” bukan langkah; tulis misalnya 14d, 2wd, 3h, atau 30m.",
    "“{given}” is no step; write for example 14d, 2wd, 3h or 30m.",
)


def begin_clock(runut: Runut) -> None:
    """At the first start under RUNUT_NOW: keeps how far that is from real time. Later starts change nothing.

    Raises InvalidSettings when RUNUT_NOW is no time.
    """
    if runut.settings.start_at is None or runut.settings.environment == "production":
        return
    try:
        start = _instant(runut, runut.settings.start_at)
    except Refused:
        given = runut.settings.start_at
        raise InvalidSettings(f"RUNUT_NOW is {given!r}; write a time such as 2026-01-19T09:00.") from None
    with runut.database.write() as connection:
        if _is_untouched(connection):
            _move_by(connection, start - runut.pulse(connection).now)


def now(runut: Runut) -> datetime:
    """The service's now, in UTC."""
    with runut.database.read() as connection:
        return runut.pulse(connection).now


def set_clock(runut: Runut, given: str) -> datetime:
    """Moves the clock forward to an ISO instant (office time when it names no zone) and answers the new now.

    Raises Refused in production, for a time that is past, for what is no time.
    """
    return _move_to(runut, lambda _: _instant(runut, given))


def advance_clock(runut: Runut, given: str) -> datetime:
    """Moves the clock forward by `14d`, `3h`, `30m` or working days `2wd` (same time of day) and answers the new now.

    Raises Refused, CalendarEnds.
    """
    step = _STEP.fullmatch(given.strip())
    if step is None:
        raise Refused(_NO_STEP.format(given=given))
    count, unit = int(step[1]), step[2]

    def target(connection: Connection) -> datetime:
        present = runut.present(connection)
        if unit != "wd":
            return present.now + count * _UNITS[unit]
        local = present.now.astimezone(runut.settings.timezone)
        on = present.calendar.add_working_days(local.date(), count)
        return datetime.combine(on, local.time(), runut.settings.timezone).astimezone(UTC)

    return _move_to(runut, target)


def _move_to(runut: Runut, target: Any) -> datetime:
    if runut.settings.environment == "production":
        raise Refused(_PRODUCTION)
    with runut.database.write() as connection:
        then = runut.pulse(connection).now
        wanted = target(connection)
        if wanted <= then:
            raise Refused(_BACKWARDS.format(now=wanted.astimezone(runut.settings.timezone).isoformat("T", "seconds")))
        _move_by(connection, wanted - then)
        moved = runut.pulse(connection).now
    _log.warning("clock moved", before=then.isoformat(), after=moved.isoformat())
    runut.wake()
    return moved


def _move_by(connection: Connection, ahead: timedelta) -> None:
    milliseconds = -(-ahead // _ONE_MS)  # rounded up: never before the wished instant
    connection.execute(update(ClockOffset).values(milliseconds=ClockOffset.milliseconds + milliseconds))


def _is_untouched(connection: Connection) -> bool:
    unmoved = connection.scalar(select(ClockOffset.milliseconds)) == 0
    return unmoved and not connection.scalar(select(exists().where(Case.id.is_not(None))))


def _instant(runut: Runut, given: str) -> datetime:
    try:
        if len(given) == len("2026-01-19"):
            at = datetime.combine(date.fromisoformat(given), datetime.min.time()) + _START_OF_WORK
        else:
            at = datetime.fromisoformat(given)
    except ValueError:
        raise Refused(_NO_INSTANT.format(given=given)) from None
    return at.replace(tzinfo=runut.settings.timezone) if at.tzinfo is None else at

"""The running service: its settings, its database and what is true at this instant."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection, TextClause, text

from config.settings import Settings
from service.authority import Organisation
from service.authority.load import load_organisation, load_text_keys
from service.calendars import load_calendar, load_rules
from service.db import Database, as_instant, now_expression
from workflows.calendar import Calendar
from workflows.rules import Rules


@dataclass(frozen=True, slots=True)
class Present:
    """What is true at one instant: the service's now, and the organisation, calendar and rules valid at it.

    `now` is read once, when a request arrives, from the database's clock; there is no other source of time.
    """

    now: datetime
    organisation: Organisation
    calendar: Calendar
    text_keys: Mapping[str, bytes]
    rules: Rules


@dataclass(frozen=True, slots=True)
class Pulse:
    """The database's clock with the service's offset, and the generations of what processes keep in memory."""

    now: datetime
    organisation: int
    calendar: int


class Runut:
    """One process's service. `wake` tells the relay, best effort, that rows wait to leave."""

    def __init__(self, settings: Settings, database: Database, wake: Callable[[], None] = lambda: None) -> None:
        self.settings = settings
        self.database = database
        self.wake = wake
        self._lock = threading.Lock()
        self._organisation: tuple[int, Organisation, Mapping[str, bytes]] | None = None
        self._calendar: tuple[int, Calendar, Rules] | None = None

    @classmethod
    def start(cls, settings: Settings) -> "Runut":
        """The service on the database that the settings name."""
        return cls(settings, Database(settings.database_url))

    def present(self, connection: Connection, pulse: Pulse | None = None) -> Present:
        """What is true now. One statement, unless people, calendar or rules changed since this process last looked."""
        pulse = pulse or self.pulse(connection)
        with self._lock:
            if self._organisation is None or self._organisation[0] < pulse.organisation:
                self._organisation = (
                    pulse.organisation,
                    load_organisation(connection, pulse.organisation, self.settings.timezone),
                    load_text_keys(connection),
                )
            if self._calendar is None or self._calendar[0] < pulse.calendar:
                self._calendar = (
                    pulse.calendar, load_calendar(connection, self.settings.timezone), load_rules(connection)
                )
            _, organisation, text_keys = self._organisation
            return Present(pulse.now, organisation, self._calendar[1], text_keys, self._calendar[2])

    def pulse(self, connection: Connection) -> Pulse:
        """The instant and the generations, in one statement."""
        return pulse_of(connection.execute(self._pulse).one())

    @cached_property
    def _pulse(self) -> TextClause:
        return text(f"SELECT {self.pulse_columns} FROM clock_offset")  # noqa: S608 - our own constants

    @cached_property
    def pulse_columns(self) -> str:
        """SQL columns, over one row of `clock_offset`, that `pulse_of` reads; for statements that ask for more."""
        return (  # our own constants, no value of anybody's
            f"{now_expression(self.database.is_postgresql)} AS now, clock_offset.milliseconds AS offset_ms, "  # noqa: S608
            "(SELECT value FROM counters WHERE name = 'organisation') AS organisation, "
            "(SELECT value FROM counters WHERE name = 'calendar') AS calendar"
        )


def pulse_of(row: object) -> Pulse:
    """The pulse in a row that was read with `pulse_columns`."""
    now = as_instant(row.now) + timedelta(milliseconds=row.offset_ms)  # type: ignore[attr-defined]  # a result row
    return Pulse(now, row.organisation or 0, row.calendar or 0)  # type: ignore[attr-defined]

"""The office calendar as loaded by HR."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from service.models import CalendarDay, CalendarYear
from workflows.calendar import Calendar, Closure


def load_calendar(connection: Connection, zone: ZoneInfo) -> Calendar:
    """All loaded years with their closed days."""
    closed = {row.on_date: Closure(row.kind, row.name) for row in connection.execute(select(CalendarDay.__table__))}
    years = list(connection.execute(select(CalendarYear.year, CalendarYear.provisional)))
    return Calendar(
        zone=zone,
        closed=closed,
        years=frozenset(row.year for row in years),
        provisional=frozenset(row.year for row in years if row.provisional),
    )

"""The office calendar as loaded by HR, and the rules as it confirmed them."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from service.models import CalendarDay, CalendarYear, RuleValue
from workflows.calendar import Calendar, Closure
from workflows.rules import RULES, Rules, Setting


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


def load_rules(connection: Connection) -> Rules:
    """All rules with the values that the office confirmed; what is kept of a rule that is gone is left out."""
    rows = connection.execute(select(*RuleValue.__table__.columns).where(RuleValue.key.in_(RULES)))
    return Rules({
        row.key: Setting(RULES[row.key].kept(row.value), row.letter_number, row.confirmed_by, row.confirmed_at)
        for row in rows
    })

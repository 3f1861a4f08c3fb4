"""Numbers that only grow."""

from sqlalchemy import Connection, text

_BUMP = text(
    "INSERT INTO counters (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
)
ORGANISATION, CALENDAR = "organisation", "calendar"


def bump(connection: Connection, name: str) -> int:
    """The counter's next value; part of the caller's transaction, so that nobody sees it before what it counts."""
    value: int = connection.execute(_BUMP, {"name": name}).scalar_one()
    return value


def held(connection: Connection, name: str) -> int:
    """The counter's value, which nobody can raise before the caller's transaction ends (SQLite has one writer)."""
    lock = " FOR SHARE" if connection.dialect.name == "postgresql" else ""
    return int(connection.scalar(text(f"SELECT value FROM counters WHERE name = :name{lock}"), {"name": name}) or 0)  # noqa: S608


def next_number(connection: Connection, series: str) -> str:
    """The next public number of a series: `SKP-2026` gives `SKP-2026-000123`."""
    return f"{series}-{bump(connection, series):06d}"

"""Many rows into the tables at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Table, insert, text

from service import models
from service.append import Row

_TABLES = (
    models.Case, models.Event, models.EventText, models.CaseDocument, models.WorkItem, models.Timer, models.Delivery,
    models.PlannedResult,
)  # fmt: skip


def write_rows(connection: Connection, rows: Mapping[str, Sequence[Row]]) -> None:
    """Inserts the rows, by table; part of the caller's transaction."""
    for model in _TABLES:
        table = model.__table__
        assert isinstance(table, Table)
        if found := rows.get(table.name):
            if connection.dialect.name == "postgresql":
                _copy(connection, table.name, found)
            else:
                connection.execute(insert(table), list(found))


def reserve_numbers(connection: Connection, series: str, count: int) -> int:
    """The first of `count` numbers of the series that are the caller's."""
    last: int = connection.execute(_RESERVE, {"name": series, "count": count}).scalar_one()
    return last - count + 1


_RESERVE = text(
    "INSERT INTO counters (name, value) VALUES (:name, :count) "
    "ON CONFLICT (name) DO UPDATE SET value = counters.value + :count RETURNING value"
)


def _copy(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    names = list(rows[0])
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_plain(row[name]) for name in names])


def _plain(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value

"""The database: one way to read and one way to write, on PostgreSQL and on SQLite."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

_SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON")


class Database:
    """Connections of one process. Reads run statement by statement (autocommit); writes are one transaction."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = make_url(url)
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        self._write_lock = threading.Lock()
        make = _postgresql_engine if self.is_postgresql else _sqlite_engine
        self.engine = make(self.url, pool_size)
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose statements each stand alone."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        On SQLite it takes the write lock at once (BEGIN IMMEDIATE); threads of this process queue fairly for it.
        """
        if self.is_postgresql:
            with self.engine.begin() as connection:
                yield connection
        else:
            with self._write_lock, self.engine.begin() as connection:
                yield connection

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """For a write that is one statement on PostgreSQL, which is a transaction by itself; else as `write()`."""
        with self.read() if self.is_postgresql else self.write() as connection:
            yield connection

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def now_expression(is_postgresql: bool) -> str:
    """SQL for the database's own clock, read when the statement runs."""
    return "clock_timestamp()" if is_postgresql else "strftime('%Y-%m-%dT%H:%M:%f', 'now')"


def as_instant(value: Any) -> datetime:
    """The value of `now_expression` as an aware UTC instant."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    instant: datetime = value
    return instant.astimezone(UTC)


def is_reachable(database: Database) -> bool:
    """Whether the database answers now; raises what the driver raises when it does not."""
    with database.read() as connection:
        return bool(connection.scalar(text("SELECT 1")))


def _json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


# An error of the database must not carry the rows, which hold names, into a log.
_COMMON: dict[str, Any] = {
    "json_serializer": _json_text, "json_deserializer": orjson.loads, "hide_parameters": True
}


def _postgresql_engine(url: URL, pool_size: int) -> Engine:
    # The first request after a restart of the database may fail; asking before each would cost every request a trip.
    options = "-c timezone=UTC -c idle_in_transaction_session_timeout=30000"
    return create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=10, connect_args={"options": options}, **_COMMON
    )


def _sqlite_engine(url: URL, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, connect_args={"timeout": 30}, **_COMMON)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver must not open transactions of its own: SQLAlchemy's begin below does.
        connection.isolation_level = None
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine

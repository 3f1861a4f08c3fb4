"""The database's schema: bringing it to the newest version, and knowing whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from service.db import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the schema to `revision`; a no-op when it is there."""
    with _migrating(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Takes the schema back to `revision` (`base` is empty)."""
    with _migrating(database) as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one this code was written for."""
    return current(database) == newest()


def current(database: Database) -> str | None:
    """The revision the schema is at; None when it is empty."""
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this code was written for."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """One transaction. SQLite copies a table to change it, and dropping the old one must not count as losing what
    refers to it; so references are checked once at the end (sqlite.org/lang_altertable.html, section 7)."""
    if database.is_postgresql:
        with database.write() as connection:
            yield connection
        return
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside of a transaction
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"the migration breaks {len(broken)} references, the first of {broken[0][0]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _config(connection: object = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config

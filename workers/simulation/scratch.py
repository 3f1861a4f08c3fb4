"""A service on a database that is made for one run and removed after it."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import make_url

from config.settings import from_environment
from service import schema
from service.clock import begin_clock
from service.runut import Runut
from service.wake import psycopg_dsn

_NOWHERE = "smtp://simulation.invalid:25"


@contextmanager
def scratch_service(year: int, server_url: str | None) -> Iterator[Runut]:
    """A test service whose clock begins on 2 January of `year`, on SQLite or in a new database of the server.

    Nothing of the environment's own service is read or touched.
    """
    with tempfile.TemporaryDirectory(prefix="runut-simulation-") as folder, _database(folder, server_url) as url:
        settings = from_environment(
            {
                "RUNUT_ENV": "test", "RUNUT_HOME": folder, "RUNUT_DATABASE_URL": url, "RUNUT_SMTP_URL": _NOWHERE,
                "RUNUT_NOW": f"{year}-01-02T08:00", "RUNUT_SECRET_KEY": secrets.token_hex(32),
                "RUNUT_LINK_PEPPER": secrets.token_hex(32),
            }
        )
        runut = Runut.start(settings)
        try:
            if not runut.database.is_postgresql:
                event.listen(runut.database.engine, "connect", _trust_the_power)
            schema.upgrade(runut.database)
            begin_clock(runut)
            yield runut
        finally:
            runut.database.close()


def size_mb(runut: Runut) -> float:
    """How large the database is."""
    with runut.database.read() as connection:
        if runut.database.is_postgresql:
            return float(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()) / 2**20
    path = Path(runut.database.url.database or "")
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*")) / 2**20


@contextmanager
def _database(folder: str, server_url: str | None) -> Iterator[str]:
    if server_url is None:
        yield f"sqlite:///{folder}/simulation.db"
        return
    server = make_url(server_url).set(drivername="postgresql+psycopg")
    name = f"runut_simulation_{secrets.token_hex(6)}"
    with psycopg.connect(psycopg_dsn(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(psycopg_dsn(server), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _trust_the_power(connection: Any, _record: Any) -> None:
    """What is thrown away need not survive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")

"""Empty databases with the schema in place, made quickly: a template once per session, a copy per test."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from service.db import Database
from service.schema import upgrade
from tests.servers import libpq


def prepare_schema(url: str) -> None:
    """Brings an empty database to the newest schema."""
    with closing(Database(url)) as database:
        upgrade(database)


def sqlite_template(directory: Path) -> Path:
    """A SQLite file with the schema, to be copied."""
    path = directory / "template.db"
    prepare_schema(f"sqlite:///{path}")
    return path


def sqlite_copy(template: Path, directory: Path) -> str:
    """The URL of a fresh copy of the template."""
    path = shutil.copyfile(template, directory / "runut.db")
    return f"sqlite:///{path}"


@contextmanager
def postgresql_template(server_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the schema, to be copied."""
    with _created(server_url, None) as name:
        prepare_schema(_url_of(server_url, name))
        yield name


@contextmanager
def postgresql_copy(server_url: str, template: str) -> Iterator[str]:
    """The URL of a fresh copy of the template; dropped after the block, whoever is still connected."""
    with _created(server_url, template) as name:
        yield _url_of(server_url, name)


@contextmanager
def _created(server_url: str, template: str | None) -> Iterator[str]:
    name = f"runut_test_{secrets.token_hex(6)}"
    with psycopg.connect(libpq(server_url), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
    try:
        yield name
    finally:
        with psycopg.connect(libpq(server_url), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _url_of(server_url: str, name: str) -> str:
    url = make_url(server_url).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)

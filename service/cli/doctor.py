"""`runut doctor`: whether everything the service needs is there."""

import shutil
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import click
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from service import schema
from service.cli.environment import settings as settings_of_environment
from service.db import Database, as_instant, now_expression

_TIMEOUT_S = 10
_MOST_SKEW = timedelta(seconds=5)
_LEAST_FREE_MB = 500
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
Check = Callable[[Settings], str]


class Sick(Exception):
    """Something is missing or wrong; the message says what to do."""


@click.command()
@click.option("--mail", "address", help="Also send a test mail to this address.")
def doctor(address: str | None) -> None:
    """Check database, schema, mail server, public address, clock, disk and keys; exit code 1 when one is wrong."""
    settings = settings_of_environment()
    is_well = True
    for name, check in _CHECKS:
        is_well &= _say(name, check, settings)
    if address:
        is_well &= _say("test mail", lambda given: _send(given, address), settings)
    if not is_well:
        raise click.exceptions.Exit(1)


def _say(name: str, check: Check, settings: Settings) -> bool:
    try:
        click.echo(f"ok    {name}: {check(settings)}")
    except (Sick, SQLAlchemyError, smtplib.SMTPException, OSError) as error:
        reason = str(error.__cause__ or error).strip().splitlines() or [type(error).__name__]
        click.echo(f"WRONG {name}: {reason[0]}")
        return False
    return True


def _database(settings: Settings) -> str:
    database = Database(settings.database_url)
    try:
        with database.read() as connection:
            version = connection.scalar(
                text("SELECT version()" if database.is_postgresql else "SELECT 'SQLite ' || sqlite_version()")
            )
        return str(version).split(" on ")[0]
    finally:
        database.close()


def _schema(settings: Settings) -> str:
    database = Database(settings.database_url)
    try:
        found, wanted = schema.current(database), schema.newest()
    finally:
        database.close()
    if found != wanted:
        raise Sick(f"at {found or 'base'}, this release wants {wanted}: run `runut db upgrade`")
    return f"at {found}"


def _clock(settings: Settings) -> str:
    database = Database(settings.database_url)
    try:
        with database.read() as connection:
            theirs = as_instant(connection.scalar(text(f"SELECT {now_expression(database.is_postgresql)}")))
    finally:
        database.close()
    skew = abs(datetime.now(UTC) - theirs)
    if skew > _MOST_SKEW:
        raise Sick(f"this machine and the database differ by {skew.total_seconds():.0f} s: set up NTP on both")
    return f"differs from the database's by {skew.total_seconds():.1f} s"


def _mail_server(settings: Settings) -> str:
    if settings.smtp_url is None:
        return "none is named, so mails go to the local inbox"
    with _session(settings.smtp_url) as session:
        session.noop()
    return f"{urlsplit(settings.smtp_url).hostname} answers"


def _address(settings: Settings) -> str:
    if not settings.is_https and settings.environment == "production":
        raise Sick(f"{settings.base_url} is not https: set RUNUT_BASE_URL")
    return settings.base_url


def _disk(settings: Settings) -> str:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < _LEAST_FREE_MB:
        raise Sick(f"only {free_mb} MB are free at {folder}: make room")
    return f"{free_mb} MB free at {folder}"


def _keys(settings: Settings) -> str:
    lacking = [name for name in ("secret_key", "link_pepper") if not getattr(settings, name)]
    if lacking:
        raise Sick(f"missing: {', '.join(lacking)}")
    return "secret key and link pepper are there"


def _send(settings: Settings, address: str) -> str:
    if settings.smtp_url is None:
        raise Sick("no mail server is named: set RUNUT_SMTP_URL")
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, address
    message["Subject"] = "Runut: surel percobaan / test mail"
    message.set_content("Surel ini dikirim oleh `runut doctor`.\nThis mail was sent by `runut doctor`.\n")
    with _session(settings.smtp_url) as session:
        session.send_message(message)
    return f"handed over for {address}"


def _session(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    port = parts.port or _PORTS[parts.scheme]
    host = parts.hostname or ""
    session = (smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP)(host, port, timeout=_TIMEOUT_S)
    if parts.scheme == "smtp+starttls":
        session.starttls()
    if parts.username:
        session.login(unquote(parts.username), unquote(parts.password or ""))
    return session


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", _database),
    ("schema", _schema),
    ("clock", _clock),
    ("mail server", _mail_server),
    ("public address", _address),
    ("disk", _disk),
    ("keys", _keys),
)

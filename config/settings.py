"""Settings: what an operator may change, read once from the environment, with all problems named in one message."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

Environment = Literal["demo", "test", "production"]
ENVIRONMENTS: tuple[Environment, Environment, Environment] = ("demo", "test", "production")
LOCALES: tuple[Literal["id"], Literal["en"]] = ("id", "en")
LOG_FORMATS: tuple[Literal["json"], Literal["text"]] = ("json", "text")
Choice = TypeVar("Choice", bound=str)

_SMTP_SCHEMES = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_SECRET_BYTES = 32


class InvalidSettings(Exception):
    """Settings that cannot work; the message lists every problem with what to do about it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides, checked. It holds secrets: never log it."""

    environment: Environment
    home: Path
    database_url: str
    broker_url: str
    smtp_url: str | None
    smtp_rate: int | None
    base_url: str
    host: str
    port: int
    inbox_port: int
    secret_key: bytes
    link_pepper: bytes
    timezone: ZoneInfo
    locale: Literal["id", "en"]
    start_at: str | None
    trusted_proxies: int
    mail_from: str
    help_contact: str
    help_hours: str
    agency: str
    log_format: Literal["json", "text"]

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the SQLite file that only one process may own."""
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        """Whether people reach the service by https; cookies then carry Secure and a prefixed name."""
        return self.base_url.startswith("https://")

    @property
    def domain(self) -> str:
        """The host (and port) that people see in links: `kinerja.contoh.go.id`."""
        return urlsplit(self.base_url).netloc

    @property
    def origin(self) -> str:
        """Scheme and host that a browser sends as `Origin` with a form of ours (RFC 6454)."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


def from_environment(environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Settings:
    """The settings of this process.

    Secrets that are not named are made once and kept in `RUNUT_HOME/keys`, except in production. Raises
    InvalidSettings with all problems at once.
    """
    reader = _Reader(environ)
    environment = reader.choice("RUNUT_ENV", ENVIRONMENTS, ENVIRONMENTS[0] if demo else ENVIRONMENTS[2])
    home = Path(environ.get("RUNUT_HOME") or "var").expanduser().resolve()
    host = environ.get("RUNUT_HOST") or "127.0.0.1"
    port = reader.port("RUNUT_PORT", 8000)
    database_url = reader.value("RUNUT_DATABASE_URL", f"sqlite:///{home / 'runut.db'}", _database_url)
    settings = Settings(
        environment=environment,
        home=home,
        database_url=database_url,
        broker_url=reader.value("RUNUT_BROKER_URL", "memory://", _broker_url),
        smtp_url=reader.value("RUNUT_SMTP_URL", "", _smtp_url) or None,
        smtp_rate=reader.rate("RUNUT_SMTP_RATE"),
        base_url=reader.value("RUNUT_BASE_URL", f"http://127.0.0.1:{port}", _base_url),
        host=host,
        port=port,
        inbox_port=reader.port("RUNUT_INBOX_PORT", 8025),
        secret_key=reader.secret("RUNUT_SECRET_KEY", home, environment),
        link_pepper=reader.secret("RUNUT_LINK_PEPPER", home, environment),
        timezone=reader.zone("RUNUT_TIMEZONE", "Asia/Jakarta"),
        locale=reader.choice("RUNUT_LOCALE", LOCALES, LOCALES[0]),
        start_at=environ.get("RUNUT_NOW") or None,
        trusted_proxies=reader.count("RUNUT_TRUSTED_PROXIES", 0),
        mail_from=reader.value("RUNUT_MAIL_FROM", "runut@localhost.localdomain", _address),
        help_contact=environ.get("RUNUT_HELP_CONTACT") or "BKPSDM, bkpsdm@contoh.invalid",
        help_hours=environ.get("RUNUT_HELP_HOURS") or "Senin–Jumat 08.00–16.00 WIB",
        agency=environ.get("RUNUT_AGENCY") or "BKPSDM Kabupaten Muara Contoh",
        log_format=reader.choice("RUNUT_LOG_FORMAT", LOG_FORMATS, LOG_FORMATS[environment == "demo"]),
    )
    if settings.is_embedded and not environ.get("RUNUT_DATABASE_URL"):
        home.mkdir(parents=True, exist_ok=True)
    if environment == "production":
        reader.problems += _production_problems(settings, environ)
    if settings.start_at and environment == "production":
        reader.problems.append("RUNUT_NOW is for RUNUT_ENV=demo or test only; unset it.")
    if reader.problems:
        lines = "\n".join(f"  - {problem}" for problem in reader.problems)
        raise InvalidSettings(f"Runut cannot start with these settings:\n{lines}")
    return settings


class _Reader:
    """Reads single variables and remembers what is wrong with them, so that one message can name it all."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def value(self, name: str, default: str, check: Callable[[str], str]) -> str:
        given = self.environ.get(name) or default
        try:
            return check(given) if given else given
        except ValueError as error:
            self.problems.append(f"{name}: {error}")
            return given

    def choice(self, name: str, choices: tuple[Choice, ...], default: Choice) -> Choice:
        given = self.environ.get(name) or default
        for choice in choices:
            if choice == given:
                return choice
        self.problems.append(f"{name} is {given!r}; it must be one of {', '.join(choices)}.")
        return default

    def count(self, name: str, default: int) -> int:
        given = self.environ.get(name) or str(default)
        if given.isdecimal():
            return int(given)
        self.problems.append(f"{name} is {given!r}; it must be a whole number, 0 or more.")
        return default

    def rate(self, name: str) -> int | None:
        given = self.environ.get(name)
        if not given:
            return None
        if given.isdecimal() and int(given) > 0:
            return int(given)
        self.problems.append(f"{name} is {given!r}; it must be a whole number of mails per minute, 1 or more.")
        return None

    def port(self, name: str, default: int) -> int:
        number = self.count(name, default)
        if 1 <= number <= 65535:
            return number
        self.problems.append(f"{name} is {number}; a port lies between 1 and 65535.")
        return default

    def zone(self, name: str, default: str) -> ZoneInfo:
        given = self.environ.get(name) or default
        try:
            return ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError):
            self.problems.append(f"{name} is {given!r}; it must be a time zone such as Asia/Jakarta.")
            return ZoneInfo(default)

    def secret(self, name: str, home: Path, environment: str) -> bytes:
        given = self.environ.get(name)
        if given:
            if len(given) < _SECRET_BYTES:
                self.problems.append(
                    f"{name} is shorter than {_SECRET_BYTES} characters; make one: openssl rand -hex 32."
                )
            return given.encode()
        if environment == "production":
            return b""
        return _kept_secret(home / "keys" / name.removeprefix("RUNUT_").lower())


def _kept_secret(path: Path) -> bytes:
    """The secret kept in `path`, made on first use; readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _read_when_written(path)  # this home has one already, or another process makes it right now
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_SECRET_BYTES))
    return path.read_bytes()


def _read_when_written(path: Path) -> bytes:
    for _attempt in range(100):
        if content := path.read_bytes():
            return content
        time.sleep(0.01)
    raise InvalidSettings(f"{path} is empty; remove it and start again.")


def _database_url(given: str) -> str:
    try:
        url = make_url(given)
    except ArgumentError:
        raise ValueError("not a database URL; example: postgresql+psycopg://runut@localhost/runut") from None
    if url.get_backend_name() not in ("postgresql", "sqlite"):
        raise ValueError("only PostgreSQL and SQLite are supported; example: postgresql+psycopg://runut@localhost/runut")
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _broker_url(given: str) -> str:
    if urlsplit(given).scheme not in ("memory", "amqp", "amqps", "redis", "rediss"):
        raise ValueError("must begin with amqp://, redis:// or memory://; example: amqp://guest:guest@localhost//")
    return given


def _smtp_url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in _SMTP_SCHEMES or not parts.hostname:
        raise ValueError("must look like smtp://host:25, smtps://user:pass@host or smtp+starttls://user:pass@host")
    return given


def _base_url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be scheme and host only; example: https://kinerja.contoh.go.id")
    return given.rstrip("/")


def _address(given: str) -> str:
    if not given.isascii() or given.count("@") != 1 or any(c.isspace() or c in "<>,;" for c in given):
        raise ValueError("must be one plain address; example: runut@contoh.go.id")
    return given


def _production_problems(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    problems = []
    if not settings.is_https or _is_loopback(urlsplit(settings.base_url).hostname or ""):
        problems.append("RUNUT_BASE_URL must be the public https address in production; example: https://kinerja.contoh.go.id.")
    if settings.smtp_url is None:
        problems.append("RUNUT_SMTP_URL is missing; production never opens the local inbox.")
    problems += [
        f"{name} is missing; production needs a secret of its own: openssl rand -hex 32."
        for name in ("RUNUT_SECRET_KEY", "RUNUT_LINK_PEPPER")
        if not environ.get(name)
    ]
    if not environ.get("RUNUT_HELP_CONTACT"):
        problems.append("RUNUT_HELP_CONTACT is missing; every page and mail names whom people can ask.")
    if not environ.get("RUNUT_MAIL_FROM"):
        problems.append("RUNUT_MAIL_FROM is missing; mails need a sender of your domain.")
    return problems


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""What every test may ask for. Servers start when a test first asks; nothing talks to the world outside."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as hypothesis_settings
from kombu import Connection

from config.celery import celery_config
from config.settings import Settings, from_environment
from service.runut import Runut
from tests import databases, servers
from tests.smtp_sink import SmtpSink
from tests.smtp_sink import smtp_sink as start_smtp_sink

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SERVERS = {"postgresql_url", "rabbitmq_url", "rabbitmq_server", "redis_url", "chromium"}
BROKERS = {"rabbitmq_url", "rabbitmq_server", "redis_url"}
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

hypothesis_settings.register_profile(
    "runut", max_examples=int(os.environ.get("RUNUT_EXAMPLES", "100")), deadline=None, print_blob=True
)
hypothesis_settings.load_profile("runut")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need a server, so that `-m "not server"` is what runs anywhere."""
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())) or database_of(item) == "postgresql":
            item.add_marker("server")
        if BROKERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("broker"))  # its queues have fixed names: one test at a time


def database_of(item: pytest.Item) -> str | None:
    """The database that a test runs on, when it was multiplied by databases."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database_url") if callspec else None


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuses connections that leave this machine, and looking up names of others."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            _check_is_here(address[0])
        connect(self, address)

    def look_up_here(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check_is_here(host)
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        patch.setattr(socket, "getaddrinfo", look_up_here)
        yield


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server on which databases may be created."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(servers.postgresql())
        except servers.Missing as missing:
            _skip(missing)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> Iterator[str]:
    """The name of a database with the schema, to be copied."""
    with databases.postgresql_template(postgresql_url) as name:
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied."""
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database with the schema."""
    return databases.sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def postgresql_database(postgresql_url: str, postgresql_template: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database with the schema."""
    with databases.postgresql_copy(postgresql_url, postgresql_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database with the schema: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_database")
    return url


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a test's service without its database; processes that a test starts get it too."""
    return {
        "RUNUT_ENV": "test",
        "RUNUT_HOME": str(tmp_path / "home"),
        "RUNUT_SECRET_KEY": "secret-key-of-the-tests-" + "s" * 40,
        "RUNUT_LINK_PEPPER": "link-pepper-of-the-tests-" + "p" * 40,
    }


@pytest.fixture
def settings(environ: dict[str, str], database_url: str) -> Settings:
    """Settings of a service on an empty database."""
    return from_environment({**environ, "RUNUT_DATABASE_URL": database_url})


@pytest.fixture
def runut(settings: Settings) -> Iterator[Runut]:
    """A service on an empty database, on each of the two."""
    yield from _running(settings)


@pytest.fixture
def runut_postgresql(environ: dict[str, str], postgresql_database: str) -> Iterator[Runut]:
    """A service on an empty PostgreSQL database; for what only PostgreSQL has: several processes on one database."""
    yield from _running(from_environment({**environ, "RUNUT_DATABASE_URL": postgresql_database}))


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that keeps what it gets and fails as told."""
    with start_smtp_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[str]:
    """A RabbitMQ as the tests before left it."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(servers.rabbitmq())
        except servers.Missing as missing:
            _skip(missing)


@pytest.fixture
def rabbitmq_url(rabbitmq_server: str) -> str:
    """A RabbitMQ without any queue of ours."""
    with Connection(rabbitmq_server) as connection:
        for queue in celery_config(rabbitmq_server)["task_queues"]:
            queue(connection.default_channel).delete()
    return rabbitmq_server


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis with nothing in it."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(servers.redis())
        except servers.Missing as missing:
            _skip(missing)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A browser; each test opens a context of its own in it."""
    from playwright.sync_api import sync_playwright

    try:
        path = servers.chromium()
    except servers.Missing as missing:
        _skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


def _running(settings: Settings) -> Iterator[Runut]:
    service = Runut.start(settings)
    yield service
    service.database.close()


def _skip(missing: servers.Missing) -> None:
    pytest.skip(f"{servers.MISSING}{missing}")


def _check_is_here(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in (None, "", "localhost", "::1", "0.0.0.0", "::") and not str(name).startswith("127."):
        raise ConnectionRefusedError(f"tests stay on this machine; {name} is outside")

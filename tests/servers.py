"""Real servers for the tests: the one that the environment names, else a private one from installed programs; as root
the programs are installed when they are missing. A private server lives in a folder of its own, away from any other.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
from kombu import Connection
from sqlalchemy.engine import make_url

POSTGRESQL_URL, AMQP_URL, CHROMIUM = "RUNUT_TEST_POSTGRES_URL", "RUNUT_TEST_AMQP_URL", "RUNUT_TEST_CHROMIUM"
REDIS_URL = "RUNUT_TEST_REDIS_URL"
INSTALL = "RUNUT_TEST_INSTALL"
MISSING = "missing server: "
_START_S = 60
_RABBITMQ_CONF = """\
listeners.tcp.1 = 127.0.0.1:{port}
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 1GB
log.file = false
log.console = true
log.console.level = error
"""


class Missing(Exception):
    """A server that is neither named, installed nor installable here; the message says what helps."""


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL on which databases may be created, while the block lasts. Raises Missing."""
    if url := os.environ.get(POSTGRESQL_URL):
        yield url
    else:
        with PrivatePostgresql() as server:
            yield server.url


@contextmanager
def rabbitmq() -> Iterator[str]:
    """The URL of a RabbitMQ, while the block lasts. Raises Missing."""
    if url := os.environ.get(AMQP_URL):
        yield url
    else:
        with PrivateRabbitmq() as server:
            yield server.url


@contextmanager
def redis() -> Iterator[str]:
    """The URL of a Redis database that is empty, while the block lasts. Raises Missing."""
    if url := os.environ.get(REDIS_URL):
        yield url
    else:
        with PrivateRedis() as server:
            yield server.url


def chromium() -> str:
    """The path of a Chromium. Raises Missing."""
    names = (os.environ.get(CHROMIUM) or "chromium", "chromium-browser", "google-chrome")
    return _found(lambda: next(filter(None, map(shutil.which, names)), None), "Chromium", CHROMIUM, "chromium")


class _Private:
    """A server process in a folder of its own. `kill` is what a power cut does to a process; `start` brings it back."""

    def __init__(self, name: str, user: str | None = None) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix=f"runut-{name}-"))
        self._account = pwd.getpwnam(user) if user else None
        if self._account:
            os.chown(self.directory, self._account.pw_uid, self._account.pw_gid)
        self._log = self.directory / "log.txt"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts it and returns when it answers; what it kept before is still there."""
        raise NotImplementedError

    def kill(self) -> None:
        """SIGKILL: it has no time to say or write anything."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Ends it and removes its folder."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(self, command: list[str], env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        identity: dict[str, Any] = {}
        if self._account:
            identity = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=self.directory, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **identity,
            )

    def _start(self, command: list[str], answers: Callable[[], bool], env: Mapping[str, str] | None = None) -> None:
        deadline = time.monotonic() + _START_S
        self._process = self._run(command, env)
        while not answers():
            ended = self._process.poll() is not None
            if time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} does not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.5 if ended else 0.05)
            if ended:  # after a kill the children of the one before may still hold on to its memory
                self._process = self._run(command, env)


class PrivatePostgresql(_Private):
    """A cluster of its own, reached by a socket in its folder, so that no port is taken.

    Without `durable` nothing waits for the disk: kills lose nothing, only a power cut would.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._programs = _postgresql_programs()
        super().__init__("postgresql", _unprivileged("postgres"))
        self._durable = durable
        self.url = f"postgresql+psycopg://runut@/postgres?host={self.directory}"

    def start(self) -> None:
        data = self.directory / "data"
        if not data.exists():
            made = self._run(
                [str(self._programs / "initdb"), "-D", str(data), "--username=runut", "--auth=trust", "--encoding=UTF8",
                 "--locale=C", "--no-sync"]
            )
            if made.wait() != 0:
                raise RuntimeError(f"initdb failed:\n{self._log.read_text()[-2000:]}")
        options = {
            "unix_socket_directories": self.directory, "listen_addresses": "", "max_connections": 200,
            "timezone": "UTC", "fsync": self._durable, "full_page_writes": self._durable,
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._start([str(self._programs / "postgres"), "-D", str(data), *settings], self._answers)

    def _answers(self) -> bool:
        try:
            psycopg.connect(libpq(self.url)).close()
        except psycopg.OperationalError:
            return False
        return True

    def close(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGINT)  # ends sessions; its processes are gone when it returns
            self._process.wait()
            self._process = None
        super().close()


class PrivateRabbitmq(_Private):
    """A node of its own with its own name service, cookie, data and ports, on the loopback only."""

    def __init__(self) -> None:
        self._program = _rabbitmq_program()
        super().__init__("rabbitmq")
        self._port, self._node_port, self._names_port = free_ports(3)
        self._node = f"runut-{secrets.token_hex(4)}@localhost"
        self._names: subprocess.Popen[bytes] | None = None
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"

    def start(self) -> None:
        for name, content in {
            "rabbitmq.conf": _RABBITMQ_CONF.format(port=self._port),
            "enabled_plugins": "[].\n",
            "rabbitmq-env.conf": "",
        }.items():
            (self.directory / name).write_text(content)
        env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.directory),
            "ERL_EPMD_PORT": str(self._names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "data"),
            "RABBITMQ_LOG_BASE": str(self.directory),
            "RABBITMQ_PID_FILE": str(self.directory / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
        }
        if self._names is None:
            self._names = self._run([_epmd(), "-port", str(self._names_port), "-address", "127.0.0.1"], env)
        self._start([self._program], self._answers, env)

    def close(self) -> None:
        self.kill()
        if self._names:
            self._names.terminate()
            self._names.wait()
            self._names = None
        super().close()

    def _answers(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=2) as connection:
                connection.connect()
        except OSError:
            return False
        return True


class PrivateRedis(_Private):
    """A Redis of its own on the loopback that keeps nothing on disk."""

    def __init__(self) -> None:
        self._program = _found(lambda: shutil.which("redis-server"), "Redis", REDIS_URL, "redis-server")
        super().__init__("redis")
        (self._port,) = free_ports(1)
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        options = {"bind": "127.0.0.1", "port": self._port, "save": "", "appendonly": "no", "dir": self.directory}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._start([self._program, *words], self._answers)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True


def libpq(url: str) -> str:
    """A SQLAlchemy URL as psycopg itself reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def free_ports(count: int) -> list[int]:
    """Ports on which nothing listens now, each another one."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _postgresql_programs() -> Path:
    def found() -> str | None:
        # Debian keeps them off the PATH, one folder per major version.
        installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
        newest = max(installed, default=None, key=lambda path: int(path.parts[-3]))
        return str(newest) if newest else shutil.which("initdb")

    return Path(_found(found, "PostgreSQL", POSTGRESQL_URL, "postgresql")).resolve().parent


def _rabbitmq_program() -> str:
    # Debian's command on the PATH is a wrapper that turns to the system's node; the program itself lies here.
    program = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    return _found(
        lambda: program if Path(program).exists() else shutil.which("rabbitmq-server"),
        "RabbitMQ", AMQP_URL, "rabbitmq-server",
    )


def _epmd() -> str:
    installed = shutil.which("epmd") or next(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"), None)
    if installed is None:
        raise Missing("RabbitMQ: Erlang's epmd, which it needs, is not on the PATH")
    return str(installed)


def _found(find: Callable[[], str | None], server: str, variable: str, package: str) -> str:
    found = find()
    if found is None and os.geteuid() == 0 and os.environ.get(INSTALL) != "no" and shutil.which("apt-get"):
        _install(package)
        found = find()
    if found is None:
        raise Missing(f"{server}: name one in {variable}, or install it (Debian: apt install {package})")
    return found


def _install(package: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    for command in (install, ["apt-get", "update"], install):
        if subprocess.run(command, env=env, capture_output=True, timeout=600).returncode == 0 and command is install:
            return


def _unprivileged(preferred: str) -> str | None:
    """Whom a server that refuses root runs as; None when we are nobody special."""
    if os.geteuid() != 0:
        return None
    return preferred if any(account.pw_name == preferred for account in pwd.getpwall()) else "nobody"

"""The command `runut`: the processes, and the commands for operators."""

import logging
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Literal, NoReturn
from urllib.parse import urlsplit

import click

from config.logging import configure_logging
from config.settings import InvalidSettings, Settings, from_environment
from service.cli import COMMANDS
from service.health import unready
from service.runut import Runut

_WEB_THREADS = 4


@click.group()
def main() -> None:
    """Runut: work plans and their approval, from draft to appeal."""


@main.command()
@click.option("--demo", is_flag=True, help="Fill an empty database with a fictional regency and show its accounts.")
def up(demo: bool) -> None:
    """Web, worker, beat, relay and the local inbox in one process."""
    from workers.up import CannotStart, PartDied, run_up

    settings = _settings(demo=demo)
    try:
        run_up(settings, click.echo, with_demo_data=demo)
    except (CannotStart, PartDied, InvalidSettings) as problem:
        _fail(str(problem))


@main.command()
@click.option("--workers", default=2, show_default=True, help="Processes; as many as there are cores.")
def web(workers: int) -> None:
    """One web server (granian) on RUNUT_HOST and RUNUT_PORT."""
    from granian.constants import Interfaces
    from granian.server import Server

    settings = _service("web", needs_broker=False).settings
    _check_port(settings)
    server = Server(
        "service.wsgi:app", address=settings.host, port=settings.port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=_WEB_THREADS, log_access=False, respawn_failed_workers=True,
    )
    threading.Thread(target=_say_when_it_answers, args=(settings,), daemon=True).start()
    server.serve()


@main.command()
@click.option("--threads", default=8, show_default=True, help="Tasks at the same time; codes have two more.")
def worker(threads: int) -> None:
    """One worker: sends mails, publishes events, looks at deadlines."""
    from workers.processes import run_worker

    sys.exit(run_worker(_service("worker", needs_smtp=True), _ready, threads))


@main.command()
def beat() -> None:
    """One beat: says every few seconds that it is time to look."""
    from workers.processes import run_beat

    sys.exit(run_beat(_service("beat"), _ready))


@main.command()
def relay() -> None:
    """One relay: tells workers which rows wait to leave."""
    from workers.processes import run_relay

    sys.exit(run_relay(_service("relay"), _ready))


@main.command()
@click.option("--people", default=200, show_default=True, type=click.IntRange(36, 100_000), help="How many people.")
@click.option("--seed", default=7, show_default=True, help="What chance begins with; the same gives the same report.")
@click.option("--year", default=2026, show_default=True, type=click.IntRange(2000, 2100), help="Which year to live.")
@click.option("--database-url", help="A PostgreSQL server; a database is created there and dropped. SQLite unless set.")
@click.option("--locale", default="id", show_default=True, type=click.Choice(["id", "en"]), help="The report's words.")
def simulate(people: int, seed: int, year: int, database_url: str | None, locale: Literal["id", "en"]) -> None:
    """Live a year with drawn people on a scratch database and report; exit code 1 when a promise was broken."""
    from workers.simulation import simulate as live
    from workers.simulation.words import report

    def say(on: date) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{on.isoformat()}", err=True, nl=False)

    with _quiet():
        figures = live(people, seed, year, server_url=database_url, progress=say)
    if sys.stderr.isatty():
        click.echo("\r", err=True, nl=False)
    click.echo("\n".join(report(figures, locale)))
    if figures.breaches:
        sys.exit(1)


for command in COMMANDS:
    main.add_command(command)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without logs: fifty thousand lines that nobody reads would take longer than what they are about."""
    configure_logging("text")
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _settings(*, demo: bool = False) -> Settings:
    try:
        settings = from_environment(demo=demo)
    except InvalidSettings as problem:
        _fail(str(problem))
    configure_logging(settings.log_format)
    return settings


def _service(name: str, *, needs_broker: bool = True, needs_smtp: bool = False) -> Runut:
    """The service of a production process; what stands in the way is said in one message."""
    settings = _settings()
    problems = []
    if settings.is_embedded:
        problems.append("it needs PostgreSQL: set RUNUT_DATABASE_URL, or start `runut up`, which owns the SQLite file")
    if needs_broker and settings.broker_url.startswith("memory:"):
        problems.append("it needs a broker that several processes share: set RUNUT_BROKER_URL, or start `runut up`")
    if needs_smtp and settings.smtp_url is None:
        problems.append("it sends mails: set RUNUT_SMTP_URL, for example smtp://localhost:25")
    runut = Runut.start(settings)
    problems = problems or unready(runut)
    if problems:
        _fail(f"runut {name} cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return runut


def _check_port(settings: Settings) -> None:
    """Ends the command when somebody listens already: granian would share the port with another of its kind."""
    family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
        except OSError as error:
            _fail(
                f"runut web cannot start:\n  - port {settings.port} on {settings.host} cannot be used "
                f"({error.strerror}): stop the other program, or set RUNUT_PORT"
            )


def _say_when_it_answers(settings: Settings) -> None:
    """Says `ready` once the server answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104  # compared, not bound
    request = urllib.request.Request(  # always http
        f"http://{host}:{settings.port}/readyz", headers={"Host": urlsplit(settings.base_url).netloc}
    )
    while not _answers(request):
        time.sleep(0.1)
    _ready()


def _answers(request: urllib.request.Request) -> bool:
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # always http
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _ready() -> None:
    click.echo("ready")
    sys.stdout.flush()


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)

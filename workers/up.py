"""`runut up`: web, worker, beat, relay and, in the demo, the local inbox as threads of one watched process.

One of them that dies ends the process with its reason: half a service that looks alive is worse than none.
"""

import fcntl
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from waitress.server import create_server

from config.settings import Settings
from service import demo, outbox, schema
from service.app import create_app
from service.clock import begin_clock
from service.runut import Runut
from service.wake import Notifier
from workers.app import create_celery
from workers.beat import Beat
from workers.inbox import LocalMailServer, Mailbox, create_inbox
from workers.processes import celery_worker
from workers.relay import Listening, Relay, Signal, Watching

_WEB_THREADS = 8
_INBOX_THREADS = 2
_WORKER_THREADS = 4
_READY_WITHIN_S = 60
_STOP_WITHIN_S = 5
_WATCH_EVERY_S = 0.2

log = structlog.get_logger()
Say = Callable[[str], None]


class CannotStart(Exception):
    """Something outside stands in the way; the message says what and what to do."""


class PartDied(Exception):
    """A part of the process ended though nobody asked it to; the message names it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One thread of the process and what ends it."""

    thread: threading.Thread
    stop: Callable[[], None]


def run_up(settings: Settings, say: Say, *, with_demo_data: bool = False) -> None:
    """Starts everything, says the addresses and then `ready`, and serves until SIGINT or SIGTERM.

    Raises CannotStart (port taken, another one runs), PartDied.
    """
    with ExitStack() as stack:
        stack.enter_context(_sole_process(settings.home))
        stop = threading.Event()
        web_socket = stack.enter_context(_listening(settings.host, settings.port, "RUNUT_PORT"))
        parts: list[_Part] = []
        if settings.smtp_url is None:
            inbox_socket = stack.enter_context(_listening(settings.host, settings.inbox_port, "RUNUT_INBOX_PORT"))
            mailbox = Mailbox(settings.home / "inbox")
            server = LocalMailServer(mailbox)
            settings = replace(settings, smtp_url=server.url)
            parts.append(_part("inbox", server.run, server.stop))
            parts.append(_web(create_inbox(settings, mailbox), inbox_socket, "inbox page", _INBOX_THREADS))
            say(f"Inbox  http://{settings.host}:{settings.inbox_port}/")
        runut = Runut.start(settings)
        stack.callback(runut.database.close)
        _prepare(runut, with_demo_data=with_demo_data)
        consuming = threading.Event()
        parts += _engine(runut, stop, consuming.set)
        parts.append(_web(create_app(runut), web_socket, "web", _WEB_THREADS))
        _on_signals(stop)
        for part in parts:
            part.thread.start()
        try:
            _wait_until_consuming(consuming, parts, stop)
            _introduce(runut, say)
            _watch(parts, stop)
        finally:
            stop.set()
            _end(parts)


def _prepare(runut: Runut, *, with_demo_data: bool) -> None:
    """Schema, clock, leases of a process that is gone, and the demo's people."""
    schema.upgrade(runut.database)
    begin_clock(runut)
    if runut.settings.is_embedded:
        with runut.database.write() as connection:
            outbox.take_back(connection, runut.pulse(connection).now)
    if with_demo_data:
        demo.load(runut)


def _engine(runut: Runut, stop: threading.Event, on_consuming: Callable[[], None]) -> list[_Part]:
    """Relay, worker and beat, with the signal that leads from a commit to the relay."""
    heard: Signal
    if runut.database.is_postgresql:
        runut.wake, heard = Notifier(runut.database.url), Listening(runut.database)
    else:
        event = threading.Event()
        runut.wake, heard = event.set, Watching(runut.database, event)
    app = create_celery(runut)
    worker = celery_worker(app, _WORKER_THREADS, on_consuming)
    return [
        _part("worker", worker.start, worker.stop),
        _part("relay", lambda: Relay(runut, app, heard).run(stop)),
        _part("beat", lambda: Beat(app).run(stop)),
    ]


def _web(app: Flask, listening: socket.socket, name: str, threads: int) -> _Part:
    server: Any = create_server(app, sockets=[listening], threads=threads, ident=None)
    return _part(name, server.run, server.close)


def _part(name: str, run: Callable[[], object], stop: Callable[[], None] = lambda: None) -> _Part:
    return _Part(threading.Thread(target=run, name=name, daemon=True), stop)


def _wait_until_consuming(consuming: threading.Event, parts: list[_Part], stop: threading.Event) -> None:
    waited_s = 0.0
    while not (consuming.wait(_WATCH_EVERY_S) or stop.is_set()):
        _check_alive(parts)
        waited_s += _WATCH_EVERY_S
        if waited_s > _READY_WITHIN_S:
            log.warning("up.waits", what="broker")
            waited_s = 0.0


def _introduce(runut: Runut, say: Say) -> None:
    settings = runut.settings
    say(f"Runut  {settings.base_url}/")
    if settings.environment != "production":
        for account in demo.accounts(runut):
            say(f"  {account['label']:<16}{account['email']:<44}{account['password']}")
    say("ready")


def _watch(parts: list[_Part], stop: threading.Event) -> None:
    while not stop.wait(_WATCH_EVERY_S):
        _check_alive(parts)


def _check_alive(parts: list[_Part]) -> None:
    for part in parts:
        if not part.thread.is_alive():
            raise PartDied(f"The part “{part.thread.name}” of runut has ended; the reason is in the lines above.")


def _end(parts: list[_Part]) -> None:
    for part in reversed(parts):
        if part.thread.is_alive():
            part.stop()
    for part in parts:
        part.thread.join(_STOP_WITHIN_S)


def _on_signals(stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: stop.set())


@contextmanager
def _sole_process(home: Path) -> Iterator[None]:
    """Holds RUNUT_HOME/lock while the block lasts; the kernel lets it go when the process dies. Raises CannotStart."""
    home.mkdir(parents=True, exist_ok=True)
    file = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(file, 20).decode("ascii", "replace").strip()
            raise CannotStart(
                f"Runut already runs on {home} (process {pid}). Stop it first, or set RUNUT_HOME to another directory."
            ) from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(file)


@contextmanager
def _listening(host: str, port: int, variable: str) -> Iterator[socket.socket]:
    """A socket on this port, taken before anything else starts. Raises CannotStart when it is in use."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({error.strerror}). Stop the other program, or set {variable}."
        ) from None
    with listening:
        yield listening

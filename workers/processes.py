"""One process each: worker, beat and relay. They wait for a broker that is away, and stop when they are told to."""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from celery import Celery
from celery.worker import state

from service.runut import Runut
from service.wake import Notifier
from workers.app import create_celery
from workers.beat import Beat
from workers.pool import LanedPool
from workers.relay import Listening, Relay

THREADS = 8
Ready = Callable[[], None]


def run_worker(runut: Runut, on_ready: Ready, threads: int = THREADS) -> int:
    """Consumes all queues until SIGTERM or SIGINT; running tasks are finished first. Answers the exit code."""
    runut.wake = Notifier(runut.database.url)
    worker = celery_worker(create_celery(runut), threads, on_ready)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        state.should_stop = 0  # Celery's own flag: the consumer looks at it between two messages

    _on_signals(stop)
    worker.start()
    return int(worker.exitcode or 0)


def run_beat(runut: Runut, on_ready: Ready) -> int:
    """Sends the schedule's messages until SIGTERM or SIGINT. Answers the exit code."""
    Beat(create_celery(runut), on_ready).run(_stop_event())
    return 0


def run_relay(runut: Runut, on_ready: Ready) -> int:
    """Rings for due rows until SIGTERM or SIGINT. Answers the exit code."""
    Relay(runut, create_celery(runut), Listening(runut.database), on_ready).run(_stop_event())
    return 0


def celery_worker(app: Celery, threads: int, on_ready: Ready = lambda: None) -> Any:
    """Celery's worker on all queues, in threads; `start()` blocks, `stop()` ends it from another thread."""
    app.set_default()  # threads of the pool look tasks up in the default application
    return app.WorkController(
        pool_cls=LanedPool, concurrency=threads, loglevel="WARNING", ready_callback=lambda _consumer: on_ready(),
        without_gossip=True, without_mingle=True,
    )


def _stop_event() -> threading.Event:
    stop = threading.Event()
    _on_signals(lambda _signal, _frame: stop.set())
    return stop


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)

"""Beat: sends the configuration's periodic messages by a clock that only goes forward, and can never hang on a broker.

Lost messages and several beats are harmless, so nothing is remembered. Celery's own beat reads the host's wall clock
and waits for a broker without end; on a host whose clock jumps back nobody would look at deadlines any more.
"""

import threading
import time
from collections.abc import Callable

import structlog
from celery import Celery

from workers.broker import CONFIRM_S, BrokerAway, Publisher

log = structlog.get_logger()


class Beat:
    """Sends each entry of `beat_schedule` every so many seconds. `on_ready` is called after the first that went out."""

    def __init__(self, app: Celery, on_ready: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._publisher = Publisher(app)
        self._on_ready: Callable[[], None] | None = on_ready
        self._is_away = False

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; a message that the broker does not take is left out, the next one is due soon."""
        schedule = self._app.conf.beat_schedule
        due_s = dict.fromkeys(schedule, time.monotonic())
        while not stop.is_set():
            for name, entry in schedule.items():
                if time.monotonic() >= due_s[name]:
                    self._send(entry["task"], entry.get("options", {}))
                    due_s[name] = time.monotonic() + entry["schedule"]
            stop.wait(max(0.0, min(due_s.values()) - time.monotonic()))
        self._publisher.close()

    def _send(self, task: str, options: dict[str, object]) -> None:
        try:
            self._publisher.publish(
                lambda producer: self._app.send_task(
                    task, producer=producer, retry=False, confirm_timeout=CONFIRM_S, **options
                )
            )
        except BrokerAway as away:
            if not self._is_away:
                log.warning("beat.waits", because=str(away))
            self._is_away = True
            return
        self._is_away = False
        if self._on_ready:
            self._on_ready()
            self._on_ready = None

"""The worker's threads: codes and sign-in mails have their own, so that nobody waits behind a backlog of news; so have
jobs, so that a long one holds up neither."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery.concurrency.base import apply_target
from celery.concurrency.thread import ApplyResult, TaskPool

from config.celery import CODES, JOBS

_THREADS_FOR_CODES = 2
_THREADS_FOR_JOBS = 1


class LanedPool(TaskPool):  # type: ignore[misc]  # celery has no types
    """Celery's thread pool with executors of their own for the queue of codes and that of jobs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.apart = {
            CODES: ThreadPoolExecutor(_THREADS_FOR_CODES, thread_name_prefix="codes"),
            JOBS: ThreadPoolExecutor(_THREADS_FOR_JOBS, thread_name_prefix="jobs"),
        }

    def on_stop(self) -> None:
        """Ends all executors once their running tasks are done."""
        self.app.stopping.set()
        for executor in self.apart.values():
            executor.shutdown(cancel_futures=True)
        super().on_stop()

    def on_apply(
        self, target: Callable[..., Any], args: tuple[Any, ...] | None = None, kwargs: dict[str, Any] | None = None,
        callback: Callable[..., Any] | None = None, accept_callback: Callable[..., Any] | None = None, **_: Any,
    ) -> Any:
        """Starts a task in the executor of the queue that it came from."""
        executor = self.apart.get(_queue_of(args) or "") or self.executor
        return ApplyResult(executor.submit(apply_target, target, args, kwargs, callback, accept_callback))


def _queue_of(args: tuple[Any, ...] | None) -> str | None:
    """The queue's name in (task name, id, request, …), which is how Celery hands a task to its pool."""
    request = args[2] if args and len(args) > 2 else None
    info = request.get("delivery_info") if isinstance(request, Mapping) else None
    return info.get("routing_key") if info else None

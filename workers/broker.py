"""Publishing to the broker so that it can fail but never hang: every wait ends, and a broken connection is dropped."""

import threading
from collections.abc import Callable
from typing import Any

from celery import Celery
from kombu import Connection
from kombu.exceptions import KombuError

CONFIRM_S = 5
_SOCKET_S = 5


class BrokerAway(Exception):
    """The broker did not take it in time; whether it ever arrives is unknown. The message says what went wrong."""


class Publisher:
    """One connection to the broker, opened when needed. Threads may share it; they publish one after the other."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._producer: Any = None

    def connect(self) -> None:
        """Makes sure that there is a connection. Raises BrokerAway."""
        with self._lock:
            if self._connection is None:
                self._guarded(self._open)

    def publish(self, send: Callable[[Any], object]) -> None:
        """Calls `send` with a producer; once more on a fresh connection when an old one turns out to be broken.

        Raises BrokerAway.
        """
        with self._lock:
            was_open = self._connection is not None
            try:
                self._guarded(lambda: self._send(send))
            except BrokerAway:
                if not was_open:
                    raise
                self._guarded(lambda: self._send(send))

    def close(self) -> None:
        """Drops the connection without waiting for the broker."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            connection.collect()

    def _send(self, send: Callable[[Any], object]) -> None:
        if self._connection is None:
            self._open()
        send(self._producer)

    def _open(self) -> None:
        is_amqp = str(self._app.conf.broker_url).startswith("amqp")
        options = {"read_timeout": _SOCKET_S, "write_timeout": _SOCKET_S} if is_amqp else {}
        connection = self._app.connection_for_write(heartbeat=0, transport_options=options)
        self._connection = connection
        connection.ensure_connection(max_retries=1, timeout=_SOCKET_S)
        self._producer = self._app.amqp.Producer(connection, auto_declare=False)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except self._errors() as error:
            self.close()
            raise BrokerAway(str(error) or type(error).__name__) from error

    def _errors(self) -> tuple[type[Exception], ...]:
        """What the transport in use may raise: asked for when something was raised."""
        connection = self._connection
        if connection is None:
            return (OSError, KombuError)
        return (
            OSError, KombuError, *connection.recoverable_connection_errors, *connection.connection_errors,
            *connection.channel_errors,
        )

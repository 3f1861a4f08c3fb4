"""Waking the relay when rows wait to leave: best effort, never inside a transaction, never raising into a request.

Whoever misses it loses nothing: relays also look by themselves.
"""

import threading

import psycopg
from sqlalchemy.engine import URL

CHANNEL = "runut_outbox"
_QUIET_S = 0.02
_CONNECT_TIMEOUT_S = 2
_APPLICATION = "runut wake"


class Notifier:
    """Tells relays on other machines by PostgreSQL's NOTIFY: at most once per 20 ms, from a thread of its own.

    NOTIFY in the transaction itself would take a database-wide lock until its commit.
    """

    def __init__(self, url: URL) -> None:
        self._dsn = psycopg_dsn(url)
        self._wanted = threading.Event()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        """Asks for one NOTIFY soon."""
        self._wanted.set()
        if self._thread is None:
            with self._lock:
                if self._thread is None and not self._closed.is_set():
                    # Started on first use: a server forks its workers after loading the application.
                    self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """Ends the thread."""
        self._closed.set()
        self._wanted.set()

    def _run(self) -> None:
        connection: psycopg.Connection | None = None
        while self._wanted.wait() and not self._closed.is_set():
            self._wanted.clear()
            try:
                if connection is None or connection.closed:
                    connection = psycopg.connect(self._dsn, autocommit=True)
                connection.execute(f"NOTIFY {CHANNEL}")
            except psycopg.Error:
                if connection is not None:
                    connection.close()
                connection = None  # relays look by themselves until the database is back
            self._closed.wait(_QUIET_S)
        if connection is not None:
            connection.close()


def psycopg_dsn(url: URL) -> str:
    """The database's address as psycopg itself takes it, giving up early on a server that does not answer."""
    plain = url.set(drivername="postgresql").difference_update_query(["connect_timeout"])
    plain = plain.update_query_dict({"connect_timeout": str(_CONNECT_TIMEOUT_S), "application_name": _APPLICATION})
    return plain.render_as_string(hide_password=False)

"""Processes of `runut` as an operator starts them: each with a log, started, killed and counted by the tests."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

RUNUT = str(Path(sys.executable).with_name("runut"))
T = TypeVar("T")
_READY_S = 40
_STOP_S = 15
_SHOWN = 12000


class Process:
    """One process in a group of its own, with the workers that it starts."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self._command, self._env = list(command), {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONFAULTHANDLER": "1", **env
        }
        self._popen: subprocess.Popen[bytes] | None = None
        self._from = 0

    @property
    def pid(self) -> int:
        assert self._popen is not None
        return self._popen.pid

    def start(self) -> Self:
        """Starts it; what it says goes to its log."""
        self._from = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                self._command, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def ready(self, timeout_s: float = _READY_S) -> float:
        """Waits until it says that it is; answers how long it waited. Raises AssertionError when it does not."""
        began_s = time.monotonic()
        while "ready" not in self.said().splitlines():
            assert self._popen is not None and self._popen.poll() is None, f"{self.name} ended:\n{self.said()}"
            assert time.monotonic() - began_s < timeout_s, f"{self.name} is not ready:\n{self.said()}"
            time.sleep(0.02)
        return time.monotonic() - began_s

    def said(self) -> str:
        """What it said since it was last started."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[self._from :].decode(errors="replace")

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def kill(self) -> None:
        """SIGKILL to it and to all that it started."""
        if self._popen is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()
            self._popen = None

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        assert self._popen is not None
        self._popen.send_signal(signal.SIGTERM)

    def abort(self) -> None:
        """Makes it write down where each of its threads is, and die of it."""
        assert self._popen is not None
        self._popen.send_signal(signal.SIGABRT)
        with contextlib.suppress(subprocess.TimeoutExpired):  # when it is stopped, killing it has to do
            self._popen.wait(2)

    def wait(self, timeout_s: float = _STOP_S) -> int:
        """Its exit code, once it has ended. Raises AssertionError when it goes on."""
        assert self._popen is not None
        try:
            return self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} does not end:\n{self.said()[-_SHOWN:]}") from None


class Fleet:
    """The processes of one test; at the end all are killed.

    When the test fails, the end of each log is shown, with what every thread of the process was doing.
    """

    def __init__(self, directory: Path, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self._directory = directory
        self._processes: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        for process in self._processes:
            if process.is_running():
                if kind is not None:
                    process.abort()
                process.kill()
        if kind is not None:
            for process in self._processes:
                print(f"── {process.name}\n{process.log.read_text(errors='replace')[-_SHOWN:]}")

    def start(self, *arguments: str, name: str = "", **env: str) -> Process:
        """`runut ARGUMENTS` as a process that goes on, with more environment; ask it for `ready()`."""
        return self.run([RUNUT, *arguments], name or f"{arguments[0]}-{len(self._processes)}", **env)

    def run(self, command: Sequence[str], name: str, **env: str) -> Process:
        """Any command as a process that goes on."""
        process = Process(name, command, {**self.env, **env}, self._directory / f"{name}.log")
        self._processes.append(process)
        return process.start()

    def call(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """`runut ARGUMENTS` to its end."""
        return call(*arguments, env={**self.env, **env})


def call(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`runut ARGUMENTS` to its end, in this environment and no other."""
    return subprocess.run(
        [RUNUT, *arguments], env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env}, capture_output=True, text=True,
        timeout=60, check=False,
    )


def until(ask: Callable[[], T], timeout_s: float, otherwise: Callable[[], Any] = lambda: "") -> T:
    """What `ask` answers once that is true. Raises AssertionError with what `otherwise` says when it takes too long."""
    deadline_s = time.monotonic() + timeout_s
    while not (found := ask()):
        assert time.monotonic() < deadline_s, f"not within {timeout_s} s: {otherwise()}"
        time.sleep(0.03)
    return found

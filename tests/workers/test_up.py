import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import free_ports

RUNUT = str(Path(sys.executable).with_name("runut"))


@pytest.fixture
def environment(environ: dict[str, str]) -> dict[str, str]:
    web, inbox = free_ports(2)
    return {**environ, "PATH": "/usr/bin:/bin", "RUNUT_PORT": str(web), "RUNUT_INBOX_PORT": str(inbox)}


@contextmanager
def up(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([RUNUT, "up"], env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any(line == "ready\n" for line in process.stdout)
            yield process
        finally:
            process.kill()


def refused(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run([RUNUT, *command], env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1 and done.stdout == ""
    return done.stderr


@pytest.mark.slow
def test_up_serves_pages_and_inbox_refuses_a_second_one_and_stops_when_told(environment: dict[str, str]) -> None:
    with up(environment) as process:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['RUNUT_PORT']}/readyz") as answer:
            assert json.load(answer)["ready"] is True
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['RUNUT_INBOX_PORT']}/api/messages") as answer:
            assert json.load(answer) == {"items": []}
        assert f"process {process.pid}" in refused(environment, "up")
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
    with up(environment) as again:
        again.send_signal(signal.SIGTERM)
        assert again.wait(15) == 0


@pytest.mark.slow
def test_up_says_which_port_is_taken(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["RUNUT_PORT"]))):
        message = refused(environment, "up")
    assert environment["RUNUT_PORT"] in message and "RUNUT_PORT" in message and "Traceback" not in message


@pytest.mark.slow
def test_single_processes_say_all_that_they_need(environment: dict[str, str]) -> None:
    message = refused(environment, "worker")
    assert "RUNUT_DATABASE_URL" in message and "RUNUT_BROKER_URL" in message and "RUNUT_SMTP_URL" in message
    assert "RUNUT_BROKER_URL" not in refused(environment, "web")

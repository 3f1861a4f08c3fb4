"""Processes of the service for a measurement: started, waited for, stopped."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

_START_S = 60


@contextmanager
def serving(command: str, environ: Mapping[str, str], port: int) -> Iterator[str]:
    """The address at which `runut COMMAND` answers while the block lasts."""
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "runut"), command],
        env={**os.environ, **environ, "RUNUT_PORT": str(port)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START_S
        while not _is_ready(address):
            assert time.monotonic() < deadline and process.poll() is None, f"runut {command} did not start"
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _is_ready(address: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()

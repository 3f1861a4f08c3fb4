"""Processes of the service for a measurement: started, waited for, stopped."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_START_S = 60


@dataclass(frozen=True)
class Served:
    """A running `runut COMMAND`: where it answers, and its process with those it started."""

    address: str
    pid: int

    def cpu_s(self) -> float:
        """Processor seconds that its processes have used so far (proc(5): utime and stime)."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # a process that ended meanwhile
            if int(fields[2]) == self.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(command: str, environ: Mapping[str, str], port: int) -> Iterator[Served]:
    """`runut COMMAND`, answering while the block lasts."""
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "runut"), command],
        env={**os.environ, **environ, "RUNUT_PORT": str(port)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START_S
        while not _is_ready(address):
            assert time.monotonic() < deadline and process.poll() is None, f"runut {command} did not start"
            time.sleep(0.1)
        yield Served(address, process.pid)
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

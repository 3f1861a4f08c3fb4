"""Every test that is collected, with the fixtures and the database it runs on: `python -m tests.collection` prints it.

What must hold of all tests together is asserted over this list, since a single run sees only the tests it was given.
"""

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Collected:
    """One test: `name` is its node id without the database's name in it, `fixtures` all that it uses."""

    file: str
    name: str
    fixtures: tuple[str, ...]
    database: str | None


class _Collector:
    def __init__(self) -> None:
        self.tests: list[Collected] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            callspec = getattr(item, "callspec", None)
            database = callspec.params.get("database_url") if callspec else None
            name = item.nodeid.replace(str(database), "*") if database else item.nodeid
            fixtures = tuple(sorted(getattr(item, "fixturenames", ())))
            self.tests.append(Collected(item.location[0], name, fixtures, database))


def collected(*paths: str) -> list[Collected]:
    """All tests under `paths` (all of them unless told), collected in a process of their own."""
    command = [sys.executable, "-m", "tests.collection", *paths]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return [Collected(**{**test, "fixtures": tuple(test["fixtures"])}) for test in json.loads(answer.stdout)]


def _main(paths: list[str]) -> int:
    collector, said = _Collector(), io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(["--collect-only", "-qq", *paths], plugins=[collector])
    if code != 0:
        print(said.getvalue(), file=sys.stderr)
        return code
    print(json.dumps([asdict(test) for test in collector.tests]))
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))

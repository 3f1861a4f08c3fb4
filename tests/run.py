"""Runs the tests suite by suite and says at the end what passed, how long it took and what could not run.

Exit codes: 0 all passed; 1 something failed (under CI=true also: something was skipped); 3 a server is missing, so
tests were skipped, and all the rest passed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
FAILED, SERVER_MISSING = 1, 3
_NO_TESTS = 5


@dataclass(frozen=True)
class Suite:
    """Tests that run together, in `paths` under tests/, and the seconds that they should stay within.

    `processes` share the tests of a suite that is wide and measures nothing; the others have the machine to themselves.
    """

    name: str
    paths: tuple[str, ...]
    budget_s: int
    processes: int = 1


SUITES = (
    Suite("unit", ("workflows", "config"), 60),
    Suite("harness", ("test_fixtures.py", "test_run.py"), 60),
    Suite("service", ("service",), 420, processes=2),
    Suite("workers", ("workers",), 180, processes=2),
    Suite("journeys", ("journeys",), 180, processes=2),
    Suite("properties", ("properties",), 120),
    Suite("chaos", ("chaos",), 240),
    Suite("browser", ("browser",), 240),
)


@dataclass
class Outcome:
    """What one suite came to. `skips` maps each reason to the names of the tests it kept from running."""

    suite: Suite
    passed: int = 0
    failed: int = 0
    seconds: float = 0
    crashed: bool = False
    skips: dict[str, list[str]] = field(default_factory=dict)

    @property
    def skipped(self) -> int:
        """How many tests did not run."""
        return sum(len(names) for names in self.skips.values())

    @property
    def missing_servers(self) -> dict[str, list[str]]:
        """The skips for want of a server: what helps, and the tests."""
        return {
            reason.partition(servers.MISSING)[2]: names
            for reason, names in self.skips.items()
            if servers.MISSING in reason
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what was asked for and answers the exit code."""
    options = _options(arguments)
    chosen = [suite for suite in SUITES if not options.suites or suite.name in options.suites]
    outcomes = []
    with _shared_servers(wanted=not options.fast) as env:
        for suite in chosen:
            paths = [str(ROOT / "tests" / path) for path in suite.paths if (ROOT / "tests" / path).exists()]
            if paths:
                print(f"\n── {suite.name}", flush=True)
                outcomes.append(run_suite(suite, paths, _pytest_arguments(options), env))
    return report(outcomes, ci=os.environ.get("CI") == "true")


def run_suite(suite: Suite, paths: Sequence[str], arguments: Sequence[str], env: dict[str, str]) -> Outcome:
    """Runs one suite in a process of its own, its output as it comes, and reads what it came to."""
    with tempfile.TemporaryDirectory() as directory:
        results = Path(directory) / "results.xml"
        shared = ["-n", str(suite.processes), "--dist", "loadgroup"] if suite.processes > 1 else []
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={results}", *shared, *arguments, *paths]
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
        outcome = read_results(suite, results)
        outcome.seconds = time.monotonic() - began
    outcome.crashed = code not in (0, _NO_TESTS) and outcome.failed == 0
    return outcome


def read_results(suite: Suite, results: Path) -> Outcome:
    """The outcome that pytest wrote down, in the format of JUnit; a crash leaves none."""
    outcome = Outcome(suite)
    if not results.exists():
        return outcome
    for case in ElementTree.parse(results).getroot().iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skip is not None:
            outcome.skips.setdefault(skip.get("message", ""), []).append(f"{case.get('classname')}::{case.get('name')}")
        else:
            outcome.passed += 1
    return outcome


def report(outcomes: Sequence[Outcome], *, ci: bool) -> int:
    """Prints the table and the closing line, and answers the exit code."""
    print(f"\n{'suite':<12}{'tests':>7}{'seconds':>9}{'budget':>8}")
    for outcome in outcomes:
        tests = outcome.passed + outcome.failed + outcome.skipped
        words = ["over budget"] if outcome.seconds > outcome.suite.budget_s else []
        words += ["failed"] if outcome.failed or outcome.crashed else []
        name, budget_s = outcome.suite.name, outcome.suite.budget_s
        print(f"{name:<12}{tests:>7}{outcome.seconds:>9.1f}{budget_s:>8}  {', '.join(words)}".rstrip())
    missing: dict[str, list[str]] = {}
    for outcome in outcomes:
        for server, names in outcome.missing_servers.items():
            missing.setdefault(server, []).extend(names)
    for server, names in missing.items():
        print(f"\nSkipped {len(names)} tests, {servers.MISSING}{server}")
        print("\n".join(f"  {name}" for name in names))
    failed, skipped = sum(o.failed + o.crashed for o in outcomes), sum(o.skipped for o in outcomes)
    if ci and skipped:
        print("\nIn CI nothing may be skipped.")
    print(f"\n{sum(o.passed for o in outcomes)} passed, {failed} failed, {skipped} skipped")
    if failed or (ci and skipped):
        return FAILED
    return SERVER_MISSING if missing else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__)
    parser.add_argument("suites", nargs="*", help="names of suites; all unless told")
    parser.add_argument("--fast", action="store_true", help="only what needs no server and is quick")
    parser.add_argument("--long", action="store_true", help="without a limit of time for a single test")
    options = parser.parse_args(arguments)
    if unknown := set(options.suites) - {suite.name for suite in SUITES}:
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    return options


def _pytest_arguments(options: argparse.Namespace) -> list[str]:
    fast = ["-m", "not server and not slow"] if options.fast else []
    return [*fast, *(["--timeout=0"] if options.long else [])]


@contextmanager
def _shared_servers(*, wanted: bool) -> Iterator[dict[str, str]]:
    """The environment of the suites. One PostgreSQL serves all of them; what is missing they find out themselves."""
    env = dict(os.environ)
    with ExitStack() as stack:
        if wanted:
            try:
                env[servers.POSTGRESQL_URL] = stack.enter_context(servers.postgresql())
            except servers.Missing:
                env[servers.INSTALL] = "no"  # it was tried, and one failure is enough
        yield env


if __name__ == "__main__":
    sys.exit(main())

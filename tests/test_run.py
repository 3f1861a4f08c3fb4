"""The runner: what it counts, what it says about missing servers, and the exit codes that CI relies on."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import servers
from tests.run import ROOT, SUITES, Outcome, Suite, report, run_suite

SUITE = Suite("unit", ("workflows",), 60)
Run = Callable[[str], Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(source: str) -> Outcome:
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        path = tmp_path / "test_it.py"
        path.write_text(source)
        return run_suite(SUITE, [str(path)], ["-c", str(tmp_path / "pytest.ini")], dict(os.environ))

    return run


@pytest.mark.slow
def test_it_counts_what_passed_failed_and_was_skipped(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    outcome = run(
        "import pytest\n"
        "def test_a(): pass\n"
        "def test_b(): assert False\n"
        "def test_c(): pytest.skip('missing server: PostgreSQL: install it')\n"
    )
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 1)
    assert list(outcome.missing_servers) == ["PostgreSQL: install it"]
    assert report([outcome], ci=False) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_missing_server_is_told_with_its_tests_and_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(SUITE, passed=2, skips={f"{servers.MISSING}RabbitMQ: install it": ["tests.workers::test_a"]})
    assert report([outcome], ci=False) == 3
    said = capsys.readouterr().out
    assert "Skipped 1 tests, missing server: RabbitMQ: install it\n  tests.workers::test_a" in said
    assert said.splitlines()[-1] == "2 passed, 0 failed, 1 skipped"


def test_in_ci_a_skip_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(SUITE, passed=2, skips={"not today": ["tests.service::test_a"]})
    assert report([outcome], ci=True) == 1
    assert report([outcome], ci=False) == 0
    assert "nothing may be skipped" in capsys.readouterr().out


@pytest.mark.slow
def test_a_suite_that_cannot_be_collected_is_a_failure(run: Run) -> None:
    assert report([run("import nothing_of_this_name\n")], ci=False) == 1


def test_a_suite_over_its_budget_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([Outcome(SUITE, passed=1, seconds=61)], ci=False) == 0
    assert "61.0      60  over budget" in capsys.readouterr().out


def test_every_test_file_belongs_to_one_suite() -> None:
    homes = [ROOT / "tests" / path for suite in SUITES for path in suite.paths]
    for file in (ROOT / "tests").rglob("test_*.py"):
        assert sum(file.is_relative_to(home) for home in homes) == 1, f"{file} is run by no suite of tests/run.py"


def test_a_server_that_is_nowhere_is_missing_with_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(servers.INSTALL, "no")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(servers.Missing, match="RUNUT_TEST_CHROMIUM, or install it"):
        servers.chromium()

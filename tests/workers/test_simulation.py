import os
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from service.models import Delivery
from service.runut import Runut
from tests.servers import libpq
from workers import simulation
from workers.cli import main
from workers.simulation import run
from workers.simulation.agenda import Agenda
from workers.simulation.figures import Figures, at_share
from workers.simulation.scratch import scratch_service
from workers.simulation.words import report

LONG = os.environ.get("RUNUT_CHAOS") == "long"


@pytest.fixture(scope="module")
def year() -> Figures:
    """One year with few people."""
    return simulation.simulate(45, 7, 2026)


@pytest.mark.slow
@pytest.mark.timeout(3600 if LONG else 240)
def test_a_year_with_many_people_keeps_every_promise() -> None:
    people = 5000 if LONG else 200
    figures = simulation.simulate(people, 7, 2026)

    assert figures.breaches == []
    assert figures.people == people
    assert sum(figures.cases.values()) > 0.95 * people
    assert figures.cases["closed"] > 0.9 * people
    assert {"leaves", "transfers", "retirements"} <= {name for name, count in figures.notes.items() if count}
    assert figures.mails["BOUNCED"] > 0
    assert 0.05 < figures.late_plans_share < 0.3
    print(f"{figures.seconds:.0f} s, {figures.size_mb:.0f} MB")


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_same_seed_gives_the_same_report_and_another_one_another(year: Figures) -> None:
    again, other = simulation.simulate(45, 7, 2026), simulation.simulate(45, 8, 2026)

    assert report(again, "id")[:-1] == report(year, "id")[:-1]
    assert report(other, "id")[:-1] != report(year, "id")[:-1]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_year_is_the_same_on_postgresql_and_its_database_is_gone_afterwards(
    year: Figures, postgresql_url: str
) -> None:
    before = _databases(postgresql_url)
    figures = simulation.simulate(45, 7, 2026, server_url=postgresql_url)

    assert report(figures, "en")[:-1] == report(year, "en")[:-1]
    assert _databases(postgresql_url) == before


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_command_fails_when_a_promise_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_one(runut: Runut, *rest: Any) -> Figures:
        with runut.database.write() as connection:
            lost = connection.scalars(select(Delivery.id).where(Delivery.channel == "exchange")).first()
            connection.execute(delete(Delivery).where(Delivery.id == lost))
        return measure(runut, *rest)

    measure = run.measure
    monkeypatch.setattr(run, "measure", lose_one)
    answer = CliRunner().invoke(main, ["simulate", "--people", "36", "--locale", "en"])

    assert answer.exit_code == 1
    assert "WRONG: 6: event" in answer.stdout
    assert "1 promises are broken." in answer.stdout


def test_a_scratch_service_leaves_nothing_behind() -> None:
    with scratch_service(2026, None) as runut:
        home = runut.settings.home
        with runut.database.read() as connection:
            assert runut.present(connection).now.isoformat().startswith("2026-01-02T01:00")
        assert home.exists()
    assert not home.exists()


def test_the_report_is_told_in_both_languages_and_names_nobody(year: Figures) -> None:
    indonesian, english = "\n".join(report(year, "id")), "\n".join(report(year, "en"))

    assert "Satu tahun kerja dengan 45 orang" in indonesian and "Semua janji ditepati" in indonesian
    assert "A working year with 45 people" in english and "Every promise holds" in english
    for name in ("Rahmat", "Maharani", "Contohwati"):
        assert name not in indonesian + english


def test_a_case_has_one_entry_in_the_agenda() -> None:
    agenda = Agenda()
    for case, day in (("B", 3), ("A", 3), ("B", 5)):
        agenda.put(case, day)

    assert agenda.take(3) == ["A"]
    assert agenda.is_empty(4) and not agenda.is_empty(5)
    assert agenda.take(5) == ["B"]
    assert agenda.is_empty(5)


@pytest.mark.parametrize(("values", "median", "p90"), [([], 0, 0), ([4], 4, 4), ([*range(1, 11)], 5, 9)])
def test_shares_are_nearest_ranks(values: list[int], median: int, p90: int) -> None:
    assert (at_share(values, 0.5), at_share(values, 0.9)) == (median, p90)


def _databases(server_url: str) -> Mapping[str, None]:
    with psycopg.connect(libpq(server_url)) as connection:
        return dict.fromkeys(name for (name,) in connection.execute("SELECT datname FROM pg_database ORDER BY 1"))

"""`runut demo bulk`: people and their plans of five years by the tens of thousands."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select, text

import workflows
from service.append import Row
from service.casefile import CaseFile
from service.commands.opening import file_of
from service.demo.accounts import check_demo
from service.demo.bulk.fates import EARLIER_YEARS, LEADERS, THIS_YEAR, deeds_of, draw_instants, draw_way
from service.demo.bulk.lives import live, rows_of
from service.demo.bulk.people import add_people, add_years
from service.demo.bulk.writing import reserve_numbers, write_rows
from service.demo.loading import load
from service.demo.plans import PLANS, written
from service.models import Cycle, StrategicGoal
from service.runut import Present, Runut
from service.surroundings import context_of
from workflows.context import Context, ParentResult
from workflows.kit import Document, Workflow

YEARS = 5
_BATCH = 500
_ONE_DAY = timedelta(days=1)
_MORNING = time(7, 30)
_RESULTS = [(statement, indicators) for plan in PLANS.values() for statement, indicators in plan]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was made."""

    people: int
    cases: int
    events: int
    deliveries: int


def load_bulk(runut: Runut, cases: int, seed: int = 0, report: Progress = lambda _: None) -> Loaded:
    """Adds `cases` plans of new people, in this year's cycle and the four before it, in every state, with all that
    belongs to them; `report` hears how many are done. Nothing of it waits to be sent. Raises Refused in production.
    """
    check_demo(runut)
    load(runut)
    years = min(YEARS, max(1, cases // 1000 + 1))
    people = add_people(runut, -(-cases // years), seed, years)
    add_years(runut, years)
    with runut.database.read() as connection:
        present = runut.present(connection)
        cycles = _cycles(connection, present, years)
        goals = _goals(connection, present)
    done, events, deliveries = 0, 0, 0
    for batch in _batches(_plots(people, cycles, cases)):
        writer = _Writer(runut, present, goals, random.Random(f"{seed} {done}"))  # noqa: S311 - repeatable, not secret
        rows = writer.write(batch)
        done, events, deliveries = done + len(batch), events + len(rows["events"]), deliveries + len(rows["deliveries"])
        report(done)
    _analyze(runut)
    return Loaded(len(people), done, events, deliveries)


@dataclass(frozen=True, slots=True)
class _Plot:
    """Whose plan of which cycle is to be made; `days` are the mornings on which something may happen to it."""

    subject_id: str
    cycle: Any
    days: Sequence[datetime]
    is_this_year: bool


class _Writer:
    """Makes the plans of a batch and writes them in one transaction."""

    def __init__(self, runut: Runut, present: Present, goals: Any, draw: random.Random) -> None:
        self._runut, self._present, self._goals, self._draw = runut, present, goals, draw
        self._workflow: Workflow = workflows.get("work_plan")

    def write(self, plots: Sequence[_Plot]) -> dict[str, list[Row]]:
        """Everything that was written, by table."""
        rows: dict[str, list[Row]] = {}
        with self._runut.database.write() as connection:
            numbers = self._numbers(connection, plots)
            for plot, number in zip(plots, numbers, strict=True):
                for name, found in self._life(connection, plot, number).items():
                    rows.setdefault(name, []).extend(found)
            write_rows(connection, rows)
        return rows

    def _numbers(self, connection: Connection, plots: Sequence[_Plot]) -> list[str]:
        """A number of its year's series for each."""
        prefix, numbers = self._workflow.number_prefix, dict[int, int]()
        years = [plot.days[0].year for plot in plots]
        for year in dict.fromkeys(years):
            numbers[year] = reserve_numbers(connection, f"{prefix}-{year}", years.count(year))
        found = []
        for year in years:
            found.append(f"{prefix}-{year}-{numbers[year]:06d}")
            numbers[year] += 1
        return found

    def _life(self, connection: Connection, plot: _Plot, number: str) -> dict[str, list[Row]]:
        draw, organisation = self._draw, self._present.organisation
        post = organisation.post_of(plot.subject_id, self._present.calendar.civil_date(self._present.now))
        assert post is not None
        way = draw_way(draw, self._fates(plot, post[0].post_class))
        opened_at, *instants = draw_instants(draw, plot.days, len(way) + 1)
        present = replace(self._present, now=opened_at)
        file = file_of(present, self._workflow, plot.subject_id, post, plot.cycle)
        context = replace(context_of(connection, file), parents=self._parents(file))
        file = replace(file, document=self._workflow.blank(context))
        return rows_of(live(file, number, self._document(context), deeds_of(draw, way, instants)))

    def _fates(self, plot: _Plot, post_class: str) -> Any:
        if not plot.is_this_year:
            return EARLIER_YEARS
        return LEADERS if post_class == "PENGAWAS" else THIS_YEAR

    def _document(self, context: Context) -> Document:
        chosen = self._draw.sample(_RESULTS, self._draw.randint(2, 4))
        return written(context, [("MAIN", statement, indicators) for statement, indicators in chosen])

    def _parents(self, file: CaseFile) -> list[ParentResult]:
        year = date.fromisoformat(file.dates["end"]).year
        for unit in self._present.organisation.unit_path(file.row["unit_id"]):
            if goal := self._goals.get((unit.id, year)):
                return [ParentResult("GOAL", goal, "", "", unit.name)]
        return []


def _plots(people: Sequence[str], cycles: Sequence[tuple[Any, Sequence[datetime]]], cases: int) -> Iterator[_Plot]:
    """This year's plans first, the earlier years after them, as many as there shall be cases."""
    left = cases
    for place, (cycle, days) in enumerate(cycles):
        for person_id in people[:left]:
            yield _Plot(person_id, cycle, days, is_this_year=place == 0)
        left -= len(people[:left])


def _batches(plots: Iterator[_Plot]) -> Iterator[list[_Plot]]:
    batch: list[_Plot] = []
    for plot in plots:
        batch.append(plot)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _cycles(connection: Connection, present: Present, years: int) -> list[tuple[Any, Sequence[datetime]]]:
    """The cycles for all offices, the newest first, each with the mornings of its planning."""
    found = connection.execute(
        select(*Cycle.__table__.columns)
        .where(Cycle.kind == "ANNUAL", Cycle.unit_id.is_(None), Cycle.opened_at.is_not(None))
        .order_by(Cycle.year.desc())
        .limit(years)
    ).all()
    today = present.calendar.civil_date(present.now)
    return [
        (cycle, _mornings(present, cycle.opened_at, present.now - _ONE_DAY if place == 0 else cycle.closed_at))
        for place, cycle in enumerate(found)
        if cycle.year >= today.year - years
    ]


def _mornings(present: Present, since: datetime, until: datetime) -> list[datetime]:
    calendar = present.calendar
    first, last = calendar.civil_date(since), calendar.civil_date(until)
    days = (first + place * _ONE_DAY for place in range(1, (last - first).days + 1))
    working = [on for on in days if calendar.is_working_day(on)][:60]
    return [datetime.combine(on, _MORNING, calendar.zone).astimezone(UTC) for on in working]


def _goals(connection: Connection, present: Present) -> dict[tuple[str, int], str]:
    rows = connection.execute(
        select(StrategicGoal.id, StrategicGoal.unit_id, StrategicGoal.year).order_by(StrategicGoal.id)
    )
    return {(row.unit_id, row.year): row.id for row in rows}


def _analyze(runut: Runut) -> None:
    with runut.database.read() as connection:
        connection.execute(text("ANALYZE"))

"""import_file(): one file, one transaction. Every row goes through the commands that HR's pages use."""

from collections.abc import Callable, Mapping

from service.actor import Actor
from service.commands.people import Change, changing
from service.errors import InvalidInput, ServiceError
from service.people_import.people import import_person
from service.people_import.places import Known, import_position, import_unit, parents_first
from service.people_import.raters import import_rater
from service.people_import.reading import Row, Table, read
from service.people_import.report import Problem, Report
from service.runut import Runut
from workflows.kit import Text

Outcome = str
_IMPORTERS: Mapping[str, Callable[[Change, Known, Row], Outcome]] = {
    "people": import_person, "positions": import_position, "raters": import_rater, "units": import_unit,
}
# Fields of commands, under the names our columns have.
_FIELDS = {
    "unit_id": "unit", "parent_id": "above", "reports_to_id": "above", "position_id": "position", "person_id": "nip",
    "rater_position_id": "rater_position",
}
_ORDER = Text("Impor data kepegawaian", "Import of HR data")


class _TakenBack(Exception):
    """Rolls back what a dry run or a file with problems has written."""


def import_file(runut: Runut, actor: Actor, content: bytes, *, dry_run: bool = False) -> Report:
    """Imports a CSV file, or tells in the report why not; then nothing has changed. Raises NotYours."""
    table, problems = read(content)
    report = Report(table.kind.name if table else "", dry_run, problems=problems)
    if table is None:
        return report
    try:
        with changing(runut, actor, _ORDER.to(runut.settings.locale)) as change:
            change.check_hr()
            _import(change, table, report)
            if report.problems or dry_run:
                raise _TakenBack
    except _TakenBack:
        pass
    report.problems.sort(key=lambda problem: (problem.row, problem.column))
    return report


def _import(change: Change, table: Table, report: Report) -> None:
    known = Known.of(change)
    broken = {problem.row for problem in report.problems}
    rows, loops = parents_first(table)
    report.problems += loops
    for row in rows:
        if row.number in broken:
            continue
        try:
            outcome = _IMPORTERS[table.kind.name](change, known, row)
        except InvalidInput as error:
            report.problems += (
                Problem(row.number, _title(table, field.path), field.message) for field in error.fields
            )
        except ServiceError as error:
            report.problems.append(Problem(row.number, "", error.detail))
        else:
            setattr(report, outcome, getattr(report, outcome) + 1)


def _title(table: Table, path: str) -> str:
    name = path.partition(".")[0]
    return table.titles.get(_FIELDS.get(name, name), name)

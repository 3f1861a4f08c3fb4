"""From tables to a plan: what each row would do, what is wrong with it, and what has to be written. Writes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sqlalchemy import Connection

from service.actor import Actor
from service.commands.people.loading import Load
from service.errors import InvalidInput
from service.people_import.known import Known
from service.people_import.reading import Reading, Row, Table
from service.people_import.report import NOTHING, Difference, Problem, Report, SheetCount, in_order
from service.runut import Present
from workflows.kit import Text

Fields = list[tuple[str, Any, Any]]
"""(our name of the column, what is there, what the file says)"""
Progress = Callable[[int, int], None]
_EVERY_ROWS = 1_000
# Fields of commands, under the names our columns have.
_COLUMNS = {
    "unit_id": "unit", "parent_id": "above", "reports_to_id": "above", "position_id": "position", "person_id": "nip",
    "rater_position_id": "rater_position",
}
_OWN = Text(
    "Baris ini mengubah wewenang Anda sendiri.", "This row changes your own authority."
)
_BY_ANOTHER = Text(
    "Hapus baris ini; petugas kepegawaian lain dapat mengimpornya.",
    "Delete this row; another HR officer can import it.",
)
_TWICE = Text("Baris ini mengulang baris {row}.", "This row repeats row {row}.")
_CORRECT_CELL = Text("Perbaiki sel ini, lalu unggah lagi.", "Correct this cell and upload again.")
_ONCE = Text("Hapus salah satu barisnya.", "Delete one of the rows.")


class RowRefused(Exception):
    """A row cannot be taken: what is wrong in which of our columns, and what to do."""

    def __init__(self, column: str, message: Text, suggestion: Text) -> None:
        super().__init__(message.en)
        self.column, self.message, self.suggestion = column, message, suggestion


@dataclass
class Plan:
    """What an import would do. `present` is what it was planned against, `actor` who asks."""

    present: Present
    actor: Actor
    known: Known
    load: Load = field(default_factory=Load)
    report: Report = field(default_factory=Report)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    table: Table | None = None
    checks: list[Callable[[], None]] = field(default_factory=list)

    @property
    def generation(self) -> int:
        """Of the organisation it was planned against."""
        return self.present.organisation.generation

    def refuse(self, column: str, message: Text, suggestion: Text = NOTHING) -> NoReturn:
        """Raises RowRefused."""
        raise RowRefused(column, message, suggestion)

    def check_own(self, person_id: str) -> None:
        """Raises RowRefused when a row would change the authority of whoever imports it."""
        if self.actor.person_id == person_id:
            self.refuse("nip", _OWN, _BY_ANOTHER)

    def check_once(self, kind: str, key: str, row: Row, column: str) -> None:
        """Raises RowRefused when the files have a row for this already."""
        first = self.seen.setdefault((kind, key), row.number)
        if first != row.number:
            self.refuse(column, _TWICE.format(row=first), _ONCE)

    def unit_id(self, code: str, column: str) -> str | None:
        """The id of the unit with this code, None for an empty cell. Raises RowRefused."""
        return self._id_of(self.known.units, code, column, _NO_UNIT)

    def position_id(self, code: str, column: str) -> str | None:
        """The id of the post with this code, None for an empty cell. Raises RowRefused."""
        return self._id_of(self.known.positions, code, column, _NO_POSITION)

    def problem(self, sheet: str, row: int, column: str, message: Text, suggestion: Text) -> None:
        """Enters a problem that shows only when all rows are known."""
        self.report.problems.append(Problem(row, column, message, suggestion, sheet))

    def _id_of(self, known: Mapping[str, Any], code: str, column: str, unknown: Text) -> str | None:
        if not code:
            return None
        if code not in known:
            self.refuse(column, unknown.format(code=code[:40]), _ENTER_FIRST)
        return str(known[code]["id"])


_NO_UNIT = Text("Tidak ada unit dengan kode {code}.", "There is no unit with the code {code}.")
_NO_POSITION = Text("Tidak ada jabatan dengan kode {code}.", "There is no post with the code {code}.")
_ENTER_FIRST = Text(
    "Periksa kodenya, atau tambahkan barisnya ke berkas yang sama.",
    "Check the code, or add its row to the same file.",
)

Planner = Callable[[Plan, Row], tuple[str, Fields]]


def make_plan(
    connection: Connection, present: Present, actor: Actor, reading: Reading, planners: Mapping[str, Planner],
    progress: Progress = lambda _done, _total: None,
) -> Plan:
    """What the tables would do to what is there now; the report in it holds every problem of every row."""
    today = present.calendar.civil_date(present.now)
    plan = Plan(present, actor, Known.of(connection, present.organisation, today))
    plan.report.problems, plan.report.notices = list(reading.problems), list(reading.notices)
    total, done = sum(len(table.rows) for table in reading.tables), 0
    progress(0, total)
    for table in reading.tables:
        plan.table = table
        count = SheetCount(table.label, table.kind.name, rows=len(table.rows))
        plan.report.sheets.append(count)
        for row in _in_order(plan, table):
            _plan_row(plan, table, row, count, planners[table.kind.name])
            done += 1
            if done % _EVERY_ROWS == 0:
                progress(done, total)
    for check in plan.checks:
        check()
    plan.report.problems = list(in_order(plan.report.problems, [sheet.label for sheet in plan.report.sheets]))
    progress(total, total)
    return plan


def _plan_row(plan: Plan, table: Table, row: Row, count: SheetCount, planner: Planner) -> None:
    if row.number in table.broken:
        return
    try:
        outcome, fields = planner(plan, row)
    except RowRefused as refusal:
        title = _title(table, refusal.column)
        plan.problem(table.label, row.number, title, refusal.message, refusal.suggestion)
    except InvalidInput as error:
        for wrong in error.fields:
            plan.problem(table.label, row.number, _title(table, wrong.path), wrong.message, _CORRECT_CELL)
    else:
        setattr(count, outcome, getattr(count, outcome) + 1)
        if outcome != "same":
            said = tuple((_title(table, name), _words(old), _words(new)) for name, old, new in fields)
            about = plan.known.called(row.cells)
            plan.report.differences.append(Difference(table.label, row.number, table.kind.name, outcome, about, said))


def _in_order(plan: Plan, table: Table) -> list[Row]:
    """Units and posts each after the one they stand under; a code that stands twice or leads back is a problem."""
    if table.kind.name not in ("units", "positions"):
        return table.rows
    by_code: dict[str, Row] = {}
    for row in table.rows:
        by_code.setdefault(row.cells["code"], row)
    ordered: dict[int, Row] = {}
    for row in table.rows:
        path = [row]
        while (above := by_code.get(path[-1].cells.get("above", ""))) and above.number not in ordered:
            if above in path:
                plan.problem(table.label, row.number, table.titles["above"], _LOOP, _CORRECT)
                table.broken.update(each.number for each in path)
                break
            path.append(above)
        ordered.update((each.number, each) for each in reversed(path))
    return list(ordered.values())


_LOOP = Text("Induk baris ini melingkar kembali ke dirinya.", "What stands above this row leads back to it.")
_CORRECT = Text("Perbaiki kolom induknya.", "Correct its parent column.")


def _title(table: Table, path: str) -> str:
    name = path.partition(".")[0]
    return table.titles.get(_COLUMNS.get(name, name), name)


def _words(value: Any) -> str:
    return "" if value is None else str(value)

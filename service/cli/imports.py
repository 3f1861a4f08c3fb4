"""`runut people import`: spreadsheets of HR data, with a bar while it goes and every problem listed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Connection

from service.actor import Actor
from service.cli.environment import service
from service.people_import import keeping
from service.people_import.importing import import_files
from service.people_import.plan import Progress
from service.people_import.report import Problem, Report
from service.queries.imports import applied_before
from service.runut import Runut

_OPERATOR = Actor(None, "cli", "system")
_MOST_SHOWN = 200


@click.command(name="import")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Only report what would happen.")
def import_(files: tuple[Path, ...], dry_run: bool) -> None:
    """Import FILEs, CSV or XLSX, of units, posts, people, appointments, raters and leavers: all rows or none.

    Exits with 0 when all is well, 1 when there are problems; then nothing was imported.
    """
    contents = [file.read_bytes() for file in files]
    with service() as runut, _bar() as progress:
        before = _said_before(runut, contents)
        report = _check(runut, contents, progress) if dry_run else _import(runut, contents, progress)
    click.echo(before + as_text(report))
    if report.problems:
        raise click.exceptions.Exit(1)


def as_text(report: Report) -> str:
    """The report as lines: problems by row first, then what changed or would change."""
    lines = [*_problems(report.problems), *_problems(report.notices)]
    if report.dry_run and not report.problems:
        lines += [
            f"{_place(d.sheet, d.row)}: {d.outcome}" + "".join(f"; {c}: {old} → {new}" for c, old, new in d.fields)
            for d in report.differences[:_MOST_SHOWN] if d.outcome != "new"
        ]
    lines += [
        f"{sheet.kind}: {sheet.new} new, {sheet.changed} changed, {sheet.same} the same"
        + (f", {sheet.leaving} leaving" if sheet.leaving else "")
        for sheet in report.sheets
    ]
    if report.problems:
        lines.append("Nothing was imported: correct the rows above and import the file again.")
    elif report.dry_run:
        lines.append("This was a dry run: nothing was imported.")
    else:
        lines.append("Imported.")
    return "\n".join(lines)


def _check(runut: Runut, contents: list[bytes], progress: Progress) -> Report:
    return import_files(runut, _OPERATOR, contents, dry_run=True, progress=progress)


def _import(runut: Runut, contents: list[bytes], progress: Progress) -> Report:
    """Imports, with a row of the list of imports like every other one."""
    with runut.database.write() as connection:
        present = runut.present(connection)
        import_id = keeping.record(connection, present, _OPERATOR, contents)
        name = keeping.import_row(connection, import_id).name

    def done(connection: Connection, report: Report) -> None:
        keeping.applied(connection, runut.pulse(connection).now, import_id, report, _OPERATOR)

    report = import_files(runut, _OPERATOR, contents, name=name, progress=progress, hook=done)
    if report.problems:
        with runut.database.write() as connection:
            keeping.found(connection, runut.pulse(connection).now, import_id, report)
    return report


def _said_before(runut: Runut, contents: list[bytes]) -> str:
    with runut.database.read() as connection:
        before = applied_before(connection, keeping.digest_of(contents))
    return f"These files were imported before, as {before['name']} on {before['applied_at']}.\n" if before else ""


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar on the terminal while rows are checked; nothing when the output goes elsewhere."""
    with click.progressbar(length=0, label="Checking rows", show_pos=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress


def _problems(problems: list[Problem]) -> list[str]:
    lines = [
        f"{_place(problem.sheet, problem.row)}, {problem.column or 'row'}: "
        f"{problem.message.en} {problem.suggestion.en}".rstrip()
        for problem in problems[:_MOST_SHOWN]
    ]
    return [*lines, *([f"… and {len(problems) - _MOST_SHOWN} more"] if len(problems) > _MOST_SHOWN else [])]


def _place(sheet: str, row: int) -> str:
    return f"{sheet}, row {row}" if sheet else f"row {row}"

"""`runut people`: importing people and giving the first rights."""

from pathlib import Path

import click
from sqlalchemy import Connection, select

from service.actor import Actor
from service.cli.environment import service
from service.commands.people import changing, create_person, grant
from service.commands.people.inputs import STANDING
from service.models import Person
from service.people_import import Report, import_file

_OPERATOR = Actor(None, "cli", "system")
_MOST_SHOWN = 200


@click.group()
def people() -> None:
    """Import people and give standing rights."""


@people.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only report what would happen.")
def import_(file: Path, dry_run: bool) -> None:
    """Import FILE, a CSV of people, units, posts or rater assignments: all rows or none."""
    with service() as runut:
        report = import_file(runut, _OPERATOR, file.read_bytes(), dry_run=dry_run)
    click.echo(as_text(report))
    if report.problems:
        raise click.exceptions.Exit(1)


@people.command(name="grant")
@click.argument("email")
@click.option("--role", type=click.Choice(STANDING), required=True, help="The right to give.")
@click.option("--name", help="The person's name; enters him when nobody has this address yet.")
def grant_(email: str, role: str, name: str | None) -> None:
    """Give the person with EMAIL a standing right; with --name he is entered first if need be."""
    with service() as runut, changing(runut, _OPERATOR, "runut people grant") as change:
        person_id = change.connection.scalar(select(Person.id).where(Person.email == email.lower()))
        if person_id is None:
            if name is None:
                raise click.ClickException(f"Nobody has the address {email}. Say --name to enter him.")
            person_id = create_person(change, {"name": name, "email": email})
        if role in change.organisation.roles_of(person_id, change.today):
            click.echo(f"{email} already has the right {role}.")
        else:
            grant(change, {"person_id": person_id, "role": role})
            click.echo(f"{email} has the right {role} from today.")


def person_called(connection: Connection, email: str) -> str:
    """The id of the person with this address. Ends the command when there is none."""
    person_id = connection.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    if person_id is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return str(person_id)


def as_text(report: Report) -> str:
    """The report as lines: problems by row first, then what changed or would change."""
    lines = [
        f"row {problem.row}, {problem.column or 'row'}: {problem.message.en} {problem.suggestion.en}".rstrip()
        for problem in report.problems[:_MOST_SHOWN]
    ]
    if len(report.problems) > _MOST_SHOWN:
        lines.append(f"… and {len(report.problems) - _MOST_SHOWN} more problems")
    lines.append(f"{report.kind}: {report.new} new, {report.changed} changed, {report.same} the same")
    if report.problems:
        lines.append("Nothing was imported: correct the rows above and import the file again.")
    elif report.dry_run:
        lines.append("This was a dry run: nothing was imported.")
    else:
        lines.append("Imported.")
    return "\n".join(lines)

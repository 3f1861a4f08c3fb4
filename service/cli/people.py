"""`runut people`: importing people and giving the first rights."""

import click
from sqlalchemy import Connection, select

from service.actor import Actor
from service.cli.environment import service
from service.cli.imports import import_
from service.commands.people import changing, create_person, grant
from service.commands.people.inputs import STANDING
from service.models import Person

_OPERATOR = Actor(None, "cli", "system")


@click.group()
def people() -> None:
    """Import people and give standing rights."""


people.add_command(import_)


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

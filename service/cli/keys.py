"""`runut keys`: API keys."""

import click

from service.cli.environment import service
from service.cli.people import person_called
from service.signin import new_api_key


@click.group()
def keys() -> None:
    """Make API keys."""


@keys.command()
@click.option("--person", "email", required=True, help="The person's mail address.")
@click.option("--label", default="runut keys create", show_default=True, help="What the key is for.")
def create(email: str, label: str) -> None:
    """Make an API key for a person and print it, this once: only a keyed hash of it is kept."""
    with service() as runut, runut.database.write() as connection:
        person_id = person_called(connection, email)
        key = new_api_key(runut, connection, person_id, label, runut.pulse(connection).now)
    click.echo(key)

"""`runut db`: the schema."""

import click

from service import schema
from service.cli.environment import service
from service.clock import begin_clock


@click.group()
def db() -> None:
    """Bring the database's schema forward or back."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema to REVISION, the newest one unless said."""
    with service() as runut:
        schema.upgrade(runut.database, revision)
        if revision == "head":
            begin_clock(runut)
        click.echo(f"schema at {schema.current(runut.database) or 'base'}")


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION; `base` is empty. What the newer schema held is lost."""
    with service() as runut:
        schema.downgrade(runut.database, revision)
        click.echo(f"schema at {schema.current(runut.database) or 'base'}")


@db.command()
def current() -> None:
    """Show where the schema is and where this release wants it; exit code 1 when they differ."""
    with service() as runut:
        found, wanted = schema.current(runut.database), schema.newest()
        click.echo(f"schema at {found or 'base'}, this release wants {wanted}")
        if found != wanted:
            raise click.exceptions.Exit(1)

"""`runut outbox`: what must leave the service."""

import click

from service import outbox as rows
from service.cli.environment import service


@click.group()
def outbox() -> None:
    """Look at deliveries, try dead ones again, release held ones."""


@outbox.command()
def status() -> None:
    """Show how many deliveries are in each state and since when the oldest waits."""
    with service() as runut, runut.database.read() as connection:
        counts = rows.status(connection)
        zone = runut.settings.timezone
        for count in counts:
            oldest = count.oldest_at.astimezone(zone).isoformat("T", "seconds")
            click.echo(f"{count.state:<11} {count.number:>8}  oldest {oldest}")
        if not counts:
            click.echo("There are no deliveries.")


@outbox.command()
@click.argument("ids", nargs=-1)
def retry(ids: tuple[str, ...]) -> None:
    """Try dead deliveries again: those with the given IDS, all without any."""
    with service() as runut:
        with runut.database.write() as connection:
            number = rows.retry(connection, runut.pulse(connection).now, ids or None)
        runut.wake()
    click.echo(f"{number} deliveries will be tried again.")


@outbox.command()
@click.argument("ids", nargs=-1)
def release(ids: tuple[str, ...]) -> None:
    """Let held deliveries go, for example after a restore: those with the given IDS, all without any."""
    with service() as runut:
        with runut.database.write() as connection:
            number = rows.release(connection, runut.pulse(connection).now, ids or None)
        runut.wake()
    click.echo(f"{number} deliveries are released.")

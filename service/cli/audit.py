"""`runut audit` and `runut fsck`: proof that the log is whole, and that the data keep their promises."""

import click

from service.audit.fsck import check_all
from service.audit.verify import Broken, verify_database
from service.cli.environment import service


@click.group()
def audit() -> None:
    """Verify the log."""


@audit.command()
def verify() -> None:
    """Recompute every chain and digest of the database; exit code 1 and the first broken place on a breach."""
    with service() as runut:
        try:
            proven = verify_database(runut)
        except Broken as broken:
            raise click.ClickException(f"The log is broken at {broken}") from None
    for sentence in proven:
        click.echo(sentence)


@click.command()
def fsck() -> None:
    """Check every invariant that can be asked of a database, one line each; exit code 1 when one does not hold."""
    is_sound = True
    with service() as runut:
        for finding in check_all(runut):
            is_sound &= not finding.breaches
            click.echo(finding.line())
            for breach in finding.breaches[:5]:
                click.echo(f"       {breach}")
    if not is_sound:
        raise click.exceptions.Exit(1)

"""`runut clock`: the service's time, which demo and test may move forward."""

from datetime import datetime

import click

from service import clock as hands
from service.cli.environment import service
from service.runut import Runut


@click.group()
def clock() -> None:
    """Show the service's clock, or move it forward in a demo or test."""


@clock.command()
def show() -> None:
    """Show the service's now in office time."""
    with service() as runut:
        click.echo(_local(runut, hands.now(runut)))


@clock.command(name="set")
@click.argument("instant")
def set_(instant: str) -> None:
    """Move the clock forward to INSTANT, for example 2026-01-19T09:00 (office time)."""
    with service() as runut:
        click.echo(_local(runut, hands.set_clock(runut, instant)))


@clock.command()
@click.argument("step")
def advance(step: str) -> None:
    """Move the clock forward by STEP: 14d, 2wd (working days), 3h or 30m."""
    with service() as runut:
        click.echo(_local(runut, hands.advance_clock(runut, step)))


def _local(runut: Runut, at: datetime) -> str:
    return at.astimezone(runut.settings.timezone).isoformat("T", "seconds")

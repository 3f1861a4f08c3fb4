"""`runut demo`: a regency to try everything in."""

import json
import sys
import time
from typing import Any

import click

from service import demo as regency
from service.cli.environment import service
from service.demo.bulk import load_bulk


@click.group()
def demo() -> None:
    """Fill an empty service with fictional people and plans; only under RUNUT_ENV=demo or test."""


@demo.command()
@click.option("--people", default=0, show_default=True, help="How many more employees to draw.")
@click.option("--seed", default=0, show_default=True, help="What the drawing begins with; the same gives the same.")
def load(people: int, seed: int) -> None:
    """Load the demo once; a second time changes nothing."""
    with service() as runut:
        is_new = regency.load(runut, people, seed)
        click.echo("The demo is loaded." if is_new else "The demo was loaded before; nothing has changed.")
        click.echo("`runut demo accounts` shows who can sign in.")


@demo.command()
@click.option("--cases", required=True, type=click.IntRange(1, 1_000_000), help="How many plans to make.")
@click.option("--seed", default=0, show_default=True, help="What the drawing begins with; the same gives the same.")
def bulk(cases: int, seed: int) -> None:
    """Add many people with their plans of five years, to see how the service carries them; nobody gets a mail."""
    started_s = time.monotonic()
    with service() as runut, click.progressbar(length=cases, label="plans", file=sys.stderr) as bar:
        made = load_bulk(runut, cases, seed, lambda done: bar.update(done - bar.pos))
    click.echo(
        f"{made.cases} plans of {made.people} people: {made.events} events, {made.deliveries} deliveries, "
        f"{time.monotonic() - started_s:.0f} s."
    )


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
def accounts(as_json: bool) -> None:
    """Show who can sign in, with passwords and API keys."""
    with service() as runut:
        found = regency.accounts(runut)
        click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else table(found))


def table(found: list[dict[str, Any]]) -> str:
    """The accounts as text: label, name, address and password in columns."""
    if not found:
        return "There are no demo accounts yet: run `runut demo load`."
    names = ("label", "name", "email", "password")
    widths = [max(len(str(account[name])) for account in found) for name in names]
    columns = list(zip(names, widths, strict=True))
    rows = ["  ".join(str(account[name]).ljust(width) for name, width in columns) for account in found]
    return "\n".join(row.rstrip() for row in rows)

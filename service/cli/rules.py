"""`runut rules`: the rules that the office sets, and setting them from a letter."""

from datetime import datetime

import click

from service.actor import Actor
from service.cli.environment import service
from service.commands.ruling import confirm_rules, set_rule
from service.queries.rules import rule_views

_OPERATOR = Actor(None, "cli", "system")


@click.group(invoke_without_command=True)
@click.pass_context
def rules(context: click.Context) -> None:
    """List the rules that the office sets, with their values and who confirmed them; or set and confirm them."""
    if context.invoked_subcommand is not None:
        return
    with service() as runut:
        with runut.database.read() as connection:
            views = rule_views(runut.present(connection), "en")
        zone = runut.settings.timezone
    for view in views:
        click.echo(f"{view['key']} = {view['value']}  ({view['value_in_words']}; default {view['default']})")
        click.echo(f"    {view['title']}. {view['mark']}: {view['source']}. Read: {view['used']}.")
        if view["confirmed"]:
            who = view["confirmed_by"]["name"] if view["confirmed_by"] else "an operator"
            on = datetime.fromisoformat(view["confirmed_at"]).astimezone(zone).date().isoformat()
            click.echo(f"    Confirmed by {who} on {on}, letter {view['letter_number']}.")
        elif view["mark"] != "LAW":
            click.echo("    Not confirmed yet.")


@rules.command(name="set")
@click.argument("key")
@click.argument("value")
@click.option("--letter", required=True, help="Number of the letter that decides it.")
@click.option("--reason", required=True, help="Why; the log keeps it in the open, so name no person.")
def set_(key: str, value: str, letter: str, reason: str) -> None:
    """Set rule KEY to VALUE. The log names the letter and an operator, not a person: HR uses the page /rules."""
    with service() as runut:
        set_rule(runut, _OPERATOR, key, {"value": value, "letter_number": letter, "reason": reason})
    click.echo(f"{key} = {value}")


@rules.command()
@click.argument("keys", nargs=-1, required=True)
@click.option("--letter", required=True, help="Number of the letter that decides it.")
def confirm(keys: tuple[str, ...], letter: str) -> None:
    """Confirm that the rules KEYS hold with the values they have."""
    with service() as runut:
        confirm_rules(runut, _OPERATOR, {"keys": list(keys), "letter_number": letter})
    click.echo(f"Confirmed: {', '.join(keys)}")

"""HR sets and confirms the rules of the office; each of it is an event in the register ATURAN."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from marshmallow import ValidationError, fields
from sqlalchemy import Connection, delete, insert

from service.actor import Actor
from service.commands.cycles.checks import check_hr, present_alone, refuse
from service.commands.inputs import load
from service.errors import NotFound
from service.ladders import replan
from service.models import RuleValue
from service.queries.rules import effect_of
from service.registering import enter
from service.runut import Present, Runut
from workflows.fields import CleanText, ListOf, Strict
from workflows.kit import Text
from workflows.rule import Reach, Rule, Value, WrongValue
from workflows.rules import RULES, Rules, Setting

REGISTER = "ATURAN"
NO_SUCH_RULE = Text("Aturan ini tidak ada.", "There is no such rule.")
_log: Any = structlog.get_logger("runut.rules")
_SAME = Text(
    "Nilainya sudah demikian. Untuk mencatat siapa yang menegaskannya, pakai tombol tegaskan.",
    "This is its value already. To record who confirms it, confirm it instead.",
)
_NONE_CHOSEN = Text("Pilih sekurang-kurangnya satu aturan.", "Choose at least one rule.")


def _any_value(value: Any) -> None:
    if isinstance(value, dict | list) or value is None:
        raise ValidationError([Text("Tuliskan nilainya.", "Write the value.")])


NewValue = Strict.from_dict(
    {
        "value": fields.Raw(required=True, validate=_any_value),
        "letter_number": CleanText(least=1, most=100, required=True),
        "reason": CleanText(least=10, most=2000, lines=True, required=True),
    },
    name="NewValue",
)
Confirmation = Strict.from_dict(
    {
        "keys": ListOf(CleanText(least=1, most=80), most=100),
        "letter_number": CleanText(least=1, most=100, required=True),
    },
    name="Confirmation",
)


def rule_called(key: str) -> Rule:
    """The rule of this key. Raises NotFound."""
    if key not in RULES:
        raise NotFound(NO_SUCH_RULE)
    return RULES[key]


def checked_value(present: Present, key: str, given: Mapping[str, Any]) -> tuple[Rule, Value, dict[str, Any]]:
    """The rule, its new value and the rest of what was given. Raises NotFound, InvalidInput."""
    rule = rule_called(key)
    values = load(NewValue(), given)
    try:
        value = present.rules.checked(key, values["value"])
    except WrongValue as wrong:
        refuse("value", wrong.message)
    if value == present.rules.value(key):
        refuse("value", _SAME)
    return rule, value, values


def set_rule(runut: Runut, actor: Actor, key: str, given: Mapping[str, Any]) -> None:
    """Gives a rule another value by letter; setting it confirms it. Raises NotYours, NotFound, InvalidInput."""
    with runut.database.write() as connection:
        present = present_alone(runut, connection)
        check_hr(present, actor)
        rule, value, values = checked_value(present, key, given)
        was = present.rules.value(key)
        _keep(connection, present, actor, rule, value, values["letter_number"])
        if rule.reach is Reach.DEADLINES:
            setting = Setting(value, values["letter_number"], actor.person_id, present.now)
            replan(connection, replace(present, rules=Rules({**present.rules.settings, key: setting})))
        effect = effect_of(connection, rule)
        facts = {
            "key": key, "was": was, "value": value, "letter_number": values["letter_number"],
            "open_cases": effect.cases, "people": effect.people,
        }
        if actor.person_id is None:
            facts["reason"] = values["reason"]  # an operator has no key that could seal it
        enter(connection, present, actor, REGISTER, "rule.set", facts, reason=values["reason"])
    _log.info("rule set", key=key, value=value, actor_id=actor.person_id)


def checked_keys(given: Mapping[str, Any]) -> tuple[list[Rule], str]:
    """The rules to confirm and the letter. Raises NotFound, InvalidInput."""
    values = load(Confirmation(), given)
    if not values["keys"]:
        refuse("keys", _NONE_CHOSEN)
    return [rule_called(key) for key in dict.fromkeys(values["keys"])], values["letter_number"]


def confirm_rules(runut: Runut, actor: Actor, given: Mapping[str, Any]) -> None:
    """Says for the office, by letter, that these rules hold with the values they have. No value changes.

    One event for all of them. Raises NotYours, NotFound, InvalidInput.
    """
    with runut.database.write() as connection:
        present = present_alone(runut, connection)
        check_hr(present, actor)
        rules, letter_number = checked_keys(given)
        for rule in rules:
            _keep(connection, present, actor, rule, present.rules.value(rule.key), letter_number)
        confirmed = {rule.key: present.rules.value(rule.key) for rule in rules}
        enter(
            connection, present, actor, REGISTER, "rule.confirm",
            {"rules": confirmed, "letter_number": letter_number},
        )
    _log.info("rules confirmed", keys=sorted(confirmed), actor_id=actor.person_id)


def _keep(
    connection: Connection, present: Present, actor: Actor, rule: Rule, value: Value, letter_number: str
) -> None:
    connection.execute(delete(RuleValue).where(RuleValue.key == rule.key))
    connection.execute(
        insert(RuleValue).values(
            key=rule.key, value=str(value), letter_number=letter_number, confirmed_by=actor.person_id,
            confirmed_at=present.now,
        )
    )

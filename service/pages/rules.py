"""The rules of the office: HR and auditors read them, HR sets and confirms them behind a check page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from service.commands.ruling import checked_keys, checked_value, confirm_rules, rule_called, set_rule
from service.errors import InvalidInput
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, words
from service.queries.rules import MARKS, USES, days_of_states, effect_of, rule_view
from service.runut import Present
from service.signin import roles_of
from workflows.rule import Mark, Rule, Used
from workflows.rules import RULES

blueprint = Blueprint("rule_pages", __name__)

_TONES = {Mark.LAW: "info", Mark.RECALLED: "warning", Mark.LOCAL_POLICY: "neutral"}


@blueprint.get("/rules")
@for_roles("hr", "auditor")
def list_rules() -> ResponseReturnValue:
    """Every rule with its value, what it rests on and who confirmed it."""
    return _list_page()


@blueprint.get("/rules/<key>")
@for_roles("hr")
def rule(key: str) -> ResponseReturnValue:
    """The form that sets one rule."""
    return _rule_page(rule_called(key))


@blueprint.post("/rules/<key>")
@for_roles("hr")
def post_rule(key: str) -> ResponseReturnValue:
    """First what the new value reaches among the open cases, then, with `do=save`, the new value."""
    chosen, given = rule_called(key), _given("value", "letter_number", "reason")
    try:
        if request.form.get("do") == "save":
            set_rule(runut(), actor(), key, given)
            return see_other(".list_rules", done=key)
        with reading() as (connection, present, _person_id):
            _, value, values = checked_value(present, key, given)
            was, effect = present.rules.value(key), effect_of(connection, chosen)
    except InvalidInput as error:
        return _rule_page(chosen, given, error)
    return render(
        "rule_check.html",
        rows=[{
            "label": words(chosen.title), "old": words(chosen.in_words(was)), "new": words(chosen.in_words(value)),
        }],
        consequences=[words(effect.sentence), *([] if chosen.used is Used.NOW else [words(USES[chosen.used]) + "."])],
        given=values, keys=[], action=f"/rules/{key}", back=f"/rules/{key}",
    )


@blueprint.post("/rules/confirm")
@for_roles("hr")
def post_confirmation() -> ResponseReturnValue:
    """First which values the letter confirms, then, with `do=save`, their confirmation."""
    given = {**_given("letter_number"), "keys": request.form.getlist("keys")}
    try:
        if request.form.get("do") == "save":
            confirm_rules(runut(), actor(), given)
            return see_other(".list_rules", done="confirmed")
        chosen, letter_number = checked_keys(given)
    except InvalidInput as error:
        return _list_page(given, error)
    with reading() as (_connection, present, _person_id):
        rows = [
            {"label": words(r.title), "old": "", "new": words(r.in_words(present.rules.value(r.key)))} for r in chosen
        ]
    return render(
        "rule_check.html", rows=rows, consequences=[], given={"letter_number": letter_number},
        keys=[r.key for r in chosen], action="/rules/confirm", back="/rules",
    )


def _given(*names: str) -> dict[str, Any]:
    return {name: request.form[name].strip() for name in names if request.form.get(name, "").strip()}


def _list_page(given: Mapping[str, Any] | None = None, error: InvalidInput | None = None) -> ResponseReturnValue:
    with reading() as (_connection, present, person_id):
        is_hr = "hr" in roles_of(present, person_id)
        rows = [_shown(present, rule) for rule in RULES.values()]
        open_ones = {rule.key for rule in present.rules.unconfirmed(None)}
    done = request.args.get("done", "")
    return render(
        "rules.html",
        status=422 if error else 200,
        page_error=bool(error),
        **_errors(error),
        now=[row for row in rows if row["used"] == "NOW"],
        later=[row for row in rows if row["used"] != "NOW"],
        unconfirmed=[row for row in rows if row["key"] in open_ones],
        urgent=[rule.key for rule in present.rules.unconfirmed()],
        states=days_of_states(g.locale),
        is_hr=is_hr,
        done=done if done == "confirmed" else words(RULES[done].title) if done in RULES else "",
        typed=given or {},
    )


def _rule_page(
    chosen: Rule, given: Mapping[str, Any] | None = None, error: InvalidInput | None = None
) -> ResponseReturnValue:
    with reading() as (_connection, present, _person_id):
        shown = _shown(present, chosen)
    return render(
        "rule.html",
        status=422 if error else 200,
        page_error=bool(error),
        **_errors(error),
        rule=shown,
        unit=words(chosen.unit) if chosen.unit else "",
        least=chosen.least,
        most=chosen.most,
        choices=[{"value": name, "label": words(text)} for name, text in chosen.choices.items()],
        typed=given or {"value": shown["value"]},
    )


def _shown(present: Present, rule: Rule) -> dict[str, Any]:
    view = rule_view(present, rule, g.locale)
    at = view["confirmed_at"]
    return {
        **view,
        "mark_label": words(MARKS[rule.mark]),
        "mark_tone": _TONES[rule.mark],
        "confirmed_at": datetime.fromisoformat(at) if at else None,
        "is_default": view["value"] == view["default"],
        "is_law": rule.mark is Mark.LAW,
    }


def _errors(error: InvalidInput | None) -> dict[str, Any]:
    found = [{"field": field.path, "message": words(field.message)} for field in error.fields] if error else []
    return {"errors": found, "by_field": {e["field"]: e["message"] for e in reversed(found)}}

"""The rules of the office: read by HR and auditors, set and confirmed by HR."""

from flask import g, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from service.api.admin import body_of
from service.api.context import actor, json_object, reading, require_role, runut, visitor
from service.commands import ruling
from service.queries.rules import rule_view, rule_views
from service.runut import Present

blueprint = Blueprint("rules", __name__, url_prefix="/api/v1", description="The rules that the office sets")


@blueprint.get("/rules")
def get_rules() -> ResponseReturnValue:
    """Every rule with its value, source, mark and who confirmed it; for HR and auditors."""
    with reading() as (_connection, present, person_id):
        require_role(present, person_id, "hr", "auditor", "admin")
        return jsonify({"items": rule_views(present, g.locale), "next": None})


@blueprint.put("/rules/<key>")
@blueprint.doc(requestBody=body_of(ruling.NewValue))
def put_rule(key: str) -> ResponseReturnValue:
    """Sets a rule by letter, which confirms it; answers the rule. For HR."""
    visitor()
    ruling.set_rule(runut(), actor(), key, json_object())
    return jsonify(rule_view(_after(), ruling.rule_called(key), g.locale))


@blueprint.post("/rules/confirm")
@blueprint.doc(requestBody=body_of(ruling.Confirmation))
def post_confirmation() -> ResponseReturnValue:
    """Confirms the values that these rules have; answers all rules. For HR."""
    visitor()
    ruling.confirm_rules(runut(), actor(), json_object())
    return jsonify({"items": rule_views(_after(), g.locale), "next": None})


def _after() -> Present:
    """What is true since the change; the visitor's own instant lies before it."""
    with runut().database.read() as connection:
        return runut().present(connection)

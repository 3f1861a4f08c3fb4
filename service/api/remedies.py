"""Remedies of HR beside the commands on one case: bulk actions, and stopping mail to an address."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from service.api.context import actor, json_object, reading, runut, visitor
from service.api.schemas import CaseQuery
from service.commands import bulk, people
from service.commands.inputs import load
from service.commands.people import Change, changing
from service.jsonschema import json_schema
from service.queries.bulk import bulk_view
from service.queries.cases import CaseFilter, case_ids
from workflows.fields import CleanText, Strict

blueprint = Blueprint("remedies", __name__, url_prefix="/api/v1", description="What HR does so that cases go on")

_Write = Callable[[Change, bytes, Mapping[str, Any]], None]


class Because(Strict):
    """`{"reason": "Alamat ini mental sejak Senin."}`"""

    reason = CleanText(least=10, most=2000, lines=True, required=True)


class CaseSelection(CaseQuery):
    """The filter of a list of cases, without paging."""

    class Meta:
        exclude = ("limit", "cursor")


class BulkOrder(Strict):
    """`{"action": "remind", "filter": {"overdue": true}, "dry_run": true}`"""

    action = fields.String(required=True, validate=validate.OneOf(list(bulk.ACTIONS)))
    case_ids = fields.List(fields.String(validate=validate.Length(max=64)), load_default=None)
    filter = fields.Nested(CaseSelection, load_default=None)
    input = fields.Dict(load_default=dict)
    dry_run = fields.Boolean(load_default=False)


def _body(schema: Schema) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": json_schema(schema)}}}


@blueprint.post("/bulk-actions")
@blueprint.doc(requestBody=_body(BulkOrder()))
def post_bulk() -> ResponseReturnValue:
    """One command for many cases, named or found by a filter. `dry_run` only tells what would happen (200); otherwise
    a job does it (202) and the answer names it."""
    visitor()
    order = load(BulkOrder(), json_object())
    chosen, action, given = _chosen(order), order["action"], order["input"]
    if order["dry_run"]:
        with reading() as (connection, present, _person_id):
            found = bulk.check(connection, runut().settings.link_pepper, present, actor(), action, chosen, given)
        return jsonify(_check_view(action, found))
    bulk_id = bulk.prepare(runut(), actor(), action, chosen, given)
    job_id = bulk.start(runut(), actor(), bulk_id)
    response = jsonify({"id": bulk_id, "job": job_id, "url": f"/api/v1/jobs/{job_id}"})
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/bulk-actions/{bulk_id}"
    return response


@blueprint.get("/bulk-actions/<uuid:bulk_id>")
def get_bulk(bulk_id: Any) -> ResponseReturnValue:
    """A bulk action with what became of each case."""
    with reading() as (connection, present, person_id):
        return jsonify(bulk_view(connection, present, person_id, str(bulk_id), g.locale))


@blueprint.post("/people/<uuid:person_id>/suppress-address")
@blueprint.doc(requestBody=_body(Because()))
def post_suppress(person_id: Any) -> ResponseReturnValue:
    """Stops mail to the person's present address; an event of the register of people."""
    return _ordered(people.suppress_address, str(person_id))


@blueprint.post("/people/<uuid:person_id>/lift-suppression")
@blueprint.doc(requestBody=_body(Because()))
def post_lift(person_id: Any) -> ResponseReturnValue:
    """Lets mail go to the person's present address again; an event of the register of people."""
    return _ordered(people.lift_suppression, str(person_id))


def _ordered(write: _Write, person_id: str) -> ResponseReturnValue:
    visitor()
    with changing(runut(), actor()) as change:
        write(change, runut().settings.link_pepper, {**json_object(), "person_id": person_id})
    return Response(status=204)


def _chosen(order: Mapping[str, Any]) -> list[str]:
    """The cases that the order names, and those that its filter finds."""
    named: list[str] = list(order["case_ids"] or [])
    if order["filter"] is None:
        return named
    given: dict[str, Any] = {n: str(v) if hasattr(v, "hex") else v for n, v in order["filter"].items()}
    with reading() as (connection, present, person_id):
        return [*named, *case_ids(connection, present, person_id, CaseFilter(**given), bulk.MOST_CASES)]


def _check_view(action: str, found: bulk.Check) -> dict[str, Any]:
    return {
        "action": action,
        "count": len(found.items),
        "ready": found.ready,
        "skipped": [
            {"case_id": item.case_id, "number": item.number, "reason": item.skipped.to(g.locale)}
            for item in found.items
            if item.skipped
        ],
        "mails": {"now": found.mails.now, "summarised": found.mails.summarised, "stopped": found.mails.stopped},
        "cannot_be_undone": bulk.ACTIONS[action].stays.to(g.locale),
    }

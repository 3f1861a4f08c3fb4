"""Remedies of HR that are no command on a case: stopping mail to an address."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import Schema

from service.api.context import actor, json_object, runut, visitor
from service.commands import people
from service.commands.people import Change, changing
from service.jsonschema import json_schema
from workflows.fields import CleanText, Strict

blueprint = Blueprint("remedies", __name__, url_prefix="/api/v1", description="What HR does so that cases go on")

_Write = Callable[[Change, bytes, Mapping[str, Any]], None]


class Because(Strict):
    """`{"reason": "Alamat ini mental sejak Senin."}`"""

    reason = CleanText(least=10, most=2000, lines=True, required=True)


def _body(schema: Schema) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": json_schema(schema)}}}


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

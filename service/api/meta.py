"""Who am I, which workflows are there, how is the service doing."""

from typing import Any

from flask import Response, g, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE

import workflows
from service.api.context import reading, runut, visible_case, visitor
from service.api.docs import docs_page
from service.api.schemas import ExampleQuery
from service.commands.opening import unopened
from service.errors import NotFound
from service.examples import example_input
from service.jsonschema import input_json_schema, json_schema
from service.queries.operations import lags
from service.signin import roles_of
from service.surroundings import context_of
from service.views import when
from workflows.kit import Text, Workflow

blueprint = Blueprint("meta", __name__, url_prefix="/api/v1", description="The caller, the workflows, the service")


@blueprint.get("/me")
def get_me() -> ResponseReturnValue:
    """The caller: person, standing roles and the capacities held now."""
    with reading() as (_connection, present, person_id):
        person = present.organisation.person(person_id)
        capacities = present.organisation.capacities(person_id, present.now)
        return jsonify(
            {
                "person": {"id": person.id, "name": person.name, "email": person.email, "locale": person.locale},
                "roles": roles_of(present, person_id),
                "capacities": [
                    {"kind": c.kind, "position_id": c.position_id, "unit_id": c.unit_id,
                     "explanation": c.explanation.to(g.locale)}
                    for c in capacities
                ],
                "now": when(present.now),
            }
        )


@blueprint.get("/workflows")
def get_workflows() -> ResponseReturnValue:
    """All workflows as data."""
    visitor()
    return jsonify({"items": [workflow_view(w) for w in workflows.all_workflows()], "next": None})


@blueprint.get("/workflows/<name>")
def get_workflow(name: str) -> ResponseReturnValue:
    """One workflow: states, steps, and the JSON Schema of its document."""
    visitor()
    return jsonify(workflow_view(_workflow(name)))


@blueprint.get("/workflows/<name>/example")
@blueprint.arguments(ExampleQuery, location="query", unknown=RAISE)
def get_example(query: dict[str, Any], name: str) -> ResponseReturnValue:
    """A document that passes every rule for that person, or an input that an action takes."""
    workflow = _workflow(name)
    with reading() as (connection, present, person_id):
        if query["action"]:
            if query["case_id"]:
                visible_case(connection, present, person_id, query["case_id"])
            return jsonify({"input": example_input(workflow, query["action"], present)})
        subject = str(query["subject_id"]) if query["subject_id"] else person_id
        file = unopened(connection, present, workflow, subject)
        return jsonify({"document": workflow.example(context_of(connection, file))})


@blueprint.get("/status")
def get_status() -> ResponseReturnValue:
    """How far behind is what happens later; informational, never a reason not to serve."""
    visitor()
    return jsonify(lags(runut()))


@blueprint.get("/docs")
def get_docs() -> Response:
    """The API, described for people."""
    return docs_page()


def workflow_view(workflow: Workflow) -> dict[str, Any]:
    """A workflow's table as plain JSON."""
    return {
        "name": workflow.name,
        "edition": workflow.edition,
        "title_id": workflow.title.id,
        "title_en": workflow.title.en,
        "fingerprint": workflow.fingerprint,
        "states": [
            {
                "state": s.name, "stage": s.stage.value, "waits_for": s.waits_for, "due": s.due, "final": s.final,
                "edit_by": [
                    f"{e.role}:{e.only_if.name}" if e.only_if else e.role.value for e in s.edit_by
                ],
                "label_id": s.label.id, "label_en": s.label.en,
            }
            for s in workflow.states
        ],
        "steps": [
            {
                "from": s.source, "action": s.action, "role": s.role.value, "to": s.dest,
                "guards": [g.name for g in s.guards], "input": input_json_schema(s.input), "tier": s.tier,
                "tell": [f"{'!' if t.asks else ''}{t.role}" for t in s.tell],
            }
            for s in workflow.steps
        ],
        "document": json_schema(workflow.document()),
    }


def _workflow(name: str) -> Workflow:
    try:
        return workflows.get(name)
    except KeyError:
        raise NotFound(Text("Alur kerja ini tidak ada.", "There is no such workflow.")) from None

"""The log for auditors, the delivery ledger and the board for HR."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE

from service.api.context import page_answer, reading, require_role
from service.api.schemas import BoardQuery, DeliveryQuery, EventQuery
from service.queries.cases import board
from service.queries.deliveries import delivery_page
from service.queries.events import event_page

blueprint = Blueprint("log", __name__, url_prefix="/api/v1", description="What happened, what was sent, what waits")


@blueprint.get("/events")
@blueprint.arguments(EventQuery, location="query", unknown=RAISE)
def get_events(query: dict[str, Any]) -> ResponseReturnValue:
    """The log in the order in which it was written; for auditors."""
    after = query["cursor"] if query["cursor"] is not None else query["after"]
    with reading() as (connection, present, person_id):
        require_role(present, person_id, "auditor")
        page = event_page(
            connection, present, after=after, type_=query["type"], case=query["case"], limit=query["limit"],
            actor=str(query["actor"]) if query["actor"] else None,
        )
        return page_answer(page, list(page.items))


@blueprint.get("/deliveries")
@blueprint.arguments(DeliveryQuery, location="query", unknown=RAISE)
def get_deliveries(query: dict[str, Any]) -> ResponseReturnValue:
    """Every mail and what became of it; for HR and auditors."""
    with reading() as (connection, present, person_id):
        require_role(present, person_id, "hr", "auditor")
        page = delivery_page(
            connection, case=query["case"], state=query["state"], limit=query["limit"], cursor=query["cursor"],
            person=str(query["person"]) if query["person"] else None,
        )
        return page_answer(page, list(page.items))


@blueprint.get("/board")
@blueprint.arguments(BoardQuery, location="query", unknown=RAISE)
def get_board(query: dict[str, Any]) -> ResponseReturnValue:
    """Counts by workflow, stage, state and unit over the cases that the caller may see."""
    wanted = {name: str(value) if value else None for name, value in query.items()}
    with reading() as (connection, present, person_id):
        return jsonify(board(connection, present, person_id, **wanted))

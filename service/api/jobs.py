"""Jobs: how far long work is, what came of it, and stopping it."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, fields

from service import jobs
from service.api.context import page_answer, reading, runut, visitor
from service.api.schemas import PagedQuery
from service.queries.jobs import items, visible_job


class ItemQuery(PagedQuery):
    """`?outcome=EXISTS`"""

    outcome = fields.String(load_default=None)


blueprint = Blueprint("jobs", __name__, url_prefix="/api/v1", description="Work that takes longer than a request")


@blueprint.get("/jobs/<uuid:job_id>")
def get_job(job_id: Any) -> ResponseReturnValue:
    """State, done of total, and the result at the end; for whoever asked for it and HR, 404 for others."""
    with reading() as (connection, present, person_id):
        return jsonify(visible_job(connection, present, person_id, str(job_id)))


@blueprint.post("/jobs/<uuid:job_id>/stop")
def stop_job(job_id: Any) -> ResponseReturnValue:
    """Stops the job after the batch that it is at; what was finished stays. Repeats change nothing."""
    who = visitor().actor.person_id
    assert who is not None
    with runut().database.write() as connection:
        present = runut().present(connection)
        visible_job(connection, present, who, str(job_id))
        jobs.stop(connection, present, str(job_id))
        return jsonify(visible_job(connection, present, who, str(job_id)))


@blueprint.get("/jobs/<uuid:job_id>/items")
@blueprint.arguments(ItemQuery, location="query", unknown=RAISE)
def get_items(query: dict[str, Any], job_id: Any) -> ResponseReturnValue:
    """What came of each person or case of the job: `item_id`, `outcome` (DONE or why not), `case_id`, `number`."""
    with reading() as (connection, present, person_id):
        visible_job(connection, present, person_id, str(job_id))
        page = items(connection, str(job_id), query["outcome"], limit=query["limit"], cursor=query["cursor"])
        return page_answer(page, [dict(row) for row in page.items])

"""The year: cycles, the office calendar and the goals that plans serve."""

from typing import Any

from flask import g, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, fields

from service.api.admin import body_of, require_hr
from service.api.context import actor, json_object, page_answer, reading, runut, visitor
from service.api.schemas import PagedQuery
from service.commands import cycles as commands
from service.commands.cycles import inputs
from service.commands.cycles.checks import NO_SUCH_CYCLE
from service.commands.cycles.recounting import planned, recount
from service.errors import Exists, NotFound
from service.queries import cycles as queries
from service.queries.goals import goals
from service.queries.paging import Page, decode, encode
from service.queries.preflight import NO_SUCH_FINDING, people_of, preflight, preflight_view
from service.views import when

blueprint = Blueprint("year", __name__, url_prefix="/api/v1", description="Cycles, calendar and strategic goals")


class YearQuery(PagedQuery):
    """`?year=2026`"""

    year = fields.Integer(load_default=None)


@blueprint.get("/cycles")
@blueprint.arguments(YearQuery, location="query", unknown=RAISE)
def get_cycles(query: dict[str, Any]) -> ResponseReturnValue:
    """Cycles, the newest first."""
    with reading() as (connection, present, _person_id):
        found = queries.cycles(connection, present)
    page = _page([c for c in found if query["year"] in (None, c["year"])], "id", query)
    return page_answer(page, list(page.items))


@blueprint.post("/cycles")
@blueprint.doc(requestBody=body_of(inputs.NewCycle))
def post_cycle() -> ResponseReturnValue:
    """Enters a cycle that is not open yet; for HR."""
    visitor()
    try:
        cycle_id = commands.create_cycle(runut(), actor(), json_object())
    except Exists as exists:
        exists.extra["url"] = f"/api/v1/cycles/{exists.extra['cycle_id']}"
        raise
    response = jsonify(_cycle(cycle_id))
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/cycles/{cycle_id}"
    return response


@blueprint.get("/cycles/<uuid:cycle_id>")
def get_cycle(cycle_id: Any) -> ResponseReturnValue:
    """One cycle with its dates."""
    return jsonify(_cycle(str(cycle_id)))


@blueprint.get("/cycles/<uuid:cycle_id>/preflight")
def get_preflight(cycle_id: Any) -> ResponseReturnValue:
    """What would go wrong if the cycle were opened now; for HR."""
    require_hr()
    view = _cycle(str(cycle_id))
    with reading() as (connection, present, _person_id):
        found = preflight(connection, present, runut().settings, view)
        return jsonify(preflight_view(present.organisation, found, view, g.locale))


@blueprint.get("/cycles/<uuid:cycle_id>/preflight/<code>")
@blueprint.arguments(PagedQuery, location="query", unknown=RAISE)
def get_preflight_people(query: dict[str, Any], cycle_id: Any, code: str) -> ResponseReturnValue:
    """Everybody whom one finding is about; 404 when there is no such finding. For HR."""
    require_hr()
    view = _cycle(str(cycle_id))
    with reading() as (connection, present, _person_id):
        found = preflight(connection, present, runut().settings, view)
        page = people_of(found, code, query["cursor"], query["limit"])
    if page is None:
        raise NotFound(NO_SUCH_FINDING)
    return page_answer(page, [{"id": person.id, "name": person.name} for person in page.items])


@blueprint.post("/cycles/<uuid:cycle_id>/open")
@blueprint.doc(requestBody=body_of(inputs.Opening))
def open_cycle(cycle_id: Any) -> ResponseReturnValue:
    """Opens the cycle; 409 with reasons while its calendar is not loaded. With `create_cases` the answer names the
    `job` that makes them, for everybody or the offices of `unit_ids`; `carry_over` begins them with last year's text.
    For HR."""
    visitor()
    job_id = commands.open_cycle(runut(), actor(), str(cycle_id), json_object())
    return jsonify({**_cycle(str(cycle_id)), "job": job_id})


@blueprint.post("/cycles/<uuid:cycle_id>/cases")
@blueprint.doc(requestBody=body_of(inputs.Cases))
def post_cases(cycle_id: Any) -> ResponseReturnValue:
    """Makes the cases of an open cycle that are not there yet, in a job: `{"job": id}` (202). For HR."""
    visitor()
    job_id = commands.create_cases(runut(), actor(), str(cycle_id), json_object())
    response = jsonify({"job": job_id})
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"
    return response


@blueprint.post("/cycles/<uuid:cycle_id>/close")
def close_cycle(cycle_id: Any) -> ResponseReturnValue:
    """Closes the cycle; 409 with `cases` while some are open. For HR."""
    visitor()
    commands.close_cycle(runut(), actor(), str(cycle_id))
    return jsonify(_cycle(str(cycle_id)))


@blueprint.post("/cycles/<uuid:cycle_id>/extend")
@blueprint.doc(requestBody=body_of(inputs.Extension))
def extend_cycle(cycle_id: Any) -> ResponseReturnValue:
    """Moves dates later by letter; open cases follow. Answers the cycle and the numbers of those cases. For HR."""
    visitor()
    numbers = commands.extend_cycle(runut(), actor(), str(cycle_id), json_object())
    return jsonify({**_cycle(str(cycle_id)), "extended": numbers})


@blueprint.get("/calendar-days")
@blueprint.arguments(YearQuery, location="query", unknown=RAISE)
def get_calendar_days(query: dict[str, Any]) -> ResponseReturnValue:
    """Closed days and the years that are loaded, with what they rest on."""
    with reading() as (connection, _present, _person_id):
        found = queries.calendar_days(connection, query["year"])
    page = _page(found["items"], "date", query)
    return page_answer(page, list(page.items), years=found["years"])


@blueprint.post("/calendar-days")
@blueprint.doc(requestBody=body_of(inputs.YearOfDays))
def post_calendar_days() -> ResponseReturnValue:
    """Enters closed days of a year and, with `confirm`, marks it as decreed; for HR."""
    visitor()
    given = json_object()
    commands.set_calendar_days(runut(), actor(), given)
    with reading() as (connection, _present, _person_id):
        answer = jsonify({**queries.calendar_days(connection, int(given["year"])), "next": None})
    answer.status_code = 201
    return answer


@blueprint.get("/calendar-days/recount")
def get_recount() -> ResponseReturnValue:
    """Open deadlines that the calendar as it is now counts to another day, and whether a recount moves them; for HR."""
    require_hr()
    with reading() as (connection, present, _person_id):
        found = planned(connection, present)
    return jsonify({
        "items": [
            {
                "case_id": shift.case_id, "number": shift.number, "state": shift.state, "was": when(shift.was),
                "becomes": when(shift.becomes), "verdict": shift.verdict.value,
            }
            for shift in found
        ],
        "next": None,
    })


@blueprint.post("/calendar-days/recount")
@blueprint.doc(requestBody=body_of(inputs.Recount))
def post_recount() -> ResponseReturnValue:
    """Has them counted again, with a reason; 202 with the job. `earlier` also moves those that may come earlier."""
    visitor()
    job_id = recount(runut(), actor(), json_object())
    response = jsonify({"job_id": job_id})
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"
    return response


@blueprint.get("/strategic-goals")
@blueprint.arguments(YearQuery, location="query", unknown=RAISE)
def get_strategic_goals(query: dict[str, Any]) -> ResponseReturnValue:
    """The goals that planned results point to, by level and parent."""
    with reading() as (connection, _present, _person_id):
        page = _page(goals(connection, query["year"]), "id", query)
    return page_answer(page, list(page.items))


def _page(items: list[dict[str, Any]], key: str, query: dict[str, Any]) -> Page:
    """A page of a short list in its own order; the cursor names the last item by its `key`."""
    start, limit = 0, query["limit"]
    if query["cursor"]:
        (last,) = decode(query["cursor"], 1)
        start = next((place for place, item in enumerate(items, start=1) if item[key] == last), len(items))
    shown = items[start : start + limit]
    return Page(shown, encode([shown[-1][key]]) if start + limit < len(items) else None)


def _cycle(cycle_id: str) -> dict[str, Any]:
    with reading() as (connection, present, _person_id):
        view = queries.cycle(connection, present, cycle_id)
    if view is None:
        raise NotFound(NO_SUCH_CYCLE)
    return view

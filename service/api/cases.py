"""Cases: list, read, open, save, act; their timeline, texts and why they wait."""

from typing import Any

from flask import Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE

from service.api.context import (
    actor,
    idempotency_key,
    if_match,
    json_object,
    page_answer,
    reading,
    runut,
    visible_case,
    visitor,
)
from service.api.schemas import CaseQuery, DiffQuery, OpenCase, TakeOver
from service.carrying import carried, earlier
from service.casefile import CaseFile, facts_of, problems_of
from service.commands.acting import act
from service.commands.attaching import attach
from service.commands.autosaving import autosave, keep_autosave
from service.commands.claiming import claim, release
from service.commands.commanding import COMMANDS, command
from service.commands.inputs import load
from service.commands.opening import open_case
from service.commands.saving import save
from service.errors import CaseMovedOn, Exists, NotFound
from service.queries.cases import CaseFilter, case_page, list_view
from service.queries.events import event_page, timeline
from service.queries.versions import difference, document_at, versions
from service.queries.why import why
from service.responses import problem_of
from service.scans import MOST_BYTES
from service.views import case_view, claim_view, problem_views
from workflows.kit import Text
from workflows.work_plan_carrying import unchanged_targets

blueprint = Blueprint("cases", __name__, url_prefix="/api/v1/cases", description="Cases and what is done with them")

_NOTHING_BEFORE = Text(
    "Tidak ada rencana tahun lalu yang dapat dibawa ke kasus ini.", "There is no plan of last year to carry over here."
)
_PATH_ID = {"parameters": [{"in": "path", "name": "reference", "required": True, "schema": {"type": "string"},
                            "description": "the case's id or its number"}]}
_PRECONDITIONS = [
    {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}, "description": '"<version>"'},
    {"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 200}},
]


@blueprint.get("")
@blueprint.arguments(CaseQuery, location="query", unknown=RAISE)
def list_cases(query: dict[str, Any]) -> ResponseReturnValue:
    """Cases the caller may see, newest first."""
    limit, cursor = query.pop("limit"), query.pop("cursor")
    given: dict[str, Any] = {name: str(value) if hasattr(value, "hex") else value for name, value in query.items()}
    wanted = CaseFilter(**given)
    with reading() as (connection, present, person_id):
        page = case_page(connection, present, person_id, wanted, limit=limit, cursor=cursor)
        return page_answer(page, [list_view(present, row, g.locale) for row in page.items])


@blueprint.post("")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
def post_case() -> ResponseReturnValue:
    """Opens a case; answers it with the problems its rules find."""
    visitor()
    given = load(OpenCase(), json_object())
    cycle_id, subject_id, parent_id = (
        str(given[name]) if given[name] else None for name in ("cycle_id", "subject_id", "parent_id")
    )
    try:
        answer = open_case(
            runut(), actor(), given["workflow"], cycle_id=cycle_id, subject_id=subject_id, parent_id=parent_id,
            document=given["document"], carry_over=given["carry_over"], key=idempotency_key(), pulse=visitor().pulse,
        )
    except Exists as exists:
        exists.extra["url"] = url_for(".get_case", reference=exists.extra["case_id"])
        raise
    response = _with_etag({**answer["case"], "problems": answer["problems"]}, answer["case"]["version"])
    response.status_code = 201
    response.headers["Location"] = url_for(".get_case", reference=answer["case"]["id"])
    return response


@blueprint.get("/<reference>")
@blueprint.doc(**_PATH_ID)
def get_case(reference: str) -> ResponseReturnValue:
    """One case with its text, who it waits for and what the caller may do."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        view = case_view(file, facts_of(file, connection), person_id, g.locale)
    return _with_etag(view, view["version"])


@blueprint.put("/<reference>/document")
@blueprint.doc(parameters=[*_PATH_ID["parameters"], *_PRECONDITIONS],
               requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
def put_document(reference: str) -> ResponseReturnValue:
    """Saves the text as the next version; problems of content are answered, not refused."""
    answer = save(runut(), actor(), reference, json_object(), if_match=if_match(), key=idempotency_key(),
                  pulse=visitor().pulse)
    return _with_etag({**answer["case"], "problems": answer["problems"]}, answer["case"]["version"])


@blueprint.get("/<reference>/autosave")
@blueprint.doc(**_PATH_ID)
def get_autosave(reference: str) -> ResponseReturnValue:
    """What the caller typed and has not saved; 204 when there is nothing."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        kept = autosave(connection, file.id, person_id)
    return _with_etag(kept, kept["revision"]) if kept else Response(status=204)


@blueprint.put("/<reference>/autosave")
@blueprint.doc(**_PATH_ID)
def put_autosave(reference: str) -> ResponseReturnValue:
    """Keeps what the caller is typing: no event, no version. If-Match is the autosave's own revision, 0 at first."""
    document = json_object()
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
    kept = keep_autosave(runut(), file, person_id, document, if_match())
    return _with_etag(kept, kept["revision"])


@blueprint.post("/<reference>/actions/<action>")
@blueprint.doc(parameters=[*_PATH_ID["parameters"], {"in": "path", "name": "action", "required": True,
                           "schema": {"type": "string"}}, *_PRECONDITIONS],
               requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
def post_action(reference: str, action: str) -> ResponseReturnValue:
    """Takes a step of the workflow, or one of the commands that every workflow has; answers the receipt."""
    who, given, instant = actor(), json_object(), visitor().pulse
    take = command if action in COMMANDS else act
    answer = take(runut(), who, reference, action, given, if_match=if_match(), key=idempotency_key(), pulse=instant)
    return _with_etag(answer, answer["case"]["version"])


@blueprint.get("/<reference>/carry-over")
@blueprint.doc(**_PATH_ID)
def get_carry_over(reference: str) -> ResponseReturnValue:
    """Last year's text as a draft of this case, for whoever may edit it: `from`, `document`, and `unchecked`, the paths
    of targets in the present text that are still last year's. 404 when nothing was in force then."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        may_edit = file.workflow.may_edit(facts_of(file), file.held_by(person_id)) is not None
        before = earlier(connection, file) if may_edit and file.workflow.carry_over else None
        if before is None:
            raise NotFound(_NOTHING_BEFORE)
        return jsonify({
            "from": before.number,
            "document": carried(connection, file, before),
            "unchecked": [path for path, _ in unchanged_targets(file.document, before.document)],
        })
@blueprint.post("/<reference>/attachments")
@blueprint.doc(**_PATH_ID, requestBody={"content": {kind: {"schema": {"type": "string", "format": "binary"}}
                                                   for kind in ("application/pdf", "image/png", "image/jpeg")}})
def post_attachment(reference: str) -> ResponseReturnValue:
    """Keeps a scan with the case, for `assist`: the bytes as they are, at most 5 MB, PDF, PNG or JPEG by content."""
    request.max_content_length = MOST_BYTES + 1024 * 1024
    visitor()
    response = jsonify(attach(runut(), actor(), reference, request.get_data(cache=False)))
    response.status_code = 201
    return response


@blueprint.post("/<reference>/claim")
@blueprint.doc(**_PATH_ID, requestBody={"content": {"application/json": {"schema": {"type": "object", "properties": {
    "over": {"type": "string", "format": "uuid", "description": "whom the caller takes it over from"}}}}}})
def post_claim(reference: str) -> ResponseReturnValue:
    """Takes a case out of the caller's queue; gives no right. 409 while somebody else works on it who is not named."""
    given = load(TakeOver(), json_object())
    over = str(given["over"]) if given["over"] else None
    return _claimed(claim(runut(), actor(), reference, over=over, pulse=visitor().pulse))


@blueprint.post("/<reference>/release")
@blueprint.doc(**_PATH_ID)
def post_release(reference: str) -> ResponseReturnValue:
    """Puts a case that the caller has taken back into the queue."""
    return _claimed(release(runut(), actor(), reference, pulse=visitor().pulse))


@blueprint.get("/<reference>/why")
@blueprint.doc(**_PATH_ID)
def get_why(reference: str) -> ResponseReturnValue:
    """Why the case waits: who may act, the last mail, the next timer, remedies."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        return jsonify(why(connection, runut().settings.link_pepper, file, g.locale))


@blueprint.get("/<reference>/problems")
@blueprint.doc(**_PATH_ID)
def get_problems(reference: str) -> ResponseReturnValue:
    """What the workflow's rules find in the text now."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        return jsonify({"problems": _problems(file, connection)})


@blueprint.get("/<reference>/events")
@blueprint.doc(**_PATH_ID)
def get_events(reference: str) -> ResponseReturnValue:
    """The case's timeline, oldest first."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        return jsonify({"items": timeline(connection, present, file.id), "next": None})


@blueprint.get("/<reference>/versions")
@blueprint.doc(**_PATH_ID)
def get_versions(reference: str) -> ResponseReturnValue:
    """All texts of the case, oldest first, as the exact bytes that are hashed."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        return jsonify({"items": versions(connection, file.id), "next": None})


@blueprint.get("/<reference>/diff")
@blueprint.doc(**_PATH_ID)
@blueprint.arguments(DiffQuery, location="query", unknown=RAISE)
def get_diff(query: dict[str, Any], reference: str) -> ResponseReturnValue:
    """What changed in the text from one version to another."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, reference)
        before, after = (document_at(connection, file.id, query[name]) for name in ("from_", "to"))
    return jsonify({"from": query["from_"], "to": query["to"], "changes": list(difference(before, after))})


@blueprint.errorhandler(CaseMovedOn)
def moved_on(error: CaseMovedOn) -> Response:
    """412 with the version there is now, who moved the case and when."""
    with reading() as (connection, present, person_id):
        file = visible_case(connection, present, person_id, (request.view_args or {})["reference"])
        last = event_page(connection, present, case=file.id, limit=1, newest_first=True).items[0]
    now = {"version": file.row["version"], "state": file.row["state"]}
    error.extra = {**now, "moved_by": last["actor"], "moved_at": last["at"], **error.extra}
    return problem_of(error, g.locale)


def _claimed(file: CaseFile) -> Response:
    return _with_etag({"id": file.id, "number": file.number, "version": file.row["version"],
                       "claimed_by": claim_view(file)}, file.row["version"])


def _problems(file: CaseFile, connection: Any) -> list[dict[str, str]]:
    return problem_views(problems_of(file, connection), g.locale)


def _with_etag(body: dict[str, Any], version: int) -> Response:
    response = jsonify(body)
    response.set_etag(str(version))
    response.headers["Cache-Control"] = "no-store"
    return response

"""Importing HR data: hand files in, read what they would do, apply them. For HR."""

from typing import Any

from flask import Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy import Connection

from service.api.context import actor, page_answer, reading, require_role, runut, visitor
from service.api.schemas import PagedQuery
from service.people_import import keeping
from service.people_import.table import report_rows
from service.plain_csv import lines
from service.queries.imports import import_page, import_view
from service.runut import Present
from service.spreadsheets import budgets

blueprint = Blueprint("imports", __name__, url_prefix="/api/v1", description="Importing HR data from spreadsheets")

MOST_UPLOADED = budgets.MOST_BYTES_TOGETHER + 64 * 1024
_FILES = {
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                "required": ["files"],
            }
        }
    }
}


@blueprint.post("/imports")
@blueprint.doc(requestBody=_FILES)
def post_import() -> ResponseReturnValue:
    """Takes CSV and XLSX files, imported together or not at all, and begins to check them; nothing changes yet."""
    request.max_content_length = MOST_UPLOADED
    visitor()
    with runut().database.write() as connection:
        present = _hr(connection)
        files = [upload.read() for name in ("files", "file") for upload in request.files.getlist(name)]
        import_id = keeping.enter(connection, present, actor(), files)
        view = import_view(connection, import_id)
    runut().wake()
    response = jsonify(view)
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/imports/{import_id}"
    return response


@blueprint.get("/imports")
@blueprint.arguments(PagedQuery, location="query", unknown=RAISE)
def get_imports(query: dict[str, Any]) -> ResponseReturnValue:
    """Imports, newest first, with their counts."""
    with reading() as (connection, present, person_id):
        require_role(present, person_id, "hr")
        page = import_page(connection, limit=query["limit"], cursor=query["cursor"])
        return page_answer(page, list(page.items))


@blueprint.get("/imports/<uuid:import_id>")
def get_import(import_id: Any) -> ResponseReturnValue:
    """One import: problems by row, what would change from what to what, and how far its job is."""
    with reading() as (connection, present, person_id):
        require_role(present, person_id, "hr")
        return jsonify(import_view(connection, str(import_id)))


@blueprint.post("/imports/<uuid:import_id>/apply")
def apply_import(import_id: Any) -> ResponseReturnValue:
    """Applies a checked import by a job; 409 unless it is CHECKED. All its rows are applied or none."""
    return _begun(keeping.apply, str(import_id))


@blueprint.post("/imports/<uuid:import_id>/check")
def check_import(import_id: Any) -> ResponseReturnValue:
    """Checks the files again, against what is there now."""
    return _begun(keeping.check_again, str(import_id))


@blueprint.get("/imports/<uuid:import_id>/report.csv")
def get_report(import_id: Any) -> ResponseReturnValue:
    """Problems and differences as CSV in the caller's language; no cell is a formula."""
    with reading() as (connection, present, person_id):
        require_role(present, person_id, "hr")
        view = import_view(connection, str(import_id))
    response = Response("".join(lines(report_rows(view, g.locale))), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{view["name"]}.csv"'
    return response


def _hr(connection: Connection) -> Present:
    present = runut().present(connection)
    who = actor().person_id
    assert who is not None
    require_role(present, who, "hr")
    return present


def _begun(begin: Any, import_id: str) -> ResponseReturnValue:
    visitor()
    with runut().database.write() as connection:
        job_id = begin(connection, _hr(connection), actor(), import_id)
    runut().wake()
    response = jsonify({"job_id": job_id})
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/jobs/{job_id}"
    return response

"""Importing HR data, step by step: files, what they would do or what is wrong in them, applying, the report."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from service.errors import Conflict, InvalidInput, NotFound
from service.pages.jobs import RELOAD_S, in_words, progress_words
from service.pages.numbers import shown_number
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, words
from service.people_import import keeping
from service.people_import.columns import IN_ORDER
from service.people_import.samples import sample_csv, sample_workbook
from service.people_import.table import KINDS, OUTCOMES, report_rows
from service.plain_csv import lines
from service.queries.imports import import_page, import_view
from service.queries.jobs import OPEN
from service.queries.paging import Page
from service.spreadsheets import budgets
from workflows.kit import Text

blueprint = Blueprint("imports_pages", __name__)

MOST_UPLOADED = budgets.MOST_BYTES_TOGETHER + 64 * 1024
_MOST_SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = {
    "UPLOADED": (Text("Belum diperiksa", "Not checked yet"), "info"),
    "CHECKED": (Text("Siap diterapkan", "Ready to be applied"), "info"),
    "APPLIED": (Text("Diterapkan", "Applied"), "success"),
    "FAILED": (Text("Ada masalah", "Has problems"), "danger"),
}

_NO_DIFFERENCE = Text("Tidak ada perbedaan", "No difference")


@blueprint.before_request
def allow_files() -> None:
    """Spreadsheets may be larger than what is posted elsewhere."""
    request.max_content_length = MOST_UPLOADED


@blueprint.get("/people/import")
@for_roles("hr")
def imports() -> ResponseReturnValue:
    """The form for files, samples of them, and the imports so far."""
    return _list_page()


@blueprint.post("/people/import")
@for_roles("hr")
def post_import() -> ResponseReturnValue:
    """Takes the files and begins their check."""
    files = [upload.read() for upload in request.files.getlist("files")]
    try:
        with runut().database.write() as connection:
            import_id = keeping.enter(connection, runut().present(connection), actor(), files)
    except InvalidInput as error:
        return _list_page([{"field": each.path, "message": words(each.message)} for each in error.fields], status=422)
    runut().wake()
    return see_other(".one", import_id=import_id)


@blueprint.get("/people/import/<uuid:import_id>")
@for_roles("hr")
def one(import_id: Any) -> ResponseReturnValue:
    """One import at its step; `Refresh` reloads the page while its job is at work."""
    return _page(str(import_id))


@blueprint.post("/people/import/<uuid:import_id>/apply")
@for_roles("hr")
def post_apply(import_id: Any) -> ResponseReturnValue:
    """Begins to apply a checked import."""
    return _begun(keeping.apply, str(import_id))


@blueprint.post("/people/import/<uuid:import_id>/check")
@for_roles("hr")
def post_check(import_id: Any) -> ResponseReturnValue:
    """Begins another check."""
    return _begun(keeping.check_again, str(import_id))


@blueprint.get("/people/import/<uuid:import_id>/report.csv")
@for_roles("hr")
def report(import_id: Any) -> ResponseReturnValue:
    """Problems and differences as a file."""
    with reading() as (connection, _present, _person_id):
        view = import_view(connection, str(import_id))
    return _file("".join(lines(report_rows(view, g.locale))), "text/csv", f"{view['name']}.csv")


@blueprint.get("/people/import/samples/<name>")
@for_roles("hr")
def sample(name: str) -> ResponseReturnValue:
    """A sample to fill in: `units.csv` and so on, or `sample.xlsx` with all kinds."""
    if name == "sample.xlsx":
        return _file(sample_workbook(), _XLSX, "runut-contoh.xlsx")
    for kind in IN_ORDER:
        if name == f"{kind.name}.csv":
            return _file(sample_csv(kind), "text/csv", f"runut-{kind.name}.csv")
    raise NotFound(keeping.NO_SUCH_IMPORT)


def _list_page(errors: list[dict[str, str]] | None = None, status: int = 200) -> ResponseReturnValue:
    cursor = request.args.get("cursor")
    with reading() as (connection, present, _person_id):
        try:
            page = import_page(connection, limit=20, cursor=cursor)
        except InvalidInput:
            page = Page([], None)
        people = present.organisation.people
        rows = [
            {
                **_shown(view), "created_at": datetime.fromisoformat(view["created_at"]),
                "kinds": _kinds(view["kinds"]),
                "by": people[view["created_by"]].name if view["created_by"] in people else "",
                "state": _state(view),
            }
            for view in page.items
        ]
    return render(
        "imports.html",
        status=status,
        errors=errors or [],
        page_error=bool(errors),
        rows=rows,
        samples=[{"href": f"/people/import/samples/{k.name}.csv", "label": words(k.label)} for k in IN_ORDER],
        next_href=f"/people/import?cursor={page.cursor}" if page.cursor else "",
        first_href="/people/import" if cursor else "",
        wide=True,
    )


def _page(import_id: str, errors: list[dict[str, str]] | None = None, status: int = 200) -> ResponseReturnValue:
    with reading() as (connection, present, _person_id):
        view = import_view(connection, import_id)
        people = present.organisation.people
    job, found = view["job"], view["report"]
    is_open = bool(job) and job["state"] in OPEN
    failed = in_words(job["result"].get("problem")) if job and job["state"] == "FAILED" else ""
    differences = view["differences"] or []
    response = render(
        "import.html",
        status=status,
        errors=errors or [],
        page_error=bool(errors),
        imported={**view, "shown": _shown(view), "created_at": datetime.fromisoformat(view["created_at"])},
        by=people[view["created_by"]].name if view["created_by"] in people else "",
        is_open=is_open,
        failed=failed,
        stopped=bool(job) and job["state"] == "STOPPED",
        look_again=in_words(job["result"]["summary"]) if job and job["result"].get("look_again") else "",
        progress=progress_words({**job, "kind": keeping.KIND}) if is_open else "",
        reload_s=RELOAD_S,
        sheets=[{**_shown(sheet), "kind": words(KINDS[sheet["kind"]])} for sheet in found.get("sheets", ())],
        problems=_problems(found.get("problems", ())[:_MOST_SHOWN]),
        notices=_problems(found.get("notices", ())),
        changes=_changes([d for d in differences if d["outcome"] != "new"][:_MOST_SHOWN]),
        entered=_changes([d for d in differences if d["outcome"] == "new"][:_MOST_SHOWN]),
        more_changes=view["changed"] + view["leaving"] > _MOST_SHOWN,
        more_entered=view["new"] > _MOST_SHOWN,
        nothing=_changes_nothing(view),
        before=view["applied_before"] and {
            **view["applied_before"], "at": datetime.fromisoformat(view["applied_before"]["applied_at"]),
        },
        wide=True,
    )
    if is_open:
        response.headers["Refresh"] = str(RELOAD_S)
    return response


def _begun(begin: Callable[..., str], import_id: str) -> ResponseReturnValue:
    try:
        with runut().database.write() as connection:
            begin(connection, runut().present(connection), actor(), import_id)
    except Conflict as conflict:
        return _page(import_id, [{"field": "", "message": words(conflict.detail)}], status=409)
    runut().wake()
    return see_other(".one", import_id=import_id)


def _problems(found: Any) -> list[dict[str, Any]]:
    return [
        {**each, "message": in_words(each["message"]), "suggestion": in_words(each["suggestion"])} for each in found
    ]


def _changes(differences: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    tones = {"new": "success", "changed": "info", "leaving": "warning"}
    return [
        {**each, "outcome": words(OUTCOMES[each["outcome"]]).capitalize(), "tone": tones[each["outcome"]]}
        for each in differences
    ]


def _state(view: Mapping[str, Any]) -> dict[str, str]:
    label, tone = STATES[view["state"]]
    if view["state"] == "CHECKED" and _changes_nothing(view):
        label, tone = _NO_DIFFERENCE, "neutral"
    return {"label": words(label), "tone": tone}


def _changes_nothing(view: Mapping[str, Any]) -> bool:
    return not (view["new"] or view["changed"] or view["leaving"])


def _shown(view: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its counts as people read them."""
    names = ("rows", "new", "changed", "same", "leaving", "problem_count")
    return {**view, **{name: shown_number(str(view[name]), g.locale) for name in names if name in view}}


def _kinds(names: list[str]) -> str:
    return ", ".join(words(KINDS[name]) for name in names)


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response

"""Signed paper: the team enters it with its scan, the employee confirms or refuses it; and the scan itself."""

from contextlib import closing
from typing import Any

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from service.casefile import NO_SUCH_CASE
from service.commands.attaching import attach
from service.commands.commanding import command
from service.errors import CaseMovedOn, InvalidInput, NotAvailable, NotFound, NotYours, Refused
from service.ids import is_id
from service.pages.cases import frame
from service.pages.decisions import Typed, page_status, typed_of
from service.pages.documents import document_view
from service.pages.forms import form_input
from service.pages.opened import Opened, opened
from service.pages.web import actor, reading, render, runut, see_other, signed_in, words
from service.queries.papers import entry_view, scan_bytes, scan_row
from service.scans import MOST_BYTES
from workflows.inputs import ON_PAPER
from workflows.kit import Role

blueprint = Blueprint("assisting", __name__)

MOST_SENT = MOST_BYTES + 1024 * 1024
"""A little more than a scan may have, so that one that is too big is told so in words."""
_SHOWN_AGAIN = (CaseMovedOn, InvalidInput, NotAvailable, NotYours, Refused)


@blueprint.before_request
def allow_scans() -> None:
    """A scan may be larger than what is posted elsewhere."""
    request.max_content_length = MOST_SENT


@blueprint.get("/cases/<number>/paper")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The paper that waits in this case, or the form that enters one."""
    return _page(number)


@blueprint.post("/cases/<number>/paper")
@signed_in
def enter(number: str) -> ResponseReturnValue:
    """Keeps the scan and enters what it says. A scan that was sent once need not be sent again."""
    given = form_input(request.form)
    try:
        content = _sent()
        if content or not given.get("scan"):
            given["scan"] = attach(runut(), actor(), number, content)["id"]
        command(runut(), actor(), number, "assist", given, if_match="any", key=request.form.get("key") or None)
    except _SHOWN_AGAIN as error:
        return _page(number, typed_of(request.form, "assist", error, g.locale), page_status(error), given.get("scan"))
    return see_other(".show", number=number, done="assist")


@blueprint.post("/cases/<number>/paper/<name>")
@signed_in
def decide(number: str, name: str) -> ResponseReturnValue:
    """`send` and `withdraw` for the team, `confirm` and `refuse` for the employee."""
    if name not in ("send", "withdraw", "confirm", "refuse"):
        raise NotFound(NO_SUCH_CASE)
    version = request.form.get("version", "")
    try:
        receipt = command(
            runut(), actor(), number, f"{name}_assisted", form_input(request.form),
            if_match=int(version) if version.isdecimal() else None, key=request.form.get("key") or None,
        )
    except _SHOWN_AGAIN as error:
        return _page(number, typed_of(request.form, f"{name}_assisted", error, g.locale), page_status(error))
    if name == "confirm":
        return see_other("case.show_receipt", number=number, event_id=receipt["event_id"])
    return see_other(".show", number=number, done=name)


@blueprint.get("/cases/<number>/attachments/<attachment_id>")
@signed_in
def scan(number: str, attachment_id: str) -> ResponseReturnValue:
    """The bytes of a scan, to be saved and not shown: never run, never guessed at, never kept by a cache."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        found = scan_row(connection, case.file.id, attachment_id) if is_id(attachment_id) else None
        content = scan_bytes(connection, case.file.id, attachment_id) if found else None
    if found is None or content is None:
        raise NotFound(NO_SUCH_CASE)
    response = Response(content, mimetype=found["media_type"])
    response.headers["Content-Disposition"] = f'attachment; filename="{found["name"]}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent() -> bytes:
    """The bytes that came with the form; what their sender calls them is not looked at."""
    upload = request.files.get("file")
    if upload is None:
        return b""
    with closing(upload):
        content: bytes = upload.read()
    return content


def _page(
    number: str, typed: Typed | None = None, status: int = 200, scan_id: str | None = None
) -> ResponseReturnValue:
    typed = typed or Typed()
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        entry = entry_view(connection, case.file)
        kept = scan_row(connection, case.file.id, scan_id) if scan_id and is_id(scan_id) else None
        page = frame(connection, case)
    is_team = Role.PERF_TEAM in case.file.held_by(person_id, [Role.PERF_TEAM])
    if not is_team and not case.is_own and entry is None:
        raise NotFound(NO_SUCH_CASE)
    shows_text = entry is not None and case.is_own and entry["state"] == "WAITING"
    return render(
        "case_paper.html",
        status=status,
        typed=typed,
        entry=entry and {**entry, "what": words(case.file.workflow.actions[entry["action"]].past)},
        steps=_steps(case),
        kept=kept,
        is_team=is_team,
        document=document_view(case.file.workflow.name, case.file.document, case.context, g.locale)
        if shows_text else None,
        today=present.calendar.civil_date(present.now).isoformat(),
        done=request.args.get("done", ""),
        page_error=bool(typed.errors),
        **page,
    )


def _steps(case: Opened) -> list[dict[str, Any]]:
    """What the employee could do on paper now, as choices."""
    workflow, state = case.file.workflow, case.file.row["state"]
    mine = [a for a in ON_PAPER if any(row.role is Role.EMPLOYEE for row in workflow.rows(state, a))]
    return [{"value": action, "label": words(workflow.actions[action].button)} for action in mine]

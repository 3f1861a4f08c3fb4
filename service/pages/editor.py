"""The plan editor: a task list of five parts, each saved by itself under the version it was read at."""

from datetime import datetime
from typing import Any

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue

from service.commands.autosaving import drop_autosave, keep_autosave
from service.errors import ServiceError
from service.ids import new_secret
from service.pages import last_year
from service.pages.deciding import decide
from service.pages.decisions import Typed
from service.pages.documents import document_view, problem_rows
from service.pages.opened import Opened
from service.pages.plan_desk import desk_page, open_desk, part_page
from service.pages.plan_parts import ANNEXES, BEHAVIOUR, PERIOD, field_href, part_called, part_href
from service.pages.plan_steps import blocking, next_step, plan_steps
from service.pages.trace import last_return
from service.pages.web import check_form, reading, runut, see_other, signed_in, translate, visitor, words
from service.queries.events import timeline
from service.responses import status_of
from workflows.kit import Step, Text

blueprint = Blueprint("editor", __name__, url_prefix="/cases/<number>")

_SESSION_OVER = Text(
    "Sesi berakhir. Salin tulisan Anda, lalu masuk lagi.", "Your session is over. Copy your text, then sign in again."
)
_CLOSED = Text("Rencana ini sedang tidak dapat diubah.", "This plan cannot be changed now.")

@blueprint.get("/edit")
@signed_in
def overview(number: str) -> ResponseReturnValue:
    """The task list."""
    desk = open_desk(number)
    if desk is None:
        return see_other("case.show", number=number)
    steps = plan_steps(desk.case)
    kept = [part_href(number, part, kept=1) for part in desk.unsaved()]
    with reading() as (connection, present, _person_id):
        returned = last_return(timeline(connection, present, desk.case.file.id), desk.case.file.state)
    return desk_page(
        "edit.html", desk, steps=steps, next_step=next_step(steps), kept_href=kept[0] if kept else "",
        returned=returned, last_year=last_year.offered(desk),
    )


@blueprint.route("/edit/me", methods=["GET", "POST"])
@signed_in
def me(number: str) -> ResponseReturnValue:
    """Part 1: whom the plan is about, who rates, which days it covers."""
    return part_page(number, PERIOD, "edit_me.html", "editor.overview")


@blueprint.route("/edit/behaviours", methods=["GET", "POST"])
@signed_in
def behaviours(number: str) -> ResponseReturnValue:
    """Part 3: the leader's special expectations of the seven core values."""
    return part_page(number, BEHAVIOUR, "edit_behaviours.html", "editor.overview")


@blueprint.route("/edit/annex", methods=["GET", "POST"])
@signed_in
def annex(number: str) -> ResponseReturnValue:
    """Part 4: the three lists of the annex."""
    return part_page(number, ANNEXES, "edit_annex.html", "editor.overview")


@blueprint.get("/edit/check")
@signed_in
def check(number: str) -> ResponseReturnValue:
    """Part 5: everything read-only, what is still missing, who gets it, and the button."""
    return _check_page(number)


@blueprint.post("/edit/check")
@signed_in
def submit(number: str) -> ResponseReturnValue:
    """Submits the plan and leads to its receipt."""
    return decide(number, request.form.get("action", "submit"), again=_check_page)


@blueprint.put("/autosave")
def keep(number: str) -> ResponseReturnValue:
    """Keeps what is being typed in one part: no event, no version. Answers what the save line says."""
    if visitor() is None:
        return jsonify(message=words(_SESSION_OVER)), 401
    check_form()
    desk, part = open_desk(number), part_called(request.args.get("part", ""), request.args.get("result", ""))
    if desk is None or part is None:
        return jsonify(message=words(_CLOSED)), 409
    base = desk.kept["document"] if desk.kept else desk.document
    document = part.write(base, part.typed(request.form, g.locale))
    revision = request.headers.get("X-Revision", "0")
    try:
        kept = keep_autosave(
            runut(), desk.case.file, desk.case.reader_id, document, int(revision) if revision.isdecimal() else 0
        )
    except ServiceError as error:
        return jsonify(message=words(error.detail)), status_of(error)[0]
    at = runut().settings.timezone
    clock = datetime.fromisoformat(kept["saved_at"]).astimezone(at).strftime("%H.%M")
    message = translate("Ketikan disimpan sementara pukul {clock}.", "Draft kept at {clock}.", clock=clock)
    return jsonify(message=message, revision=kept["revision"])


@blueprint.post("/autosave/drop")
@signed_in
def drop(number: str) -> ResponseReturnValue:
    """Forgets what was typed and not saved."""
    desk = open_desk(number)
    if desk is not None:
        drop_autosave(runut(), desk.case.file.id, desk.case.reader_id)
    return see_other("editor.overview", number=number)


def _check_page(number: str, typed: Typed | None = None, status: int = 200) -> ResponseReturnValue:
    desk = open_desk(number)
    if desk is None:
        return see_other("case.show", number=number)
    case = desk.case
    offer = case.offer("submit")
    return desk_page(
        "edit_check.html",
        desk,
        status=status,
        document=document_view(case.file.workflow.name, case.file.document, case.context, g.locale),
        problems=problem_rows(
            (*case.problems, *last_year.unchecked(desk)), case.file.document, g.locale,
            lambda path: field_href(number, case.file.document, path),
        ),
        blocked=bool(blocking(case)) or offer is None or bool(offer.blocked_by),
        offered=offer is not None,
        goes_to=_goes_to(case),
        request_key=new_secret(),
        errors=typed.errors if typed else (),
        page_error=bool(typed and typed.errors),
    )


def _goes_to(case: Opened) -> dict[str, Any] | None:
    """Whom a submission asks, and until when."""
    step: Step | None = next(
        (
            step
            for step in case.file.workflow.rows(case.file.row["state"], "submit")
            if all(guard.holds(case.facts) for guard in step.guards)
        ),
        None,
    )
    if step is None:
        return None
    dest = case.file.workflow.state(step.dest)
    if dest.waits_for is None:
        return None
    holders = case.file.holders(dest.waits_for)
    due = case.file.present.calendar.due(dest.due, case.file.present.now, case.file.deadlines)
    return {"who": [words(holder.explanation) for holder in holders[:3]], "more": max(0, len(holders) - 3), "due": due}



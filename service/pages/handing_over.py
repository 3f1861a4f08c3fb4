"""A rater's note for whoever rates after him: reading the notes there are, and writing one."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, select

from service.commands.commanding import command
from service.commands.handing_over import was_rater
from service.errors import InvalidInput
from service.pages.cases import frame
from service.pages.decisions import field_sentence
from service.pages.forms import form_input
from service.pages.opened import Opened, opened
from service.pages.trace import hand_over_notes
from service.pages.web import actor, reading, render, runut, see_other, signed_in
from service.queries.events import timeline
from workflows.kit import Role

blueprint = Blueprint("handing_over", __name__)


@blueprint.get("/cases/<number>/hand-over")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The notes, and the form for whoever rates or rated here."""
    return _page(number)


@blueprint.post("/cases/<number>/hand-over")
@signed_in
def write(number: str) -> ResponseReturnValue:
    """Keeps the note; it decides nothing."""
    given = form_input(request.form)
    try:
        command(runut(), actor(), number, "hand_over", given, if_match="any")
    except InvalidInput as error:
        wrong = [
            {"field": field.path, "message": field_sentence("hand_over", field, g.locale)} for field in error.fields
        ]
        return _page(number, given.get("text", ""), wrong, status=422)
    return see_other(".show", number=number, done="1")


def may_hand_over(connection: Connection, case: Opened) -> bool:
    """Whether the reader rates here or was asked to before, in a case that is not over."""
    if case.file.state.final:
        return False
    if any(holder.person_id == case.reader_id for holder in case.file.holders(Role.RATER)):
        return True
    return bool(connection.scalar(select(was_rater(case.file, case.reader_id))))


def _page(
    number: str, typed: str = "", errors: list[dict[str, str]] | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        events = timeline(connection, present, case.file.id)
        may_write = may_hand_over(connection, case)
        page = frame(connection, case)
    return render(
        "case_hand_over.html", status=status, notes=hand_over_notes(events), may_write=may_write, typed=typed,
        errors=errors or [], by_field={error["field"]: error["message"] for error in errors or []},
        page_error=bool(errors), done=request.args.get("done", ""), **page,
    )

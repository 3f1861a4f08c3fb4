"""Posts that change a case: a step of its workflow or a command; one way for every form of the pages."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from service.commands.acting import act
from service.commands.commanding import COMMANDS, command
from service.errors import (
    AssuranceTooLow,
    CaseMovedOn,
    Conflict,
    InvalidInput,
    KeyReused,
    NotAvailable,
    NotYours,
    Refused,
    VersionMissing,
)
from service.pages.cases import case_page, why_page
from service.pages.decisions import Typed, given_of, input_names, page_status, typed_of
from service.pages.declining import decline_page
from service.pages.opened import open_case_file
from service.pages.web import actor, runut, see_other, signed_in

blueprint = Blueprint("deciding", __name__)

_SHOWN_AGAIN = (
    AssuranceTooLow, CaseMovedOn, Conflict, InvalidInput, KeyReused, NotAvailable, NotYours, Refused, VersionMissing,
)
Again = Callable[[str, Typed, int], ResponseReturnValue]
_AGAIN: Mapping[str, Again] = {
    **dict.fromkeys(("remind", "reroute", "extend", "hold", "resume_case"), why_page), "decline": decline_page,
}
"""Which page shows a form again that was not carried out; the case's own where nothing is said."""


@blueprint.post("/cases/<number>")
@signed_in
def post_case(number: str) -> ResponseReturnValue:
    """One form with several buttons: the pressed one names the action."""
    return decide(number, request.form.get("action", ""))


@blueprint.post("/cases/<number>/actions/<action>")
@signed_in
def post_action(number: str, action: str) -> ResponseReturnValue:
    """A form of one action or command."""
    return decide(number, action)


@blueprint.get("/cases/<number>/actions/<action>")
@signed_in
def show_case(number: str, action: str) -> ResponseReturnValue:
    """Where somebody lands who had to sign in again before his post: the case, with its forms."""
    return see_other("case.show", number=number)


@blueprint.get("/cases/<number>/decline")
@signed_in
def show_decline(number: str) -> ResponseReturnValue:
    """*I cannot decide this*: three grounds, and what follows."""
    return decline_page(number)


@blueprint.post("/cases/<number>/decline")
@signed_in
def post_decline(number: str) -> ResponseReturnValue:
    """Declares it; nothing is decided."""
    return decide(number, "decline")


def decide(number: str, action: str, again: Again | None = None) -> ResponseReturnValue:
    """Carries the posted action out and leads to its receipt (303).

    What cannot be carried out shows the page again, with every typed text and what is wrong: 422, 409 or 403.
    """
    again = again or _AGAIN.get(action, case_page)
    try:
        answer = _carry_out(number, action)
    except _SHOWN_AGAIN as error:
        return again(number, typed_of(request.form, action, error, g.locale), page_status(error))
    return see_other("case.show_receipt", number=answer["case"]["number"], event_id=answer["event_id"])


def _carry_out(number: str, action: str) -> dict[str, Any]:
    case = open_case_file(number)
    file, offer = case.file, case.offer(action)
    names = offer.step.input if offer else input_names(file.workflow, action)
    given = given_of(request.form, names, file.present)
    take = command if action in COMMANDS else act
    version = request.form.get("version", "")
    answer: dict[str, Any] = take(
        runut(), actor(), file.id, action, given,
        if_match=int(version) if version.isdecimal() else None, key=request.form.get("key") or None,
    )
    return answer

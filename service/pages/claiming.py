"""A case of a group's queue: taken, taken over after a look at who works on it, put back."""

from contextlib import suppress

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.commands.claiming import claim, release
from service.errors import Conflict, NotAvailable, NotYours
from service.pages.beside import claim_panel
from service.pages.cases import frame
from service.pages.opened import opened
from service.pages.web import actor, reading, render, runut, see_other, signed_in

blueprint = Blueprint("claiming", __name__)


@blueprint.get("/cases/<number>/claim")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """Who works on it, before it is taken over."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        found = claim_panel(connection, case)
        if found is None or not found["by"]:
            return see_other("case.show", number=number)
        page = frame(connection, case)
    return render("case_claim.html", claim=found, **page)


@blueprint.post("/cases/<number>/claim")
@signed_in
def post_claim(number: str) -> ResponseReturnValue:
    """Takes the case; leads to who works on it when somebody else was faster."""
    try:
        claim(runut(), actor(), number, over=request.form.get("over") or None)
    except Conflict:
        return see_other("claiming.show", number=number)
    except NotAvailable:
        pass  # it has left the queue meanwhile; the case's page says where it is
    return see_other("case.show", number=number)


@blueprint.post("/cases/<number>/release")
@signed_in
def post_release(number: str) -> ResponseReturnValue:
    """Puts the case back into the queue; nothing to do when it is not the reader's any more."""
    with suppress(NotYours):
        release(runut(), actor(), number)
    return see_other("case.show", number=number)

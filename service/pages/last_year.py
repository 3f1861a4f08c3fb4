"""Last year's plan in the editor: beginning with it, and the targets that still stand as they did then."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.carrying import Earlier, carried, earlier
from service.pages.plan_desk import Desk, open_desk
from service.pages.plan_saving import save_document
from service.pages.web import reading, see_other, signed_in
from workflows.kit import Problem
from workflows.work_plan_carrying import as_problems

blueprint = Blueprint("last_year", __name__, url_prefix="/cases/<number>/edit")


@blueprint.post("/last-year")
@signed_in
def begin(number: str) -> ResponseReturnValue:
    """Puts last year's text into a plan that has no results yet, and leads to them."""
    desk = open_desk(number)
    if desk is None:
        return see_other("case.show", number=number)
    with reading() as (connection, _present, _person_id):
        before = earlier(connection, desk.case.file)
        document = carried(connection, desk.case.file, before) if before else None
    if document is None or desk.document["results"]:
        return see_other("results.index", number=number)
    save_document(desk.case, document)
    return see_other("results.index", number=number)


def offered(desk: Desk) -> Earlier | None:
    """Last year's plan, while this one has no results; None when there was none."""
    if desk.document["results"]:
        return None
    with reading() as (connection, _present, _person_id):
        return earlier(connection, desk.case.file)


def unchecked(desk: Desk) -> list[Problem]:
    """A note at each target that is the same as last year's."""
    if not desk.document["results"]:
        return []
    with reading() as (connection, _present, _person_id):
        before = earlier(connection, desk.case.file)
    return list(as_problems(desk.document, before.document)) if before else []

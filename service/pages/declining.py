"""*I cannot decide this*: the page with the three grounds, for whoever is signed in."""

from flask import g
from flask.typing import ResponseReturnValue

from service.errors import NotAvailable
from service.pages import decisions
from service.pages.cases import frame
from service.pages.decisions import Typed
from service.pages.opened import opened
from service.pages.web import reading, render
from workflows.kit import Text

_NOT_NOW = Text(
    "Kasus ini sekarang tidak menunggu keputusan Anda.", "This case does not wait for your decision now."
)


def decline_page(number: str, typed: Typed | None = None, status: int = 200) -> ResponseReturnValue:
    """The page for whoever is signed in; after a post that was not carried out with what was typed.

    Raises NotAvailable when the case does not wait for the reader.
    """
    typed = typed or Typed()
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        if not decisions.may_decline(case) and not typed.action:
            raise NotAvailable(_NOT_NOW, extra={"state": case.file.state.name})
        page = frame(connection, case)
    prefix = decisions.field_key("decline", "")
    errors = [{**error, "field": error["field"].removeprefix(prefix)} for error in typed.errors]
    return render(
        "decline.html", status=status, values=typed.values, summary=errors, grounds=decisions.grounds(g.locale),
        error_at={error["field"]: error["message"] for error in reversed(errors)}, page_error=bool(errors), **page,
    )

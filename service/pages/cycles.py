"""HR's cycles: the list with their dates."""

from datetime import date

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.pages.standing import for_roles
from service.pages.web import reading, render, words
from service.queries.cycles import cycle_title, cycles

blueprint = Blueprint("cycles", __name__, url_prefix="/cycles")


@blueprint.get("")
@for_roles("hr")
def index() -> ResponseReturnValue:
    """Cycles with their dates."""
    with reading() as (connection, present, _person_id):
        found = cycles(connection, present)
        reached = {int(on[:4]) for c in found if c["state"] != "closed" for on in c["dates"].values()}
        provisional = sorted(present.calendar.provisional & reached)
    return render(
        "cycles.html",
        cycles=[
            {
                **c, "title": words(cycle_title(c)),
                "dates": {name: date.fromisoformat(on) for name, on in c["dates"].items()},
            }
            for c in found
        ],
        provisional=provisional,
    )

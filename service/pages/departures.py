"""Somebody leaves his post: HR says why and until when, sees what happens to his own cases, and confirms."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.authority import Organisation
from service.commands.departing import OwnCase, depart, planned_departure
from service.errors import InvalidInput, NotFound, ServiceError
from service.pages.forms import form_input
from service.pages.picking import position_called
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, words
from workflows.kit import Departure, Text

blueprint = Blueprint("departures", __name__)

_NO_PERSON = Text("Pegawai ini tidak ada.", "There is no such person.")


@blueprint.get("/people/<uuid:person_id>/departure")
@for_roles("hr")
def form(person_id: Any) -> ResponseReturnValue:
    """Why, until when, by which letter."""
    return _page(str(person_id), {})


@blueprint.post("/people/<uuid:person_id>/departure")
@for_roles("hr")
def post(person_id: Any) -> ResponseReturnValue:
    """First what would happen, then, once it is confirmed, what did."""
    typed = form_input(request.form)
    confirmed = typed.pop("confirmed", "") == "yes"
    try:
        given = {**typed, "new_position_id": _post_called(typed.get("new_position", ""))}
        given.pop("new_position")
        if not confirmed:
            return _page(str(person_id), typed, check=_check(str(person_id), given))
        cases = depart(runut(), actor(), str(person_id), given)
    except InvalidInput as error:
        wrong = [{"field": _field(field.path), "message": words(field.message)} for field in error.fields]
        return _page(str(person_id), typed, wrong, status=422)
    except NotFound:
        raise
    except ServiceError as error:
        said = [{"field": "", "message": words(text)} for text in error.reasons or (error.detail,)]
        return _page(str(person_id), typed, said, status=409)
    return _page(str(person_id), typed, done=cases)


def _check(person_id: str, given: Mapping[str, Any]) -> list[OwnCase]:
    with reading() as (connection, present, _reader):
        return planned_departure(connection, present, person_id, given)


def _post_called(title: str) -> str | None:
    if not title:
        return None
    with reading() as (_connection, present, _reader):
        return position_called(present.organisation, title, "new_position")


def _page(
    person_id: str, typed: Mapping[str, Any], errors: list[dict[str, str]] | None = None, status: int = 200,
    check: list[OwnCase] | None = None, done: list[OwnCase] | None = None,
) -> ResponseReturnValue:
    with reading() as (_connection, present, _reader):
        organisation: Organisation = present.organisation
        person = organisation.people.get(person_id)
        if person is None:
            raise NotFound(_NO_PERSON)
        post = organisation.post_of(person_id, present.calendar.civil_date(present.now))
    return render(
        "departure.html", status=status, person=person, post=post[0].title if post else "",
        kinds=[kind.value for kind in Departure], typed=typed, check=check, done=done, errors=errors or [],
        by_field={error["field"]: error["message"] for error in reversed(errors or [])}, page_error=bool(errors),
    )


def _field(path: str) -> str:
    return "new_position" if path in ("new_position_id", "position_id") else path

"""Bulk actions from the list of cases: chosen, filled in, checked, done by a job, and the result of each case."""

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from service.commands import bulk
from service.errors import FieldError, InvalidInput, NotFound, ServiceError
from service.pages.decisions import Typed, given_of, page_status, typed_of
from service.pages.filters import read_filters
from service.pages.remedies import mail_rows
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.queries.bulk import bulk_view
from service.queries.cases import case_ids
from service.runut import Present
from workflows.kit import Text

blueprint = Blueprint("bulk_pages", __name__)

_NO_ACTION = Text("Pilih tindakannya.", "Choose what to do.")
_NONE = Text("Pilih sekurang-kurangnya satu kasus.", "Choose at least one case.")
_TOO_MANY = Text(
    f"Paling banyak {bulk.MOST_CASES} kasus sekali jalan; persempit saringannya.",
    f"At most {bulk.MOST_CASES} cases in one go; narrow the filter.",
)
_TONES = {"READY": "neutral", "DONE": "success", "FAILED": "danger", "SKIPPED": "warning"}
_STATES = {
    "READY": Text("Siap", "Ready"), "DONE": Text("Selesai", "Done"), "FAILED": Text("Gagal", "Failed"),
    "SKIPPED": Text("Dilewati", "Skipped"),
}


def bulk_choices() -> list[dict[str, str]]:
    """What may be done to many cases, as choices."""
    return [{"value": name, "label": words(remedy.label)} for name, remedy in bulk.ACTIONS.items()]


@blueprint.post("/bulk-actions/choose")
@for_roles("hr")
def choose() -> ResponseReturnValue:
    """From the ticked rows of the list to the form of what is to be done; one that asks for nothing is checked at
    once."""
    action = request.form.get("do", "")
    if action not in bulk.ACTIONS:
        return _form("", Typed(errors=({"field": "do", "message": words(_NO_ACTION)},)), 422)
    return _form(action, Typed()) if bulk.ACTIONS[action].inputs else _prepare(action)


@blueprint.post("/bulk-actions")
@for_roles("hr")
def prepare() -> ResponseReturnValue:
    """Checks what was filled in and leads to the page that says what would happen."""
    action = request.form.get("do", "")
    if action not in bulk.ACTIONS:
        raise NotFound(_NO_ACTION)
    return _prepare(action)


@blueprint.get("/bulk-actions/<uuid:bulk_id>")
@for_roles("hr")
def show(bulk_id: Any) -> ResponseReturnValue:
    """Before: how many, which are skipped and why, how many mails, what stays. Afterwards: what became of each."""
    return _page(str(bulk_id))


@blueprint.post("/bulk-actions/<uuid:bulk_id>/start")
@for_roles("hr")
def start(bulk_id: Any) -> ResponseReturnValue:
    """Lets a job do it."""
    try:
        job_id = bulk.start(runut(), actor(), str(bulk_id))
    except NotFound:
        raise
    except ServiceError as error:
        return _page(str(bulk_id), words(error.detail), page_status(error))
    return see_other("job_pages.job", job_id=job_id)


@blueprint.post("/bulk-actions/<uuid:bulk_id>/again")
@for_roles("hr")
def again(bulk_id: Any) -> ResponseReturnValue:
    """The same for the ones that failed or were not reached, checked anew."""
    try:
        return see_other(".show", bulk_id=bulk.again(runut(), actor(), str(bulk_id)))
    except NotFound:
        raise
    except ServiceError as error:
        return _page(str(bulk_id), words(error.detail), page_status(error))


def _prepare(action: str) -> ResponseReturnValue:
    try:
        with reading() as (connection, present, person_id):
            chosen = _chosen(connection, present, person_id)
            given = given_of(request.form, bulk.ACTIONS[action].inputs, present)
        return see_other(".show", bulk_id=bulk.prepare(runut(), actor(), action, chosen, given))
    except ServiceError as error:
        return _form(action, typed_of(request.form, action, error, g.locale), page_status(error))


def _chosen(connection: Connection, present: Present, person_id: str) -> list[str]:
    """The ticked cases, or all that the filter of the list finds. Raises InvalidInput."""
    if "all" in request.form:
        filters = read_filters(MultiDict(parse_qsl(request.form.get("filter", ""))), connection, present)
        if filters.problems:
            raise InvalidInput(filters.problems[0][1], [FieldError("", text) for _, text in filters.problems])
        found = case_ids(connection, present, person_id, filters.wanted, bulk.MOST_CASES)
    else:
        found = request.form.getlist("cases")
    if not found or len(found) > bulk.MOST_CASES:
        sentence = _TOO_MANY if found else _NONE
        raise InvalidInput(sentence, [FieldError("", sentence)])
    return found


def _form(action: str, typed: Typed, status: int = 200) -> ResponseReturnValue:
    remedy, chosen = bulk.ACTIONS.get(action), request.form.getlist("cases")
    shown = {"label": words(remedy.label), "effect": words(remedy.effect), "inputs": remedy.inputs} if remedy else {}
    count = translate("semua hasil saringan", "everything the filter finds") if "all" in request.form else translate(
        "{n} kasus terpilih", "{n} chosen cases", n=len(chosen)
    )
    return render(
        "bulk_form.html",
        status=status,
        page_error=bool(typed.errors),
        typed=typed,
        action=action,
        remedy=shown,
        choices=bulk_choices(),
        cases=chosen,
        everything="all" in request.form,
        filter=request.form.get("filter", ""),
        count=count,
    )


def _page(bulk_id: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    with reading() as (connection, present, person_id):
        view = bulk_view(connection, present, person_id, bulk_id, g.locale)
    states = view["states"]
    return render(
        "bulk.html",
        status=status,
        errors=[{"field": "", "message": error}] if error else [],
        page_error=bool(error),
        view=view,
        mine=view["asked_by"] == person_id,
        rows=mail_rows(bulk.Mails(**view["mails"])),
        groups=[_group(state, view) for state in ("FAILED", "SKIPPED", "READY", "DONE") if states[state]],
        wide=True,
    )


def _group(state: str, view: dict[str, Any]) -> dict[str, Any]:
    """The cases in one state, those of one reason together."""
    reasons: dict[str, list[dict[str, Any]]] = {}
    for item in view["items"]:
        if item["state"] == state:
            reasons.setdefault(item["reason"], []).append(item)
    return {
        "state": words(_STATES[state]), "tone": _TONES[state], "count": view["states"][state],
        "open": state in ("FAILED", "SKIPPED"), "reasons": list(reasons.items()),
    }

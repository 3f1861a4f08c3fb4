"""*My rater, post or unit is wrong*: the page of whoever asks, HR's list, and its answers."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from service.authority import Organisation
from service.commands.commanding import command
from service.errors import Conflict, InvalidInput, NotAvailable, NotYours, Refused
from service.ids import new_secret
from service.pages.beside import may_correct
from service.pages.cases import frame
from service.pages.decisions import Typed, page_status, typed_of
from service.pages.forms import form_input
from service.pages.opened import opened
from service.pages.picking import person_called, position_called, unit_called
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, signed_in, words
from service.queries.corrections import open_requests, requests_of
from service.runut import Present
from workflows.inputs import Matter
from workflows.kit import Text

blueprint = Blueprint("corrections", __name__)

_SHOWN_AGAIN = (Conflict, InvalidInput, NotAvailable, NotYours, Refused)
_HINTS: Mapping[Matter, Text] = {
    Matter.RATER: Text(
        "Di bawah, tulis nama atau NIP penilai yang benar.", "Below, write the right rater's name or NIP."
    ),
    Matter.POST: Text("Di bawah, tulis nama jabatan yang benar.", "Below, write the right title of the post."),
    Matter.UNIT: Text("Di bawah, tulis nama unit kerja yang benar.", "Below, write the right name of the unit."),
    Matter.NAME: Text("Di bawah, tulis nama yang benar.", "Below, write the right name."),
}
_FOR_RATERS: Mapping[Matter, Text] = {
    Matter.RATER: Text("Saya bukan pejabat penilainya", "I am not the rater"),
    Matter.POST: Text("Jabatan pegawai ini keliru", "This employee's post is wrong"),
    Matter.UNIT: Text("Unit kerja pegawai ini keliru", "This employee's unit is wrong"),
    Matter.NAME: Text("Nama pegawai ini keliru", "This employee's name is wrong"),
}
STATES: Mapping[str, tuple[Text, str]] = {
    "OPEN": (Text("Menunggu kepegawaian", "Waiting for HR"), "info"),
    "ACCEPTED": (Text("Diterima", "Accepted"), "success"),
    "REFUSED": (Text("Ditolak", "Refused"), "danger"),
    "WITHDRAWN": (Text("Ditarik", "Taken back"), "neutral"),
}


@blueprint.get("/cases/<number>/correction")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The form, and what became of earlier requests about this case."""
    return _page(number)


@blueprint.post("/cases/<number>/correction")
@signed_in
def ask(number: str) -> ResponseReturnValue:
    """Asks; with `withdraw` takes an own request back. The case goes on either way."""
    given = form_input(request.form)
    name = "withdraw_correction_request" if "request" in given else "request_correction"
    try:
        if name == "request_correction":
            given = _named(given)
        command(runut(), actor(), number, name, given, if_match="any", key=request.form.get("key") or None)
    except _SHOWN_AGAIN as error:
        return _page(number, typed_of(request.form, name, error, g.locale), page_status(error))
    return see_other(".show", number=number, done="asked" if name == "request_correction" else "withdrawn")


@blueprint.get("/corrections")
@for_roles("hr")
def listed() -> ResponseReturnValue:
    """Everything that waits for HR's answer."""
    return _list()


@blueprint.post("/cases/<number>/corrections")
@for_roles("hr")
def answer(number: str) -> ResponseReturnValue:
    """HR's answer: accepted in one step, or refused with a reason."""
    given = form_input(request.form)
    try:
        if "proposed_text" in given:
            given["proposed"] = given.pop("proposed_text")
            given = _named(given)
        given.pop("about", None)
        command(
            runut(), actor(), number, "decide_correction_request", given, if_match="any",
            key=request.form.get("key") or None,
        )
    except _SHOWN_AGAIN as error:
        return _list(typed_of(request.form, "decide_correction_request", error, g.locale), page_status(error))
    return see_other(".listed", done=str(given.get("verdict", "")))


def notice(present: Present, row: Mapping[str, Any]) -> dict[str, Any]:
    """One request in words, with what accepting would change."""
    about = Matter(row["about"])
    by_subject = row["asker"] == row["subject"]
    return {
        **row,
        "what": words(about.label if by_subject else _FOR_RATERS[about]),
        "proposed": _proposed(present.organisation, about, row),
        "state_words": {"text": words(STATES[row["state"]][0]), "tone": STATES[row["state"]][1]},
    }


def _proposed(organisation: Organisation, about: Matter, row: Mapping[str, Any]) -> str:
    if about is Matter.NAME:
        return str(row["proposed_name"])
    if about is Matter.UNIT:
        unit = organisation.units.get(row["proposed_id"] or "")
        return unit.name if unit else ""
    post = organisation.positions.get(row["proposed_id"] or "")
    if post is None:
        return ""
    title = f"{post.title}, {organisation.units[post.unit_id].name}"
    if about is Matter.POST:
        return title
    holders = [organisation.people[a.person_id].name for a in organisation.index.appointments_at.get(post.id, ())]
    return f"{holders[-1]} ({title})" if holders else title


def _named(given: dict[str, Any]) -> dict[str, Any]:
    """The form's one field *what is right* as the id or the name that the command asks for. Raises InvalidInput."""
    called = str(given.pop("proposed", "")).strip()
    about = given.get("about", "")
    if not called or about not in set(Matter):
        return given
    if about == Matter.NAME:
        return {**given, "proposed_name": called}
    with reading() as (_connection, present, _person_id):
        organisation, on = present.organisation, present.calendar.civil_date(present.now)
        if about == Matter.RATER:
            return {**given, "proposed": person_called(organisation, called, "proposed", on)}
        find = position_called if about == Matter.POST else unit_called
        return {**given, "proposed": find(organisation, called, "proposed")}


def _page(number: str, typed: Typed | None = None, status: int = 200) -> ResponseReturnValue:
    typed = typed or Typed()
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        asked = [notice(present, row) for row in requests_of(connection, present, case.file.id)]
        page = frame(connection, case)
    labels = {about: about.label if case.is_own else _FOR_RATERS[about] for about in Matter}
    choices = [{"value": m.value, "label": words(labels[m]), "hint": words(_HINTS[m])} for m in Matter]
    return render(
        "case_correction.html", status=status, typed=typed, asked=asked, choices=choices, may_ask=may_correct(case),
        reader_id=person_id, days=present.rules.days("correction.answer"), page_error=bool(typed.errors),
        done=request.args.get("done", ""), **page,
    )


def _list(typed: Typed | None = None, status: int = 200) -> ResponseReturnValue:
    typed = typed or Typed()
    with reading() as (connection, present, person_id):
        rows = [notice(present, row) for row in open_requests(connection, present)]
    return render(
        "corrections.html", status=status, typed=typed, rows=[row for row in rows if row["asked_by"] != person_id],
        own=[row for row in rows if row["asked_by"] == person_id], page_error=bool(typed.errors),
        request_key=new_secret(), done=request.args.get("done", ""),
    )

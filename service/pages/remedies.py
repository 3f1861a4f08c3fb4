"""What HR does about a case that waits: each remedy is checked on a page of its own before it is carried out."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, func, select

from service.commands.moving import check_version
from service.commands.people import changing, lift_suppression, suppress_address
from service.commands.rehearsing import Mails, mails_of, rehearse
from service.commands.remedies import REMEDIES, Remedy
from service.errors import NotFound, ServiceError
from service.models import Delivery, WorkItem
from service.pages.cases import frame, why_page
from service.pages.decisions import LABELS, Typed, given_of, input_names, page_status, typed_of
from service.pages.opened import Opened, opened
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.reminder_text import reminder_text
from workflows.kit import Text

blueprint = Blueprint("remedy_pages", __name__)

_NO_REMEDY = Text("Tindakan ini tidak ada.", "There is no such remedy.")
_NOT_SHOWN = frozenset({"csrf_token", "action", "version", "key", "phrases"})
_SUPPRESSING = {"suppress_address": suppress_address, "lift_suppression": lift_suppression}


@blueprint.post("/cases/<number>/check/<name>")
@for_roles("hr")
def check(number: str, name: str) -> ResponseReturnValue:
    """What the remedy would do, before it does it; what stands against it comes back with what was typed."""
    remedy = _remedy(name)
    if "edit" in request.args:
        return why_page(number, _typed(name))
    try:
        with reading() as (connection, present, person_id):
            case = opened(connection, present, person_id, number)
            rows = _suppressing(connection, case) if name in _SUPPRESSING else _commanding(connection, case, remedy)
            page = frame(connection, case)
    except NotFound:
        raise
    except ServiceError as error:
        return why_page(number, typed_of(request.form, name, error, g.locale), page_status(error))
    values = {key: text for key, text in request.form.items() if key not in ("csrf_token", "action")}
    return render(
        "case_check.html",
        **page,
        remedy={"name": name, "label": words(remedy.label), "asks": bool(remedy.inputs)},
        rows=[{"term": translate("Yang terjadi", "What happens"), "value": words(remedy.effect)}, *rows, {
            "term": translate("Tidak dapat diurungkan", "Cannot be undone"), "value": words(remedy.stays),
        }],
        values=values,
    )


@blueprint.post("/cases/<number>/address/<name>")
@for_roles("hr")
def post_address(number: str, name: str) -> ResponseReturnValue:
    """Stops mail to an awaited person's address, or lets it go again, and shows what the case now waits for."""
    if name not in _SUPPRESSING:
        raise NotFound(_NO_REMEDY)
    given = {part: request.form.get(part, "").strip() for part in ("person_id", "reason")}
    try:
        with changing(runut(), actor()) as change:
            _SUPPRESSING[name](change, runut().settings.link_pepper, given)
    except ServiceError as error:
        return why_page(number, typed_of(request.form, name, error, g.locale), page_status(error))
    return see_other("case.show_why", number=number)


@blueprint.get("/cases/<number>/reminder-text")
@for_roles("hr")
def show_reminder_text(number: str) -> ResponseReturnValue:
    """A text to send by hand, without names or secrets; sending it is recorded by the button."""
    settings = runut().settings
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        text = reminder_text(case.file, settings.domain, settings.agency, g.locale)
        page = frame(connection, case)
    return render("case_reminder_text.html", **page, text=text)


def mail_rows(mails: Mails) -> list[dict[str, str]]:
    """What a check page says about mails."""
    rows = [{
        "term": translate("Surel", "Mails"),
        "value": translate("{n} surel dikirim sekarang", "{n} mails leave now", n=mails.now) if mails.now != 1
        else translate("1 surel dikirim sekarang", "1 mail leaves now"),
    }]
    if mails.summarised:
        rows[0]["note"] = translate(
            "{n} orang membacanya di ringkasan harian berikutnya", "{n} people read it in their next daily summary",
            n=mails.summarised,
        )
    if mails.stopped:
        rows.append({"term": translate("Tidak terjangkau surel", "Not reached by mail"), "value": translate(
            "{n} orang, karena surel ke alamatnya dihentikan", "{n} people, whose address gets no mail", n=mails.stopped
        )})
    return rows


def _remedy(name: str) -> Remedy:
    if name not in REMEDIES or name == "substitute":
        raise NotFound(_NO_REMEDY)
    return REMEDIES[name]


def _typed(name: str) -> Typed:
    return Typed(name, {key: text for key, text in request.form.items() if key not in _NOT_SHOWN})


def _commanding(connection: Connection, case: Opened, remedy: Remedy) -> list[dict[str, str]]:
    file, organisation = case.file, case.file.present.organisation
    version = request.form.get("version", "")
    check_version(file, int(version) if version.isdecimal() else None)
    given = given_of(request.form, input_names(file.workflow, remedy.name), file.present)
    rehearsal = rehearse(connection, file.present, actor(), file.id, remedy.name, given)
    if rehearsal.refusal:
        raise rehearsal.refusal
    mails = mails_of(connection, runut().settings.link_pepper, file.present, (rehearsal,))
    if "to_person" in given:
        given["to_person"] = organisation.person(given["to_person"]).name
    return [*_given_rows(given), *mail_rows(mails)]


def _given_rows(given: Mapping[str, Any], path: str = "") -> list[dict[str, str]]:
    rows = []
    for name, value in given.items():
        if isinstance(value, Mapping):
            rows += _given_rows(value, f"{name}.")
        else:
            label = LABELS.get(f"{path}{name}")
            rows.append({"term": words(label) if label else name, "value": str(value)})
    return rows


def _suppressing(connection: Connection, case: Opened) -> list[dict[str, str]]:
    person = case.file.present.organisation.people.get(request.form.get("person_id", ""))
    if person is None:
        raise NotFound(_NO_REMEDY)
    waiting = connection.scalar(
        select(func.count()).where(WorkItem.person_id == person.id, WorkItem.done_at.is_(None))
    )
    queued = connection.scalar(
        select(func.count()).where(
            Delivery.person_id == person.id, Delivery.channel == "mail", Delivery.state.in_(("PENDING", "RETRY"))
        )
    )
    return [
        {"term": translate("Alamat", "Address"), "value": person.email, "note": person.name},
        {"term": LABELS["reason"].to(g.locale), "value": request.form.get("reason", "")},
        {"term": translate("Kasus yang menunggunya", "Cases that wait for him"), "value": str(waiting)},
        {"term": translate("Surel dalam antrean", "Mails in the queue"), "value": str(queued)},
    ]

"""The delivery ledger: what became of every mail, for “I never got it”."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

import workflows
from service import outbox
from service.errors import InvalidInput
from service.ids import new_secret
from service.mail.suppression import STOPPED
from service.pages.filters import address
from service.pages.mail_words import MAIL_KINDS, MAIL_STATES
from service.pages.service_state import warnings
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.queries.deliveries import delivery_page
from service.queries.operations import lags
from service.queries.paging import Page
from service.signin import roles_of
from workflows.kit import Text

blueprint = Blueprint("deliveries", __name__)

_log: Any = structlog.get_logger("runut.deliveries")
_UNDERWAY = ("PENDING", "LEASED", "HELD")
_FILTERS = ("case", "name", "state", "person")


@blueprint.get("/deliveries")
@for_roles("hr", "auditor")
def deliveries() -> ResponseReturnValue:
    """Mails, newest first: `?case=`, `?name=`, `?state=`, `?person=`."""
    given: dict[str, Any] = {name: value for name in _FILTERS if (value := request.args.get(name, "").strip())}
    cursor = request.args.get("cursor")
    with reading() as (connection, present, person_id):
        problems = _problems(given, present.organisation.people)
        page = Page([], None)
        if not problems:
            try:
                page = delivery_page(connection, **given, cursor=cursor)
            except InvalidInput as error:
                problems = [{"field": "", "message": words(error.detail)}]
        is_hr = "hr" in roles_of(present, person_id)
        chosen = present.organisation.people.get(given.get("person", ""))
    return render(
        "deliveries.html",
        status=422 if problems else 200,
        errors=problems,
        page_error=bool(problems),
        rows=[_row(view) for view in page.items],
        chips=_chips(given, chosen.name if chosen else ""),
        given=given,
        states=[{"value": name, "label": words(label)} for name, (label, _tone) in MAIL_STATES.items()],
        next_href=address("/deliveries", {**given, "cursor": page.cursor}) if page.cursor else "",
        first_href=address("/deliveries", given) if cursor else "",
        sent_again=request.args.get("sent_again"),
        warnings=[w for w in warnings(lags(runut())) if w["tone"] == "danger"],
        is_hr=is_hr,
        wide=True,
    )


@blueprint.post("/deliveries/<uuid:delivery_id>/retry")
@for_roles("hr")
def retry(delivery_id: Any) -> ResponseReturnValue:
    """Makes a failed mail due again; one that did not fail stays as it is."""
    with runut().database.write() as connection:
        revived = outbox.retry(connection, runut().pulse(connection).now, [str(delivery_id)])
    runut().wake()
    _log.info("delivery retried", delivery_id=str(delivery_id), actor_id=actor().person_id, revived=revived)
    given = {name: value for name in _FILTERS if (value := request.form.get(name, "").strip())}
    if given.get("state") == "DEAD":
        given.pop("state")
    return see_other(".deliveries", **given, sent_again="yes" if revived else "no")


def _problems(given: Mapping[str, str], people: Mapping[str, Any]) -> list[dict[str, str]]:
    problems = []
    if given.get("state") and given["state"] not in MAIL_STATES:
        problems.append({"field": "state", "message": translate(
            "Saringan “Keadaan” tidak mengenal nilai “{value}”.", "The filter “State” does not know “{value}”.",
            value=given["state"][:40],
        )})
    if given.get("person") and given["person"] not in people:
        problems.append({"field": "", "message": translate(
            "Saringan “Penerima” menunjuk orang yang tidak dikenal.", "The filter “Recipient” names nobody we know.",
        )})
    return problems


def _row(view: Mapping[str, Any]) -> dict[str, Any]:
    label, tone = MAIL_STATES.get(view["state"], (Text(view["state"], view["state"]), "neutral"))
    return {
        "id": view["id"],
        "who": view["person"]["name"] if view["person"] else "–",
        "number": view["number"],
        "what": words(MAIL_KINDS.get(view["rule"], Text(view["rule"], view["rule"]))),
        "about": _about(view),
        "state": words(label),
        "tone": tone,
        "at": datetime.fromisoformat(view["done_at"] or view["created_at"]),
        "next_at": view["next_at"] and datetime.fromisoformat(view["next_at"]),
        "opened_at": view["opened_at"] and datetime.fromisoformat(view["opened_at"]),
        "attempts": view["attempts"],
        "answer": view["answer"] or "",
        "dead": view["state"] == "DEAD",
        "acted": view["acted"],
        "because": _because(view),
        "again": view["rule"] == "asked" and view["awaited"] and view["state"] not in _UNDERWAY,
        "person_id": view["person"]["id"] if view["person"] else "",
        "version": view["case_version"],
        "key": new_secret(),
    }


def _because(view: Mapping[str, Any]) -> str:
    """What the server answered, or why nothing was sent; empty where all went well."""
    if view["state"] == "SUPPRESSED":
        return translate(
            "Kepegawaian menghentikan surel ke alamatnya" if view["answer"] == STOPPED else "Data contoh",
            "HR stopped mail to this address" if view["answer"] == STOPPED else "Sample data",
        )
    answer = view["answer"] or ""
    if not answer or view["state"] == "ACCEPTED":
        return ""
    return translate("Jawaban server: ", "The server said: ") + answer


def _about(view: Mapping[str, Any]) -> str:
    """The step that the mail is about, in the past-tense words of its workflow."""
    if not view["workflow"] or not view["action"]:
        return ""
    action = workflows.get(view["workflow"]).actions.get(view["action"])
    return words(action.past) if action else ""


def _chips(given: Mapping[str, str], person: str) -> list[dict[str, str]]:
    names = {
        "case": translate("Kasus", "Case"), "name": translate("Nama", "Name"), "state": translate("Keadaan", "State"),
        "person": translate("Penerima", "Recipient"),
    }
    shown = dict(given)
    if shown.get("state") in MAIL_STATES:
        shown["state"] = words(MAIL_STATES[shown["state"]][0])
    if person:
        shown["person"] = person
    return [
        {
            "label": names[name], "value": shown[name],
            "href": address("/deliveries", {other: value for other, value in given.items() if other != name}),
        }
        for name in given
    ]

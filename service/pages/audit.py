"""For auditors: ready questions, the log as sentences, one event with its proof, and checking everything now."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement

import workflows
from service.audit.verify import Broken, verify_database
from service.authority.words import ROLES
from service.ids import is_id
from service.models import Event
from service.pages.filters import address
from service.pages.receipts import proof_code
from service.pages.standing import for_roles
from service.pages.trace import event_sentence
from service.pages.web import reading, render, runut, translate, words
from service.queries.audit import QUESTIONS, event_detail, event_types, question_counts
from service.queries.events import event_page
from service.queries.paging import DEFAULT_LIMIT, Page
from service.runut import Present
from service.sentences import predicate
from workflows.kit import Role, Text, Workflow

blueprint = Blueprint("audit", __name__)

PER_PAGE = DEFAULT_LIMIT
_FILTERS = ("question", "type", "case", "actor", "name")
_QUESTIONS: Mapping[str, tuple[Text, Text]] = {
    "delegate": (
        Text("Keputusan oleh pengganti", "Decisions by substitutes"),
        Text("Plh dan penerima wewenang, atas nama pejabatnya.", "Plh and delegates, for the official."),
    ),
    "link": (
        Text("Keputusan lewat tautan surel", "Decisions by e-mail link"),
        Text("Tanpa masuk, dengan atau tanpa kode.", "Without a sign-in, with or without a code."),
    ),
    "hr": (
        Text("Campur tangan kepegawaian", "Interventions by HR"),
        Text("Pengingat, penahanan, perpanjangan, koreksi.", "Reminders, holds, extensions, corrections."),
    ),
    "authority": (
        Text("Perubahan wewenang dalam kasus", "Changes of authority in cases"),
        Text("Pejabat berganti, Plh mulai atau berakhir, dialihkan.", "Officials changed, substitutes, re-routing."),
    ),
}
_CHANNELS: Mapping[str, Text] = {
    "page": Text("halaman", "page"), "api": Text("API", "API"), "link": Text("tautan surel", "e-mail link"),
    "clock": Text("jam sistem", "the clock"), "cli": Text("baris perintah", "command line"),
    "import": Text("impor", "import"),
}
_ASSURANCE: Mapping[str, Text] = {
    "session": Text("sudah masuk", "signed in"), "api-key": Text("kunci API", "API key"),
    "link": Text("memegang tautan", "held the link"), "link+code": Text("tautan dan kode", "link and code"),
    "system": Text("sistem", "system"),
}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOBODY = "00000000-0000-0000-0000-000000000000"


@blueprint.get("/audit")
@for_roles("auditor")
def audit() -> ResponseReturnValue:
    """The log, newest first, with filters in the address."""
    return _log_page()


@blueprint.post("/audit/verify")
@for_roles("auditor")
def verify() -> ResponseReturnValue:
    """Recounts every hash, chain and digest now and says in words what is proven."""
    try:
        verdict: dict[str, Any] = {"proven": True, "sentences": verify_database(runut()), "event_id": None}
    except Broken as broken:
        found = _UUID.search(str(broken))
        verdict = {"proven": False, "sentences": [str(broken)], "event_id": found[0] if found else None}
    return _log_page(verdict)


@blueprint.get("/audit/events/<uuid:event_id>")
@for_roles("auditor")
def event(event_id: Any) -> ResponseReturnValue:
    """One event: the sentence, every field, its bytes, and whether they still fit."""
    with reading() as (connection, present, _person_id):
        detail = event_detail(connection, present, str(event_id))
    view, workflow = detail["event"], detail["workflow"]
    return render(
        "audit_event.html",
        event=view,
        posts={who: detail["texts"].get(f"{who}_post", "") for who in ("actor", "principal")},
        sentence=event_sentence(workflow, view, g.locale),
        at=datetime.fromisoformat(view["at"]),
        capacity=words(ROLES[Role(view["capacity"])]),
        moved=_moved(workflow, view),
        channel=words(_CHANNELS.get(view["channel"], Text(view["channel"], view["channel"]))),
        assurance=words(_ASSURANCE.get(view["assurance"], Text(view["assurance"], view["assurance"]))),
        code=proof_code(view["hash"]),
        facts=detail["facts"],
        checks=detail["checks"],
        sound=all(detail["checks"].values()),
        is_last=detail["is_last"],
        recomputed=detail["recomputed"],
        canonical=json.dumps(json.loads(detail["canonical"]), indent=2, ensure_ascii=False),
        size=len(detail["canonical"].encode()),
    )


def _log_page(verdict: dict[str, Any] | None = None) -> ResponseReturnValue:
    given = {name: value for name in _FILTERS if (value := request.args.get(name, "").strip())}
    after = request.args.get("after", type=int)
    with reading() as (connection, present, _person_id):
        problems = _problems(given, request.args.get("after"))
        page = Page([], None)
        if not problems:
            page = event_page(
                connection, present, after=after, type_=given.get("type"), case=given.get("case"),
                also=_conditions(present, given), newest_first=True, limit=PER_PAGE,
            )
        counts = question_counts(connection)
    return render(
        "audit.html",
        status=422 if problems else 200,
        errors=problems,
        page_error=bool(problems),
        verdict=verdict,
        total=counts["all"],
        questions=[
            {
                "label": words(label), "note": words(note), "count": counts[name],
                "href": address("/audit", {"question": name}),
            }
            for name, (label, note) in _QUESTIONS.items()
        ],
        items=[_item(view) for view in page.items],
        chips=_chips(given, present),
        given=given,
        types=[{"value": name, "label": _type_words(name)} for name in event_types()],
        next_href=address("/audit", {**given, "after": page.cursor}) if page.cursor else "",
        first_href=address("/audit", given) if after else "",
    )


def _conditions(present: Present, given: Mapping[str, str]) -> list[ColumnElement[bool]]:
    conditions = []
    if "question" in given:
        conditions.append(QUESTIONS[given["question"]])
    if "actor" in given:
        conditions.append(Event.actor_id == given["actor"])
    if "name" in given:
        wanted = given["name"].casefold()
        named = [p.id for p in present.organisation.people.values() if wanted in p.name.casefold()]
        conditions.append(Event.actor_id.in_(named or [_NOBODY]))
    return conditions


def _problems(given: Mapping[str, str], after: str | None) -> list[dict[str, str]]:
    known = {"question": given.get("question", "") in QUESTIONS, "type": given.get("type", "") in event_types(),
             "actor": is_id(given.get("actor", ""))}
    problems = [
        {"field": name if name == "type" else "", "message": translate(
            "Saringan “{name}” tidak mengenal nilai “{value}”.", "The filter “{name}” does not know “{value}”.",
            name=name, value=given[name][:40],
        )}
        for name, fits in known.items()
        if name in given and not fits
    ]
    if after and not after.isdecimal():
        problems.append({"field": "", "message": translate(
            "Penanda halaman tidak dikenal. Mulai dari halaman pertama.", "Unknown page mark. Start at the first page."
        )})
    return problems


def _item(view: Mapping[str, Any]) -> dict[str, Any]:
    workflow = _workflow(view)
    capacity = words(ROLES[Role(view["capacity"])])
    sentence = Markup('{} <a href="{}">{}</a>').format(
        event_sentence(workflow, view, g.locale),
        url_for("audit.event", event_id=view["id"]),
        view["number"],
    )
    how = [
        translate("sebagai {capacity}", "as {capacity}", capacity=capacity),
        *([moved] if (moved := _moved(workflow, view)) else []),
        translate("lewat {channel}", "by {channel}", channel=words(_CHANNELS.get(view["channel"], Text("", "")))),
        words(_ASSURANCE.get(view["assurance"], Text(view["assurance"], view["assurance"]))),
    ]
    return {
        "sentence": sentence, "at": datetime.fromisoformat(view["at"]), "actor": escape("; ".join(how)),
        "reason": view["reason"],
    }


def _moved(workflow: Workflow, view: Mapping[str, Any]) -> str:
    """`Menunggu penetapan → Ditetapkan`; empty when the state stayed."""
    if view["from"] == view["to"]:
        return ""
    after = words(workflow.state(view["to"]).label)
    return f"{words(workflow.state(view['from']).label)} → {after}" if view["from"] else after


def _workflow(view: Mapping[str, Any]) -> Workflow:
    """The workflow that an event's words come from; commands that all workflows share have the same words in any."""
    name = view["type"].partition(".")[0]
    known = {workflow.name: workflow for workflow in workflows.all_workflows()}
    if name in known:
        return known[name]
    prefix = view["number"].partition("-")[0]
    return next((w for w in known.values() if w.number_prefix == prefix), next(iter(known.values())))


def _type_words(name: str) -> str:
    workflow = next((w for w in workflows.all_workflows() if name.startswith(f"{w.name}.")), None)
    if workflow is None:
        return f"{words(predicate(name, workflows.all_workflows()[0]))} ({name})"
    return f"{words(predicate(name, workflow))} ({name})"


def _chips(given: Mapping[str, str], present: Present) -> list[dict[str, str]]:
    labels = {
        "question": translate("Pertanyaan", "Question"), "type": translate("Jenis", "Type"),
        "case": translate("Kasus", "Case"), "actor": translate("Pelaku", "Who"), "name": translate("Pelaku", "Who"),
    }
    shown = dict(given)
    if shown.get("question") in _QUESTIONS:
        shown["question"] = words(_QUESTIONS[shown["question"]][0])
    person = present.organisation.people.get(shown.get("actor", ""))
    if person:
        shown["actor"] = person.name
    return [
        {
            "label": labels[name], "value": shown[name],
            "href": address("/audit", {other: value for other, value in given.items() if other != name}),
        }
        for name in given
    ]

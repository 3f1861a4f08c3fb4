"""One case: who has it, its path, what the reader may do, its text, its trace; versions, mails and *why* as tabs."""

from datetime import datetime
from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from service.authority.words import ROLES
from service.blockers import not_asked_because
from service.casefile import CLOCK_GRACE, NO_SUCH_CASE
from service.commands.opening import open_case
from service.errors import Exists, NotFound
from service.ids import new_secret
from service.pages import decisions
from service.pages.beside import beside
from service.pages.decisions import Typed
from service.pages.declined import hr_notice
from service.pages.documents import changes_of, document_view, problem_rows
from service.pages.mail_words import MAIL_KINDS, MAIL_STATES
from service.pages.opened import Opened, opened
from service.pages.plan_parts import field_href
from service.pages.receipts import receipt_view
from service.pages.remedy_buttons import remedy_buttons
from service.pages.trace import event_sentence, hand_over_notes, last_return, late_words, timeline_rounds, tone_of
from service.pages.web import actor, reading, render, runut, see_other, signed_in, translate, words
from service.queries.cases import waiting_for
from service.queries.deliveries import delivery_page
from service.queries.events import timeline
from service.queries.versions import document_at, versions
from service.queries.waiting import sentence
from service.queries.why import why
from service.signin import roles_of
from workflows.dates import day, weekday_day
from workflows.kit import Role, Stage, Text

blueprint = Blueprint("case", __name__)

STAGES: tuple[tuple[str, Text], ...] = (
    ("draft", Text("Disusun", "Drafted")),
    ("review", Text("Direviu", "Reviewed")),
    ("approval", Text("Diputuskan", "Decided")),
    ("appeal", Text("Tidak sepakat", "Disputed")),
    ("done", Text("Berlaku", "In force")),
)


@blueprint.post("/cases")
@signed_in
def open_new() -> ResponseReturnValue:
    """Opens the reader's own case and leads to its editor; to the one there is when there is one already."""
    try:
        answer = open_case(runut(), actor(), request.form.get("workflow", "work_plan"))
    except Exists as exists:
        return see_other("case.show", number=exists.extra["number"])
    return see_other("editor.overview", number=answer["case"]["number"])


@blueprint.get("/cases/<number>")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The case."""
    return case_page(number)


@blueprint.get("/cases/<number>/versions")
@signed_in
def show_versions(number: str) -> ResponseReturnValue:
    """Every text that was kept, newest first."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        kept = list(reversed(versions(connection, case.file.id)))
        page = frame(connection, case)
    for earlier, row in zip([*kept[1:], None], kept, strict=True):
        row["at"] = datetime.fromisoformat(row["created_at"])
        row["earlier"] = earlier["version"] if earlier else None
    return render("case_versions.html", kept=kept, in_force=case.file.row["in_force_version"], **page)


@blueprint.get("/cases/<number>/differences")
@signed_in
def show_differences(number: str) -> ResponseReturnValue:
    """What changed from one version to another: `?from=3&to=5`."""
    before, after = (request.args.get(name, type=int) for name in ("from", "to"))
    if before is None or after is None:
        return see_other("case.show_versions", number=number)
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        texts = [document_at(connection, case.file.id, version) for version in (before, after)]
        page = frame(connection, case)
    changes = changes_of(texts[0], texts[1], case.context, g.locale)
    return render("case_differences.html", changes=changes, before=before, after=after, **page)


@blueprint.get("/cases/<number>/mails")
@signed_in
def show_mails(number: str) -> ResponseReturnValue:
    """What became of every mail about the case; for whom it is about, HR and auditors."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        if not _sees_mails(case):
            raise NotFound(NO_SUCH_CASE)
        rows = delivery_page(connection, case=case.file.number, limit=200).items
        page = frame(connection, case)
    return render("case_mails.html", mails=[_mail(row) for row in rows], **page)


@blueprint.get("/cases/<number>/why")
@signed_in
def show_why(number: str) -> ResponseReturnValue:
    """Why the case waits, and what would unblock it."""
    return why_page(number)


@blueprint.get("/cases/<number>/receipt/<event_id>")
@signed_in
def show_receipt(number: str, event_id: str) -> ResponseReturnValue:
    """The receipt of one event of the case; a repeat shows the same."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        events = timeline(connection, present, case.file.id)
        event = next((event for event in events if event["id"] == event_id), None)
        if event is None:
            raise NotFound(NO_SUCH_CASE)
        view = receipt_view(connection, case.file, event_id, g.locale)
        waiting = [row for row in waiting_for(connection, person_id) if row["id"] != case.file.id]
        page = frame(connection, case)
    receipt = _receipt(case, event, view)
    return render("case_receipt.html", receipt=receipt, waiting=waiting, recall=_recall(case, event), **page)


def case_page(number: str, typed: Typed | None = None, status: int = 200) -> ResponseReturnValue:
    """The case's page; after a post that was not carried out with what was typed and what is wrong."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        events = timeline(connection, present, case.file.id)
        rates = Role.RATER in case.file.held_by(person_id, [Role.RATER])
        page = {**frame(connection, case), **beside(connection, case)}
    typed = typed or Typed()
    return render(
        "case.html",
        note=next(iter(hand_over_notes(events)), None) if rates else None,
        rates=rates and not case.file.state.final,
        status=status,
        typed=typed,
        moved=_moved(case, events, typed),
        returned=last_return(events, case.file.state),
        actions=decisions.buttons(case, g.locale),
        decline=decisions.may_decline(case),
        comments=decisions.may_comment(case),
        document=document_view(case.file.workflow.name, case.file.document, case.context, g.locale),
        problems=_problems(case),
        rounds=timeline_rounds(case.file.workflow, events, g.locale),
        page_error=bool(typed.errors),
        **page,
    )


def why_page(number: str, typed: Typed | None = None, status: int = 200) -> ResponseReturnValue:
    """The page *why is it waiting*, with HR's remedies as forms."""
    typed = typed or Typed()
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        pepper = runut().settings.link_pepper
        answer = why(connection, pepper, case.file, g.locale)
        is_hr = "hr" in roles_of(present, person_id) and not case.is_own
        needs_events = answer["held"] or typed.moved_from is not None
        events = timeline(connection, present, case.file.id) if needs_events else []
        page = frame(connection, case)
        declined = hr_notice(connection, case.file, case.reader_id)
        page["case"]["sentence"] = answer["sentence"]
        remedies = remedy_buttons(case, answer)
    return render(
        "case_why.html",
        status=status,
        typed=typed,
        moved=_moved(case, events, typed),
        held_because=_held_because(events) if answer["held"] else "",
        answer=answer,
        mails=[_asked(mail) for mail in answer["mails"]],
        timer_on=_timer_on(answer["next_timer"]),
        declined=declined,
        remedies=remedies if is_hr else [],
        page_error=bool(typed.errors),
        **page,
    )


def frame(connection: Connection, case: Opened) -> dict[str, Any]:
    """What every page of a case shows: heading, status, path, tabs; and the fields that its forms carry."""
    file = case.file
    late = bool(file.row["due_at"] and file.row["due_at"] < file.present.now and file.awaited)
    subject = file.present.organisation.person(file.row["subject_id"]).name
    tone = "warning" if file.row["held_at"] else tone_of(file.state, late=late)
    return {
        "case": {
            "number": file.number,
            "version": file.row["version"],
            "title": f"{words(file.workflow.title)} {_year(case)}",
            "subject": subject,
            "own": case.is_own,
            "state": words(file.state.label) + (translate(" (ditahan)", " (on hold)") if file.row["held_at"] else ""),
            "tone": tone,
            "sentence": _status(case, late),
            "since": file.row["state_since"],
            "stage": file.row["stage"],
            "finished": file.state.stage is Stage.DONE,
            "voided": file.state.voids,
            "in_force": file.row["in_force_version"] is not None and file.state.stage is not Stage.DONE,
            "editable": case.edits_as is not None,
            "document_sha256": file.row["document_sha256"],
            "chain_head": file.row["chain_head"],
        },
        "stages": _stages(case),
        "tabs": _tabs(case),
        "request_key": new_secret(),
    }


def _status(case: Opened, late: bool) -> str:
    """Who has the case, since when, until when; the reader himself is `Anda`."""
    file = case.file
    role = file.awaited
    if role is None and file.row["held_at"] is None and file.row["blocked_by"] is None:
        return ""
    mine = role is not None and any(holder.person_id == case.reader_id for holder in file.holders(role))
    if role is None or not mine or file.row["held_at"] is not None:
        return words(sentence(file))
    calendar, due = file.present.calendar, file.row["due_at"]
    told = translate(
        "Menunggu Anda sebagai {role}, sejak {since}", "Waiting for you as {role}, since {since}",
        role=words(ROLES[role]), since=words(day(calendar.civil_date(file.awaited_since))),
    )
    if due is None:
        return f"{told}."
    due_on = calendar.civil_date(due)
    told += translate("; tenggat {due}", "; due {due}", due=words(weekday_day(due_on)))
    days = calendar.working_days_between(due_on, calendar.civil_date(file.present.now))
    told = f"{told}. {late_words(days)}." if late else f"{told}."
    return f"{told} {words(not_asked_because(file))}" if file.row["blocked_by"] else told


def _stages(case: Opened) -> list[dict[str, Any]]:
    stage = case.file.row["stage"]
    shown = [(key, label) for key, label in STAGES if key != "appeal" or stage == "appeal"]
    if case.file.state.final:
        shown[-1] = ("done", case.file.state.label)
    return [{"key": key, "label": words(label)} for key, label in shown]


def _tabs(case: Opened) -> list[dict[str, Any]]:
    number = case.file.number
    items = [
        ("case.show", translate("Kasus", "Case")),
        ("case.show_why", translate("Mengapa menunggu", "Why it waits")),
        ("case.show_versions", translate("Versi", "Versions")),
    ]
    if _sees_mails(case):
        items.append(("case.show_mails", translate("Surel", "Mails")))
    current = "case.show_versions" if request.endpoint == "case.show_differences" else request.endpoint
    return [
        {"label": label, "href": url_for(endpoint, number=number), "current": endpoint == current}
        for endpoint, label in items
    ]


def _sees_mails(case: Opened) -> bool:
    standing = roles_of(case.file.present, case.reader_id)
    return case.is_own or not {"hr", "auditor"}.isdisjoint(standing)


def _problems(case: Opened) -> list[dict[str, Any]]:
    if case.file.state.final:
        return []
    file = case.file
    href = (lambda path: field_href(file.number, file.document, path)) if case.edits_as else None
    return problem_rows(case.problems, file.document, g.locale, href, setting=case.is_setting)


def _moved(case: Opened, events: list[dict[str, Any]], typed: Typed) -> list[dict[str, Any]]:
    """What happened since the version that the typed form meant."""
    if typed.moved_from is None:
        return []
    since = [event for event in events if event["case_version"] > typed.moved_from]
    return [
        {"sentence": event_sentence(case.file.workflow, event, g.locale), "at": datetime.fromisoformat(event["at"])}
        for event in since
    ]


def _held_because(events: list[dict[str, Any]]) -> str:
    """The reason of the latest hold; empty once its words were erased."""
    return next((event["reason"] or "" for event in reversed(events) if event["type"] == "case.hold"), "")


def _receipt(case: Opened, event: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    mine = view["actor_id"] == case.reader_id
    if not mine:
        title = translate("Tercatat", "On record")
    elif view["action"] == "submit":
        title = translate("Rencana sudah diajukan", "The plan is submitted")
    elif event["capacity"] == Role.EMPLOYEE.value or event["from"] == event["to"]:
        title = translate("Tindakan Anda tersimpan", "Your action is saved")
    else:
        title = translate("Keputusan Anda tersimpan", "Your decision is saved")
    told = view["sentence"] if mine else event_sentence(case.file.workflow, event, g.locale)
    waits = case.file.state.waits_for or case.file.row["held_at"]
    rests = translate("{state}. Tidak ada yang ditunggu.", "{state}. Nothing is awaited.", state=view["state"])
    next_ = view["next"] if waits else rests
    return {**view, "title": title, "sentence": told, "mine": mine, "next": next_, "reason": event["reason"]}


def _recall(case: Opened, event: dict[str, Any]) -> dict[str, Any] | None:
    """The button that takes back what was just submitted, while that is still possible."""
    offer = case.offer("recall")
    if offer is None or offer.blocked_by or event["case_version"] != case.file.row["version"]:
        return None
    action = case.file.workflow.actions["recall"]
    return {"label": words(action.button), "effect": words(action.effect)}


def _mail(row: dict[str, Any]) -> dict[str, Any]:
    label, tone = MAIL_STATES.get(row["state"], (Text(row["state"], row["state"]), "neutral"))
    kind = MAIL_KINDS.get(row["rule"], Text(row["rule"], row["rule"]))
    opened_at = row["opened_at"]
    return {
        "kind": words(kind),
        "who": row["person"]["name"] if row["person"] else "–",
        "state": {"text": words(label), "tone": tone},
        "at": datetime.fromisoformat(row["done_at"] or row["created_at"]),
        "opened": datetime.fromisoformat(opened_at) if opened_at else None,
        "answer": row["answer"],
    }


def _asked(mail: dict[str, Any]) -> dict[str, Any]:
    label, tone = MAIL_STATES.get(mail["state"], (Text(mail["state"], mail["state"]), "neutral"))
    return {
        "to": mail["person"]["name"], "state": words(label), "tone": tone, "acted": mail["acted"],
        "at": datetime.fromisoformat(mail["accepted_at"] or mail["created_at"]),
        "opened": datetime.fromisoformat(mail["opened_at"]) if mail["opened_at"] else None,
    }


def _timer_on(timer: dict[str, Any] | None) -> datetime | None:
    """The day that the clock's next step belongs to; it comes a moment after that day has ended."""
    return datetime.fromisoformat(timer["due_at"]) - CLOCK_GRACE if timer else None


def _year(case: Opened) -> str:
    return str(case.context.starts_on.year)

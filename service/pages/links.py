"""Behind a mail link: `/a/{handle}` → `/t/{opening}` → open → read → decide → receipt.

GET and HEAD change nothing, ever: mail scanners open links. The page before the button is the same, byte for byte, for
every handle; only the POST tells. The handle leaves the address at once and lives in a cookie of this opening.
"""

from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, func, select

from service import errors, links
from service.authority.words import ROLES
from service.casefile import facts_of
from service.commands.commanding import COMMANDS
from service.commands.linking import Request, check_alive, decide, open_request, request_of, send_fresh, what_happened
from service.epoch import link_epoch
from service.ids import new_secret
from service.models import WorkItem
from service.pages import decisions
from service.pages.documents import changes_of, document_view
from service.pages.forms import form_input
from service.pages.receipts import receipt_view
from service.pages.trace import hand_over_notes
from service.pages.web import (
    check_form,
    check_origin,
    drop_cookie,
    read_cookie,
    render,
    runut,
    set_cookie,
    words,
)
from service.queries.events import event_page
from service.queries.versions import document_at
from service.responses import status_of
from service.surroundings import context_of
from service.telling import asks_by_link
from workflows.context import Context
from workflows.kit import Role, Step

blueprint = Blueprint("links", __name__)


class LostCookie(Exception):
    """The browser did not keep the cookie: an app's own viewer, or the half hour is over."""


COOKIE = "runut_act"
_COOKIE_LIFE_S = 30 * 60
_NO_REFERRER = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@blueprint.before_request
def _anonymous() -> None:
    g.anonymous_page = True


@blueprint.get("/a/<handle>")
def follow(handle: str) -> ResponseReturnValue:
    """Takes the secret out of the address: a fresh opening number, the handle in its cookie."""
    number = new_secret()[:22]
    response = redirect(url_for(".landing", number=number), code=303)
    assert isinstance(response, Response)
    response.headers.update(_NO_REFERRER)
    set_cookie(response, COOKIE, handle[:200], max_age_s=_COOKIE_LIFE_S, path=f"/t/{number}")
    return response


@blueprint.get("/t/<number>")
def landing(number: str) -> ResponseReturnValue:
    """Whose page this is, and one button; no personal data, the same for every link."""
    return render("link_landing.html")


@blueprint.post("/t/<number>")
def open_or_fresh(number: str) -> ResponseReturnValue:
    """`open` shows the request; `fresh` mails a new link to the stored address."""
    check_origin()
    handle = _handle(number)
    if "fresh" in request.form:
        return render("link_fresh.html", sent=send_fresh(runut(), handle))
    open_request(runut(), handle, number, link_epoch(runut().settings))
    return redirect(url_for(".document", number=number), code=303)


@blueprint.get("/t/<number>/document")
def document(number: str) -> ResponseReturnValue:
    """The request: who asks what, what changed, the text, and the buttons with their effects."""
    with runut().database.read() as connection:
        opening, wanted = _opened(connection, number)
        if opening["event_id"]:
            return redirect(url_for(".receipt", number=number), code=303)
        check_alive(connection, wanted, link_epoch(runut().settings))
        return _document_page(connection, wanted, opening)


@blueprint.post("/t/<number>/document")
def decision(number: str) -> ResponseReturnValue:
    """Takes the decision of the button that was pressed."""
    return _take(number, request.form.get("action", ""))


@blueprint.get("/t/<number>/decline")
def cannot(number: str) -> ResponseReturnValue:
    """*I cannot decide this*: three grounds, and what follows."""
    with runut().database.read() as connection:
        opening, wanted = _opened(connection, number)
        if opening["event_id"]:
            return redirect(url_for(".receipt", number=number), code=303)
        check_alive(connection, wanted, link_epoch(runut().settings))
        return _decline_page(wanted, opening)


@blueprint.post("/t/<number>/decline")
def decline(number: str) -> ResponseReturnValue:
    """Declares it; nothing is decided."""
    return _take(number, "decline")


def _take(number: str, action: str) -> ResponseReturnValue:
    with runut().database.read() as connection:
        opening, wanted = _opened(connection, number)
        g.form_secret = f"{number} {_handle(number)}"
        check_form()
        if not opening["event_id"] and (wanted.link.row["dead_at"] is None or wanted.is_as_mailed):
            check_alive(connection, wanted, link_epoch(runut().settings))
    given = form_input(request.form)
    try:
        if action in COMMANDS:
            names = decisions.input_names(wanted.file.workflow, action)
            given = decisions.given_of(request.form, names, wanted.file.present)
        decide(runut(), wanted, opening, action, given, g.locale)
    except errors.NotYours:
        raise
    except errors.CaseMovedOn:
        return _moved_on(number)
    except errors.ServiceError as error:
        return _document_again(number, error, {**given, "action": action})
    return redirect(url_for(".receipt", number=number), code=303)


@blueprint.get("/t/<number>/receipt")
def receipt(number: str) -> ResponseReturnValue:
    """What was decided, when, as what, its proof code, and what happens next."""
    with runut().database.read() as connection:
        opening, wanted = _opened(connection, number)
        event_id = opening["event_id"] or wanted.link.row["event_id"]
        if event_id is None:
            return redirect(url_for(".document", number=number), code=303)
        waiting = connection.scalar(
            select(func.count()).where(WorkItem.person_id == wanted.person_id, WorkItem.done_at.is_(None))
        )
        view = receipt_view(connection, wanted.file, event_id, g.locale)
        return render("link_receipt.html", receipt=view, waiting=waiting or 0)


@blueprint.post("/t/<number>/close")
def close(number: str) -> ResponseReturnValue:
    """Forgets the opened request in this browser."""
    check_origin()
    response = render("link_closed.html")
    drop_cookie(response, COOKIE, f"/t/{number}")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.errorhandler(errors.LinkDead)
def dead(error: errors.LinkDead) -> Response:
    """410: what ended it and when, one's own decision with its receipt, and whether anything is left to do."""
    view = None
    with runut().database.read() as connection:
        handle = _handle((request.view_args or {})["number"])
        wanted = request_of(runut(), connection, runut().present(connection), handle)
        _speak(wanted)
        if error.extra["event_id"]:
            view = receipt_view(connection, wanted.file, error.extra["event_id"], g.locale)
    return render("link_dead.html", status=410, what=words(error.detail), waits=error.extra["waits"], receipt=view)


@blueprint.errorhandler(errors.NotYours)
def refused(error: errors.NotYours) -> Response:
    """403: the authority ended between the mail and the click; nothing was recorded."""
    return render("link_refused.html", status=status_of(error)[0], what=words(error.detail), page_error=True)


@blueprint.errorhandler(LostCookie)
def lost(_error: LostCookie) -> Response:
    """404: open it again from the mail."""
    return render("link_lost.html", status=404, page_error=True)


def _handle(number: str) -> str:
    """The handle of the link that was opened under this number in this browser. Raises LostCookie."""
    handle = read_cookie(COOKIE, f"/t/{number}")
    if handle is None:
        raise LostCookie
    return handle


def _opened(connection: Connection, number: str) -> tuple[Any, Request]:
    """The opening of this browser and its request. 404 when it was never opened here."""
    found = links.opening(connection, number)
    present = runut().present(connection)
    wanted = request_of(runut(), connection, present, _handle(number))
    if found is None or found[1].id != wanted.link.id:
        abort(404)
    _speak(wanted)
    return found[0], wanted


def _speak(wanted: Request) -> None:
    """The page speaks the language of the person who was asked, unless this browser chose one."""
    if not read_cookie("runut_lang") and "lang" not in request.args:
        g.locale = wanted.file.present.organisation.person(wanted.person_id).locale


def _document_page(
    connection: Connection, wanted: Request, opening: Any, *, status: int = 200,
    error: errors.ServiceError | None = None, typed: dict[str, Any] | None = None,
) -> Response:
    file = wanted.file
    typed = typed or dict(opening["typed"])
    wrong = _error_rows(error, typed.get("action", ""))
    context = context_of(connection, file)
    facts = facts_of(file, connection)
    number = opening["id"]
    g.form_secret = f"{number} {_handle(number)}"
    holder = file.held_by(wanted.person_id).get(wanted.role)
    return render(
        "link_document.html",
        status=status,
        case=file.row,
        workflow=file.workflow,
        person=file.present.organisation.person(wanted.person_id),
        subject=context.subject,
        capacity=words(ROLES[wanted.role]),
        holder=holder and words(holder.explanation),
        plan=document_view(file.workflow.name, file.document, context, g.locale),
        note=_note(connection, wanted),
        changes=_changes(connection, wanted, context),
        buttons=_buttons(wanted, facts),
        elsewhere=_elsewhere(wanted),
        code=_code(file.row["document_sha256"]),
        page_error=error is not None,
        errors=wrong,
        error_at={row["field"]: row["message"] for row in reversed(wrong)},
        typed=typed,
        number=number,
    )


def _decline_page(
    wanted: Request, opening: Any, *, status: int = 200, error: errors.ServiceError | None = None
) -> Response:
    file, wrong = wanted.file, _error_rows(error, "decline")
    g.form_secret = f"{opening['id']} {_handle(opening['id'])}"
    return render(
        "link_decline.html",
        status=status,
        number=opening["id"],
        case=file.row,
        workflow=file.workflow,
        subject=file.present.organisation.person(file.row["subject_id"]),
        grounds=decisions.grounds(g.locale),
        typed=request.form if error else {},
        errors=wrong,
        error_at={row["field"]: row["message"] for row in reversed(wrong)},
        page_error=error is not None,
    )


def _buttons(wanted: Request, facts: Any) -> list[dict[str, Any]]:
    """The decisions this link can carry, the affirmative one first, each with its effect in words."""
    file = wanted.file
    offers = [o for o in file.workflow.available(facts, [wanted.role]) if o.step.action in wanted.link.row["actions"]]
    return [
        {
            "action": offer.step.action,
            "label": words(file.workflow.actions[offer.step.action].button),
            "effect": words(file.workflow.actions[offer.step.action].effect),
            "reason": offer.step.needs_reason,
            "phrases": decisions.phrases_of(offer.step.action, g.locale),
            "blocked": [words(sentence) for sentence in offer.blocked_by],
        }
        for offer in sorted(offers, key=lambda offer: offer.step.needs_reason)
    ]


def _elsewhere(wanted: Request) -> list[str]:
    """The decisions that need a sign-in, as button words."""
    file = wanted.file
    mine: tuple[Step, ...] = file.workflow.steps_from(file.row["state"], [wanted.role])
    by_link = asks_by_link(mine, wanted.role)
    return [words(file.workflow.actions[step.action].button) for step in mine if step.action not in by_link]


def _note(connection: Connection, wanted: Request) -> dict[str, Any] | None:
    """What a rater before left for this one; None without a note."""
    if wanted.role is not Role.RATER:
        return None
    newest = event_page(
        connection, wanted.file.present, case=wanted.file.id, type_="case.hand_over", newest_first=True, limit=1
    )
    return next(iter(hand_over_notes(newest.items)), None)


def _changes(connection: Connection, wanted: Request, context: Context) -> list[dict[str, str]] | None:
    """What changed since this person was last shown a version; None when it is his first time."""
    file = wanted.file
    seen = connection.scalar(
        select(func.max(WorkItem.case_version)).where(
            WorkItem.case_id == file.id, WorkItem.person_id == wanted.person_id, WorkItem.done_at.is_not(None)
        )
    )
    if seen is None:
        return None
    return changes_of(document_at(connection, file.id, seen), file.document, context, g.locale)


def _document_again(number: str, error: errors.ServiceError, typed: dict[str, Any]) -> ResponseReturnValue:
    with runut().database.read() as connection:
        opening, wanted = _opened(connection, number)
        if wanted.link.row["dead_at"] is not None:
            return _moved_on(number, error)
        if typed.get("action") == "decline":
            return _decline_page(wanted, opening, status=status_of(error)[0], error=error)
        return _document_page(connection, wanted, opening, status=status_of(error)[0], error=error, typed=typed)


def _moved_on(number: str, error: errors.ServiceError | None = None) -> ResponseReturnValue:
    """409: what changed since the page was shown, and what was typed."""
    with runut().database.read() as connection:
        opening, wanted = _opened(connection, number)
        shown = document_at(connection, wanted.file.id, opening["shown_version"])
        context = context_of(connection, wanted.file)
        what = error.detail if error else what_happened(connection, wanted)
        return render(
            "link_moved_on.html", status=409, what=words(what), number=number, page_error=True,
            changes=changes_of(shown, wanted.file.document, context, g.locale), typed=dict(opening["typed"]),
            waits=wanted.still_waits,
        )


def _error_rows(error: errors.ServiceError | None, action: str) -> list[dict[str, str]]:
    if error is None:
        return []
    if isinstance(error, errors.InvalidInput):
        sentences = [(field.path, decisions.field_sentence(action, field, g.locale)) for field in error.fields]
        return [{"field": path, "message": sentence} for path, sentence in sentences]
    return [{"field": "", "message": words(text)} for text in (error.reasons or (error.detail,))]


def _code(digest: str) -> str:
    return f"{digest[:4]}-{digest[4:8]}".upper()



"""Signing in with a code on paper, printing one for somebody without a mailbox, and setting a password."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.codes import SLIP_LIFE
from service.commands.people import changing, print_slip
from service.errors import Conflict, NotSignedIn, ServiceError, TooMany
from service.pages.signin import enter
from service.pages.standing import for_roles
from service.pages.web import (
    actor,
    check_form,
    network,
    reading,
    render,
    runut,
    see_other,
    signed_in,
    visitor,
    words,
)
from service.signin import by_slip, has_password, set_password
from workflows.kit import Text

blueprint = Blueprint("slips", __name__)

LEAST, MOST = 12, 200
_SHORT = Text("Pakai sekurang-kurangnya {n} karakter.", "Use at least {n} characters.").format(n=LEAST)
_LONG = Text("Paling panjang {n} karakter.", "At most {n} characters.").format(n=MOST)
_OWN_NUMBER = Text("Jangan memakai NIP atau nama Anda.", "Do not use your NIP or name.")
_DIFFERENT = Text("Kedua kata sandi tidak sama.", "The two passwords differ.")


@blueprint.post("/people/<uuid:person_id>/slip")
@for_roles("hr")
def make(person_id: Any) -> ResponseReturnValue:
    """The slip, shown once: whoever closes the page prints another one, and this one no longer works."""
    try:
        with changing(runut(), actor()) as change:
            code = print_slip(change, runut().settings.link_pepper, {"person_id": str(person_id)})
            person, until = change.organisation.person(str(person_id)), change.present.now + SLIP_LIFE
    except Conflict as conflict:
        return render(
            "slip_refused.html", status=409, what=words(conflict.detail), person_id=person_id, page_error=True
        )
    return render("slip.html", code=code, person=person, until=until, base_url=runut().settings.base_url)


@blueprint.get("/signin/slip")
def form() -> ResponseReturnValue:
    """NIP and the code on the paper."""
    return render("signin_slip.html", name="", refusal="")


@blueprint.post("/signin/slip")
def use() -> ResponseReturnValue:
    """Signs in, once, and leads to setting a password."""
    check_form()
    name = request.form.get("name", "").strip()[:300]
    try:
        _, token = by_slip(runut(), name, request.form.get("code", "")[:100], network())
    except (NotSignedIn, TooMany) as error:
        status = 422 if isinstance(error, NotSignedIn) else 429
        response = render("signin_slip.html", status=status, name=name, refusal=words(error.detail), page_error=True)
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    return enter(token, "/password")


@blueprint.get("/password")
@signed_in
def password() -> ResponseReturnValue:
    """The form for a password of one's own."""
    return _password_page()


@blueprint.post("/password")
@signed_in
def keep_password() -> ResponseReturnValue:
    """Sets it; other sessions of the person end."""
    who, new = visitor(), request.form.get("new", "")
    assert who is not None and who.actor.person_id is not None and who.session_id is not None
    wrong = _wrong(new, request.form.get("again", ""))
    if not wrong:
        try:
            set_password(runut(), who.actor.person_id, who.session_id, request.form.get("current", ""), new)
        except NotSignedIn as error:
            wrong = {"current": error}
    if wrong:
        return _password_page({name: words(error.detail) for name, error in wrong.items()}, status=422)
    return see_other("slips.password", done=1)


def _wrong(new: str, again: str) -> dict[str, ServiceError]:
    with reading() as (_connection, present, person_id):
        person = present.organisation.person(person_id)
    if len(new) < LEAST:
        return {"new": NotSignedIn(_SHORT)}
    if len(new) > MOST:
        return {"new": NotSignedIn(_LONG)}
    if new.casefold() in (person.nip, person.name.casefold(), person.email):
        return {"new": NotSignedIn(_OWN_NUMBER)}
    return {} if new == again else {"again": NotSignedIn(_DIFFERENT)}


def _password_page(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    with reading() as (connection, _present, person_id):
        known = has_password(connection, person_id)
    rows = [{"field": name, "message": message} for name, message in (errors or {}).items()]
    return render(
        "password.html", status=status, known=known, errors=rows, by_field=errors or {}, page_error=bool(rows),
        done="done" in request.args, least=LEAST,
    )

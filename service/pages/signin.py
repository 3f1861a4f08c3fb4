"""Signing in and out: by a mailed link, by the code of the same mail, or by password. No answer tells who is known."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.errors import NotSignedIn, ServiceError, TooMany
from service.pages.web import (
    SESSION_COOKIE,
    check_form,
    drop_cookie,
    network,
    read_cookie,
    render,
    runut,
    set_cookie,
    visitor,
    words,
)
from service.signin import by_code, by_password, by_token, end_session, is_link_usable, send_link

blueprint = Blueprint("signin", __name__)

CODE_COOKIE = "runut_code"
_CODE_COOKIE_LIFE_S = 30 * 60


@blueprint.get("/signin")
def form() -> ResponseReturnValue:
    """The form; somebody who is signed in goes on to the page he asked for."""
    if visitor() is not None:
        return redirect(local_path(request.args.get("next")), code=303)
    return _form(sent="sent" in request.args)


@blueprint.post("/signin")
def post() -> ResponseReturnValue:
    """`do` says how: link, password or code. The Enter key presses the first button, so a typed password counts."""
    check_form()
    how, name = request.form.get("do", "link"), request.form.get("email", "").strip()
    try:
        if how == "code":
            return enter(*by_code(runut(), read_cookie(CODE_COOKIE) or "", request.form.get("code", "")))
        if not name:
            return _form(status=422, error="email")
        if how == "password" or request.form.get("password"):
            _, token = by_password(runut(), name, request.form.get("password", ""), network())
            return enter(token, _next())
    except (NotSignedIn, TooMany) as error:
        status = 422 if isinstance(error, NotSignedIn) else 429
        return _form(status=status, refusal=error, sent=how == "code", opened=how)
    response = redirect(url_for("signin.form", sent=1, next=_next()), code=303)
    assert isinstance(response, Response)
    set_cookie(response, CODE_COOKIE, send_link(runut(), name, _next()[:300]), max_age_s=_CODE_COOKIE_LIFE_S)
    return response


@blueprint.get("/signin/<token>")
def follow(token: str) -> ResponseReturnValue:
    """A button: looking at a mailed link never signs anybody in."""
    if not is_link_usable(runut(), token):
        return render("signin_over.html", status=410, page_error=True)
    return render("signin_link.html")


@blueprint.post("/signin/<token>")
def use_link(token: str) -> ResponseReturnValue:
    """Signs in by the link, once."""
    check_form()
    admitted = by_token(runut(), token)
    if admitted is None:
        return render("signin_over.html", status=410, page_error=True)
    return enter(*admitted)


@blueprint.post("/signout")
def sign_out() -> ResponseReturnValue:
    """Ends the session of this browser."""
    check_form()
    who = visitor()
    if who and who.session_id:
        with runut().database.write() as connection:
            end_session(connection, who.session_id, who.pulse.now)
    response = redirect(url_for("signin.form"), code=303)
    assert isinstance(response, Response)
    drop_cookie(response, SESSION_COOKIE)
    return response


def local_path(given: str | None) -> str:
    """`given` when it is a path of this service, else the front page: nobody is sent elsewhere after signing in."""
    path = given or "/"
    is_local = path.startswith("/") and not path.startswith(("//", "/\\", "/signin"))
    return path if is_local and "\\" not in path and path.isprintable() else "/"


def _next() -> str:
    return local_path(request.form.get("next"))


def enter(token: str, path: str) -> Response:
    """Lets the browser in with this session and leads to the page."""
    response = redirect(local_path(path), code=303)
    assert isinstance(response, Response)
    set_cookie(response, SESSION_COOKIE, token)
    drop_cookie(response, CODE_COOKIE)
    return response


def _form(
    *, status: int = 200, refusal: ServiceError | None = None, sent: bool = False, error: str = "", opened: str = ""
) -> Response:
    response = render(
        "signin.html",
        status=status,
        sent=sent,
        name=request.form.get("email", ""),
        next_path=local_path(request.values.get("next")),
        refusal=words(refusal.detail) if refusal else "",
        refused_field={"password": "password", "code": "code"}.get(opened, ""),
        error=error,
        page_error=bool(refusal or error),
        can_type_code=read_cookie(CODE_COOKIE) is not None,
    )
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    return response

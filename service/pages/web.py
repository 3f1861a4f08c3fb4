"""What every page has: who is signed in, his language, the form token, security headers and template globals."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from service.actor import Actor
from service.ids import new_secret
from service.runut import Present, Runut
from service.signin import Visitor, by_session, roles_of
from workflows import dates
from workflows.kit import Text

View = Callable[..., ResponseReturnValue]
SESSION_COOKIE, BROWSER_COOKIE, LOCALE_COOKIE = "runut_session", "runut_browser", "runut_lang"
_YEAR_S = 365 * 24 * 3600
_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src {script}; connect-src {script}; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def prepare(app: Flask, runut: Runut) -> None:
    """Wires language, security headers and template globals into the application."""
    app.jinja_env.globals.update(
        t=translate, static=static_url, csrf_token=csrf_token, product="Runut", agency=runut.settings.agency,
        help_contact=runut.settings.help_contact, help_hours=runut.settings.help_hours, domain=runut.settings.domain,
        practice=False,
    )
    app.jinja_env.filters.update(day=_day, moment=_moment, weekday_day=_weekday_day, text=words)
    app.before_request(_begin)
    app.after_request(_finish)
    app.context_processor(_page_context)


def runut() -> Runut:
    """The service behind this application."""
    service: Runut = current_app.extensions["runut"]
    return service


def signed_in(view: View) -> View:
    """Lets only signed-in people in; the others are sent to sign in and come back."""

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> ResponseReturnValue:
        if visitor() is None:
            return redirect(f"/signin?next={quote(request.full_path.rstrip('?'))}", code=303)
        if request.method == "POST":
            check_form()
        return view(*args, **values)

    return guarded


def visitor() -> Visitor | None:
    """Who is signed in in this browser; read once per request, None for nobody."""
    if "page_visitor" not in g:
        token = request.cookies.get(_cookie_name(SESSION_COOKIE))
        g.page_visitor = None
        if token:
            with runut().database.read() as connection:
                g.page_visitor = by_session(runut(), connection, token)
    found: Visitor | None = g.page_visitor
    return found


def actor() -> Actor:
    """The signed-in person, as the commands want to know him."""
    who = visitor()
    assert who is not None
    return Actor(who.actor.person_id, "page", "session", g.locale)


@contextmanager
def reading() -> Iterator[tuple[Connection, Present, str]]:
    """(connection, what is true now, the signed-in person's id) for a query."""
    who = visitor()
    assert who is not None and who.actor.person_id is not None
    with runut().database.read() as connection:
        present = runut().present(connection, who.pulse)
        g.present = present
        yield connection, present, who.actor.person_id


def translate(indonesian: str, english: str, **values: object) -> str:
    """The sentence in the reader's language, with `{named}` values filled in."""
    chosen = english if g.get("locale") == "en" else indonesian
    return chosen.format(**values) if values else chosen


def words(text: Text) -> str:
    """A Text of the rules in the reader's language."""
    return text.to(g.get("locale", "id"))


def csrf_token() -> str:
    """The token of this browser's forms, bound to its random cookie (OWASP: signed double-submit)."""
    return _token(g.get("form_secret") or _browser())


def check_form() -> None:
    """Refuses (403) a form post from elsewhere: a foreign or opaque Origin, or a token that does not fit the cookie.

    A page behind a mail link sets `g.form_secret`: its token is bound to that opening and not to the browser.
    """
    check_origin()
    secret = g.get("form_secret") or request.cookies.get(_cookie_name(BROWSER_COOKIE), "")
    if not secret or not hmac.compare_digest(request.form.get("csrf_token", ""), _token(secret)):
        abort(403, description="token")


def check_origin() -> None:
    """Refuses (403) a post whose Origin (RFC 6454) is another site or opaque; browsers send it with every form."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != runut().settings.origin:
        abort(403, description="origin")


def set_cookie(
    response: Response, name: str, value: str, *, max_age_s: int | None = None, path: str = "/"
) -> None:
    """Sets a cookie that scripts cannot read; Secure and prefixed exactly when people reach us by https."""
    response.set_cookie(
        _cookie_name(name, path), value, max_age=max_age_s, path=path, httponly=True, samesite="Lax",
        secure=runut().settings.is_https,
    )


def read_cookie(name: str, path: str = "/") -> str | None:
    """The value of a cookie set by `set_cookie`."""
    return request.cookies.get(_cookie_name(name, path))


def drop_cookie(response: Response, name: str, path: str = "/") -> None:
    """Forgets a cookie set by `set_cookie`."""
    response.delete_cookie(_cookie_name(name, path), path=path, secure=runut().settings.is_https, httponly=True)


def render(template: str, *, status: int = 200, script: bool = False, **values: Any) -> Response:
    """A page. `script` lets it load our own scripts; everything else stays forbidden."""
    g.page_script = script
    return Response(render_template(template, **values), status=status, mimetype="text/html")


def see_other(endpoint: str, **values: Any) -> ResponseReturnValue:
    """After a post: the page to look at, by GET (303)."""
    return redirect(url_for(endpoint, **values), code=303)


@cache
def static_url(name: str) -> str:
    """The address of a static file, with its hash, so that browsers may keep it for a year."""
    content = (Path(__file__).parent.parent / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def network() -> str:
    """The asker's network, coarse enough to say little about a person: /24 or /48."""
    address = request.remote_addr or ""
    if ":" in address:
        return ":".join(address.split(":")[:3])
    return ".".join(address.split(".")[:3])


def _begin() -> None:
    chosen = request.args.get("lang") or read_cookie(LOCALE_COOKIE)
    if chosen not in ("id", "en"):
        who = None if request.path.startswith(("/api/", "/static/", "/healthz", "/readyz", "/metrics")) else visitor()
        chosen = who.actor.locale if who else runut().settings.locale
    g.locale = chosen


def _finish(response: Response) -> Response:
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        script = "'self'" if g.get("page_script") else "'none'"
        response.headers.setdefault("Content-Security-Policy", _CSP.format(script=script))
        response.headers.setdefault("Cache-Control", "no-store")
    if runut().settings.is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "new_browser" in g:
        set_cookie(response, BROWSER_COOKIE, g.new_browser, max_age_s=_YEAR_S)
    if request.args.get("lang") in ("id", "en"):
        set_cookie(response, LOCALE_COOKIE, request.args["lang"], max_age_s=_YEAR_S)
    return response


def _page_context() -> dict[str, Any]:
    return {"locale": g.get("locale", "id"), "viewer": _viewer(), "nav": _nav()}


def _viewer() -> dict[str, Any] | None:
    if g.get("anonymous_page"):
        return None
    who = visitor()
    if who is None or who.actor.person_id is None:
        return None
    present = _present(who)
    return {
        "name": present.organisation.person(who.actor.person_id).name,
        "roles": roles_of(present, who.actor.person_id),
    }


def _present(who: Visitor) -> Present:
    if "present" not in g:
        with runut().database.read() as connection:
            g.present = runut().present(connection, who.pulse)
    found: Present = g.present
    return found


def _nav() -> list[dict[str, Any]]:
    viewer = _viewer()
    if viewer is None:
        return []
    roles = set(viewer["roles"])
    items = [
        ("/", translate("Pekerjaan saya", "My work"), True),
        ("/board", translate("Papan kasus", "Board"), bool({"hr", "auditor"} & roles)),
        ("/cases", translate("Kasus", "Cases"), True),
        ("/deliveries", translate("Surel", "Mails"), bool({"hr", "auditor"} & roles)),
        ("/people", translate("Pegawai", "People"), "hr" in roles),
        ("/cycles", translate("Siklus", "Cycles"), "hr" in roles),
        ("/calendar", translate("Kalender", "Calendar"), True),
        ("/rules", translate("Aturan", "Rules"), bool({"hr", "auditor"} & roles)),
        ("/audit", translate("Jejak audit", "Audit log"), "auditor" in roles),
        ("/goals", translate("Sasaran", "Goals"), bool({"planner", "hr"} & roles)),
        ("/help", translate("Bantuan", "Help"), True),
    ]
    return [
        {"label": label, "href": href, "current": _is_here(href)}
        for href, label, shown in items
        if shown
    ]


def _is_here(href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href))


def _browser() -> str:
    cookie = request.cookies.get(_cookie_name(BROWSER_COOKIE))
    if cookie:
        return cookie
    if "new_browser" not in g:
        g.new_browser = new_secret()
    browser: str = g.new_browser
    return browser


def _token(browser: str) -> str:
    return hmac.new(runut().settings.secret_key, b"form " + browser.encode(), hashlib.sha256).hexdigest()


def _cookie_name(name: str, path: str = "/") -> str:
    if not runut().settings.is_https:
        return name
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


def _civil(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return value.astimezone(runut().settings.timezone).date()
    return value


def _day(value: date | datetime | None) -> str:
    return words(dates.day(_civil(value))) if value else "–"


def _weekday_day(value: date | datetime | None) -> str:
    return words(dates.weekday_day(_civil(value))) if value else "–"


def _moment(value: datetime | str | None) -> str:
    if not value:
        return "–"
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return words(dates.moment(at, runut().settings.timezone))

"""When something goes wrong on a page: what happened, is the text safe, what to do, whom to ask."""

import secrets
from typing import Any

from flask import Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from service import errors
from service.pages.web import render, translate
from service.responses import status_of

_TITLES = {
    403: ("Ditolak", "Refused"),
    404: ("Halaman tidak ditemukan", "Page not found"),
    413: ("Kiriman terlalu besar", "Too large"),
}
_HAPPENED = {
    403: ("Permintaan ini ditolak.", "This request was refused."),
    404: (
        "Halaman ini tidak ada, atau Anda tidak berhak melihatnya.",
        "This page does not exist, or you may not see it.",
    ),
    405: ("Halaman ini tidak dapat dibuka dengan cara itu.", "This page cannot be opened in that way."),
    413: ("Kiriman terlalu besar.", "What you sent is too large."),
}
_NEXT_STEP = {
    403: (
        "Buka kembali halamannya dan kirim dari sana; bila tetap ditolak, hubungi kami.",
        "Open the page again and send from there; if it is refused again, contact us.",
    ),
    404: (
        "Periksa alamatnya, atau mulai dari halaman depan.", "Check the address, or start from the front page."
    ),
}


def error_page(error: errors.ServiceError) -> ResponseReturnValue:
    """The page of an error of the service; somebody who is not signed in is sent to sign in."""
    if isinstance(error, errors.NotSignedIn) and request.path != "/signin":
        return redirect(f"/signin?next={request.path}", code=303)
    status, title = status_of(error)
    return _page(status, title.to(g.locale), error.detail.to(g.locale))


def http_error_page(error: HTTPException) -> Response:
    """The page of an HTTP error; its number can be found in the service's log."""
    status = error.code or 500
    happened = _HAPPENED.get(status, ("Ada gangguan di sisi kami.", "Something went wrong on our side."))
    title = _TITLES.get(status, ("Tidak berhasil", "That did not work"))
    page = _page(status, translate(*title), translate(*happened))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        page.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return page


def unavailable_page() -> Response:
    """The page when the database does not answer: nothing was lost, try again."""
    return _page(
        503,
        translate("Layanan sedang tidak tersedia", "The service is not available"),
        translate("Basis data tidak menjawab.", "The database does not answer."),
    )


def _page(status: int, title: str, happened: str) -> Response:
    number = f"E{secrets.token_hex(4).upper()}"  # never eight bare digits, which the log takes for a code and removes
    current_app.logger.info("error page %s status %s at %s", number, status, request.endpoint)
    again = ("Coba lagi beberapa saat lagi, atau hubungi kami.", "Try again shortly, or contact us.")
    todo = _NEXT_STEP.get(status, again)
    error: dict[str, Any] = {
        "title": title,
        "happened": happened,
        "safe": translate(
            "Tidak ada yang dicatat; yang sudah tersimpan tetap ada.",
            "Nothing was recorded; what was saved is still there.",
        ),
        "todo": translate(*todo),
        "number": number,
    }
    template = "link_error.html" if g.get("anonymous_page") else "error.html"
    front = {"href": "/", "label": translate("Ke halaman depan", "To the front page")}
    way_on = None if g.get("anonymous_page") else front
    return render(template, status=status, error=error, way_on=way_on, page_error=True)

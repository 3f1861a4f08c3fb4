"""What each API request begins with: who is asking, at which instant, and which version he means."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import UnsupportedMediaType

from service.access import check_visible
from service.actor import Actor
from service.casefile import CaseFile, load_case
from service.errors import FieldError, InvalidInput, NotSignedIn, NotYours
from service.queries.paging import Page
from service.runut import Present, Runut
from service.signin import NOT_SIGNED_IN, Visitor, by_api_key, roles_of
from workflows.kit import Text


def runut() -> Runut:
    """The service behind this application."""
    service: Runut = current_app.extensions["runut"]
    return service


def visitor() -> Visitor:
    """Who is asking, by bearer key (RFC 6750); read once per request. Raises NotSignedIn."""
    if "visitor" not in g:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise NotSignedIn(NOT_SIGNED_IN)
        with runut().database.read() as connection:
            g.visitor = by_api_key(runut(), connection, key.strip())
        g.locale = request.accept_languages.best_match(["id", "en"]) or g.visitor.actor.locale
    found: Visitor = g.visitor
    return found


def actor() -> Actor:
    """Who is asking, as the commands want to know him."""
    who = visitor().actor
    return Actor(who.person_id, who.channel, who.assurance, g.locale)


@contextmanager
def reading() -> Iterator[tuple[Connection, Present, str]]:
    """(connection, what is true now, the asking person's id) for a query."""
    who = visitor()
    with runut().database.read() as connection:
        assert who.actor.person_id is not None
        yield connection, runut().present(connection, who.pulse), who.actor.person_id


def visible_case(connection: Connection, present: Present, person_id: str, reference: str) -> CaseFile:
    """The case, if the person may see it. Raises NotFound."""
    file = load_case(connection, present, reference)
    check_visible(connection, file, person_id)
    return file


def require_role(present: Present, person_id: str, *allowed: str) -> None:
    """Raises NotYours unless the person holds one of the standing roles."""
    if not set(allowed) & set(roles_of(present, person_id)):
        raise NotYours(
            Text("Ini hanya untuk: {roles}.", "This is only for: {roles}.").format(roles=", ".join(allowed)),
            extra={"who_may": list(allowed)},
        )


def if_match() -> int | None:
    """The version that the request means (RFC 9110 §13.1.1), None when it names none. Raises InvalidInput."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    version = given.strip().removeprefix("W/").strip('"')
    if not version.isdecimal():
        raise InvalidInput(
            Text("If-Match harus memuat versi kasus.", "If-Match must hold the case's version."),
            [FieldError("If-Match", Text('Contoh: "7"', 'It looks like "7".'))],
        )
    return int(version)


def idempotency_key() -> str | None:
    """The client's idempotency key, None without one. Raises InvalidInput when it is too long."""
    key = (request.headers.get("Idempotency-Key") or "").strip()
    if len(key) > 200:
        raise InvalidInput(
            Text("Idempotency-Key terlalu panjang.", "The Idempotency-Key is too long."),
            [FieldError("Idempotency-Key", Text("Paling panjang 200 karakter.", "At most 200 characters."))],
        )
    return key or None


def json_object() -> dict[str, Any]:
    """The body as a JSON object, `{}` when it is empty.

    Raises UnsupportedMediaType (415) for a body that is declared to be something else, BadRequest (400) for one that is
    no JSON, InvalidInput for one that is no object.
    """
    if not request.get_data(cache=True):
        return {}
    if request.mimetype and not request.is_json:
        raise UnsupportedMediaType
    body = request.get_json(force=True)
    if not isinstance(body, dict):
        raise InvalidInput(
            Text("Isi permintaan harus berupa objek JSON.", "The body must be a JSON object."),
            [FieldError("", Text("Bukan objek JSON.", "Not a JSON object."))],
        )
    return body


def page_answer(page: Page, items: list[Any], **more: Any) -> ResponseReturnValue:
    """A page as the API answers it: items, the address of the next page, and `more` beside them."""
    following = None
    if page.cursor:
        query = {**request.args.to_dict(), "cursor": page.cursor}
        following = f"{runut().settings.base_url}{request.path}?{urlencode(query)}"
    return jsonify({"items": items, "next": following, **more})

"""Pages for people with a standing right: HR, auditors, planners."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from service.authority.words import STANDING
from service.errors import NotYours
from service.pages.web import View, reading, signed_in
from service.signin import roles_of
from workflows.kit import Text

_FOR = Text(
    "Halaman ini untuk {who}. Bila Anda memerlukannya, hubungi kepegawaian.",
    "This page is for: {who}. If you need it, contact HR.",
)


def for_roles(*allowed: str) -> Callable[[View], View]:
    """Lets only signed-in people in who hold one of these standing rights; others are told whose page it is (403)."""

    def guard(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> ResponseReturnValue:
            with reading() as (_connection, present, person_id):
                mine = roles_of(present, person_id)
            if set(allowed).isdisjoint(mine):
                raise NotYours(Text(_who("id", *allowed), _who("en", *allowed)))
            return view(*args, **values)

        return guarded

    return guard


def _who(locale: str, *roles: str) -> str:
    return _FOR.to(locale).format(who=", ".join(STANDING[role].to(locale) for role in roles))

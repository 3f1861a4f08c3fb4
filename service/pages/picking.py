"""Naming somebody or something in a form: by NIP, address, title or name, when exactly one fits."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from service.authority import Organisation, Person
from service.errors import FieldError, InvalidInput
from workflows.kit import Text

_NOBODY = Text(
    "Tidak ada pegawai dengan NIP, surel, atau nama ini. Periksa ketikan.",
    "Nobody has this NIP, address or name. Check the typing.",
)
_NOTHING = Text("Tidak ada yang bernama begini. Periksa ketikan.", "Nothing has this name. Check the typing.")
_SEVERAL = Text(
    "Ada beberapa yang cocok: {names}. Tulis nama lengkapnya, atau NIP bila namanya sama.",
    "Several fit: {names}. Write the whole name, or the NIP where names are the same.",
)
_MOST_NAMED = 5
_Thing = TypeVar("_Thing")


def person_called(organisation: Organisation, called: str, path: str, on: date) -> str:
    """The id of the person with this id, NIP, address or name; part of a name is enough when only one fits.

    Raises InvalidInput for the field `path`: nobody, or several, who are named with post but without NIP.
    """
    wanted = called.strip().casefold()
    everybody = [person for person in organisation.people.values() if not person.locked]
    exact = [p for p in everybody if wanted and wanted in (p.id, p.nip, p.email.lower())]
    found = exact or _fitting(everybody, lambda person: person.name, wanted)

    def words(person: Person) -> str:
        post = organisation.post_of(person.id, on)
        return f"{person.name} ({post[0].title})" if post else person.name

    return _only([person.id for person in found], [words(person) for person in found], path, _NOBODY)


def position_called(organisation: Organisation, called: str, path: str) -> str:
    """The id of the post with this id or title, the same way. Raises InvalidInput."""
    wanted, posts = called.strip().casefold(), list(organisation.positions.values())
    found = [post for post in posts if post.id == wanted] or _fitting(posts, lambda post: post.title, wanted)
    names = [f"{post.title} ({organisation.units[post.unit_id].name})" for post in found]
    return _only([post.id for post in found], names, path, _NOTHING)


def unit_called(organisation: Organisation, called: str, path: str) -> str:
    """The id of the unit with this id or name, the same way. Raises InvalidInput."""
    wanted, units = called.strip().casefold(), list(organisation.units.values())
    found = [unit for unit in units if unit.id == wanted] or _fitting(units, lambda unit: unit.name, wanted)
    return _only([unit.id for unit in found], [unit.name for unit in found], path, _NOTHING)


def _fitting(things: Iterable[_Thing], name: Callable[[_Thing], str], wanted: str) -> list[_Thing]:
    """Those called exactly so, else those whose name holds it."""
    partly = [thing for thing in things if wanted and wanted in name(thing).casefold()]
    return [thing for thing in partly if name(thing).casefold() == wanted] or partly


def _only(ids: Sequence[str], names: Sequence[str], path: str, nothing: Text) -> str:
    if len(ids) == 1:
        return ids[0]
    listed = "; ".join(names[:_MOST_NAMED])
    sentence = Text(_SEVERAL.id.format(names=listed), _SEVERAL.en.format(names=listed)) if ids else nothing
    raise InvalidInput(sentence, [FieldError(path, sentence)])

"""Saving one part of a plan: under the version it was read at, and beside whoever saved another part meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request

from service.commands.saving import save
from service.errors import CaseMovedOn, FieldError, InvalidInput
from service.pages.opened import Opened, opened
from service.pages.plan_parts import Part, Values, conflicts, merged
from service.pages.web import actor, reading, runut, words
from service.queries.versions import document_at
from workflows.kit import Document

_ATTEMPTS = 3


@dataclass(frozen=True)
class Outcome:
    """What came of a save. `case` is the plan as it is now, None when it can no longer be edited; `errors` name fields
    of the form; `clashes` are fields that two people changed; `is_gone` a result that was deleted meanwhile."""

    case: Opened | None
    saved: bool = False
    errors: tuple[dict[str, str], ...] = ()
    clashes: tuple[dict[str, Any], ...] = ()
    is_gone: bool = False


def save_part(number: str, part: Part) -> Outcome:
    """Saves what the posted form says of `part`.

    What others saved since the form was read is kept, field by field; where both changed one field nothing is saved
    and the outcome names the clashes.
    """
    for _attempt in range(_ATTEMPTS):
        case, base = _read(number)
        if case is None:
            return Outcome(None)
        mine = part.typed(request.form, g.locale)
        theirs = part.read(case.file.document)
        if base is not None and theirs is None and part.read(base) is not None:
            return Outcome(case, is_gone=True)
        _take_chosen(mine, theirs or {})
        if base is not None:
            names = conflicts(part, base, mine, case.file.document)
            if clashes := tuple(_clash(part, name, mine, theirs or {}, case) for name in names):
                return Outcome(case, clashes=clashes)
            mine = merged(part, base, mine, case.file.document)
        document = part.write(case.file.document, mine)
        if document == case.file.document:
            return Outcome(case, saved=True)
        try:
            save(runut(), actor(), case.file.id, document, if_match=case.file.row["version"])
        except InvalidInput as error:
            return Outcome(case, errors=tuple(_error(part, document, wrong) for wrong in error.fields))
        except CaseMovedOn:
            continue
        return Outcome(case, saved=True)
    return Outcome(None)


def save_document(case: Opened, document: Document) -> bool:
    """Saves a whole text that was made from `case`; False when the case moved meanwhile."""
    try:
        save(runut(), actor(), case.file.id, document, if_match=case.file.row["version"])
    except CaseMovedOn:
        return False
    return True


def _read(number: str) -> tuple[Opened | None, Document | None]:
    """The plan as it is now (None when the reader may not edit it), and the text the form was read at when that is
    another one."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        if case.edits_as is None:
            return None, None
        seen = request.form.get("version", type=int)
        if seen is None or seen == case.file.row["version"]:
            return case, None
        return case, document_at(connection, case.file.id, seen)


def _take_chosen(mine: Values, theirs: Mapping[str, Any]) -> None:
    for name in mine:
        if request.form.get(f"merge.{name}") == "theirs" and name in theirs:
            mine[name] = theirs[name]


def _clash(part: Part, name: str, mine: Values, theirs: Mapping[str, Any], case: Opened) -> dict[str, Any]:
    return {
        "name": f"merge.{name}",
        "label": words(part.label(name)),
        "mine": part.words(name, mine[name], case.context, g.locale),
        "theirs": part.words(name, theirs.get(name), case.context, g.locale),
    }


def _error(part: Part, document: Document, wrong: FieldError) -> dict[str, str]:
    name = part.field(document, wrong.path)
    message = words(wrong.message)
    return {"field": name or "", "message": f"{words(part.label(name))}: {message}" if name else message}

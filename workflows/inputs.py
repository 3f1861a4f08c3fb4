"""What a person fills in when taking a step or giving a command, under the names of the tables."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from marshmallow import Schema, fields

from workflows.fields import Bilingual, Choice, CleanText, Identifier, IsoDate, Labelled, Part, Strict
from workflows.kit import Text


class Ground(Labelled):
    """Why a holder of a decision cannot take it."""

    NOT_MINE = "not_mine", "Bukan kewenangan saya", "Not mine to decide"
    ABSENT = "absent", "Saya sedang tidak di tempat", "I am away"
    CONFLICT = "conflict", "Saya punya benturan kepentingan", "I have a conflict of interest"


class Matter(Labelled):
    """What about a case's people is wrong, in the eyes of whoever asks for a correction."""

    RATER = "RATER", "Pejabat penilai saya keliru", "My rater is wrong"
    POST = "POST", "Jabatan saya keliru", "My post is wrong"
    UNIT = "UNIT", "Unit kerja saya keliru", "My unit is wrong"
    NAME = "NAME", "Nama saya keliru", "My name is wrong"


class Verdict(Labelled):
    """HR's answer to a request for a correction."""

    ACCEPTED = "ACCEPTED", "diterima", "accepted"
    REFUSED = "REFUSED", "ditolak", "refused"


ON_PAPER = ("submit", "recall", "dispute")
"""The employee's own steps that he may take on signed paper."""


class LegalBasis(Strict):
    """`{"kind": "SK", "number": "800/12/2026", "date": "2026-03-02", "title": "Perpindahan pegawai"}`"""

    kind = CleanText(least=1, most=60, required=True)
    number = CleanText(least=1, most=100, required=True)
    date = IsoDate(required=True)
    title = CleanText(least=1, most=300, required=True)


class _Object(Bilingual, fields.Dict):
    words: ClassVar[Mapping[str, Text]] = {"invalid": Text("Harus berupa objek.", "This must be an object.")}


def _reason(**options: Any) -> CleanText:
    return CleanText(least=10, most=2000, lines=True, **options)


def _legal_basis(**options: Any) -> Part:
    return Part(LegalBasis, **options)


def _text(**options: Any) -> CleanText:
    return CleanText(least=1, most=2000, lines=True, **options)


def _place(**options: Any) -> CleanText:
    return CleanText(most=200, **options)


def _number(**options: Any) -> CleanText:
    return CleanText(least=1, most=100, **options)


def _ground(**options: Any) -> Choice:
    return Choice(Ground, **options)


def _step(**options: Any) -> Choice:
    return Choice(ON_PAPER, **options)


def _about(**options: Any) -> Choice:
    return Choice(Matter, **options)


def _verdict(**options: Any) -> Choice:
    return Choice(Verdict, **options)


def _name(**options: Any) -> CleanText:
    return CleanText(most=300, **options)


INPUTS: Mapping[str, Callable[..., fields.Field[Any]]] = {
    "reason": _reason,
    "legal_basis": _legal_basis,
    "ends_on": IsoDate,
    "text": _text,
    "at": _place,
    "ground": _ground,
    "from": IsoDate,
    "until": IsoDate,
    "proposed_substitute": Identifier,
    "about": _about,
    "proposed": Identifier,
    "proposed_name": _name,
    "request": Identifier,
    "person": Identifier,
    "notice": Identifier,
    "handed_on": IsoDate,
    "step": _step,
    "paper_date": IsoDate,
    "scan": Identifier,
    "entry": Identifier,
    "handed_by": Identifier,
    "verdict": _verdict,
    "to_person": Identifier,
    "due_on": IsoDate,
    "letter_number": _number,
    "patch": _Object,
    "proposal": Identifier,
}


def input_schema(names: Iterable[str]) -> Schema:
    """A schema for exactly these inputs; a name that ends in `?` may be left out and is then null.

    Loads to plain JSON values (dates stay ISO text). Raises KeyError for a name that no table knows.
    """
    return _schema(tuple(names))


@cache
def _schema(names: tuple[str, ...]) -> Schema:
    made = {}
    for name in names:
        required = not name.endswith("?")
        options: dict[str, Any] = {"required": True} if required else {"load_default": None}
        made[name.removesuffix("?")] = INPUTS[name.removesuffix("?")](**options)
    return Strict.from_dict(made, name="Input")()

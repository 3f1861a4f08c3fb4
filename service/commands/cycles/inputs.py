"""What the commands about cycles and the calendar ask for. Dates stay ISO text where the cycle keeps them as text."""

from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from workflows.fields import Bilingual, Choice, CleanText, Identifier, IsoDate, ListOf, Part, Strict, YesNo
from workflows.kit import Text

DATE_NAMES = ("plan_submit", "plan_default", "report", "rate", "end")
KINDS = ("ANNUAL", "QUARTER", "MONTH")
CLOSURES = ("HOLIDAY", "JOINT_LEAVE", "LOCAL")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Whole(Bilingual, fields.Integer):
    """A whole number."""

    words: ClassVar = {"invalid": Text("Harus berupa bilangan bulat.", "This must be a whole number.")}


def in_range(value: int) -> int:
    """`value`, unless it is no year that this office plans for. Raises ValidationError."""
    if not _FIRST_YEAR <= value <= _LAST_YEAR:
        raise ValidationError([
            Text(f"Tahun antara {_FIRST_YEAR} dan {_LAST_YEAR}.", f"A year from {_FIRST_YEAR} to {_LAST_YEAR}.")
        ])
    return value


def _year() -> Whole:
    return Whole(required=True, validate=[in_range])


def _dates() -> dict[str, Any]:
    return {name: IsoDate(load_default=None) for name in DATE_NAMES}


Dates = Strict.from_dict(_dates(), name="CycleDates")
NewCycle = Strict.from_dict(
    {
        "kind": Choice(KINDS, required=True),
        "year": _year(),
        "period": Whole(load_default=0, allow_none=True),
        "unit_id": Identifier(load_default=None),
        "reviewed": YesNo(load_default=True),
        "dates": Part(Dates, required=True),
    },
    name="NewCycle",
)
_FOR_WHOM: dict[str, Any] = {
    "unit_ids": ListOf(Identifier(), most=500),
    "carry_over": YesNo(load_default=False),
}
Cases = Strict.from_dict(_FOR_WHOM, name="CycleCases")
Opening = Strict.from_dict({"create_cases": YesNo(load_default=False), **_FOR_WHOM}, name="CycleOpening")
Extension = Strict.from_dict(
    {
        "letter_number": CleanText(least=1, most=100, required=True),
        "reason": CleanText(least=10, most=2000, lines=True, required=True),
        "dates": Part(Dates, required=True),
    },
    name="Extension",
)
ClosedDay = Strict.from_dict(
    {
        "date": IsoDate(required=True),
        "kind": Choice(CLOSURES, required=True),
        "name": CleanText(least=1, most=300, required=True),
    },
    name="ClosedDay",
)
YearOfDays = Strict.from_dict(
    {
        "year": _year(),
        "days": ListOf(Part(ClosedDay), most=366),
        "remove": ListOf(IsoDate(), most=366),
        "replace": YesNo(load_default=False),
        "confirm": YesNo(load_default=False),
        "basis": CleanText(most=300),
        "reason": CleanText(most=2000, lines=True),
    },
    name="YearOfDays",
)
Recount = Strict.from_dict(
    {
        "reason": CleanText(least=10, most=2000, lines=True, required=True),
        "earlier": YesNo(load_default=False),
    },
    name="Recount",
)

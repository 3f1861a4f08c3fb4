"""What the commands about people ask for. Dates load to dates; what may be left out is None."""

import re
import unicodedata
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from workflows.fields import Bilingual, Choice, CleanText, Identifier, IsoDate, ListOf, Strict, YesNo
from workflows.kit import Text

SCOPES = ("approve", "rate", "decide")
STANDING = ("hr", "auditor", "planner", "admin")
_ADDRESS = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_MIXED = Text(
    "Nama memakai huruf dari aksara yang berbeda ({scripts}); ketik ulang dengan satu aksara.",
    "The name mixes letters of different scripts ({scripts}); type it again in one.",
)
_NO_ADDRESS = Text(
    "Tulis alamat surel dengan huruf kecil tanpa spasi, misalnya sari.misal@contoh.go.id.",
    "Write the address in lower case without spaces, for example sari.misal@contoh.go.id.",
)
_NO_NIP = Text("NIP terdiri atas 18 angka.", "A NIP has 18 digits.")


class Day(Bilingual, fields.Raw):
    """A calendar date in ISO 8601 that loads to a date."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return date.fromisoformat(IsoDate(required=True).deserialize(value))


def one_script(value: str) -> str:
    """`value`, unless its letters come from different scripts: a name that looks like another one. Raises
    ValidationError."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in value if c.isalpha()}
    if len(scripts) > 1:
        raise ValidationError([_MIXED.format(scripts=", ".join(sorted(scripts)))])
    return value


def plain_address(value: str) -> str:
    """`value`, unless it is neither empty nor one plain lower-case ASCII address. Raises ValidationError."""
    if value and (len(value) > 254 or not _ADDRESS.fullmatch(value) or ".." in value):
        raise ValidationError([_NO_ADDRESS])
    return value


def eighteen_digits(value: str) -> str:
    """`value`, unless it is neither empty nor 18 digits. Raises ValidationError."""
    if value and not re.fullmatch("[0-9]{18}", value):
        raise ValidationError([_NO_NIP])
    return value


class Address(CleanText):
    """A mail address; empty for somebody without a mailbox of his own, which loads to None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(most=254, validate=[plain_address], **options)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """The address, or None for an empty one. Raises ValidationError."""
        return super().deserialize(value, attr, data, **kwargs) or None


def _id(**options: Any) -> Identifier:
    return Identifier(required=True, **options)


def _named(**options: Any) -> CleanText:
    return CleanText(least=1, most=300, **options)


NewPerson = Strict.from_dict(
    {
        "name": _named(required=True, validate=[one_script]),
        "email": Address(load_default=None),
        "nip": CleanText(most=18, validate=[eighteen_digits]),
        "rank": CleanText(most=300),
        "grade": CleanText(most=40),
        "locale": Choice(["id", "en"], load_default="id"),
    },
    name="NewPerson",
)
ChangedPerson = Strict.from_dict(
    {
        "person_id": _id(),
        "name": _named(load_default=None, validate=[one_script]),
        "nip": CleanText(most=18, load_default=None, validate=[eighteen_digits]),
        "rank": CleanText(most=300, load_default=None),
        "grade": CleanText(most=40, load_default=None),
        "locale": Choice(["id", "en"], load_default=None),
    },
    name="ChangedPerson",
)
NewAddress = Strict.from_dict(
    {"person_id": _id(), "email": Address(required=True)},
    name="NewAddress",
)
AddressOrder = Strict.from_dict(
    {"person_id": _id(), "reason": CleanText(least=10, most=2000, lines=True, required=True)}, name="AddressOrder"
)
Slip = Strict.from_dict({"person_id": _id()}, name="Slip")
Leaver = Strict.from_dict({"person_id": _id()}, name="Leaver")
NewUnit = Strict.from_dict(
    {
        "code": CleanText(least=1, most=40, required=True),
        "name": _named(required=True),
        "parent_id": Identifier(load_default=None),
    },
    name="NewUnit",
)
ChangedUnit = Strict.from_dict(
    {"unit_id": _id(), "name": _named(load_default=None), "parent_id": Identifier(load_default=None)},
    name="ChangedUnit",
)
NewPosition = Strict.from_dict(
    {
        "code": CleanText(least=1, most=40, required=True),
        "title": _named(required=True),
        "unit_id": _id(),
        "post_class": CleanText(least=1, most=40, required=True),
        "reports_to_id": Identifier(load_default=None),
    },
    name="NewPosition",
)
ChangedPosition = Strict.from_dict(
    {
        "position_id": _id(),
        "title": _named(load_default=None),
        "unit_id": Identifier(load_default=None),
        "post_class": CleanText(least=1, most=40, load_default=None),
        "reports_to_id": Identifier(load_default=None),
    },
    name="ChangedPosition",
)
NewAppointment = Strict.from_dict(
    {
        "person_id": _id(),
        "position_id": _id(),
        "kind": Choice(["DEFINITIVE", "PLT"], load_default="DEFINITIVE"),
        "accept_conflicts": YesNo(load_default=False),
        "order_number": CleanText(most=300),
        "starts_on": Day(required=True),
        "ends_on": Day(load_default=None),
    },
    name="NewAppointment",
)
NewAssignment = Strict.from_dict(
    {
        "person_id": Identifier(load_default=None),
        "position_id": Identifier(load_default=None),
        "rater_position_id": _id(),
        "legal_basis": _named(required=True),
        "starts_on": Day(required=True),
        "ends_on": Day(load_default=None),
    },
    name="NewAssignment",
)
NewDelegation = Strict.from_dict(
    {
        "from_person_id": _id(),
        "to_person_id": _id(),
        "position_id": _id(),
        "type": Choice(["PLT", "PLH", "DELEGATE"], required=True),
        "order_number": _named(required=True),
        "order_date": Day(required=True),
        "starts_on": Day(required=True),
        "ends_on": Day(required=True),
        "scope": ListOf(Choice(SCOPES), most=len(SCOPES)),
        "accept_conflicts": YesNo(load_default=False),
    },
    name="NewDelegation",
)
NewMember = Strict.from_dict(
    {"person_id": _id(), "unit_id": _id(), "starts_on": Day(load_default=None), "ends_on": Day(load_default=None)},
    name="NewMember",
)
NewGrant = Strict.from_dict(
    {
        "person_id": _id(),
        "role": Choice(STANDING, required=True),
        "starts_on": Day(load_default=None),
        "ends_on": Day(load_default=None),
    },
    name="NewGrant",
)
Ending = Strict.from_dict({"id": _id(), "ends_on": Day(load_default=None)}, name="Ending")

__all__ = [
    "AddressOrder", "ChangedPerson", "ChangedPosition", "ChangedUnit", "Ending", "Leaver", "NewAddress",
    "NewAppointment", "NewAssignment", "NewDelegation", "NewGrant", "NewMember", "NewPerson", "NewPosition",
    "NewUnit", "Slip",
]

"""What a person gives with a step: loaded by the step's schema, with every problem named by its path."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from service.errors import FieldError, InvalidInput
from workflows.fields import shape_problems
from workflows.inputs import input_schema
from workflows.kit import Role, Step, Text

_INVALID = Text(
    "Ada isian yang belum benar; tidak ada yang dicatat. Perbaiki isian yang disebut, lalu kirim lagi.",
    "Some fields are not right; nothing was recorded. Correct the fields named and send again.",
)


def load_input(rows: Iterable[Step], role: Role, given: Mapping[str, Any]) -> dict[str, Any]:
    """The input of the role's first row, checked. Raises InvalidInput with a sentence per field."""
    names = next(step.input for step in rows if step.role is role)
    return load(input_schema(names), given)


def load(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` as the schema takes it. Raises InvalidInput with a sentence per field."""
    try:
        values: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise InvalidInput(_INVALID, [FieldError(p.path, p.message) for p in shape_problems(error)]) from None
    return values

"""Keyset paging: a page and the cursor of the next one; no counting, no offsets."""

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.errors import FieldError, InvalidInput
from workflows.kit import Text

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
_UNKNOWN = Text(
    "Penanda halaman tidak dikenal. Mulai dari halaman pertama.", "Unknown cursor. Start at the first page."
)
_NOT_OURS = Text("Bukan penanda daftar ini.", "Not a cursor of this list.")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order, and the cursor that leads on; None on the last page."""

    items: Sequence[Any]
    cursor: str | None


def encode(key: Sequence[Any]) -> str:
    """A cursor for the last row's key."""
    return base64.urlsafe_b64encode(json.dumps(list(key), default=str).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    """The key in a cursor. Raises InvalidInput when it is not one of ours."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        key = None
    if not isinstance(key, list) or len(key) != length or not all(isinstance(part, str) for part in key):
        raise _no_cursor()
    return key


def decode_place(cursor: str) -> tuple[datetime, str]:
    """(instant, id) in a cursor of a list by time. Raises InvalidInput when it is not one of ours."""
    at, last = decode(cursor, 2)
    try:
        return datetime.fromisoformat(at), str(uuid.UUID(last))
    except ValueError:
        raise _no_cursor() from None


def _no_cursor() -> InvalidInput:
    return InvalidInput(_UNKNOWN, [FieldError("cursor", _NOT_OURS)])

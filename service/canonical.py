"""Canonical bytes: the one form of a document and of an event that is hashed and kept."""

import hashlib
import hmac
from typing import Any

import orjson
import rfc8785


def canonical(value: Any) -> str:
    """`value` as canonical JSON text (RFC 8785). Raises ValueError for floats and what else has no one form."""
    _refuse_floats(value)
    return rfc8785.dumps(value).decode()


def parse(text: str) -> Any:
    """The value whose canonical form is `text`."""
    return orjson.loads(text)


def sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def leaf_hash(text: str) -> str:
    """The event hash: SHA-256(0x00 ‖ bytes), the leaf hash of RFC 6962, in hex."""
    return hashlib.sha256(b"\x00" + text.encode()).hexdigest()


def commitment(salt: bytes, text: str) -> str:
    """HMAC-SHA256(salt, text) in hex: proves a text while it exists and says nothing once text and salt are erased."""
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a canonical document holds no floating point numbers; write decimals as text")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)

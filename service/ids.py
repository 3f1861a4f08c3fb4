"""Identifiers: time-ordered for rows, random for secrets."""

import secrets

import uuid_utils


def new_id() -> str:
    """A UUIDv7 (RFC 9562) as text: unique, and later ones sort after earlier ones."""
    return str(uuid_utils.uuid7())


def new_person_id() -> str:
    """A random UUIDv4 as text; it says nothing about the person or when he was entered."""
    return str(uuid_utils.uuid4())


def is_id(text: str) -> bool:
    """Whether `text` has the form of the ids made here."""
    try:
        return str(uuid_utils.UUID(text)) == text.lower()
    except ValueError:
        return False


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)

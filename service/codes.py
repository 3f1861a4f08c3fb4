"""One-time codes: made when their mail is made, kept only as keyed hashes, used once.

A sign-in mail carries a token (in its link) and a code, of which either works; a decision mail carries a code only.
Life and length: NIST SP 800-63B section 3.1.3.2 (out-of-band secrets, at most 10 minutes).
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, insert, select, update

from service.ids import new_id, new_secret
from service.links import handle_hash
from service.models import OneTimeCode

LIFE = timedelta(minutes=10)
SLIP_LIFE = timedelta(days=14)
MOST_TRIES = 5
_DIGITS = 8
_SLIP_LETTERS, _SLIP_LENGTH = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 16
"""Without 0, O, 1, I and L, which look alike on paper; 79 bits, so that nobody guesses one."""


class CodeGone(Exception):
    """The request for this code is over: it was used, or there is none."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a code that was typed. `row` is the code's row when it was right."""

    outcome: Literal["right", "wrong", "expired", "exhausted"]
    row: Mapping[str, Any] | None = None


def issue(connection: Connection, pepper: bytes, code_id: str, now: datetime) -> tuple[str, str]:
    """(token, code) for the request `code_id`, good for ten minutes from `now`; only their keyed hashes are kept.

    Made anew at each attempt to send; an older code of the same request no longer works. Raises CodeGone.
    """
    token, code = new_secret(), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    issued = connection.execute(
        update(OneTimeCode)
        .where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None))
        .values(
            code_hash=_code_hash(pepper, code_id, code), token_hash=handle_hash(pepper, token), tries=0,
            expires_at=now + LIFE,
        )
    )
    if issued.rowcount == 0:
        raise CodeGone(code_id)
    return token, code


def issue_slip(connection: Connection, pepper: bytes, person_id: str, now: datetime) -> str:
    """A new code on paper for the person, good once within 14 days; only its keyed hash is kept.

    Slips printed for him before no longer work.
    """
    connection.execute(
        update(OneTimeCode)
        .where(OneTimeCode.person_id == person_id, OneTimeCode.purpose == "slip", OneTimeCode.used_at.is_(None))
        .values(used_at=now)
    )
    code = "".join(secrets.choice(_SLIP_LETTERS) for _ in range(_SLIP_LENGTH))
    connection.execute(
        insert(OneTimeCode).values(
            id=new_id(), purpose="slip", person_id=person_id, binding="", token_hash=handle_hash(pepper, _slip(code)),
            next_path="", tries=0, created_at=now, expires_at=now + SLIP_LIFE,
        )
    )
    return "-".join(code[start : start + 4] for start in range(0, _SLIP_LENGTH, 4))


def find_slip(connection: Connection, pepper: bytes, typed: str, now: datetime) -> Mapping[str, Any] | None:
    """The slip with this code, however it is spaced; None when it is unknown, used or too old. Nothing changes."""
    found = find_token(connection, pepper, _slip(typed), now)
    return found if found and found["purpose"] == "slip" else None


def use_slip(connection: Connection, pepper: bytes, typed: str, now: datetime) -> Mapping[str, Any] | None:
    """The same slip, which is thereby used; None for whoever came second."""
    return check_token(connection, pepper, _slip(typed), now)


def _slip(typed: str) -> str:
    return "slip " + "".join(character for character in typed.upper() if character.isalnum())


def check_code(
    connection: Connection, pepper: bytes, code_id: str, code: str, now: datetime, *, binding: str
) -> Checked:
    """Whether `code` is the one of this request, asked for in the same place (`binding`). Right once only.

    Each call counts as a try, also a right one; the caller must commit it whatever comes of it. The sixth is exhausted.
    """
    tried = (
        connection.execute(
            update(OneTimeCode)
            .where(
                OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now,
                OneTimeCode.tries < MOST_TRIES,
            )
            .values(tries=OneTimeCode.tries + 1)
            .returning(*OneTimeCode.__table__.columns)
        )
        .mappings()
        .one_or_none()
    )
    if tried is None:
        return Checked(_why_not(connection, code_id, now))
    typed = "".join(character for character in code if character.isdecimal())
    fits = hmac.compare_digest(tried["code_hash"] or "", _code_hash(pepper, code_id, typed))
    if not (fits and hmac.compare_digest(tried["binding"], binding)):
        return Checked("wrong")
    used = connection.execute(
        update(OneTimeCode).where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None)).values(used_at=now)
    )
    return Checked("right", dict(tried)) if used.rowcount else Checked("wrong")


def find_token(connection: Connection, pepper: bytes, token: str, now: datetime) -> Mapping[str, Any] | None:
    """The request that this token would sign in for; None when it is unknown, used or too old. Nothing changes."""
    found = connection.execute(select(*OneTimeCode.__table__.columns).where(*_is_live(pepper, token, now)))
    row = found.mappings().one_or_none()
    return dict(row) if row else None


def check_token(connection: Connection, pepper: bytes, token: str, now: datetime) -> Mapping[str, Any] | None:
    """The request of this token, which is thereby used; None when it is unknown, used or too old."""
    used = connection.execute(
        update(OneTimeCode)
        .where(*_is_live(pepper, token, now))
        .values(used_at=now)
        .returning(*OneTimeCode.__table__.columns)
    )
    row = used.mappings().one_or_none()
    return dict(row) if row else None


def _is_live(pepper: bytes, token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeCode.token_hash == handle_hash(pepper, token),
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )


def _why_not(connection: Connection, code_id: str, now: datetime) -> Literal["wrong", "expired", "exhausted"]:
    row = connection.execute(
        select(OneTimeCode.used_at, OneTimeCode.expires_at, OneTimeCode.tries).where(OneTimeCode.id == code_id)
    ).one_or_none()
    if row is None or row.used_at is not None:
        return "wrong"
    return "exhausted" if row.tries >= MOST_TRIES and row.expires_at > now else "expired"


def _code_hash(pepper: bytes, code_id: str, code: str) -> str:
    return handle_hash(pepper, f"{code_id} {code}")

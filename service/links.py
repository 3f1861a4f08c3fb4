"""Mail links: a random handle per mail, kept only as a keyed hash, bound to what the mail said.

A link opens one request for one person; it is no sign-in. Looking never consumes it. It dies when the case moves
(written in that transaction, service.append), when it expires, or when the restore epoch passes it by.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.ids import new_id, new_secret
from service.models import ActionLink, Opening
from workflows.calendar import Calendar, CalendarEnds
from workflows.kit import Document

PREFIX = "rnt_"
_LIFE = timedelta(days=14)
_WORKING_DAYS_AFTER_DUE = 5


@dataclass(frozen=True, slots=True)
class Link:
    """A link as stored: what it is bound to and whether it still opens anything."""

    row: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The link's id; unlike the handle it may be logged."""
        return str(self.row["id"])

    def is_alive(self, now: datetime, epoch: int) -> bool:
        """Whether it opens its request now."""
        return self.row["dead_at"] is None and now < self.row["expires_at"] and self.row["epoch"] == epoch


def handle_hash(pepper: bytes, handle: str) -> str:
    """What the database keeps of a handle: HMAC-SHA256 under the pepper, which is not in the database."""
    return hmac.new(pepper, handle.encode(), hashlib.sha256).hexdigest()


def mint(
    connection: Connection, pepper: bytes, *, delivery_id: str, case: Mapping[str, Any], person_id: str, role: str,
    actions: list[str], now: datetime, calendar: Calendar, epoch: int,
) -> str:
    """A new handle for one mail, returned once and never again; only its hash is stored.

    Minted at each attempt to send, so that a mail sent twice after a crash carries two handles that both work.
    """
    handle = PREFIX + new_secret()
    connection.execute(
        insert(ActionLink).values(
            id=new_id(),
            handle_hash=handle_hash(pepper, handle),
            delivery_id=delivery_id,
            case_id=case["id"],
            case_version=case["version"],
            document_sha256=case["document_sha256"],
            person_id=person_id,
            role=role,
            actions=actions,
            epoch=epoch,
            created_at=now,
            expires_at=_expiry(now, case["due_at"], calendar),
        )
    )
    return handle


def find(connection: Connection, pepper: bytes, handle: str) -> Link | None:
    """The link of this handle, alive or dead; None when it was never issued. Nothing changes."""
    row = (
        connection.execute(
            select(*ActionLink.__table__.columns).where(ActionLink.handle_hash == handle_hash(pepper, handle))
        )
        .mappings()
        .one_or_none()
    )
    return Link(dict(row)) if row else None


def open_link(connection: Connection, link: Link, opening_id: str, case: Mapping[str, Any], now: datetime) -> None:
    """Remembers that a person opened the link in this browser, and which version was shown to him."""
    connection.execute(
        insert(Opening).values(
            id=opening_id, link_id=link.id, opened_at=now, shown_version=case["version"],
            shown_sha256=case["document_sha256"], typed={},
        )
    )
    connection.execute(
        update(ActionLink).where(ActionLink.id == link.id, ActionLink.opened_at.is_(None)).values(opened_at=now)
    )


def opening(connection: Connection, opening_id: str) -> tuple[Mapping[str, Any], Link] | None:
    """(the opening, its link), or None when nothing was opened under this id."""
    openings = select(*Opening.__table__.columns).where(Opening.id == opening_id)
    shown = connection.execute(openings).mappings().one_or_none()
    if shown is None:
        return None
    links = select(*ActionLink.__table__.columns).where(ActionLink.id == shown["link_id"])
    return dict(shown), Link(dict(connection.execute(links).mappings().one()))


def keep_typed(connection: Connection, opening_id: str, typed: Document) -> None:
    """Keeps what was typed on the page until it is decided, so that a refused post loses nothing."""
    connection.execute(update(Opening).where(Opening.id == opening_id).values(typed=dict(typed)))


def _expiry(now: datetime, due: datetime | None, calendar: Calendar) -> datetime:
    """14 days after sending, but never before five working days after the deadline."""
    after_sending = now + _LIFE
    if due is None:
        return after_sending
    try:
        after_due = calendar.end_of_day(calendar.add_working_days(calendar.civil_date(due), _WORKING_DAYS_AFTER_DUE))
    except CalendarEnds:
        after_due = due + timedelta(days=2 * _WORKING_DAYS_AFTER_DUE)
    return max(after_sending, after_due)

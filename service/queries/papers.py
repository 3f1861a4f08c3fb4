"""Scans and what was entered from them, as pages and the API show it."""

from typing import Any

from sqlalchemy import Connection, select

from service.casefile import CaseFile
from service.models import AssistedEntry, Attachment, Case
from service.papers import live_entry
from service.queries.events import texts_of


def entry_view(connection: Connection, file: CaseFile) -> dict[str, Any] | None:
    """The paper that waits in this case, with its scan and the reason it gives; None without one."""
    entry = live_entry(connection, file)
    if entry is None:
        return None
    texts = texts_of(connection, file.present, [entry.entered_event_id]).get(entry.entered_event_id, {})
    return {
        "id": entry.id,
        "action": entry.action,
        "state": entry.state,
        "paper_on": entry.paper_on,
        "entered_at": entry.entered_at,
        "entered_by": file.present.organisation.person(entry.entered_by).name,
        "reason": texts.get("reason", ""),
        "scan": scan_row(connection, file.id, entry.attachment_id),
    }


def scan_row(connection: Connection, case_id: str, attachment_id: str) -> dict[str, Any] | None:
    """A scan of the case without its bytes; None when there is none."""
    found = connection.execute(
        select(Attachment.id, Attachment.name, Attachment.media_type, Attachment.sha256, Attachment.size).where(
            Attachment.id == attachment_id, Attachment.case_id == case_id
        )
    ).one_or_none()
    return dict(found._mapping) if found else None


def scan_bytes(connection: Connection, case_id: str, attachment_id: str) -> bytes | None:
    """The bytes of a scan of the case."""
    found: bytes | None = connection.scalar(
        select(Attachment.content).where(Attachment.id == attachment_id, Attachment.case_id == case_id)
    )
    return found


def to_confirm(connection: Connection, person_id: str) -> list[dict[str, Any]]:
    """The person's own papers that wait for his word, the oldest first: `{number, action, paper_on}`."""
    rows = connection.execute(
        select(Case.number, AssistedEntry.action, AssistedEntry.paper_on)
        .join(Case, Case.id == AssistedEntry.case_id)
        .where(
            Case.subject_id == person_id, AssistedEntry.state == "WAITING", Case.held_at.is_(None),
            AssistedEntry.case_version == Case.version,
        )
        .order_by(AssistedEntry.entered_at)
    )
    return [dict(row._mapping) for row in rows]

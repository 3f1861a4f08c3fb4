"""The receipt of a decision: what, number, when, as what, its proof code, and what happens next."""

from typing import Any

from sqlalchemy import Connection, select

from service.authority.words import ROLES
from service.canonical import parse
from service.casefile import CaseFile
from service.errors import NotFound
from service.models import Event
from service.queries.waiting import sentence
from service.sentences import predicate
from workflows.dates import moment
from workflows.kit import Locale, Role, Text


def receipt_view(connection: Connection, file: CaseFile, event_id: str, locale: Locale) -> dict[str, Any]:
    """One event of the case as its receipt shows it. Raises NotFound when it is not of this case."""
    row = connection.execute(
        select(Event.id, Event.type, Event.at, Event.canonical, Event.hash, Event.position).where(
            Event.id == event_id, Event.case_id == file.id
        )
    ).one_or_none()
    if row is None:
        raise NotFound(Text("Bukti ini tidak ada.", "There is no such receipt."))
    said = parse(row.canonical)
    capacity = ROLES[Role(said["capacity"])]
    did, at = predicate(row.type, file.workflow), moment(row.at, file.present.organisation.zone)
    told = Text(
        f"Anda {did.id}: {file.number}, pada {at.id}, sebagai {capacity.id}.",
        f"You {did.en}: {file.number}, on {at.en}, as {capacity.en}.",
    )
    return {
        "event_id": row.id,
        "action": row.type.partition(".")[2],
        "number": file.number,
        "at": row.at,
        "sentence": told.to(locale),
        "state": file.workflow.state(said["to"]).label.to(locale),
        "next": sentence(file).to(locale),
        "proof": proof_code(row.hash),
        "hash": row.hash,
        "position": row.position,
        "document_sha256": said["document_sha256"],
        "actor_id": said["actor"],
    }


def proof_code(digest: str) -> str:
    """The first eight digits of a hash, as people compare them: 7F3A-91C2."""
    return f"{digest[:4]}-{digest[4:8]}".upper()

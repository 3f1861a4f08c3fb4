"""The event: its canonical form (version 1, final) and the texts that lie beside it.

Bytes of an event are the RFC 8785 form of the fields below; its hash is SHA-256(0x00 ‖ bytes), so that an event is
at once a link of its case's chain (`prev`) and a leaf of a Merkle tree (RFC 6962).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from service import texts
from service.canonical import canonical, leaf_hash

FORMAT = 1
GENESIS = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One human text of an event and the person whose text it is: erasing that person's key erases it."""

    owner_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the log says of one thing that happened to a case, or in a register, which has no states.

    `texts` maps a name (reason, actor_name, …) to its text.
    """

    id: str
    case_id: str
    position: int
    type: str
    at: datetime
    actor_id: str | None
    on_behalf_of: str | None
    capacity: str
    from_state: str | None
    to_state: str | None
    round: int
    case_version: int
    document_sha256: str
    channel: str
    assurance: str
    prev: str
    texts: Mapping[str, Told]


def instant_text(at: datetime) -> str:
    """An instant as the log writes it: UTC with microseconds and Z (RFC 3339)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def record(entry: Entry, keys: Mapping[str, bytes]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(row of `events`, rows of `event_texts`). A text whose owner has no key any more is left out."""
    commitments: dict[str, str] = {}
    rows = []
    for name, told in entry.texts.items():
        if key := keys.get(told.owner_id):
            commitments[name], sealed = texts.seal(key, told.text)
            rows.append({"event_id": entry.id, "name": name, "owner_id": told.owner_id, "sealed": sealed})
    content = canonical(
        {
            "v": FORMAT,
            "id": entry.id,
            "case": entry.case_id,
            "position": entry.position,
            "type": entry.type,
            "at": instant_text(entry.at),
            "actor": entry.actor_id,
            "on_behalf_of": entry.on_behalf_of,
            "capacity": entry.capacity,
            "from": entry.from_state,
            "to": entry.to_state,
            "round": entry.round,
            "case_version": entry.case_version,
            "document_sha256": entry.document_sha256,
            "texts": commitments,
            "channel": entry.channel,
            "assurance": entry.assurance,
            "prev": entry.prev,
        }
    )
    event = {
        "id": entry.id,
        "case_id": entry.case_id,
        "position": entry.position,
        "type": entry.type,
        "at": entry.at,
        "actor_id": entry.actor_id,
        "canonical": content,
        "hash": leaf_hash(content),
    }
    return event, rows

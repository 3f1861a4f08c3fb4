"""The log as people read it: a case's timeline and the auditors' list, which holds the registers' events too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from service.canonical import parse
from service.ids import is_id
from service.models import Case, Event, EventText, Register, RegisterEntry
from service.queries.paging import DEFAULT_LIMIT, Page
from service.runut import Present
from service.texts import unseal

CHAIN_NAME = func.coalesce(Case.number, Register.name).label("number")
"""The public name of an event's chain: the case's number, or the register's name."""


def with_its_chain(query: Any) -> Select[Any]:
    """The `select` of events, joined with the case or the register that each belongs to."""
    joined: Select[Any] = query.outerjoin(Case, Case.id == Event.case_id)
    return joined.outerjoin(Register, Register.id == Event.case_id)


def register_facts(connection: Connection, event_id: str) -> dict[str, Any] | None:
    """What an event of a register set, as plain values; None for a case's event."""
    content = connection.scalar(select(RegisterEntry.canonical).where(RegisterEntry.event_id == event_id))
    return None if content is None else dict(parse(content))


def timeline(connection: Connection, present: Present, case_id: str) -> list[dict[str, Any]]:
    """All events of a case in order, with their texts as far as they still exist."""
    rows = connection.execute(_listed().where(Event.case_id == case_id).order_by(Event.position)).all()
    return event_views(connection, present, rows)


def event_page(
    connection: Connection, present: Present, *, after: int | None = None, type_: str | None = None,
    actor: str | None = None, case: str | None = None, limit: int = DEFAULT_LIMIT, newest_first: bool = False,
    also: Sequence[ColumnElement[bool]] = (),
) -> Page:
    """The log, in the order in which it was written; `after` is the `seq` of the last event seen, `also` are further
    conditions on `events`."""
    query = _listed().where(*also).order_by(Event.seq.desc() if newest_first else Event.seq).limit(limit + 1)
    if after is not None:
        query = query.where(Event.seq < after if newest_first else Event.seq > after)
    if type_:
        query = query.where(Event.type == type_)
    if actor:
        query = query.where(Event.actor_id == actor)
    if case:
        query = query.where(
            Event.case_id == case if is_id(case) else or_(Case.number == case, Register.name == case)
        )
    rows = connection.execute(query).all()
    views = event_views(connection, present, rows[:limit])
    return Page(views, str(rows[limit - 1].seq) if len(rows) > limit else None)


def event_views(connection: Connection, present: Present, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Events as plain JSON; names and reasons are null once they were erased."""
    texts = texts_of(connection, present, [row.id for row in rows])
    return [_view(row, texts.get(row.id, {})) for row in rows]


def texts_of(connection: Connection, present: Present, event_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Each event's texts by name; texts whose key or row is gone are left out."""
    ids = list(event_ids)
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(select(EventText.__table__).where(EventText.event_id.in_(ids))):
        if plain := unseal(present.text_keys.get(row.owner_id), row.sealed):
            found.setdefault(row.event_id, {})[row.name] = plain[1]
    return found


def _listed() -> Select[Any]:
    return with_its_chain(
        select(
            Event.seq, Event.id, Event.case_id, Event.position, Event.type, Event.at, Event.canonical, Event.hash,
            CHAIN_NAME,
        )
    )


def _view(row: Any, texts: Mapping[str, str]) -> dict[str, Any]:
    said = parse(row.canonical)
    return {
        "id": row.id,
        "case_id": row.case_id,
        "number": row.number,
        "position": row.position,
        "leaf_index": None,
        "seq": row.seq,
        "type": row.type,
        "at": said["at"],
        "actor": said["actor"] and {"id": said["actor"], "name": texts.get("actor_name")},
        "on_behalf_of": said["on_behalf_of"] and {"id": said["on_behalf_of"], "name": texts.get("principal_name")},
        "capacity": said["capacity"],
        "from": said["from"],
        "to": said["to"],
        "round": said["round"],
        "case_version": said["case_version"],
        "document_sha256": said["document_sha256"],
        "reason": texts.get("reason"),
        "texts": {name: text for name, text in texts.items() if not name.startswith(("actor_", "principal_"))},
        "channel": said["channel"],
        "assurance": said["assurance"],
        "prev": said["prev"],
        "hash": row.hash,
    }

"""Every case with its whole history, a batch at a time, so that memory does not grow with the log."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from service.models import Case, CaseDocument, Event, EventText, WorkItem

_BATCH = 200
_EVENT = ("id", "case_id", "position", "type", "at", "actor_id", "canonical", "hash")


@dataclass(frozen=True)
class History:
    """A case and all that is kept of its way: rows of the log, texts, documents and work items, as stored."""

    case: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    documents: Sequence[Mapping[str, Any]]
    texts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    work_items: Sequence[Mapping[str, Any]] = ()

    @property
    def number(self) -> str:
        """The case's public number."""
        return str(self.case["number"])


def histories(connection: Connection) -> Iterator[History]:
    """All cases in the order of their ids. A case and its events are read in one statement, so a case that moves
    meanwhile is seen either before or after."""
    last: str | None = None
    while True:
        query = select(Case.id).order_by(Case.id).limit(_BATCH)
        ids = list(connection.scalars(query if last is None else query.where(Case.id > last)))
        if not ids:
            return
        yield from _batch(connection, ids)
        last = ids[-1]


def _batch(connection: Connection, ids: list[str]) -> list[History]:
    columns = [*Case.__table__.columns, *(getattr(Event, name).label(f"event_{name}") for name in _EVENT)]
    rows = connection.execute(
        select(*columns)
        .outerjoin(Event, Event.case_id == Case.id)
        .where(Case.id.in_(ids))
        .order_by(Case.id, Event.position)
    ).mappings()
    cases: dict[str, Mapping[str, Any]] = {}
    events: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        cases[row["id"]] = dict(row)
        if row["event_id"] is not None:
            events[row["id"]].append({name: row[f"event_{name}"] for name in _EVENT})
    documents = _by(connection, CaseDocument, CaseDocument.case_id.in_(ids), "case_id")
    work_items = _by(connection, WorkItem, WorkItem.case_id.in_(ids), "case_id")
    inner = select(Event.id).where(Event.case_id.in_(ids))
    texts = _by(connection, EventText, EventText.event_id.in_(inner), "event_id")
    return [
        History(
            case=case, events=events[case_id], documents=documents[case_id], work_items=work_items[case_id],
            texts={event["id"]: texts[event["id"]] for event in events[case_id] if event["id"] in texts},
        )
        for case_id, case in cases.items()
    ]


def _by(connection: Connection, model: Any, condition: Any, name: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(select(*model.__table__.columns).where(condition)).mappings():
        found[row[name]].append(dict(row))
    return found

"""A case's texts over time, and the difference between two of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from service.casefile import document_of
from service.errors import NotFound
from service.models import CaseDocument
from service.views import when
from workflows.kit import Text


def versions(connection: Connection, case_id: str) -> list[dict[str, Any]]:
    """All texts of a case, oldest first; `canonical` is the exact text the digest is over."""
    rows = connection.execute(
        select(*CaseDocument.__table__.columns).where(CaseDocument.case_id == case_id).order_by(CaseDocument.version)
    )
    return [
        {"version": row.version, "round": row.round, "sha256": row.sha256, "created_at": when(row.created_at),
         "canonical": row.canonical}
        for row in rows
    ]


def saved_at(connection: Connection, case_id: str, version: int) -> datetime:
    """When this text of the case was kept."""
    query = select(CaseDocument.created_at).where(CaseDocument.case_id == case_id, CaseDocument.version == version)
    return connection.execute(query).scalar_one()


def document_at(connection: Connection, case_id: str, version: int) -> dict[str, Any]:
    """The text that was valid at a version of the case. Raises NotFound."""
    row = connection.execute(
        select(CaseDocument.canonical)
        .where(CaseDocument.case_id == case_id, CaseDocument.version <= version)
        .order_by(CaseDocument.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(Text("Versi ini tidak ada.", "There is no such version."))
    return document_of(row.canonical)[0]


def difference(before: Any, after: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """What changed from one text to another: path, old and new value; list items with an id are matched by it."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from difference(before.get(name), after.get(name), f"{path}.{name}".lstrip("."))
    elif _has_ids(before) and _has_ids(after):
        old, new = ({item["id"]: item for item in items} for items in (before, after))
        for key in dict.fromkeys([*old, *new]):
            yield from difference(old.get(key), new.get(key), f"{path}[{key}]")
    else:
        yield {"path": path, "from": before, "to": after}


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "id" in item for item in value)

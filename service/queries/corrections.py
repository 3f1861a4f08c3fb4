"""Requests for a correction of who rates, of a post, a unit or a name: HR's queue, and a case's own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select

from service.models import Case, CorrectionRequest
from service.queries.events import texts_of
from service.runut import Present


def open_requests(connection: Connection, present: Present, limit: int = 200) -> list[dict[str, Any]]:
    """Everything that HR has not answered, the most urgent first."""
    rows = _rows(connection, CorrectionRequest.state == "OPEN", limit=limit)
    return _views(connection, present, rows)


def requests_of(connection: Connection, present: Present, case_id: str) -> list[dict[str, Any]]:
    """All requests about one case, the oldest deadline first."""
    return _views(connection, present, _rows(connection, CorrectionRequest.case_id == case_id))


def count_open(connection: Connection, present: Present) -> tuple[int, int]:
    """(how many wait for HR's answer, how many of them are late)."""
    late = func.count().filter(CorrectionRequest.due_at < present.now)
    row = connection.execute(select(func.count(), late).where(CorrectionRequest.state == "OPEN")).one()
    return int(row[0]), int(row[1])


def waiting_requests(connection: Connection) -> Sequence[Any]:
    """What waits for HR's answer as a daily summary lists it: number, workflow, edition, due and since; no state."""
    return connection.execute(
        select(
            Case.number, Case.workflow, Case.edition, literal("").label("state"), CorrectionRequest.due_at,
            CorrectionRequest.asked_at.label("since_at"),
        )
        .join(Case, Case.id == CorrectionRequest.case_id)
        .where(CorrectionRequest.state == "OPEN")
    ).all()


def _rows(connection: Connection, which: ColumnElement[bool], limit: int = 200) -> Sequence[Any]:
    query = (
        select(*CorrectionRequest.__table__.columns, Case.number, Case.version, Case.subject_id)
        .join(Case, Case.id == CorrectionRequest.case_id)
        .where(which)
        .order_by(CorrectionRequest.due_at, CorrectionRequest.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def _views(connection: Connection, present: Present, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Plain rows with the words of who asked and of the answer, as far as they still exist."""
    ids = [row.asked_event_id for row in rows] + [row.decided_event_id for row in rows if row.decided_event_id]
    texts = texts_of(connection, present, ids)
    people = present.organisation.people
    return [
        {
            "id": row.id,
            "number": row.number,
            "case_id": row.case_id,
            "version": row.version,
            "subject": people[row.subject_id].name,
            "asked_by": row.asked_by,
            "asker": people[row.asked_by].name,
            "about": row.about,
            "proposed_id": row.proposed_id,
            "proposed_name": texts.get(row.asked_event_id, {}).get("proposed_name", ""),
            "text": texts.get(row.asked_event_id, {}).get("text", ""),
            "answer": texts.get(row.decided_event_id or "", {}).get("reason", ""),
            "state": row.state,
            "asked_at": row.asked_at,
            "due_at": row.due_at,
            "late": row.state == "OPEN" and row.due_at < present.now,
        }
        for row in rows
    ]

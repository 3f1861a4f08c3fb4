"""Requests on paper: the notices of a case, and whom somebody must visit because no mail reaches him."""

from typing import Any

from sqlalchemy import Connection, and_, func, select

import workflows
from service.access import visible_to
from service.models import Case, Person, PrintedNotice, Unit, WorkItem
from service.runut import Present


def notices_of(connection: Connection, present: Present, case_id: str) -> list[dict[str, Any]]:
    """The case's printed notices, the newest first."""
    rows = connection.execute(
        select(PrintedNotice.__table__)
        .where(PrintedNotice.case_id == case_id)
        .order_by(PrintedNotice.printed_at.desc(), PrintedNotice.id.desc())
    )
    people = present.organisation.people
    return [
        {
            **row._mapping,
            "name": people[row.person_id].name,
            "handed_by_name": people[row.handed_by].name if row.handed_by else "",
        }
        for row in rows
    ]


def visits(connection: Connection, present: Present, reader_id: str, limit: int = 500) -> list[dict[str, Any]]:
    """People without a mailbox who have to act on a case that the reader may see, the most urgent first.

    `notice` is the newest one printed for this request, None when none was.
    """
    newest = (
        select(PrintedNotice.case_id, PrintedNotice.person_id, func.max(PrintedNotice.number).label("number"))
        .group_by(PrintedNotice.case_id, PrintedNotice.person_id)
        .subquery()
    )
    rows = connection.execute(
        select(
            Case.id, Case.number, Case.workflow, Case.edition, Case.state, Case.state_since, Case.due_at,
            Person.id.label("person_id"), Person.name, Unit.name.label("unit"), PrintedNotice.number.label("notice"),
            PrintedNotice.printed_at, PrintedNotice.handed_on,
        )
        .join(WorkItem, WorkItem.case_id == Case.id)
        .join(Person, Person.id == WorkItem.person_id)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(newest, and_(newest.c.case_id == Case.id, newest.c.person_id == Person.id))
        .outerjoin(PrintedNotice, PrintedNotice.number == newest.c.number)
        .where(
            Person.email.is_(None), Person.locked_at.is_(None), WorkItem.done_at.is_(None), Case.held_at.is_(None),
            visible_to(present, reader_id),
        )
        .order_by(Case.due_at.is_(None), Case.due_at, Case.number)
        .limit(limit)
    )
    return [_visit(row) for row in rows]


def _visit(row: Any) -> dict[str, Any]:
    is_of_this_request = row.printed_at is not None and row.printed_at >= row.state_since
    return {
        "number": row.number,
        "person_id": row.person_id,
        "name": row.name,
        "unit": row.unit,
        "state": workflows.get(row.workflow, row.edition).state(row.state).label,
        "due_at": row.due_at,
        "notice": row.notice if is_of_this_request else None,
        "handed_on": row.handed_on if is_of_this_request else None,
    }

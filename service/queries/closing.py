"""What keeps a cycle from being closed: its open cases, each with whom it waits for and why."""

from typing import Any

from sqlalchemy import Connection, func, select

from service.casefile import load_case
from service.commands.people.resettling import not_final
from service.models import Case
from service.queries.paging import DEFAULT_LIMIT, Page, decode, encode
from service.queries.waiting import sentence
from service.runut import Present
from workflows.kit import Locale


def count_open(connection: Connection, cycle_id: str) -> int:
    """How many cases of the cycle have not ended."""
    query = select(func.count()).select_from(Case).where(Case.cycle_id == cycle_id, not_final())
    return int(connection.scalar(query) or 0)


def open_cases(
    connection: Connection, present: Present, cycle_id: str, locale: Locale, *, limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page:
    """A page of the open cases by number: whose, in which state, and the sentence why it waits."""
    query = select(Case.id, Case.number).where(Case.cycle_id == cycle_id, not_final()).order_by(Case.number)
    if cursor:
        (last,) = decode(cursor, 1)
        query = query.where(Case.number > last)
    rows = connection.execute(query.limit(limit + 1)).all()
    return Page(
        [_row(connection, present, row.id, locale) for row in rows[:limit]],
        encode([rows[limit - 1].number]) if len(rows) > limit else None,
    )


def _row(connection: Connection, present: Present, case_id: str, locale: Locale) -> dict[str, Any]:
    file = load_case(connection, present, case_id)
    return {
        "id": file.id,
        "number": file.number,
        "subject": present.organisation.person(file.row["subject_id"]).name,
        "state": file.state.label.to(locale),
        "why": sentence(file).to(locale),
    }

"""The delivery ledger: every mail and what became of it."""

from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select
from sqlalchemy.orm import aliased

from service.ids import is_id
from service.models import ActionLink, Case, Delivery, Person, WorkItem
from service.queries.paging import DEFAULT_LIMIT, Page, decode_place, encode
from service.views import when


def delivery_page(
    connection: Connection, *, case: str | None = None, state: str | None = None, person: str | None = None,
    name: str | None = None, limit: int = DEFAULT_LIMIT, cursor: str | None = None,
) -> Page:
    """Mails, newest first; `case` is an id or a number, `name` a part of the recipient's name.

    `acted`: its link was used to decide. `awaited`: the case waits for the recipient now, who got no such mail since.
    """
    opened = (
        select(ActionLink.opened_at).where(ActionLink.delivery_id == Delivery.id, ActionLink.opened_at.is_not(None))
    ).limit(1).scalar_subquery()
    acted = exists().where(ActionLink.delivery_id == Delivery.id, ActionLink.event_id.is_not(None))
    awaited = exists().where(
        WorkItem.case_id == Delivery.case_id, WorkItem.person_id == Delivery.person_id, WorkItem.done_at.is_(None)
    )
    later = aliased(Delivery)
    repeated = exists().where(
        later.case_id == Delivery.case_id, later.person_id == Delivery.person_id, later.rule == Delivery.rule,
        later.created_at > Delivery.created_at,
    )
    query = (
        select(
            *Delivery.__table__.columns, Case.number, Case.workflow, Case.version, Person.name,
            opened.label("opened_at"), acted.label("acted"),
            and_(awaited, ~repeated, Case.held_at.is_(None)).label("awaited"),
        )
        .outerjoin(Case, Case.id == Delivery.case_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(Delivery.channel == "mail")
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .limit(limit + 1)
    )
    if case:
        query = query.where(Case.id == case if is_id(case) else Case.number == case)
    if state:
        query = query.where(Delivery.state == state)
    if person:
        query = query.where(Delivery.person_id == person)
    if name:
        query = query.where(Person.name.icontains(name.strip(), autoescape=True))
    if cursor:
        at, last = decode_place(cursor)
        query = query.where(or_(Delivery.created_at < at, and_(Delivery.created_at == at, Delivery.id < last)))
    rows = connection.execute(query).all()
    shown = rows[:limit]
    more = encode([when(shown[-1].created_at), shown[-1].id]) if len(rows) > limit else None
    return Page([_view(row) for row in shown], more)


def _view(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "rule": row.rule,
        "state": row.state,
        "person": row.person_id and {"id": row.person_id, "name": row.name},
        "case_id": row.case_id,
        "number": row.number,
        "workflow": row.workflow,
        "action": row.details.get("action"),
        "attempts": row.attempts,
        "created_at": when(row.created_at),
        "next_at": when(row.next_at) if row.state in ("PENDING", "RETRY", "LEASED") else None,
        "done_at": when(row.done_at),
        "opened_at": when(row.opened_at),
        "acted": bool(row.acted),
        "answer": row.answer,
        "awaited": bool(row.awaited),
        "case_version": row.version,
    }

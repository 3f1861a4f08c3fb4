"""A bulk action as whoever asked for it sees it: what the check found and what became of each case."""

from typing import Any

from sqlalchemy import Connection, select

from service.commands.bulk import ACTIONS, offices_of
from service.commands.bulk.doing import NO_SUCH_BULK
from service.errors import NotFound
from service.ids import is_id
from service.models import BulkAction, BulkItem, Case, Person
from service.runut import Present
from service.signin import roles_of
from service.views import when
from workflows.kit import Locale, Text

STATES = ("READY", "DONE", "FAILED", "SKIPPED")


def bulk_view(
    connection: Connection, present: Present, person_id: str, bulk_id: str, locale: Locale
) -> dict[str, Any]:
    """The bulk action with its cases, for HR. Raises NotFound for everybody else."""
    row = None
    if is_id(bulk_id) and "hr" in roles_of(present, person_id):
        row = connection.execute(select(*BulkAction.__table__.columns).where(BulkAction.id == bulk_id)).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_BULK)
    remedy = ACTIONS[row.action]
    items = _items(connection, bulk_id)
    return {
        "id": row.id,
        "action": row.action,
        "title": remedy.label.to(locale),
        "effect": remedy.effect.to(locale),
        "cannot_be_undone": remedy.stays.to(locale),
        "asked_by": row.asked_by,
        "created_at": when(row.created_at),
        "job": row.job_id,
        "count": len(items),
        "states": {state: sum(item.state == state for item in items) for state in STATES},
        "mails": {"now": row.mails, "summarised": row.summarised, "stopped": row.stopped},
        "offices": _offices(present, items),
        "items": [
            {
                "case_id": item.case_id, "number": item.number, "subject": item.name, "state": item.state,
                "reason": Text(item.sentence_id, item.sentence_en).to(locale),
            }
            for item in items
        ],
    }


def _items(connection: Connection, bulk_id: str) -> list[Any]:
    return list(
        connection.execute(
            select(*BulkItem.__table__.columns, Case.number, Case.unit_id, Person.name)
            .join(Case, Case.id == BulkItem.case_id)
            .join(Person, Person.id == Case.subject_id)
            .where(BulkItem.bulk_id == bulk_id)
            .order_by(BulkItem.place)
        )
    )


def _offices(present: Present, items: list[Any]) -> list[dict[str, Any]]:
    """How many cases of each office are concerned, the most first."""
    organisation = present.organisation
    office_of = offices_of(organisation, [item.unit_id for item in items])
    counts: dict[str, int] = {}
    for item in items:
        if item.state != "SKIPPED":
            counts[office_of[item.unit_id]] = counts.get(office_of[item.unit_id], 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], organisation.units[pair[0]].name))
    return [{"name": organisation.units[unit_id].name, "cases": count} for unit_id, count in ordered]

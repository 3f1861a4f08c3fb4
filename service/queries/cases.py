"""Lists of cases: what somebody may see, what waits for him, and HR's counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

import workflows
from service.access import visible_to
from service.models import Case, Claim, Person, Unit, WorkItem
from service.queries.paging import DEFAULT_LIMIT, Page, decode_place, encode
from service.runut import Present
from service.views import when
from workflows.kit import Locale, Role


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a list shows; None leaves a column alone. `q` is part of a number or of the subject's name,
    `waits_for` the id of somebody who must act."""

    workflow: str | None = None
    state: str | None = None
    stage: str | None = None
    unit: str | None = None
    cycle: str | None = None
    subject: str | None = None
    waits_for_me: bool = False
    waits_for: str | None = None
    overdue: bool = False
    q: str | None = None


def case_page(
    connection: Connection, present: Present, person_id: str, wanted: CaseFilter, *, limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page:
    """Rows of the cases the person may see, newest first."""
    query = (
        _listed()
        .where(visible_to(present, person_id), *_conditions(present, person_id, wanted))
        .order_by(Case.state_since.desc(), Case.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        at, last = decode_place(cursor)
        query = query.where(or_(Case.state_since < at, and_(Case.state_since == at, Case.id < last)))
    rows = connection.execute(query).mappings().all()
    more = len(rows) > limit
    shown = rows[:limit]
    return Page(shown, encode([when(shown[-1]["state_since"]), shown[-1]["id"]]) if more else None)


def case_ids(
    connection: Connection, present: Present, person_id: str, wanted: CaseFilter, most: int
) -> list[str]:
    """The ids of the cases that the person may see, newest first, at most one more than `most`."""
    found = _found(present, person_id, wanted)
    return list(connection.scalars(found.order_by(Case.state_since.desc(), Case.id.desc()).limit(most + 1)))


def count_cases(connection: Connection, present: Present, person_id: str, wanted: CaseFilter, most: int) -> int:
    """How many cases the person may see, at most one more than `most`."""
    found = _found(present, person_id, wanted).limit(most + 1).subquery()
    return int(connection.scalar(select(func.count()).select_from(found)) or 0)


def _found(present: Present, person_id: str, wanted: CaseFilter) -> Any:
    return select(Case.id).where(visible_to(present, person_id), *_conditions(present, person_id, wanted))


def list_view(present: Present, row: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """One row of a list as plain JSON."""
    state = workflows.get(row["workflow"], row["edition"]).state(row["state"])
    return {
        "id": row["id"],
        "number": row["number"],
        "workflow": row["workflow"],
        "state": row["state"],
        "state_label": state.label.to(locale),
        "stage": row["stage"],
        "version": row["version"],
        "subject": {"id": row["subject_id"], "name": row["subject_name"]},
        "unit": {"id": row["unit_id"], "name": row["unit_name"]},
        "cycle": row["cycle_id"],
        "state_since": when(row["state_since"]),
        "due_at": when(row["due_at"]),
        "overdue": bool(row["due_at"] and row["due_at"] < present.now and row["stage"] != "done"),
    }


def waiting_for(connection: Connection, person_id: str, limit: int = DEFAULT_LIMIT) -> list[Mapping[str, Any]]:
    """Cases that wait for the person, the most urgent first, with his role and since when."""
    query = (
        _listed()
        .add_columns(
            WorkItem.role, WorkItem.since_at, WorkItem.on_behalf_of, Case.rater_position_id, Case.superior_position_id,
            Case.marks, Case.blocked_by, Claim.person_id.label("claimed_by"), Claim.role.label("claimed_as"),
        )
        .join(WorkItem, WorkItem.case_id == Case.id)
        .outerjoin(Claim, and_(Claim.case_id == Case.id, Claim.case_version == Case.version))
        .where(WorkItem.person_id == person_id, WorkItem.done_at.is_(None), Case.held_at.is_(None))
        .order_by(Case.due_at.is_(None), Case.due_at, Case.id)
        .limit(limit)
    )
    return _rows(connection, query)


def awaited_by(connection: Connection, person_id: str, limit: int = DEFAULT_LIMIT) -> list[Mapping[str, Any]]:
    """The person's own cases that are in somebody else's hands."""
    query = (
        _listed()
        .where(
            Case.subject_id == person_id, Case.stage.in_(("review", "approval", "appeal")),
            Case.asked_instead.is_distinct_from(Role.EMPLOYEE.value),
        )
        .order_by(Case.state_since.desc())
        .limit(limit)
    )
    return _rows(connection, query)


def own_cases(connection: Connection, person_id: str, limit: int = DEFAULT_LIMIT) -> list[Mapping[str, Any]]:
    """The person's own cases, the newest first."""
    query = _listed().where(Case.subject_id == person_id).order_by(Case.opened_at.desc()).limit(limit)
    return _rows(connection, query)


def board(
    connection: Connection, present: Present, person_id: str, *, cycle: str | None = None, unit: str | None = None
) -> dict[str, Any]:
    """Counts by workflow × stage × unit and by state, with how many are overdue and how long they have rested."""
    conditions = [visible_to(present, person_id), *_conditions(present, person_id, CaseFilter(cycle=cycle, unit=unit))]
    late = func.sum(case((and_(Case.due_at < present.now, Case.stage != "done"), 1), else_=0))
    counts = connection.execute(
        select(
            Case.workflow, Case.unit_id, Unit.name.label("unit"), Case.stage, Case.state, func.count().label("cases"),
            late.label("overdue"), func.min(Case.state_since).label("oldest"),
        )
        .join(Unit, Unit.id == Case.unit_id)
        .where(*conditions)
        .group_by(Case.workflow, Case.unit_id, Unit.name, Case.stage, Case.state)
        .order_by(Case.workflow, Unit.name, Case.stage, Case.state)
    )
    return {
        "at": when(present.now),
        "cells": [
            {
                "workflow": row.workflow, "unit": {"id": row.unit_id, "name": row.unit}, "stage": row.stage,
                "state": row.state, "cases": row.cases, "overdue": int(row.overdue or 0), "oldest": when(row.oldest),
            }
            for row in counts
        ],
    }


def _rows(connection: Connection, query: Any) -> list[Mapping[str, Any]]:
    found: list[Any] = list(connection.execute(query).mappings())
    return found


def _listed() -> Any:
    return (
        select(
            Case.id, Case.number, Case.workflow, Case.edition, Case.state, Case.stage, Case.version, Case.subject_id,
            Case.unit_id, Case.cycle_id, Case.state_since, Case.due_at, Case.held_at, Case.in_force_version,
            Person.name.label("subject_name"), Unit.name.label("unit_name"),
        )
        .join(Person, Person.id == Case.subject_id)
        .join(Unit, Unit.id == Case.unit_id)
    )


def _conditions(present: Present, person_id: str, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    plain = {
        Case.workflow: wanted.workflow, Case.state: wanted.state, Case.stage: wanted.stage, Case.unit_id: wanted.unit,
        Case.cycle_id: wanted.cycle, Case.subject_id: wanted.subject,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in plain.items() if value]
    for waiting in filter(None, (person_id if wanted.waits_for_me else None, wanted.waits_for)):
        his = select(WorkItem.case_id).where(WorkItem.person_id == waiting, WorkItem.done_at.is_(None))
        conditions.append(Case.id.in_(his))
    if wanted.overdue:
        conditions += [Case.due_at < present.now, Case.stage != "done"]
    if wanted.q:
        part = "%" + wanted.q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        people = select(Person.id).where(Person.name.ilike(part, escape="\\"))
        conditions.append(or_(Case.number.ilike(part, escape="\\"), Case.subject_id.in_(people)))
    return conditions

"""HR's numbers about one cycle: how far it is, where cases rest longest, with whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

import workflows
from service.models import Case, Person, WorkItem
from service.queries.cycles import without_case
from service.runut import Present

_WAITING = ("review", "approval", "appeal")


def cycle_line(
    connection: Connection, present: Present, cycle: Mapping[str, Any], cells: Iterable[Mapping[str, Any]]
) -> dict[str, int]:
    """How many plans of the cycle are in force, wait for somebody, are drafted, are late, and were never opened."""
    found = list(cells)
    in_force = connection.scalar(
        select(func.count())
        .select_from(Case)
        .where(Case.cycle_id == cycle["id"], Case.in_force_version.is_not(None), Case.slot.is_not(None))
    )
    return {
        "in_force": in_force or 0,
        "waiting": sum(cell["cases"] for cell in found if cell["stage"] in _WAITING),
        "drafts": sum(cell["cases"] for cell in found if cell["stage"] == "draft"),
        "late": sum(cell["overdue"] for cell in found),
        "missing": len(without_case(connection, present, cycle)),
    }


def by_state(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The counts by workflow and state in the order of the table, with how many are late and since when the oldest."""
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for cell in cells:
        key = (cell["workflow"], cell["state"])
        row = sums.setdefault(key, {"cases": 0, "overdue": 0, "oldest": cell["oldest"], "workflow": key[0]})
        row["cases"] += cell["cases"]
        row["overdue"] += cell["overdue"]
        row["oldest"] = min(row["oldest"], cell["oldest"])
    return [
        {**sums[name, state.name], "state": state, "since": datetime.fromisoformat(sums[name, state.name]["oldest"])}
        for name in dict.fromkeys(workflow.name for workflow in workflows.all_workflows())
        for state in workflows.get(name).states
        if (name, state.name) in sums
    ]


def by_unit(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Per unit, by name, the counts and late ones of each stage."""
    units: dict[str, dict[str, Any]] = {}
    for cell in cells:
        row = units.setdefault(cell["unit"]["id"], {"unit": cell["unit"], "stages": {}})
        count = row["stages"].setdefault(cell["stage"], {"cases": 0, "overdue": 0})
        count["cases"] += cell["cases"]
        count["overdue"] += cell["overdue"]
    return sorted(units.values(), key=lambda row: row["unit"]["name"])


def slowest(connection: Connection, present: Present, cycle_id: str | None, limit: int = 5) -> list[dict[str, Any]]:
    """Who has the most overdue requests: `{id, name, overdue, oldest}`, where `oldest` is since when he has the oldest.
    """
    overdue, oldest = func.count().label("overdue"), func.min(WorkItem.since_at).label("oldest")
    query = (
        select(Person.id, Person.name, overdue, oldest)
        .join(WorkItem, WorkItem.person_id == Person.id)
        .join(Case, Case.id == WorkItem.case_id)
        .where(
            WorkItem.done_at.is_(None), Case.due_at < present.now, Case.held_at.is_(None), Case.stage.in_(_WAITING)
        )
        .group_by(Person.id, Person.name)
        .order_by(overdue.desc(), oldest)
        .limit(limit)
    )
    if cycle_id:
        query = query.where(Case.cycle_id == cycle_id)
    return [dict(row._mapping) for row in connection.execute(query)]



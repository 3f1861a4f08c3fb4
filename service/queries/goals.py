"""The tree of strategic goals, and which planned results in force point to each of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from service.models import Case, Cycle, Person, PlannedResult, StrategicGoal, Unit

Tree = list[dict[str, Any]]


def goal_years(connection: Connection) -> list[int]:
    """Years for which there are goals, the newest first."""
    years = select(StrategicGoal.year).distinct().order_by(StrategicGoal.year.desc())
    return [row.year for row in connection.execute(years)]


def goals(connection: Connection, year: int | None = None) -> list[dict[str, Any]]:
    """Goals as plain JSON, upper levels first."""
    query = (
        select(*StrategicGoal.__table__.columns, Unit.name.label("unit_name"))
        .outerjoin(Unit, Unit.id == StrategicGoal.unit_id)
        .order_by(StrategicGoal.year.desc(), StrategicGoal.id)
    )
    if year is not None:
        query = query.where(StrategicGoal.year == year)
    return [
        {
            "id": row.id, "level": row.level, "parent_id": row.parent_id, "year": row.year,
            "unit": {"id": row.unit_id, "name": row.unit_name} if row.unit_id else None,
            "statement": row.statement, "indicator": row.indicator, "target": row.target,
        }
        for row in connection.execute(query)
    ]


def goal_tree(connection: Connection, year: int, *, in_full: bool) -> Tree:
    """The goals of a year as a tree.

    Each node has `children`, `direct` (results that name it), `below` (results that reach it through other results or
    goals, itself included) and `units` (results by unit); with `in_full` also `results`: whose, what, in which case.
    """
    nodes = {
        goal["id"]: {**goal, "children": [], "direct": 0, "reached": 0, "units": {}, "results": []}
        for goal in goals(connection, year)
    }
    results = _results(connection, year)
    for result in results.values():
        goal_id = _goal_of(result, results)
        node = nodes.get(goal_id) if goal_id else None
        if node is None:
            continue
        node["units"][result["unit"]] = node["units"].get(result["unit"], 0) + 1
        node["reached"] += 1
        if result["parent_kind"] == "GOAL":
            node["direct"] += 1
            if in_full:
                node["results"].append(result)
    roots: Tree = []
    for node in nodes.values():
        above = nodes.get(node["parent_id"]) if node["parent_id"] else None
        (above["children"] if above else roots).append(node)
    for root in roots:
        _count_below(root)
    return roots


def uncovered(tree: Tree) -> Tree:
    """Goals that no planned result reaches, whichever way."""
    return [node for root in tree for node in _walk(root) if not node["below"]]


def unaligned(connection: Connection, year: int) -> int:
    """How many planned results in force lead to no goal."""
    results = _results(connection, year)
    return sum(_goal_of(result, results) is None for result in results.values())


def _results(connection: Connection, year: int) -> dict[str, dict[str, Any]]:
    """Planned results of plans in force whose case was opened for that year, by id."""
    rows = connection.execute(
        select(
            PlannedResult.id, PlannedResult.statement, PlannedResult.parent_kind, PlannedResult.parent_id, Case.number,
            Person.name.label("person"), Unit.name.label("unit"),
        )
        .join(Case, Case.id == PlannedResult.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Person, Person.id == Case.subject_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Cycle.year == year, Case.in_force_version.is_not(None))
        .order_by(Unit.name, Person.name, PlannedResult.place)
    )
    return {row.id: dict(row._mapping) for row in rows}


def _goal_of(result: Mapping[str, Any], results: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The goal that a result leads to through the results above it; None when the line breaks off or loops."""
    seen: set[str] = set()
    while result["parent_kind"] == "RESULT" and result["id"] not in seen:
        seen.add(result["id"])
        above = results.get(result["parent_id"])
        if above is None:
            return None
        result = above
    return result["parent_id"] if result["parent_kind"] == "GOAL" else None


def _count_below(node: dict[str, Any]) -> int:
    node["below"] = node.pop("reached") + sum(_count_below(child) for child in node["children"])
    below: int = node["below"]
    return below


def _walk(node: dict[str, Any]) -> Tree:
    return [node, *(inner for child in node["children"] for inner in _walk(child))]

"""Rows of units and posts."""

from collections.abc import Mapping
from typing import Any

from service.commands.inputs import load
from service.commands.people.inputs import NewPosition, NewUnit
from service.commands.people.posts import LOOP
from service.ids import new_id
from service.people_import.plan import Fields, Plan
from service.people_import.reading import Row
from workflows.kit import Text

_CORRECT = Text("Perbaiki kolom induknya.", "Correct its parent column.")


def plan_unit(plan: Plan, row: Row) -> tuple[str, Fields]:
    """Whether the unit is new, changed or the same, and in what. Raises RowRefused, InvalidInput."""
    code = row.cells["code"]
    plan.check_once("units", code, row, "code")
    above = plan.unit_id(row.cells.get("above", ""), "parent_id")
    values = load(NewUnit(), {"code": code, "name": row.cells["name"], **({"parent_id": above} if above else {})})
    there = plan.known.units.get(values["code"])
    if there is None:
        return _enter(plan, "units", plan.known.units, values), [("code", "", code), ("name", "", values["name"])]
    new = different(values, there)
    if "parent_id" in new:
        _check_above_later(plan, row, plan.known.units, there, "parent_id")
        plan.load.units.add(there["id"])
    return _change(plan, "units", there, new)


def plan_position(plan: Plan, row: Row) -> tuple[str, Fields]:
    """Whether the post is new, changed or the same, and in what. Raises RowRefused, InvalidInput."""
    code = row.cells["code"]
    plan.check_once("positions", code, row, "code")
    above = plan.position_id(row.cells.get("above", ""), "reports_to_id")
    values = load(
        NewPosition(),
        {
            "code": code, "title": row.cells["title"], "unit_id": plan.unit_id(row.cells["unit"], "unit_id") or "",
            "post_class": row.cells["post_class"].upper().replace(" ", "_"),
            **({"reports_to_id": above} if above else {}),
        },
    )
    there = plan.known.positions.get(values["code"])
    if there is None:
        said: Fields = [("code", "", code), ("title", "", values["title"]), ("unit_id", "", row.cells["unit"])]
        return _enter(plan, "positions", plan.known.positions, values), said
    new = different(values, there)
    if "reports_to_id" in new:
        _check_above_later(plan, row, plan.known.positions, there, "reports_to_id")
        plan.load.posts.add(there["id"])
    return _change(plan, "positions", there, new)


def different(given: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says and says differently; an empty cell says nothing."""
    return {name: value for name, value in given.items() if value not in (None, "") and there[name] != value}


def _enter(plan: Plan, table: str, known: dict[str, dict[str, Any]], values: Mapping[str, Any]) -> str:
    row = {"id": new_id(), **values}
    known[row["code"]] = row
    plan.known.codes[row["id"]] = row["code"]
    plan.load.added[table].append(row)
    return "new"


def _change(plan: Plan, table: str, there: dict[str, Any], new: Mapping[str, Any]) -> tuple[str, Fields]:
    if not new:
        return "same", []
    codes = plan.known.codes
    said: Fields = [(name, codes.get(there[name], there[name]), codes.get(new[name], new[name])) for name in new]
    plan.load.change(table, there["id"], **new)
    there.update(new)
    return "changed", said


def _check_above_later(
    plan: Plan, row: Row, known: Mapping[str, dict[str, Any]], there: dict[str, Any], above: str
) -> None:
    """Once every row is planned, nothing may stand below itself."""
    table = plan.table
    assert table is not None

    def check() -> None:
        by_id = {each["id"]: each for each in known.values()}
        seen, at = set(), there["id"]
        while at is not None and at not in seen:
            seen.add(at)
            at = by_id[at][above] if at in by_id else None
        if at is not None:
            plan.problem(table.label, row.number, table.titles["above"], LOOP, _CORRECT)

    plan.checks.append(check)

"""The goals that plans serve: a tree with how many planned results reach each, and the goals that none reaches."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.pages.filters import address
from service.pages.standing import for_roles
from service.pages.web import reading, render, words
from service.queries.goals import Tree, goal_tree, goal_years, unaligned, uncovered
from service.signin import roles_of
from workflows.kit import Text

blueprint = Blueprint("goals", __name__)

_LEVELS: Mapping[str, Text] = {
    "RPJMD": Text("Sasaran RPJMD", "Medium-term goal (RPJMD)"),
    "RENSTRA": Text("Tujuan Renstra", "Strategic objective (Renstra)"),
    "PK": Text("Perjanjian Kinerja", "Performance agreement (PK)"),
}


@blueprint.get("/goals")
@for_roles("planner", "hr")
def goals() -> ResponseReturnValue:
    """The tree of one year (`?year=`); planners see goals and numbers, HR also whose results they are."""
    with reading() as (connection, present, person_id):
        years = goal_years(connection)
        this_year = present.calendar.civil_date(present.now).year
        year = request.args.get("year", this_year, type=int)
        in_full = "hr" in roles_of(present, person_id)
        tree = goal_tree(connection, year, in_full=in_full)
        loose = unaligned(connection, year)
    return render(
        "goals.html",
        year=year,
        tabs=[
            {"label": str(y), "href": address("/goals", {"year": str(y)}), "current": y == year} for y in years
        ] if len(years) > 1 else [],
        tree=_worded(tree),
        total=sum(1 for _ in _walk(tree)),
        uncovered=uncovered(tree),
        loose=loose,
        in_full=in_full,
    )


def _worded(tree: Tree) -> Tree:
    for node in _walk(tree):
        node["level_words"] = words(_LEVELS.get(node["level"], Text(node["level"], node["level"])))
        node["measure"] = ": ".join(part for part in (node["indicator"], node["target"]) if part)
        node["unit_counts"] = sorted(node["units"].items())
    return tree


def _walk(tree: Tree) -> Tree:
    return [node for root in tree for node in (root, *_walk(root["children"]))]

"""Last year's plan as this year's beginning: valid in shape, no dangling link, and nothing else is different."""

import unicodedata
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.conftest import B1, RAHMAT, SARI
from workflows.behaviours import BEHAVIOURS
from workflows.context import Context, ParentResult
from workflows.work_plan_carrying import carry_over, unchanged_targets
from workflows.work_plan_document import WorkPlanDocument
from workflows.work_plan_example import example

OLD_GOAL, GOAL = "01a0-old", ParentResult("GOAL", "01b0-new", "Menurunnya stunting", "≤ 18 %", "Dinas Kesehatan")
GOALS = {OLD_GOAL: GOAL.statement, "01a1-gone": "Sasaran yang tidak ada lagi"}
_words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12).map(
    lambda words: unicodedata.normalize("NFC", words)
)
_parents = st.none() | st.fixed_dictionaries(
    {"kind": st.just("RESULT"), "id": st.sampled_from(["b1", "b9"])}
) | st.fixed_dictionaries({"kind": st.just("GOAL"), "id": st.sampled_from([OLD_GOAL, "01a1-gone", GOAL.id])}) | st.just(
    {"kind": "PENDING", "id": None}
)
_indicator = st.fixed_dictionaries({
    "text": _words, "aspect": st.sampled_from(["QUANTITY", "QUALITY", None]),
    "target": st.sampled_from(["", "12", "0.5"]), "unit": _words,
})  # fmt: skip
_result = st.fixed_dictionaries({
    "kind": st.sampled_from(["MAIN", "ADDITIONAL"]), "statement": _words, "parent": _parents, "assigned_by": _words,
    "perspective": st.none(), "success_measure": _words, "indicators": st.lists(_indicator, max_size=3),
})  # fmt: skip


@st.composite
def plans(draw: Any) -> dict[str, Any]:
    """A plan of last year, every id once."""
    results = draw(st.lists(_result, max_size=4))
    for place, result in enumerate(results):
        result["id"] = f"r{place}"
        for below, indicator in enumerate(result["indicators"]):
            indicator["id"] = f"r{place}-{below}"
    lines = st.lists(_words, max_size=3)
    return {
        "approach": draw(st.sampled_from(["QUANTITATIVE", "QUALITATIVE"])),
        "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "results": results,
        "behaviours": [{"value": b.value, "special_expectation": draw(_words)} for b in BEHAVIOURS],
        "annex": {part: draw(lines) for part in ("resources", "accountability", "consequences")},
    }


def surroundings(parents: list[ParentResult]) -> Context:
    return Context(subject=SARI, rater=RAHMAT, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), parents=parents)


@given(plans(), st.lists(st.sampled_from([B1, GOAL]), unique=True))
def test_a_carried_plan_has_a_valid_shape_no_dangling_link_and_differs_by_nothing_else(
    old: dict[str, Any], parents: list[ParentResult]
) -> None:
    context, before = surroundings(parents), deepcopy(old)
    new = carry_over(old, context, GOALS)

    assert WorkPlanDocument().load(deepcopy(new)) == new and old == before
    known = {(parent.kind, parent.id) for parent in parents}
    for result in new["results"]:
        parent = result["parent"]
        assert parent is None or parent["kind"] == "PENDING" or (parent["kind"], parent["id"]) in known
    assert new["period"] == {"from": "2026-01-01", "to": "2026-12-31"}
    assert _rest(new) == _rest(old)


@given(plans())
def test_a_plan_carried_into_the_same_surroundings_again_stays_as_it_is(old: dict[str, Any]) -> None:
    context = surroundings([B1, GOAL])
    once = carry_over(old, context, GOALS)

    assert carry_over(once, context, {GOAL.id: GOAL.statement}) == once


def test_a_result_of_the_superior_that_is_in_force_again_stays_linked(context: Context) -> None:
    old = example(context)

    assert {r["parent"]["id"] for r in carry_over(old, context, {})["results"]} == {"b1"}


def test_a_goal_is_found_again_by_its_words(make_context: Callable[..., Context]) -> None:
    context = make_context(parents=[GOAL])
    old = _linked({"kind": "GOAL", "id": OLD_GOAL}, context)

    assert carry_over(old, context, GOALS)["results"][0]["parent"] == {"kind": "GOAL", "id": GOAL.id}


def test_a_lost_link_waits_for_the_superiors_plan_only_while_he_has_none(make_context: Callable[..., Context]) -> None:
    waiting, planned = make_context(parents=[GOAL]), make_context(parents=[B1])
    old = _linked({"kind": "RESULT", "id": "b9"}, waiting)

    assert carry_over(old, waiting, GOALS)["results"][0]["parent"] == {"kind": "PENDING", "id": None}
    assert carry_over(old, planned, GOALS)["results"][0]["parent"] is None


def test_every_carried_target_is_to_be_checked_until_it_is_changed(context: Context) -> None:
    old = example(context)
    new = carry_over(old, context, {})
    assert len(list(unchanged_targets(new, old))) == 8

    new["results"][0]["indicators"][1]["target"] = "97"
    paths = [path for path, _ in unchanged_targets(new, old)]
    assert len(paths) == 7 and "results.0.indicators.1.target" not in paths


def _linked(parent: dict[str, Any], context: Context) -> dict[str, Any]:
    old = example(context)
    return {**old, "results": [{**result, "parent": parent} for result in old["results"]]}


def _rest(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        **plan, "period": None, "results": [{**result, "parent": None} for result in plan["results"]],
    }

"""Last year's plan as the beginning of this year's: its words stay, what held only last year is put right.

Nothing but the plan's own text is carried: no evidence, no realisation, no decision.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from workflows.context import Context
from workflows.kit import Document, Problem, Text
from workflows.work_plan_document import ParentKind, blank


def carry_over(document: Document, context: Context, goals: Mapping[str, str]) -> dict[str, Any]:
    """The earlier plan as a draft for the context's period: the period is the new one, links lead to what is there now.

    A result of the superior is the same while its id is in force again; a goal also when it says the same words as
    before (`goals`: id of an earlier goal → its statement), because every year has goals of its own. A link that leads
    nowhere waits for the superior's plan while he has none, and is open otherwise. Targets stay, to be checked.
    """
    empty = blank(context)
    kept = {row["value"]: row for row in document["behaviours"]}
    return {
        **empty,
        "approach": document["approach"],
        "results": [
            {**deepcopy(result), "parent": _parent(result["parent"], context, goals)} for result in document["results"]
        ],
        "behaviours": [{**row, **kept.get(row["value"], {})} for row in empty["behaviours"]],
        "annex": {part: list(document["annex"][part]) for part in empty["annex"]},
    }


def unchanged_targets(document: Document, earlier: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, indicator) of every target that still stands as it did in the earlier plan, for somebody to check."""
    before = {indicator["id"]: _target(indicator) for _, indicator in _indicators(earlier)}
    for path, indicator in _indicators(document):
        if indicator["target"] and before.get(indicator["id"]) == _target(indicator):
            yield f"{path}.target", indicator


def goals_of(document: Document) -> list[str]:
    """The ids of the goals that the plan's results support."""
    return [r["parent"]["id"] for r in document["results"] if r["parent"] and r["parent"]["kind"] == ParentKind.GOAL]


def as_problems(document: Document, earlier: Document) -> Iterator[Problem]:
    """The same as notes for whoever writes the plan; they stop nothing and leave when the target changes."""
    for path, indicator in unchanged_targets(document, earlier):
        same = " ".join(part for part in (indicator["target"], indicator["unit"]) if part)
        yield Problem("CARRIED", path, "W", _SAME.format(target=same))


def _parent(parent: Mapping[str, Any] | None, context: Context, goals: Mapping[str, str]) -> dict[str, Any] | None:
    if parent is None:
        return None
    if parent["kind"] != ParentKind.PENDING and parent["id"]:
        said = goals.get(parent["id"])
        for known in context.parents:
            same_words = parent["kind"] == ParentKind.GOAL == known.kind and known.statement == said
            if (known.kind, known.id) == (parent["kind"], parent["id"]) or same_words:
                return {"kind": known.kind, "id": known.id}
    if context.rater_has_plan or context.subject.is_leader:
        return None
    return {"kind": ParentKind.PENDING.value, "id": None}


def _target(indicator: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(indicator[part] for part in ("text", "aspect", "target", "unit"))


def _indicators(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, result in enumerate(document["results"]):
        for below, indicator in enumerate(result["indicators"]):
            yield f"results.{place}.indicators.{below}", indicator


_SAME = Text(
    "Target ini sama dengan tahun lalu ({target}). Periksa apakah masih tepat.",
    "This target is the same as last year's ({target}). Check whether it still fits.",
)

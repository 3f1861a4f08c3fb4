"""The work plan (SKP) as a document: its shape, its codes, its blank form (PermenPANRB 6/2022, annex).

A half-written plan must be storable, so the schema refuses only what has the wrong shape; what a complete plan needs
is the business of `work_plan_rules`.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from workflows.behaviours import BEHAVIOURS
from workflows.context import Context
from workflows.fields import (
    Choice,
    CleanText,
    DecimalText,
    Identifier,
    IsoDate,
    Labelled,
    ListOf,
    Part,
    Strict,
    duplicates,
)
from workflows.kit import Text

_STATEMENT = 500
_TEXT = 1000


class Approach(Labelled):
    """How results are described: measured apart from the target, or told as one expectation."""

    QUANTITATIVE = "QUANTITATIVE", "Kuantitatif", "Quantitative"
    QUALITATIVE = "QUALITATIVE", "Kualitatif", "Qualitative"


class ResultKind(Labelled):
    """Whether a result belongs to the post or was added by assignment."""

    MAIN = "MAIN", "Utama", "Main"
    ADDITIONAL = "ADDITIONAL", "Tambahan", "Additional"


class ParentKind(Labelled):
    """What a result supports; PENDING while the superior has no plan in force."""

    RESULT = "RESULT", "Hasil kerja pimpinan", "Superior's result"
    GOAL = "GOAL", "Sasaran perangkat daerah", "Goal of the office"
    PENDING = "PENDING", "Menunggu rencana pimpinan", "Awaiting the superior's plan"


class Perspective(Labelled):
    """The perspective of a result of the senior leadership (JPT)."""

    SERVICE_RECIPIENTS = "SERVICE_RECIPIENTS", "Penerima layanan", "Service recipients"
    BUSINESS_PROCESS = "BUSINESS_PROCESS", "Proses bisnis", "Business process"
    INTERNAL_STRENGTHENING = "INTERNAL_STRENGTHENING", "Penguatan internal", "Internal strengthening"
    BUDGET = "BUDGET", "Anggaran", "Budget"


class Aspect(Labelled):
    """What an indicator measures of a result."""

    QUANTITY = "QUANTITY", "Kuantitas", "Quantity"
    QUALITY = "QUALITY", "Kualitas", "Quality"
    TIME = "TIME", "Waktu", "Time"
    COST = "COST", "Biaya", "Cost"


Period = Strict.from_dict({"from": IsoDate(load_default=None), "to": IsoDate(load_default=None)}, name="Period")


class Parent(Strict):
    """`{"kind": "RESULT", "id": "b1"}`"""

    kind = Choice(ParentKind, required=True)
    id = Identifier(load_default=None)


class Indicator(Strict):
    """`{"id": "r1-1", "text": "Laporan tervalidasi", "aspect": "QUANTITY", "target": "12", "unit": "laporan"}`"""

    id = Identifier(required=True)
    text = CleanText(most=_TEXT)
    aspect = Choice(Aspect, load_default=None)
    target = DecimalText()
    unit = CleanText(most=60)


class Result(Strict):
    """`{"id": "r1", "kind": "MAIN", "statement": "Tersedianya data gizi balita", "parent": …, "indicators": […], …}`"""

    id = Identifier(required=True)
    kind = Choice(ResultKind, load_default=ResultKind.MAIN.value)
    statement = CleanText(most=_STATEMENT)
    parent = Part(Parent, load_default=None)
    assigned_by = CleanText(most=200)
    perspective = Choice(Perspective, load_default=None)
    success_measure = CleanText(most=_TEXT, lines=True)
    indicators = ListOf(Part(Indicator))


class BehaviourRow(Strict):
    """`{"value": "COLLABORATIVE", "special_expectation": "Melibatkan PKK tiap posyandu"}`"""

    value = Choice([behaviour.value for behaviour in BEHAVIOURS], required=True)
    special_expectation = CleanText(most=_TEXT, lines=True)


class Annex(Strict):
    """`{"resources": ["10 alat antropometri"], "accountability": [], "consequences": []}`"""

    resources = ListOf(CleanText(most=_TEXT, lines=True))
    accountability = ListOf(CleanText(most=_TEXT, lines=True))
    consequences = ListOf(CleanText(most=_TEXT, lines=True))


class WorkPlanDocument(Strict):
    """`{"approach": "QUANTITATIVE", "period": {"from": "2026-01-01", "to": "2026-12-31"}, "results": […],
    "behaviours": [{"value": "LOYAL", "special_expectation": ""}, …], "annex": {"resources": [], …}}`

    Loads to plain dicts, lists, strings and None with every key present; dumps to the same.
    """

    approach = Choice(Approach, load_default=Approach.QUANTITATIVE.value)
    period = Part(Period, load_default=lambda: _empty(Period))
    results = ListOf(Part(Result))
    behaviours = ListOf(Part(BehaviourRow))
    annex = Part(Annex, load_default=lambda: _empty(Annex))

    @validates_schema
    def names_each_thing_once(self, data: Mapping[str, Any], **_: object) -> None:
        """Refuses ids and values that stand twice: feedback, realisation and differences refer to them."""
        errors: dict[str, Any] = {}
        for place in duplicates([result["id"] for result in data["results"]]):
            errors.setdefault("results", {})[place] = {"id": [_TWICE]}
        seen: set[str] = set()
        for place, result in enumerate(data["results"]):
            for below, indicator in enumerate(result["indicators"]):
                if indicator["id"] in seen:
                    row = errors.setdefault("results", {}).setdefault(place, {}).setdefault("indicators", {})
                    row[below] = {"id": [_TWICE]}
                seen.add(indicator["id"])
        for place in duplicates([row["value"] for row in data["behaviours"]]):
            errors.setdefault("behaviours", {})[place] = {"value": [_TWICE]}
        if errors:
            raise ValidationError(errors)


def blank(context: Context) -> dict[str, Any]:
    """A new plan for the context's whole period: quantitative, without results, with the seven behaviour rows."""
    return {
        "approach": Approach.QUANTITATIVE.value,
        "period": {"from": context.starts_on.isoformat(), "to": context.ends_on.isoformat()},
        "results": [],
        "behaviours": [{"value": behaviour.value, "special_expectation": ""} for behaviour in BEHAVIOURS],
        "annex": _empty(Annex),
    }


def protected(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part that the performance team endorses; a change in it makes the endorsement void."""
    return {part: document[part] for part in ("approach", "period", "results")}


def planned_results(case_id: str, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The plan's results as rows that reports and subordinates' plans point to; `measure` quotes the indicators."""
    return [
        {
            "case_id": case_id,
            "id": result["id"],
            "place": place,
            "kind": result["kind"],
            "statement": result["statement"],
            "measure": _measure(document["approach"], result),
            "parent_kind": result["parent"] and result["parent"]["kind"],
            "parent_id": result["parent"] and result["parent"]["id"],
        }
        for place, result in enumerate(document["results"])
    ]


_TWICE = Text("Sudah dipakai di atas; tiap baris perlu yang lain.", "Already used above; each row needs another one.")


def _empty(schema: type[Schema]) -> dict[str, Any]:
    loaded: dict[str, Any] = schema().load({})
    return loaded


def _measure(approach: str, result: Mapping[str, Any]) -> str:
    if approach == Approach.QUALITATIVE:
        return str(result["success_measure"])
    return "; ".join(f"{each['text']}: {each['target']} {each['unit']}".strip() for each in result["indicators"])

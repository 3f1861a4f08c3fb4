"""The parts of a work plan that are edited one page at a time: reading one out of a document and putting it back."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import url_for

from service.ids import new_id
from service.pages.documents import ANNEX, indicator_words, parent_view
from service.pages.numbers import shown_number, typed_number
from workflows.behaviours import BEHAVIOURS
from workflows.context import Context
from workflows.fields import Labelled
from workflows.kit import Document, Text
from workflows.work_plan_document import Approach, Perspective, ResultKind

Values = dict[str, Any]
Form = Mapping[str, str]

RESULT = "result"
_INDICATOR = re.compile(r"indicators\.([0-9]{1,2})\.(id|text|aspect|target|unit)")
_TYPED = ("text", "aspect", "target", "unit")


def _shown(values: Values, locale: str) -> Values:
    return {name: "\n".join(value) if isinstance(value, list) else value or "" for name, value in values.items()}


def _in_words(name: str, value: Any, context: Context, locale: str) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value or "")


@dataclass(frozen=True)
class Part:
    """One part of a plan. `key` (and `id`, for a result) names it in addresses; `labels` names its fields in order.

    `read` answers the fields' values, None while the document has no such part; `write` a document with other values;
    `typed` the values that a form means and `shown` how a form shows them; `words` a value for reading.
    """

    key: str
    labels: Mapping[str, Text] = field(compare=False)
    read: Callable[[Document], Values | None] = field(compare=False)
    write: Callable[[Document, Values], dict[str, Any]] = field(compare=False)
    typed: Callable[[Form, str], Values] = field(compare=False)
    shown: Callable[[Values, str], Values] = field(default=_shown, compare=False)
    words: Callable[[str, Any, Context, str], str] = field(default=_in_words, compare=False)
    id: str = ""

    def label(self, name: str) -> Text:
        """A field's label; `indicators.0.target` is in indicator 1."""
        head, *rest = name.split(".")
        if head == "indicators" and rest:
            return Text(f"Indikator {int(rest[0]) + 1}", f"Indicator {int(rest[0]) + 1}")
        return self.labels.get(name) or self.labels.get(head) or Text(name, name)

    def field(self, document: Document, path: str) -> str | None:
        """The form's field for a path of the document: `results.2.indicators.0.target` is `indicators.0.target`."""
        if self.key == RESULT:
            place = next((n for n, result in enumerate(document["results"]) if result["id"] == self.id), None)
            start = f"results.{place}."
            return path.removeprefix(start) if path.startswith(start) else None
        head, *rest = path.split(".")
        if head == "behaviours" and rest and rest[0].isdecimal():
            return f"behaviours.{BEHAVIOURS[int(rest[0])].value}"
        return next((name for name in self.labels if path.startswith(name)), None)


def result_part(id: str) -> Part:
    """The planned result with this id, whether the document has it or not yet."""
    return Part(
        RESULT, _RESULT_LABELS, partial(_read_result, id), partial(_write_result, id), _typed_result, _shown_result,
        _result_words, id,
    )


def part_called(key: str, result_id: str = "") -> Part | None:
    """The part that an address names; None when there is no such part."""
    if key == RESULT:
        return result_part(result_id) if result_id else None
    return {part.key: part for part in (PERIOD, APPROACH, BEHAVIOUR, ANNEXES)}.get(key)


def unsaved_parts(saved: Document, kept: Document) -> Iterator[Part]:
    """The parts in which a kept text differs from the saved one."""
    ids = dict.fromkeys(result["id"] for result in [*saved["results"], *kept["results"]])
    for part in [PERIOD, APPROACH, *(result_part(id) for id in ids), BEHAVIOUR, ANNEXES]:
        typed = part.read(kept)
        if typed is not None and typed != part.read(saved):
            yield part


def conflicts(part: Part, base: Document, mine: Values, theirs: Document) -> Iterator[str]:
    """The fields that both sides changed differently since `base`."""
    was, is_now = part.read(base) or {}, part.read(theirs) or {}
    for name, value in mine.items():
        if value != is_now.get(name) and value != was.get(name) and is_now.get(name) != was.get(name):
            yield name


def merged(part: Part, base: Document, mine: Values, theirs: Document) -> Values:
    """The fields with everything that one side alone changed; where both did, mine."""
    was, is_now = part.read(base) or {}, part.read(theirs) or {}
    return {
        name: is_now[name] if name in is_now and value == was.get(name) else value for name, value in mine.items()
    }


def typed_indicators(form: Form) -> list[dict[str, str]]:
    """The indicator rows of a form in order, empty ones too; a row without an id gets one."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in form.items():
        if found := _INDICATOR.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = text
    return [
        {"id": row.get("id") or new_id(), **{name: row.get(name, "") for name in _TYPED}}
        for _, row in sorted(rows.items())
    ]


def part_href(number: str, part: Part, **query: Any) -> str:
    """The editor's page of a part."""
    if part.key == RESULT:
        return url_for("results.edit", number=number, result_id=part.id, **query)
    pages = {"period": "editor.me", "approach": "results.index"}
    return url_for(pages.get(part.key, f"editor.{part.key}"), number=number, **query)


def field_href(number: str, document: Document, path: str) -> str:
    """The editor's page and field for a problem's path."""
    head, *rest = path.split(".")
    if head == "results" and rest:
        part = result_part(document["results"][int(rest[0])]["id"])
        name = part.field(document, path) or "statement"
        return part_href(number, part, _anchor=_element_id("indicators.0.text" if name == "indicators" else name))
    if head == "results":
        return url_for("results.index", number=number)
    if head in ("behaviours", "annex"):
        part = BEHAVIOUR if head == "behaviours" else ANNEXES
        return part_href(number, part, _anchor=_element_id(part.field(document, path) or ""))
    return url_for("editor.me", number=number)


def _element_id(name: str) -> str:
    """The element id that the form components give a field."""
    return f"f-{name.replace('.', '-')}"


def _read_behaviours(document: Document) -> Values:
    written = {row["value"]: row["special_expectation"] for row in document["behaviours"]}
    return {name: written.get(name.partition(".")[2], "") for name in _BEHAVIOUR_LABELS}


def _write_behaviours(document: Document, values: Values) -> dict[str, Any]:
    rows = [{"value": each.value, "special_expectation": values[f"behaviours.{each.value}"]} for each in BEHAVIOURS]
    return {**document, "behaviours": rows}


def _typed_lists(form: Form, locale: str) -> Values:
    return {name: [line.strip() for line in form.get(name, "").splitlines() if line.strip()] for name in _ANNEX_LABELS}


def _read_result(id: str, document: Document) -> Values | None:
    found = next((result for result in document["results"] if result["id"] == id), None)
    return found and {name: found[name] for name in _RESULT_LABELS}


def _write_result(id: str, document: Document, values: Values) -> dict[str, Any]:
    """In its place, or at the end; main results stay before additional ones."""
    mine = {"id": id, **values}
    results = [mine if result["id"] == id else result for result in document["results"]]
    if mine not in results:
        results.append(mine)
    return {**document, "results": sorted(results, key=lambda result: result["kind"] != ResultKind.MAIN)}


def _typed_result(form: Form, locale: str) -> Values:
    """Indicators without any text are left out."""
    kind, _, parent_id = form.get("parent", "").partition(":")
    return {
        "kind": form.get("kind") or ResultKind.MAIN.value,
        "statement": form.get("statement", ""),
        "parent": {"kind": kind, "id": parent_id or None} if kind else None,
        "assigned_by": form.get("assigned_by", ""),
        "perspective": form.get("perspective") or None,
        "success_measure": form.get("success_measure", ""),
        "indicators": [
            {**row, "aspect": row["aspect"] or None, "target": typed_number(row["target"], locale)}
            for row in typed_indicators(form)
            if any(row[name].strip() for name in ("text", "target", "unit"))
        ],
    }


def _shown_result(values: Values, locale: str) -> Values:
    parent = values["parent"]
    return {
        **{name: value or "" for name, value in values.items()},
        "parent": f"{parent['kind']}:{parent['id'] or ''}" if parent else "",
        "indicators": [
            {**row, "aspect": row["aspect"] or "", "target": shown_number(row["target"], locale)}
            for row in values["indicators"]
        ],
    }


def _result_words(name: str, value: Any, context: Context, locale: str) -> str:
    match name:
        case "indicators":
            return "\n".join(indicator_words(indicator, locale) for indicator in value or ())
        case "parent":
            parent = parent_view(value, context, locale)
            return parent["statement"] if parent else ""
        case "kind":
            return _code_words(ResultKind, value, locale)
        case "perspective":
            return _code_words(Perspective, value, locale)
        case _:
            return str(value or "")


def _code_words(codes: type[Labelled], value: str | None, locale: str) -> str:
    """A code's label; what is no code as it was typed."""
    return next((code.label.to(locale) for code in codes if code == value), value or "")


_PERIOD_LABELS = {"period.from": Text("Mulai", "From"), "period.to": Text("Sampai", "To")}
_BEHAVIOUR_LABELS = {f"behaviours.{behaviour.value}": behaviour.label for behaviour in BEHAVIOURS}
_ANNEX_LABELS = {f"annex.{part}": label for part, label in ANNEX.items()}
_RESULT_LABELS = {
    "kind": Text("Jenis hasil kerja", "Kind of result"),
    "statement": Text("Rencana hasil kerja", "Planned result"),
    "parent": Text("Mendukung", "Supports"),
    "assigned_by": Text("Penugasan dari", "Assigned by"),
    "perspective": Text("Perspektif", "Perspective"),
    "success_measure": Text("Ukuran keberhasilan", "Success measure"),
    "indicators": Text("Indikator", "Indicators"),
}
PERIOD = Part(
    "period",
    _PERIOD_LABELS,
    lambda document: {f"period.{end}": document["period"][end] for end in ("from", "to")},
    lambda document, values: {**document, "period": {end: values[f"period.{end}"] for end in ("from", "to")}},
    lambda form, locale: {name: form.get(name, "").strip() or None for name in _PERIOD_LABELS},
)
APPROACH = Part(
    "approach",
    {"approach": Text("Pendekatan", "Approach")},
    lambda document: {"approach": document["approach"]},
    lambda document, values: {**document, "approach": values["approach"]},
    lambda form, locale: {"approach": form.get("approach", "")},
    words=lambda name, value, context, locale: _code_words(Approach, value, locale),
)
BEHAVIOUR = Part(
    "behaviours",
    _BEHAVIOUR_LABELS,
    _read_behaviours,
    _write_behaviours,
    lambda form, locale: {name: form.get(name, "") for name in _BEHAVIOUR_LABELS},
)
ANNEXES = Part(
    "annex",
    _ANNEX_LABELS,
    lambda document: {f"annex.{part}": document["annex"][part] for part in ANNEX},
    lambda document, values: {**document, "annex": {part: values[f"annex.{part}"] for part in ANNEX}},
    _typed_lists,
)

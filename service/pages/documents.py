"""Documents as pages show them: labels instead of codes, one plain dict per document, and what changed between two."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from service.pages.numbers import shown_number
from workflows.behaviours import BEHAVIOURS
from workflows.context import Context, PersonCard
from workflows.dates import day
from workflows.kit import Document, Problem, Text
from workflows.work_plan_document import Approach, Aspect, ParentKind, Perspective, ResultKind

View = dict[str, Any]

ANNEX: Mapping[str, Text] = {
    "resources": Text("Dukungan sumber daya", "Resource support"),
    "accountability": Text("Skema pertanggungjawaban", "Accountability scheme"),
    "consequences": Text("Konsekuensi", "Consequences"),
}
_PENDING = Text("Menunggu rencana pimpinan", "Awaiting the superior's plan")
_LOST = Text("Hasil atau sasaran ini tidak berlaku lagi", "This result or goal is no longer in force")
_AT_SETTING = frozenset({"V06"})
"""Rules that stop a plan only when it is set, not when it is submitted (see the guard plan_complete)."""


def document_view(workflow: str, document: Document, context: Context, locale: str) -> View:
    """What a page needs to print any document; `template` names the partial that prints it."""
    if workflow in _VIEWS:
        template, summary, view = _VIEWS[workflow]
        return {"template": template, "summary_template": summary, **view(document, context, locale)}
    return {"template": "_document.html", "summary_template": None, "rows": _plain_rows(document)}


def plan_view(document: Document, context: Context, locale: str) -> View:
    """A work plan for templates: people, numbered results by kind, behaviours with statements, annexes, counts."""
    results = [
        _result(place, result, document, context, locale) for place, result in enumerate(document["results"], start=1)
    ]
    special = [row for row in document["behaviours"] if row["special_expectation"]]
    return {
        "approach": Approach(document["approach"]).label.to(locale),
        "qualitative": document["approach"] == Approach.QUALITATIVE,
        "leader": context.subject.is_leader,
        "period": period_words(document["period"], locale),
        "subject": person_view(context.subject),
        "rater": context.rater and person_view(context.rater),
        "groups": [
            {"label": f"{letter}. {kind.label.to(locale)}", "results": [r for r in results if r["kind"] == kind.value]}
            for letter, kind in zip("AB", ResultKind, strict=True)
        ],
        "results": results,
        "behaviours": _behaviours(document, locale),
        "annex": [
            {"part": part, "label": label.to(locale), "items": document["annex"][part]}
            for part, label in ANNEX.items()
        ],
        "counts": {
            "results": len(results),
            "main": sum(result["kind"] == ResultKind.MAIN for result in results),
            "additional": sum(result["kind"] == ResultKind.ADDITIONAL for result in results),
            "indicators": sum(len(result["indicators"]) for result in results),
            "aligned": sum(_is_aligned(result) for result in results if result["kind"] == ResultKind.MAIN),
            "special": len(special),
        },
        "special": [behaviour["label"] for behaviour in _behaviours(document, locale) if behaviour["special"]],
    }


def person_view(person: PersonCard) -> View:
    """A person as the forms print him."""
    rank = ", ".join(part for part in (person.rank, person.grade) if part)
    return {"name": person.name, "nip": person.nip, "rank": rank, "post": person.post, "unit": person.unit}


def period_words(period: Mapping[str, str | None], locale: str) -> str:
    """`1 Januari 2026 sampai 31 Desember 2026`; a dash for a day that is missing."""
    first, last = (day(date.fromisoformat(on)).to(locale) if on else "–" for on in (period["from"], period["to"]))
    return f"{first} {Text('sampai', 'to').to(locale)} {last}"


def problem_rows(
    problems: Sequence[Problem], document: Document, locale: str, href: Callable[[str], str] | None = None,
    *, setting: bool = False,
) -> list[View]:
    """Findings as sentences that say where; `href` leads to the field. What stops only the setting of a plan is a note
    until `setting`."""
    return [
        {
            "level": "W" if problem.code in _AT_SETTING and not setting else problem.level,
            "message": _sentence(problem, document, locale),
            "href": href(problem.path) if href else "",
            "path": problem.path,
        }
        for problem in problems
    ]


def changes_of(before: Document, after: Document, context: Context, locale: str) -> list[dict[str, str]]:
    """What changed, field by field: label, old and new text; a whole result that came or went is one row."""
    if "behaviours" not in after:
        return _plain_changes(before, after)
    kept = {result["id"] for result in before["results"]} & {result["id"] for result in after["results"]}
    old, new = (_flat(document, kept, context, locale) for document in (before, after))
    return [
        {"label": (new.get(key) or old[key])[0], "old": old.get(key, ("", ""))[1], "new": new.get(key, ("", ""))[1]}
        for key in dict.fromkeys([*new, *old])
        if old.get(key, ("", ""))[1] != new.get(key, ("", ""))[1]
    ]


def indicator_words(indicator: Mapping[str, Any], locale: str) -> str:
    """`Jumlah laporan tervalidasi: 12 laporan (Kuantitas)`."""
    target = f"{shown_number(indicator['target'], locale)} {indicator['unit']}".strip()
    aspect = f" ({Aspect(indicator['aspect']).label.to(locale)})" if indicator["aspect"] else ""
    return f"{indicator['text']}: {target}{aspect}"


def parent_view(parent: Mapping[str, Any] | None, context: Context, locale: str) -> View | None:
    """What a result supports, in words; `tone` is warning while that is open."""
    if not parent:
        return None
    if parent["kind"] == ParentKind.PENDING or not parent["id"]:
        return {"statement": _PENDING.to(locale), "note": "", "kind": "", "open": True}
    for known in context.parents:
        if (known.kind, known.id) == (parent["kind"], parent["id"]):
            note = " · ".join(part for part in (known.measure, known.owner) if part)
            kind = ParentKind(known.kind).label.to(locale)
            return {"statement": known.statement, "note": note, "kind": kind, "open": False}
    return {"statement": _LOST.to(locale), "note": "", "kind": "", "open": True}


def _result(place: int, result: Mapping[str, Any], document: Document, context: Context, locale: str) -> View:
    qualitative = document["approach"] == Approach.QUALITATIVE
    return {
        "id": result["id"],
        "number": str(place),
        "kind": result["kind"],
        "statement": result["statement"],
        "parent": parent_view(result["parent"], context, locale),
        "assigned_by": result["assigned_by"],
        "perspective": Perspective(result["perspective"]).label.to(locale) if result["perspective"] else "",
        "success_measure": result["success_measure"] if qualitative else "",
        "indicators": [] if qualitative else [
            {
                "id": indicator["id"],
                "text": indicator["text"],
                "aspect": Aspect(indicator["aspect"]).label.to(locale) if indicator["aspect"] else "",
                "target": f"{shown_number(indicator['target'], locale)} {indicator['unit']}".strip(),
            }
            for indicator in result["indicators"]
        ],
    }


def _behaviours(document: Document, locale: str) -> list[View]:
    written = {row["value"]: row["special_expectation"] for row in document["behaviours"]}
    return [
        {
            "value": behaviour.value,
            "label": behaviour.label.to(locale),
            "statements": [statement.to(locale) for statement in behaviour.statements],
            "special": written[behaviour.value],
        }
        for behaviour in BEHAVIOURS
        if behaviour.value in written
    ]


def _is_aligned(result: View) -> bool:
    return result["parent"] is not None and not result["parent"]["open"]


def _sentence(problem: Problem, document: Document, locale: str) -> str:
    where = ", ".join(_place(problem.path, locale))
    message = problem.message.to(locale)
    return f"{where}: {message}" if where else message


def _place(path: str, locale: str) -> Iterator[str]:
    parts = path.split(".")
    if parts[0] == "results" and len(parts) > 1:
        yield f"{Text('Hasil', 'Result').to(locale)} {int(parts[1]) + 1}"
        if len(parts) > 3 and parts[2] == "indicators":
            yield f"{Text('indikator', 'indicator').to(locale)} {int(parts[3]) + 1}"
    elif parts[0] == "behaviours" and len(parts) > 1 and parts[1].isdecimal():
        yield BEHAVIOURS[int(parts[1])].label.to(locale)


def _flat(document: Document, kept: set[str], context: Context, locale: str) -> dict[str, tuple[str, str]]:
    """Key → (label, text) of every field; a result that is not `kept` on both sides is one text."""
    words = {
        "approach": (Text("Pendekatan", "Approach").to(locale), Approach(document["approach"]).label.to(locale)),
        "period": (Text("Periode", "Period").to(locale), period_words(document["period"], locale)),
    }
    for place, result in enumerate(document["results"], start=1):
        label = f"{Text('Hasil', 'Result').to(locale)} {place}"
        parts = _result_parts(result, context, locale)
        if result["id"] in kept:
            words[f"result {result['id']}"] = (label, result["statement"])
            for name, (part, text) in parts.items():
                words[f"result {result['id']} {name}"] = (f"{label}, {part}", text)
        else:
            told = (text for name, (_, text) in parts.items() if text and name != "kind")
            words[f"result {result['id']}"] = (label, "\n".join([result["statement"], *told]))
    for behaviour in _behaviours(document, locale):
        words[f"behaviour {behaviour['value']}"] = (behaviour["label"], behaviour["special"])
    for part, heading in ANNEX.items():
        words[f"annex {part}"] = (heading.to(locale), "\n".join(document["annex"][part]))
    return words


def _result_parts(result: Mapping[str, Any], context: Context, locale: str) -> dict[str, tuple[str, str]]:
    parent = parent_view(result["parent"], context, locale)
    perspective = Perspective(result["perspective"]).label.to(locale) if result["perspective"] else ""
    texts = {
        "kind": (Text("jenis", "kind"), ResultKind(result["kind"]).label.to(locale)),
        "parent": (Text("mendukung", "supports"), parent["statement"] if parent else ""),
        "assigned_by": (Text("penugasan dari", "assigned by"), result["assigned_by"]),
        "perspective": (Text("perspektif", "perspective"), perspective),
        "success_measure": (Text("ukuran keberhasilan", "success measure"), result["success_measure"]),
    }
    parts = {name: (label.to(locale), text) for name, (label, text) in texts.items()}
    for place, indicator in enumerate(result["indicators"], start=1):
        label = f"{Text('indikator', 'indicator').to(locale)} {place}"
        parts[f"indicator {indicator['id']}"] = (label, indicator_words(indicator, locale))
    return parts


def _plain_changes(before: Document, after: Document) -> list[dict[str, str]]:
    """What changed in a document without a view of its own."""
    old, new = (dict(_plain_fields(document)) for document in (before, after))
    return [
        {"label": key, "old": old.get(key, ""), "new": new.get(key, "")}
        for key in dict.fromkeys([*new, *old])
        if old.get(key) != new.get(key)
    ]


def _plain_rows(document: Document) -> list[dict[str, str]]:
    return [{"term": label, "value": text} for label, text in _plain_fields(document)]


def _plain_fields(value: Any, label: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            if name != "id":
                yield from _plain_fields(below, f"{label}, {_spoken(name)}" if label else _spoken(name).capitalize())
    elif isinstance(value, list):
        for place, below in enumerate(value, start=1):
            yield from _plain_fields(below, f"{label} {place}")
    elif value not in (None, ""):
        yield label, str(value)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


_VIEWS: Mapping[str, tuple[str, str, Callable[[Document, Context, str], View]]] = {
    "work_plan": ("_work_plan.html", "_work_plan_summary.html", plan_view),
}

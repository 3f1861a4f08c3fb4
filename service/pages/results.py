"""The planned results of a plan: their list, and one result on one screen."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from service.ids import new_id
from service.pages import last_year
from service.pages.documents import parent_view, plan_view
from service.pages.plan_desk import (
    Desk,
    choose_page,
    desk_page,
    open_desk,
    part_form,
    part_page,
    too_late_page,
    values_of,
)
from service.pages.plan_parts import APPROACH, Part, result_part, typed_indicators
from service.pages.plan_saving import Outcome, save_document, save_part
from service.pages.web import see_other, signed_in, translate, words
from workflows.work_plan_document import Approach, Aspect, ParentKind, Perspective, ResultKind

blueprint = Blueprint("results", __name__, url_prefix="/cases/<number>/edit/results")

MOST_INDICATORS = 20
_UNITS = ("laporan", "dokumen", "orang", "%", "kegiatan", "berkas", "kali", "bulan", "data")
_PENDING = f"{ParentKind.PENDING.value}:"


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def index(number: str) -> ResponseReturnValue:
    """Part 2: the planned results; a post changes the approach."""
    return part_page(number, APPROACH, "edit_results.html", "results.index", _beside_the_results)


@blueprint.route("/<result_id>", methods=["GET", "POST"])
@signed_in
def edit(number: str, result_id: str) -> ResponseReturnValue:
    """One planned result; `new` is one that is not there yet."""
    if request.method == "POST":
        return _post_result(number, result_id)
    desk = open_desk(number)
    if desk is None:
        return see_other("case.show", number=number)
    part = result_part(new_id() if result_id == "new" else result_id)
    values = values_of(desk, part)
    if values is None and result_id != "new":
        return see_other("results.index", number=number)
    shown = part.shown(values, g.locale) if values else {"parent": request.args.get("parent", ""), "indicators": []}
    return _result_page(desk, part, shown, added=request.args.get("added"))


@blueprint.route("/<result_id>/delete", methods=["GET", "POST"])
@signed_in
def delete(number: str, result_id: str) -> ResponseReturnValue:
    """Asks before a result is deleted; a post deletes it."""
    desk = open_desk(number)
    if desk is None:
        return see_other("case.show", number=number)
    kept = [row for row in desk.document["results"] if row["id"] != result_id]
    if len(kept) == len(desk.document["results"]):
        return see_other("results.index", number=number)
    if request.method == "POST" and save_document(desk.case, {**desk.document, "results": kept}):
        return see_other("results.index", number=number)
    view = plan_view(desk.document, desk.case.context, g.locale)
    return desk_page("edit_delete.html", desk, result=next(r for r in view["results"] if r["id"] == result_id))


def _beside_the_results(desk: Desk) -> dict[str, Any]:
    """What the list shows beside the results: parents to start from, last year's plan, targets to be checked."""
    results = desk.document["results"]
    places = [problem.path.split(".") for problem in last_year.unchecked(desk)]
    return {
        "parents": _known_parents(desk),
        "last_year": last_year.offered(desk),
        "unchecked": {results[int(path[1])]["indicators"][int(path[3])]["id"] for path in places},
    }


def _post_result(number: str, result_id: str) -> ResponseReturnValue:
    part = result_part(request.form.get("id") or result_id)
    pressed = request.form.get("do", "save")
    if pressed in ("save", "more"):
        outcome = save_part(number, part)
        if outcome.saved and pressed == "more":
            return see_other("results.edit", number=number, result_id="new", added=1)
        if outcome.saved:
            return see_other("results.index", number=number)
    else:
        outcome = None
    desk = open_desk(number)
    if desk is None:
        return too_late_page(number, part)
    if outcome and outcome.clashes:
        return choose_page(desk, outcome)
    shown = {**request.form.to_dict(), "indicators": _typed_rows(pressed)}
    return _result_page(desk, part, shown, outcome=outcome, focus_last=pressed == "add")


def _typed_rows(pressed: str) -> list[dict[str, str]]:
    """The indicator rows as typed, with one more or one less when that was asked for."""
    rows = typed_indicators(request.form)
    verb, _, place = pressed.partition(".")
    if verb == "remove" and place.isdecimal() and int(place) < len(rows):
        del rows[int(place)]
        return rows
    rows = [row for row in rows if any(row[name].strip() for name in ("text", "target", "unit"))]
    return [*rows, _empty_row()] if pressed == "add" and len(rows) < MOST_INDICATORS else rows


def _empty_row() -> dict[str, str]:
    return {"id": new_id(), "text": "", "aspect": "", "target": "", "unit": ""}


def _result_page(
    desk: Desk, part: Part, shown: Mapping[str, Any], *, outcome: Outcome | None = None, focus_last: bool = False,
    added: str | None = None,
) -> ResponseReturnValue:
    exists = part.read(desk.document) is not None
    place = next((n for n, row in enumerate(desk.document["results"], start=1) if row["id"] == part.id), None)
    return part_form(
        desk,
        part,
        "edit_result.html",
        {**shown, "indicators": shown["indicators"] or [_empty_row()]},
        outcome.errors if outcome else (),
        id=part.id,
        exists=exists,
        place=place or len(desk.document["results"]) + 1,
        kinds=[{"value": kind.value, "label": words(kind.label)} for kind in ResultKind],
        parents=_parent_choices(desk, str(shown.get("parent", ""))),
        perspectives=[{"value": each.value, "label": words(each.label)} for each in Perspective],
        aspects=[{"value": aspect.value, "label": words(aspect.label)} for aspect in Aspect],
        units=_UNITS,
        leader=desk.case.context.subject.is_leader,
        qualitative=desk.document["approach"] == Approach.QUALITATIVE,
        is_gone=bool(outcome and outcome.is_gone),
        focus_last=focus_last,
        added=added,
        most_indicators=MOST_INDICATORS,
    )


def _known_parents(desk: Desk) -> list[dict[str, str]]:
    """The superior's results and the office's goals, as choices."""
    choices = []
    for known in desk.case.context.parents:
        view = parent_view({"kind": known.kind, "id": known.id}, desk.case.context, g.locale)
        assert view is not None
        note = " · ".join(part for part in (view["kind"], view["note"]) if part)
        choices.append({"value": f"{known.kind}:{known.id}", "label": view["statement"], "hint": note})
    return choices


def _parent_choices(desk: Desk, chosen: str) -> list[dict[str, str]]:
    """What a result may support, with what it was linked to before, even when that is no longer in force."""
    choices = _known_parents(desk)
    if not desk.case.context.subject.is_leader:
        hint = translate(
            "Boleh diajukan; ditautkan sebelum ditetapkan.", "You may submit; it is linked before the plan is set."
        )
        choices.append({"value": _PENDING, "label": words(ParentKind.PENDING.label), "hint": hint})
    known_values = {choice["value"] for choice in choices}
    if chosen and chosen not in known_values:
        lost = translate("Tautan lama (tidak berlaku lagi)", "Former link (no longer in force)")
        choices.append({"value": chosen, "label": lost, "hint": ""})
    none = translate("Tidak mendukung hasil tertentu", "It supports no particular result")
    choices.append({"value": "", "label": none, "hint": ""})
    return choices



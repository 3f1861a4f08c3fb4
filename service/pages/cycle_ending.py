"""More time for a cycle by letter, behind a check page, and its end once nothing in it is open."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from service.commands.cycles import close_cycle, extend_cycle
from service.commands.cycles.extending import later_dates
from service.commands.cycles.inputs import Extension
from service.commands.inputs import load
from service.errors import Conflict, InvalidInput
from service.mail_rate import mail_forecast
from service.pages.cycles import DATES, FAULTS, Fault, fault_rows, found_cycle, shown
from service.pages.filters import address
from service.pages.forms import form_input
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.queries.closing import count_open, open_cases
from service.queries.extension import Effect, effect
from workflows.dates import day

blueprint = Blueprint("cycle_ending", __name__, url_prefix="/cycles/<uuid:cycle_id>")


@blueprint.get("/extend")
@for_roles("hr")
def extend(cycle_id: Any) -> ResponseReturnValue:
    """The form: which dates move, by which letter and why."""
    return _extend_page(str(cycle_id), {})


@blueprint.post("/extend")
@for_roles("hr")
def post_extend(cycle_id: Any) -> ResponseReturnValue:
    """First what the letter would do, then, with `do=save`, the extension."""
    typed = form_input(request.form)
    is_final = typed.pop("do", "") == "save"
    try:
        if is_final:
            numbers = extend_cycle(runut(), actor(), str(cycle_id), typed)
            return see_other("cycles.show", cycle_id=cycle_id, done="extended", count=len(numbers))
        return _extension_check(str(cycle_id), typed)
    except FAULTS as error:
        return _extend_page(str(cycle_id), typed, error)


@blueprint.get("/close")
@for_roles("hr")
def close(cycle_id: Any) -> ResponseReturnValue:
    """What is still open and why, or the button that closes the cycle."""
    return _close_page(str(cycle_id))


@blueprint.post("/close")
@for_roles("hr")
def post_close(cycle_id: Any) -> ResponseReturnValue:
    """Closes the cycle for good."""
    try:
        close_cycle(runut(), actor(), str(cycle_id))
    except Conflict as error:
        return _close_page(str(cycle_id), error)
    return see_other("cycles.show", cycle_id=cycle_id, done="closed")


def _extend_page(cycle_id: str, typed: dict[str, Any], error: Fault | None = None) -> ResponseReturnValue:
    with reading() as (connection, present, _person_id):
        view = found_cycle(connection, present, cycle_id)
    errors, given = fault_rows(error), typed.get("dates", {})
    return render(
        "cycle_extend.html",
        status=200 if error is None else 422 if isinstance(error, InvalidInput) else 409,
        page_error=bool(error),
        errors=errors,
        by_field={each["field"]: each["message"] for each in reversed(errors)},
        cycle=shown(view),
        typed=typed,
        date_fields=[
            {
                "name": f"dates.{name}", "label": words(label), "value": given.get(name, view["dates"][name]),
                "hint": translate("Sekarang {day}", "Now {day}", day=_in_words(view["dates"][name])),
            }
            for name, label in DATES.items() if name in view["dates"]
        ],
    )


def _extension_check(cycle_id: str, typed: dict[str, Any]) -> ResponseReturnValue:
    with reading() as (connection, present, _person_id):
        view = found_cycle(connection, present, cycle_id)
        values = load(Extension(), typed)
        dates = later_dates(present, view["dates"], values["dates"])
        found = effect(connection, present, view, dates)
    return render(
        "cycle_extend_check.html",
        cycle=shown(view),
        given={
            "letter_number": values["letter_number"], "reason": values["reason"],
            **{f"dates.{name}": on for name, on in dates.items()},
        },
        rows=[
            {"label": words(DATES[name]), "old": _in_words(view["dates"].get(name, "")), "new": _in_words(on)}
            for name, on in dates.items() if on != view["dates"].get(name)
        ],
        effect=found,
        moved=_moved(found),
        hours=mail_forecast(runut().settings, found.mails),
    )


def _moved(found: Effect) -> list[dict[str, Any]]:
    return [
        {
            "state": words(row.state.label), "cases": row.cases,
            "due": words(day(_civil(row.due_at))) if row.due_at else translate("hanya pengaturnya", "its timer only"),
        }
        for row in found.moved
    ]


def _in_words(on: str) -> str:
    return words(day(date.fromisoformat(on))) if on else ""


def _civil(at: datetime) -> date:
    return at.astimezone(runut().settings.timezone).date()


def _close_page(cycle_id: str, error: Conflict | None = None) -> ResponseReturnValue:
    cursor = request.args.get("cursor")
    with reading() as (connection, present, _person_id):
        view = found_cycle(connection, present, cycle_id)
        count = count_open(connection, cycle_id)
        page = open_cases(connection, present, cycle_id, g.locale, cursor=cursor)
    place = f"/cycles/{cycle_id}/close"
    return render(
        "cycle_close.html",
        status=409 if error else 200,
        page_error=bool(error),
        errors=fault_rows(error),
        cycle=shown(view),
        count=count,
        rows=page.items,
        first_href=place if cursor else "",
        next_href=address(place, {"cursor": page.cursor}) if page.cursor else "",
        wide=bool(count),
    )

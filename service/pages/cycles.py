"""HR's cycles: the list, a new one, and one with its dates, how far it is, and the steps that come next."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from service.commands.cycles import create_cycle
from service.commands.cycles.checks import NO_SUCH_CYCLE
from service.commands.cycles.filling import running_job
from service.commands.cycles.inputs import DATE_NAMES
from service.errors import Conflict, Exists, InvalidInput, NotFound, Refused
from service.pages.forms import form_input
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.queries.closing import count_open
from service.queries.cycles import cycle, cycle_title, cycles, without_case
from service.queries.jobs import jobs_about
from service.runut import Present
from workflows.kit import Text

Fault = InvalidInput | Conflict | Refused
FAULTS = (InvalidInput, Conflict, Refused)
blueprint = Blueprint("cycles", __name__, url_prefix="/cycles")

DATES: Mapping[str, Text] = {
    "plan_submit": Text("Rencana diajukan paling lambat", "Plans submitted by"),
    "plan_default": Text("Ditetapkan tim bila belum ada", "Set in default from"),
    "end": Text("Hari terakhir masa kinerja", "Last day of the period"),
    "report": Text("Realisasi dilaporkan paling lambat", "Achievements reported by"),
    "rate": Text("Dinilai paling lambat", "Rated by"),
}
KINDS: Mapping[str, Text] = {
    "ANNUAL": Text("Tahunan", "Annual"),
    "QUARTER": Text("Triwulan", "Quarterly"),
    "MONTH": Text("Bulanan", "Monthly"),
}


@blueprint.get("")
@for_roles("hr")
def index() -> ResponseReturnValue:
    """Cycles with their dates, the newest first."""
    with reading() as (connection, present, _person_id):
        found = cycles(connection, present)
        reached = {int(on[:4]) for c in found if c["state"] != "closed" for on in c["dates"].values()}
        provisional = sorted(present.calendar.provisional & reached)
    return render("cycles.html", cycles=[shown(c) for c in found], provisional=provisional, wide=True)


@blueprint.get("/new")
@for_roles("hr")
def new() -> ResponseReturnValue:
    """The form of a cycle, with the dates that the law and custom give the next year."""
    with reading() as (connection, present, _person_id):
        taken = [c["year"] for c in cycles(connection, present) if c["kind"] == "ANNUAL" and c["unit"] is None]
        today = present.calendar.civil_date(present.now)
    year = max([today.year - 1, *taken]) + 1
    return _new_page({
        "kind": "ANNUAL", "year": str(year), "reviewed": "true",
        "dates": {
            "plan_submit": f"{year}-01-31", "plan_default": f"{year}-02-07", "end": f"{year}-12-31",
            "report": f"{year + 1}-01-15", "rate": f"{year + 1}-01-31",
        },
    })


@blueprint.post("/new")
@for_roles("hr")
def post_new() -> ResponseReturnValue:
    """Enters the cycle and leads to it; what is wrong comes back with what was typed."""
    typed = {"reviewed": "false", **form_input(request.form)}
    given = {**typed, "dates": typed.get("dates", {})}
    try:
        return see_other(".show", cycle_id=create_cycle(runut(), actor(), given))
    except InvalidInput as error:
        return _new_page(typed, fault_rows(error), 422)
    except Exists as exists:
        return _new_page(typed, [{"field": "year", "message": words(exists.detail)}], 409)


@blueprint.get("/<uuid:cycle_id>")
@for_roles("hr")
def show(cycle_id: Any) -> ResponseReturnValue:
    """One cycle: where it stands, its steps and its dates."""
    with reading() as (connection, present, _person_id):
        view = found_cycle(connection, present, str(cycle_id))
        missing = len(without_case(connection, present, view))
        still_open = count_open(connection, view["id"])
        job_id = running_job(connection, view["id"])
        past = jobs_about(connection, view["id"])
    return render(
        "cycle.html",
        cycle=shown(view),
        date_rows=[
            {"term": words(label), "value": date.fromisoformat(view["dates"][name])}
            for name, label in DATES.items() if name in view["dates"]
        ],
        missing=missing,
        still_open=still_open,
        job_id=job_id,
        past=[{**job, "at": datetime.fromisoformat(job["created_at"])} for job in past],
        steps=_steps(view, still_open, missing),
        done=request.args.get("done", ""),
        count=request.args.get("count", "0"),
    )


def found_cycle(connection: Connection, present: Present, cycle_id: str) -> dict[str, Any]:
    """The cycle. Raises NotFound."""
    view = cycle(connection, present, cycle_id)
    if view is None:
        raise NotFound(NO_SUCH_CYCLE)
    return view


def fault_rows(error: Fault | None) -> list[dict[str, str]]:
    """What is wrong as rows of the error summary."""
    if error is None:
        return []
    if isinstance(error, InvalidInput):
        return [{"field": field.path, "message": words(field.message)} for field in error.fields]
    return [{"field": "", "message": words(sentence)} for sentence in error.reasons or (error.detail,)]


def shown(view: Mapping[str, Any]) -> dict[str, Any]:
    """The cycle with its title in words and its dates as dates."""
    dates = {name: date.fromisoformat(on) for name, on in view["dates"].items()}
    opened_at, closed_at = (
        datetime.fromisoformat(view[name]) if view[name] else None for name in ("opened_at", "closed_at")
    )
    return {
        **view, "title": words(cycle_title(view)), "dates": dates, "opened_at": opened_at, "closed_at": closed_at,
        "href": f"/cycles/{view['id']}",
    }


def _steps(view: Mapping[str, Any], still_open: int, missing: int) -> list[dict[str, str]]:
    place, state = f"/cycles/{view['id']}", view["state"]
    is_open, is_closed = state == "open", state == "closed"
    opened, closed = is_open or is_closed, is_closed
    cases = translate("{n} pegawai belum mempunyai kasus", "People without a case: {n}", n=missing) if is_open else ""
    left = translate("{n} kasus masih terbuka", "Cases still open: {n}", n=still_open) if is_open else ""
    annual = view["kind"] == "ANNUAL"
    steps = [
        {"label": translate("Periksa sebelum dibuka", "Check before it opens"), "href": f"{place}/preflight",
         "state": "done" if opened else "todo", "hint": ""},
        {"label": translate("Buka siklus", "Open the cycle"), "href": "" if opened else f"{place}/preflight#open",
         "state": "done" if opened else "todo", "hint": ""},
        {"label": translate("Perpanjang tanggal", "Extend the dates"), "href": f"{place}/extend",
         "state": "later" if closed else "todo", "hint": translate("Dengan nomor surat", "By letter")},
        {"label": translate("Tutup siklus", "Close the cycle"), "href": f"{place}/close",
         "state": "done" if closed else "todo" if is_open else "later", "hint": left},
    ]
    if annual:
        steps.insert(2, {
            "label": translate("Buat kasus untuk pegawai", "Make cases for the people"),
            "href": f"{place}/preflight#open", "hint": cases,
            "state": "later" if not is_open else "doing" if missing else "done",
        })
    worded = {"todo": translate("Tersedia", "Available"), "later": translate("Tidak tersedia", "Not available"),
              "doing": translate("Belum semua", "Not all yet")}
    return [{**step, "word": worded.get(step["state"], "")} for step in steps]


def _new_page(
    typed: Mapping[str, Any], errors: list[dict[str, str]] | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading() as (_connection, present, _person_id):
        units = sorted(present.organisation.units.values(), key=lambda unit: unit.name)
    return render(
        "cycle_new.html",
        status=status,
        errors=errors or [],
        by_field={error["field"]: error["message"] for error in reversed(errors or [])},
        page_error=bool(errors),
        typed=typed,
        kinds=[{"value": kind, "label": words(label)} for kind, label in KINDS.items()],
        units=[{"value": unit.id, "label": unit.name} for unit in units],
        date_fields=[{"name": name, "label": words(DATES[name])} for name in DATES],
        required=DATE_NAMES,
    )

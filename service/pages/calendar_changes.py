"""HR changes the calendar of a year, and has open deadlines counted again; each behind a check page."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from service.actor import Actor
from service.commands.cycles import load_year, set_calendar_days
from service.commands.cycles.checks import refuse
from service.commands.cycles.closures import YearChange, proposal, year_change
from service.commands.cycles.recounting import planned, recount
from service.errors import Conflict, Exists, InvalidInput, NotFound, Refused
from service.pages.calendar import KINDS, year_page
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.queries.recounts import Shift, Verdict, shifts, tally
from service.runut import Present
from workflows import dates
from workflows.calendar import Calendar, CalendarEnds, Closure
from workflows.kit import Text

blueprint = Blueprint("calendar_changes", __name__)

FORMS = ("load", "confirm", "close", "open")
_LONGEST = 31
_MOST_SHOWN = 50
_NO_SUCH_FORM = Text("Perubahan ini tidak dikenal.", "There is no such change.")
_NO_DATE = Text("Tuliskan tanggalnya.", "Write the date.")
_WRONG_RANGE = Text(
    "Tanggal akhir harus sama dengan atau sesudah tanggal mulai, paling lama {days} hari, di tahun ini.",
    "The last day must be the first day or after it, at most {days} days on, in this year.",
)
_ALL_CLOSED = Text("Kantor sudah libur pada semua hari itu.", "The office is closed on all of these days already.")
_NONE_CHOSEN = Text("Pilih sekurang-kurangnya satu hari.", "Choose at least one day.")
_NO_REASON = Text("Tuliskan alasannya, sekurang-kurangnya 10 karakter.", "Write why, in at least 10 characters.")
_NO_BASIS = Text("Tuliskan nomor keputusan atau suratnya.", "Write the number of the decree or letter.")
VERDICTS: Mapping[Verdict, Text] = {
    Verdict.LATER: Text("mundur", "later"),
    Verdict.EARLIER: Text("maju hanya bila Anda menyatakannya", "earlier only if you say so"),
    Verdict.KEPT_FOR_EMPLOYEE: Text("tetap: waktu pegawai tidak dikurangi", "stays: an employee loses no time"),
    Verdict.KEPT_TOO_SOON: Text("tetap: tidak ada waktu lagi untuk memenuhinya", "stays: too soon to be kept"),
}


@blueprint.post("/calendar/<int:year>/<form>")
@for_roles("hr")
def post_change(year: int, form: str) -> ResponseReturnValue:
    """First what the change comes to, then, with `do=save`, the change."""
    if form not in FORMS:
        raise NotFound(_NO_SUCH_FORM)
    typed: dict[str, Any] = {
        name: value.strip() for name, value in request.form.items() if name not in ("csrf_token", "do")
    }
    typed["remove"] = request.form.getlist("remove")
    try:
        with reading() as (connection, present, _person_id):
            given = _given(form, year, typed, present.calendar)
            if request.form.get("do") != "save":
                return _check_page(connection, present, form, year_change(present, given), typed)
        _save(form, actor(), given)
    except (InvalidInput, Exists) as error:
        return year_page(year, typed, error, form)
    return see_other("calendar.year", year=year, done=form)


@blueprint.get("/calendar/recount")
@for_roles("hr")
def recount_page() -> ResponseReturnValue:
    """Which open deadlines the calendar counts to another day, before anything moves."""
    return _recount_page()


@blueprint.post("/calendar/recount")
@for_roles("hr")
def post_recount() -> ResponseReturnValue:
    """Starts the job and leads to its page."""
    given = {"reason": request.form.get("reason", "").strip(), "earlier": request.form.get("earlier") == "yes"}
    try:
        job_id = recount(runut(), actor(), given)
    except (InvalidInput, Conflict) as error:
        return _recount_page(given, error)
    return see_other("job_pages.job", job_id=job_id)


def _save(form: str, who: Actor, given: Mapping[str, Any]) -> None:
    if form == "load":
        load_year(runut(), who, given["year"])
    else:
        set_calendar_days(runut(), who, given)


def _given(form: str, year: int, typed: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    """What the form means to the command. Raises InvalidInput."""
    if form == "load":
        return proposal(year)
    if not typed.get("basis"):
        refuse("basis", _NO_BASIS)
    given: dict[str, Any] = {"year": year, "basis": typed["basis"], "reason": typed.get("reason", "")}
    if form == "confirm":
        return {**given, "confirm": True}
    if form == "open" and not typed["remove"]:
        refuse("remove", _NONE_CHOSEN)
    if len(given["reason"]) < 10:
        refuse("reason", _NO_REASON)
    if form == "open":
        return {**given, "remove": typed["remove"]}
    closed = {"kind": typed.get("kind", ""), "name": typed.get("name", "")}
    return {**given, "days": [{"date": on.isoformat(), **closed} for on in _range(year, typed, calendar)]}


def _range(year: int, typed: Mapping[str, Any], calendar: Calendar) -> list[date]:
    """The days of the range on which the office works so far. Raises InvalidInput."""
    first = _date(typed, "from_on")
    last = _date(typed, "until_on") if typed.get("until_on") else first
    if not (first.year == last.year == year and 0 <= (last - first).days < _LONGEST):
        refuse("until_on", _WRONG_RANGE.format(days=_LONGEST))
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    working = [on for on in days if calendar.is_working_day(on)]
    if not working:
        refuse("from_on", _ALL_CLOSED)
    return working


def _date(typed: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        refuse(name, _NO_DATE)


def _check_page(
    connection: Connection, present: Present, form: str, change: YearChange, typed: Mapping[str, Any]
) -> ResponseReturnValue:
    try:
        found = shifts(connection, present, change.applied_to(present.calendar))
        effect, unknown = _effect(found), ""
    except CalendarEnds as ends:
        effect, unknown = [], words(ends.message)
    return render(
        "calendar_check.html",
        form=form,
        year=change.year,
        basis=change.basis,
        reason=change.reason,
        added=[_day(on, closure) for on, closure in sorted(change.added.items())],
        removed=[_day(on, closure) for on, closure in sorted(change.removed.items())],
        effect=effect,
        unknown=unknown,
        hidden=[
            (name, value)
            for name, values in typed.items()
            for value in (values if isinstance(values, list) else [values])
        ],
    )


def _day(on: date, closure: Closure) -> dict[str, str]:
    return {"term": words(dates.weekday_day(on)), "value": closure.name, "note": words(KINDS[closure.kind])}


def _effect(found: list[Shift]) -> list[str]:
    counts = tally(found)
    return [
        f"{counts[verdict]} {translate('tenggat', 'deadlines')}: {words(label)}"
        for verdict, label in VERDICTS.items()
        if counts[verdict]
    ]


def _recount_page(
    given: Mapping[str, Any] | None = None, error: InvalidInput | Conflict | None = None
) -> ResponseReturnValue:
    refusal: Refused | None = None
    found: list[Shift] = []
    with reading() as (connection, present, _person_id):
        try:
            found = planned(connection, present)
        except Refused as refused:
            refusal = refused
    fields = error.fields if isinstance(error, InvalidInput) else ()
    errors = [{"field": field.path, "message": words(field.message)} for field in fields]
    if isinstance(error, Conflict):
        errors = [{"field": "", "message": words(error.detail)}]
    counts = tally(found)
    return render(
        "calendar_recount.html",
        status=422 if fields else 409 if error else 200,
        page_error=bool(error),
        errors=errors,
        by_field={wrong["field"]: wrong["message"] for wrong in reversed(errors)},
        rows=[
            {
                "number": {"text": shift.number, "href": f"/cases/{shift.number}"},
                "was": words(dates.weekday_day(present.calendar.civil_date(shift.was))),
                "becomes": words(dates.weekday_day(present.calendar.civil_date(shift.becomes))),
                "verdict": words(VERDICTS[shift.verdict]),
            }
            for shift in found[:_MOST_SHOWN]
        ],
        more=len(found) - _MOST_SHOWN,
        later=counts[Verdict.LATER],
        earlier=counts[Verdict.EARLIER],
        kept=counts[Verdict.KEPT_FOR_EMPLOYEE] + counts[Verdict.KEPT_TOO_SOON],
        refusal=words(refusal.reasons[0]) if refusal else "",
        typed=given or {},
    )

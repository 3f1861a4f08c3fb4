"""The office calendar of a year: everybody reads which days are closed; HR loads, changes and confirms it here."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from service.commands.cycles.closures import proposal
from service.errors import InvalidInput, ServiceError
from service.pages.web import reading, render, signed_in, words
from service.queries.cycles import calendar_days
from service.queries.recounts import shifts
from service.runut import Present
from service.signin import roles_of
from workflows import dates
from workflows.calendar import Calendar, CalendarEnds
from workflows.kit import Text

blueprint = Blueprint("calendar", __name__)

KINDS: Mapping[str, Text] = {
    "HOLIDAY": Text("Hari libur nasional", "National holiday"),
    "JOINT_LEAVE": Text("Cuti bersama", "Joint leave"),
    "LOCAL": Text("Libur daerah", "Local holiday"),
}
_ON_A_WEEKEND = Text("jatuh pada akhir pekan", "falls on a weekend")


@blueprint.get("/calendar")
@signed_in
def year() -> ResponseReturnValue:
    """The closed days of a year by month: `?year=2026`, this year when not said."""
    with reading() as (_connection, present, _person_id):
        this_year = present.calendar.civil_date(present.now).year
    given = request.args.get("year", "")
    return year_page(int(given) if given.isdecimal() and len(given) == len("2026") else this_year)


def year_page(
    chosen: int, typed: Mapping[str, Any] | None = None, error: ServiceError | None = None, form: str = ""
) -> ResponseReturnValue:
    """The page of a year; with an error its form comes back with what was typed."""
    with reading() as (connection, present, person_id):
        is_hr = "hr" in roles_of(present, person_id)
        calendar = present.calendar
        loaded = {view["year"]: view for view in calendar_days(connection, chosen)["years"]}
        late, unknown = _waiting(connection, present) if is_hr else (0, "")
    errors = _errors(error, form)
    return render(
        "calendar.html",
        status=422 if isinstance(error, InvalidInput) else 409 if error else 200,
        page_error=bool(error),
        errors=errors,
        by_field={found["field"]: found["message"] for found in reversed(errors)},
        year=chosen,
        this=loaded.get(chosen),
        months=_months(calendar, chosen) if chosen in loaded else [],
        tabs=[
            {"label": str(number), "href": f"/calendar?year={number}", "current": number == chosen}
            for number in sorted({*loaded, max(loaded, default=chosen - 1) + 1, chosen})
        ],
        open_days=[
            {"value": on.isoformat(), "label": f"{words(dates.weekday_day(on))}: {calendar.closed[on].name}"}
            for on in sorted(calendar.closed) if on.year == chosen
        ],
        kinds=[{"value": name, "label": words(text)} for name, text in KINDS.items()],
        proposed=proposal(chosen)["basis"] if is_hr and chosen not in loaded else "",
        late=late,
        unknown=unknown,
        is_hr=is_hr,
        typed=typed or {"kind": "LOCAL"},
        form=form,
        done=request.args.get("done", ""),
    )


def _waiting(connection: Connection, present: Present) -> tuple[int, str]:
    """How many open deadlines do not follow the calendar yet, or why that cannot be counted."""
    try:
        found = shifts(connection, present)
    except CalendarEnds as ends:
        return 0, words(ends.message)
    return sum(shift.verdict.moves(earlier=True) for shift in found), ""


def _months(calendar: Calendar, chosen: int) -> list[dict[str, Any]]:
    firsts = [date(chosen, number, 1) for number in range(1, 13)]
    ends = [*firsts[1:], date(chosen + 1, 1, 1)]
    return [
        {
            "title": words(dates.month(first)),
            "working_days": sum(
                calendar.is_working_day(first + timedelta(days=place)) for place in range((end - first).days)
            ),
            "days": [
                {
                    "term": words(dates.weekday_day(on)), "value": calendar.closed[on].name,
                    "note": _note(on, calendar.closed[on].kind),
                }
                for on in sorted(calendar.closed) if first <= on < end
            ],
        }
        for first, end in zip(firsts, ends, strict=True)
    ]


def _note(on: date, kind: str) -> str:
    label = words(KINDS[kind])
    return f"{label}, {words(_ON_A_WEEKEND)}" if on.weekday() > 4 else label


def _errors(error: ServiceError | None, form: str) -> list[dict[str, str]]:
    """The sentences of an error, each with the field of the form that was posted."""
    if isinstance(error, InvalidInput):
        return [{"field": f"{form}.{_field(field.path)}", "message": words(field.message)} for field in error.fields]
    if error is None:
        return []
    return [{"field": "", "message": words(reason)} for reason in error.reasons or (error.detail,)]


def _field(path: str) -> str:
    first, *rest = path.split(".")
    if first == "days":
        return "from_on" if rest[-1:] == ["date"] else rest[-1]
    return first

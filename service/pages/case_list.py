"""The list of cases that the reader may see: filters in the address, a page at a time, and the same as CSV."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, g, request, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from service.commands.bulk import MOST_CASES
from service.errors import InvalidInput
from service.pages.bulk import bulk_choices
from service.pages.case_words import STAGES, state_labels
from service.pages.filters import Filters, read_filters
from service.pages.trace import state_tone
from service.pages.web import reading, render, signed_in, translate, words
from service.plain_csv import MARK, line
from service.queries.cases import case_page, count_cases, list_view
from service.queries.cycles import cycle_title, cycles
from service.queries.paging import Page, decode_place
from service.runut import Present
from service.signin import roles_of

blueprint = Blueprint("case_list", __name__)

MOST_EXPORTED = 10_000
_BATCH = 500
_IN_FORM = frozenset({"q", "stage", "state", "unit", "cycle", "overdue", "waits_for_me"})
_COLUMNS = (
    "number", "workflow", "subject", "unit", "stage", "state", "state_label", "state_since", "due_at", "overdue",
)


@blueprint.get("/cases")
@signed_in
def cases() -> ResponseReturnValue:
    """Cases, newest first; a filter that cannot be taken is named and nothing is shown (422)."""
    with reading() as (connection, present, person_id):
        filters = read_filters(request.args, connection, present)
        problems = [
            {"field": name if name in _IN_FORM else "", "message": words(text)} for name, text in filters.problems
        ]
        cursor = request.args.get("cursor") or None
        problems += _cursor_problem(cursor)
        if problems:
            page, drops = Page([], None), []
        else:
            page = case_page(connection, present, person_id, filters.wanted, cursor=cursor)
            drops = [] if page.items else _worth_dropping(connection, present, person_id, filters)
        rows = [_row(present, row) for row in page.items]
        choices = _choices(connection, present)
        bulk = _bulk(connection, present, person_id, filters) if rows else None
    return render(
        "case_list.html",
        status=422 if problems else 200,
        errors=problems,
        by_field={problem["field"]: problem["message"] for problem in problems},
        page_error=bool(problems),
        rows=rows,
        shown=_shown(len(rows), bool(page.cursor), bool(cursor)),
        chips=[{"label": words(c.label), "value": words(c.value), "href": c.href} for c in filters.chips],
        drops=drops,
        given=filters.given,
        choices=choices,
        next_href=filters.href("/cases", cursor=page.cursor) if page.cursor else "",
        first_href=filters.href("/cases") if cursor else "",
        csv_href=filters.href("/cases.csv"),
        most=MOST_EXPORTED,
        bulk=bulk,
    )


@blueprint.get("/cases.csv")
@signed_in
def cases_csv() -> ResponseReturnValue:
    """The same list as a file (RFC 4180), at most 10,000 rows; what a spreadsheet would run is made plain text."""
    with reading() as (connection, present, _person_id):
        filters = read_filters(request.args, connection, present)
    if filters.problems:
        return cases()
    rows = stream_with_context(_csv(filters))
    response = Response(rows, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="runut-cases.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(filters: Filters) -> Iterator[str]:
    yield MARK + line(_COLUMNS)
    cursor: str | None = None
    written = 0
    while written < MOST_EXPORTED:
        with reading() as (connection, present, person_id):
            limit = min(_BATCH, MOST_EXPORTED - written)
            page = case_page(connection, present, person_id, filters.wanted, limit=limit, cursor=cursor)
            views = [list_view(present, row, g.locale) for row in page.items]
        yield "".join(
            line((
                v["number"], v["workflow"], v["subject"]["name"], v["unit"]["name"], v["stage"], v["state"],
                v["state_label"], v["state_since"], v["due_at"], "yes" if v["overdue"] else "no",
            ))
            for v in views
        )
        written, cursor = written + len(views), page.cursor
        if cursor is None:
            return


def _row(present: Present, row: Any) -> dict[str, Any]:
    view = list_view(present, row, g.locale)
    return {
        "id": view["id"],
        "number": view["number"],
        "subject": view["subject"]["name"],
        "unit": view["unit"]["name"],
        "state": view["state_label"],
        "tone": _tone(view, held=row["held_at"] is not None),
        "held": row["held_at"] is not None,
        "since": row["state_since"],
        "due": row["due_at"],
        "late": view["overdue"],
    }


def _tone(view: Mapping[str, Any], *, held: bool) -> str:
    """What is on hold or was returned wants attention."""
    if held or view["state"] == "returned":
        return "warning"
    return state_tone(view["stage"], voided=view["state"] == "cancelled")


def _bulk(
    connection: Connection, present: Present, person_id: str, filters: Filters
) -> dict[str, Any] | None:
    """What HR may do to many of these cases at once; None for everybody else."""
    if "hr" not in roles_of(present, person_id):
        return None
    found = count_cases(connection, present, person_id, filters.wanted, MOST_CASES)
    more = found > MOST_CASES
    everything = translate(
        "Pilih semua hasil saringan ini: lebih dari {n}, jadi persempit dulu" if more
        else "Pilih semua {n} hasil saringan ini",
        "Choose everything this filter finds: more than {n}, so narrow it first" if more
        else "Choose all {n} that this filter finds",
        n=min(found, MOST_CASES),
    )
    return {"filter": filters.href("").removeprefix("?"), "everything": everything, "choices": bulk_choices()}


def _worth_dropping(
    connection: Connection, present: Present, person_id: str, filters: Filters
) -> list[dict[str, str]]:
    """The filters without each of which something would be shown."""
    return [
        {"label": words(chip.label), "value": words(chip.value), "href": chip.href}
        for chip in filters.chips
        if case_page(connection, present, person_id, filters.without(chip.name), limit=1).items
    ]


def _choices(connection: Connection, present: Present) -> dict[str, list[dict[str, str]]]:
    units = sorted(present.organisation.units.values(), key=lambda unit: unit.name)
    return {
        "stage": [{"value": name, "label": words(label)} for name, label in STAGES.items()],
        "state": [{"value": name, "label": words(label)} for name, label in state_labels().items()],
        "unit": [{"value": unit.id, "label": unit.name} for unit in units],
        "cycle": [{"value": c["id"], "label": words(cycle_title(c))} for c in cycles(connection, present)],
    }


def _shown(count: int, more: bool, later: bool) -> str:
    if not count:
        return ""
    if more:
        return translate("{n} kasus di halaman ini; masih ada lagi.", "{n} cases on this page, and more.", n=count)
    if later:
        return translate("{n} kasus di halaman terakhir ini.", "{n} cases on this last page.", n=count)
    return translate("{n} kasus.", "{n} cases.", n=count)


def _cursor_problem(cursor: str | None) -> list[dict[str, str]]:
    try:
        if cursor:
            decode_place(cursor)
    except InvalidInput as error:
        return [{"field": "", "message": words(error.detail)}]
    return []

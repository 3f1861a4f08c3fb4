"""The board: how far a cycle is, unit by unit and stage by stage, and where it is stuck."""

from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from service.pages.case_words import STAGES
from service.pages.filters import address
from service.pages.hr_desk import hr_desk
from service.pages.service_state import warnings
from service.pages.standing import for_roles
from service.pages.trace import state_tone
from service.pages.web import reading, render, runut, translate, words
from service.queries.board import by_state, by_unit, cycle_line, slowest
from service.queries.cases import board as counts
from service.queries.cycles import cycle_title, cycles
from service.queries.operations import lags
from service.runut import Present
from service.signin import roles_of
from workflows.calendar import CalendarEnds

blueprint = Blueprint("board", __name__)


@blueprint.get("/board")
@for_roles("hr", "auditor")
def board() -> ResponseReturnValue:
    """The board of one cycle: `?cycle=`, the newest open yearly one without."""
    with reading() as (connection, present, person_id):
        known = cycles(connection, present)
        chosen = _chosen(known, request.args.get("cycle"))
        cells = counts(connection, present, person_id, cycle=chosen["id"])["cells"] if chosen else []
        states = by_state(cells)
        line = cycle_line(connection, present, chosen, cells) if chosen else None
        waiting = slowest(connection, present, chosen["id"]) if chosen else []
        is_hr = "hr" in roles_of(present, person_id)
        desk = hr_desk(connection, present, person_id)
    return render(
        "board.html",
        now=present.now,
        cycle=chosen and {**chosen, "title": words(cycle_title(chosen))},
        tabs=_tabs(known, chosen),
        line=line,
        states=[_state(present, row, chosen) for row in states],
        stages=[words(label) for label in STAGES.values()],
        units=[_unit_row(row, chosen) for row in by_unit(cells)],
        ageing=[_age(present, row, chosen) for row in states if row["state"].stage.value != "done"],
        slowest=[{**row, "href": _cases(chosen, waits_for=row["id"], overdue="true")} for row in waiting],
        late_href=_cases(chosen, overdue="true"),
        drafts_href=_cases(chosen, stage="draft"),
        missing_href=address("/people", {"without": chosen["id"]}) if chosen and is_hr else "",
        warnings=warnings(lags(runut())),
        is_hr=is_hr,
        desk=desk,
        wide=True,
    )


def _chosen(known: list[dict[str, Any]], wanted: str | None) -> dict[str, Any] | None:
    by_id = {cycle["id"]: cycle for cycle in known}
    if wanted in by_id:
        return by_id[wanted or ""]
    newest = sorted(known, key=lambda cycle: (cycle["state"] != "open", cycle["kind"] != "ANNUAL", -cycle["year"]))
    return next(iter(newest), None)


def _tabs(known: list[dict[str, Any]], chosen: dict[str, Any] | None) -> list[dict[str, Any]]:
    if len(known) <= 1:
        return []
    return [
        {"label": words(cycle_title(c)), "href": address("/board", {"cycle": c["id"]}), "current": c is chosen}
        for c in known[:8]
    ]


def _cases(cycle: dict[str, Any] | None, **filters: str) -> str:
    return address("/cases", {**filters, "cycle": cycle["id"] if cycle else None})


def _state(present: Present, row: dict[str, Any], cycle: dict[str, Any] | None) -> dict[str, Any]:
    label = row["state"].label.to(g.locale)
    late = translate("{n} lewat tenggat", "{n} overdue", n=row["overdue"]) if row["overdue"] else ""
    return {
        "label": label, "value": row["cases"], "text": f"{row['cases']} ({late})" if late else str(row["cases"]),
        "over": bool(late), "href": _cases(cycle, state=row["state"].name, workflow=row["workflow"]),
    }


def _age(present: Present, row: dict[str, Any], cycle: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "label": row["state"].label.to(g.locale),
        "tone": state_tone(row["state"].stage.value),
        "cases": row["cases"],
        "overdue": row["overdue"],
        "since": row["since"],
        "days": _working_days(present, row["since"]),
        "href": _cases(cycle, state=row["state"].name, workflow=row["workflow"]),
    }


def _unit_row(row: dict[str, Any], cycle: dict[str, Any] | None) -> dict[str, Any]:
    unit = row["unit"]
    return {
        "label": unit["name"],
        "href": _cases(cycle, unit=unit["id"]),
        "cells": [
            {
                "count": row["stages"].get(stage, {}).get("cases", 0),
                "late": row["stages"].get(stage, {}).get("overdue", 0),
                "href": _cases(cycle, unit=unit["id"], stage=stage),
            }
            for stage in STAGES
        ],
    }


def _working_days(present: Present, since: Any) -> str:
    calendar = present.calendar
    try:
        days = calendar.working_days_between(calendar.civil_date(since), calendar.civil_date(present.now))
    except CalendarEnds:
        return "–"
    return translate("{n} hari kerja", "{n} working days", n=days)

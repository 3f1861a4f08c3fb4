"""The front page: what waits for me and why me, what I wait for, my cases; a team's queue; a newcomer's start."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

import workflows
from service.authority import CaseRoles, holders
from service.blockers import not_asked_because
from service.casefile import load_case
from service.commands.opening import unopened
from service.errors import Conflict, NotFound
from service.ids import new_secret
from service.pages.declined import hr_notice
from service.pages.hr_desk import hr_desk
from service.pages.trace import late_words, tone_of
from service.pages.web import reading, render, signed_in, translate, words
from service.queries.cases import awaited_by, own_cases, waiting_for
from service.queries.papers import to_confirm
from service.queries.waiting import sentence
from service.runut import Present
from workflows.dates import weekday_day
from workflows.kit import Role, Workflow

blueprint = Blueprint("inbox", __name__)

_MOST_CARDS, _MOST_QUEUED = 20, 200
_GROUPS = frozenset({Role.PERF_TEAM.value, Role.HR.value})


@blueprint.get("/")
@signed_in
def inbox() -> ResponseReturnValue:
    """My work."""
    with reading() as (connection, present, person_id):
        waiting = waiting_for(connection, person_id, _MOST_QUEUED)
        own = own_cases(connection, person_id)
        mine = [row for row in waiting if row["role"] not in _GROUPS]
        to_reroute = [row for row in waiting if _is_declined(row)]
        queue = [row for row in waiting if row["role"] in _GROUPS and row not in to_reroute]
        awaited = [_awaited(connection, present, row) for row in awaited_by(connection, person_id, _MOST_CARDS)]
        return render(
            "inbox.html",
            cards=[_card(connection, present, row, person_id) for row in mine[:_MOST_CARDS]],
            more=max(0, len(mine) - _MOST_CARDS),
            queue=[_queued(present, row, person_id) for row in queue],
            declined=[_declined(connection, present, row, person_id) for row in to_reroute[:_MOST_CARDS]],
            request_key=new_secret(),
            desk=hr_desk(connection, present, person_id),
            papers=to_confirm(connection, person_id),
            awaited=awaited,
            own=[_own(present, row) for row in own],
            start=_start(connection, present, person_id, own),
        )


def _is_declined(row: Mapping[str, Any]) -> bool:
    """Whether the case is an HR officer's because whoever should decide it said that he cannot."""
    return row["role"] == Role.HR and _workflow(row).state(row["state"]).waits_for is not Role.HR


def _declined(connection: Connection, present: Present, row: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    workflow = _workflow(row)
    notice = hr_notice(connection, load_case(connection, present, row["id"]), person_id)
    return {"title": _title(workflow, row, person_id), "notice": notice}


def _card(connection: Connection, present: Present, row: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    workflow = _workflow(row)
    state, role = workflow.state(row["state"]), Role(row["role"])
    editing = role is Role.EMPLOYEE and any(edit.role is role for edit in state.edit_by)
    endpoint = "editor.overview" if editing else "case.show"
    deadline, tone, late = _deadline(present, row)
    return {
        "title": _title(workflow, row, person_id),
        "number": row["number"],
        "href": url_for(endpoint, number=row["number"]),
        "state": words(state.label),
        "since": row["since_at"],
        "deadline": deadline,
        "tone": tone,
        "late": late,
        "why_me": "" if role is Role.EMPLOYEE else _why_me(present, workflow, row, role, person_id),
        "button": translate("Lanjutkan", "Continue") if role is Role.EMPLOYEE else translate("Putuskan", "Decide"),
        "own": row["subject_id"] == person_id,
        "lacks": words(not_asked_because(load_case(connection, present, row["id"]))) if row["blocked_by"] else "",
    }


def _queued(present: Present, row: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    deadline, tone, _ = _deadline(present, row)
    return {
        "who": {"text": row["subject_name"], "href": url_for("case.show", number=row["number"])},
        "number": row["number"],
        "unit": row["unit_name"],
        "worked_on": _worked_on(present, row, person_id),
        "due": {"text": deadline or translate("tanpa tenggat", "no deadline"), "tone": tone},
    }


def _worked_on(present: Present, row: Mapping[str, Any], person_id: str) -> dict[str, str] | str:
    """Who works on the case of the queue, while he is still one of its members."""
    if row["claimed_by"] is None:
        return ""
    if row["claimed_by"] == person_id:
        return {"text": translate("Anda", "You"), "tone": "info"}
    roles = CaseRoles(
        case_id=row["id"], workflow=row["workflow"], subject_id=row["subject_id"], unit_id=row["unit_id"],
        rater_position_id=row["rater_position_id"], superior_position_id=row["superior_position_id"],
    )
    members = holders(present.organisation, roles, Role(row["claimed_as"]), present.now, None)
    is_member = row["claimed_by"] in {holder.person_id for holder in members}
    return present.organisation.person(row["claimed_by"]).name if is_member else ""


def _awaited(connection: Connection, present: Present, row: Mapping[str, Any]) -> dict[str, Any]:
    file = load_case(connection, present, row["id"])
    _, tone, late = _deadline(present, row)
    return {
        "title": _title(file.workflow, row, row["subject_id"]),
        "number": row["number"],
        "href": url_for("case.show", number=row["number"]),
        "sentence": words(sentence(file)),
        "state": words(file.state.label),
        "tone": tone if late else tone_of(file.state),
    }


def _own(present: Present, row: Mapping[str, Any]) -> dict[str, Any]:
    workflow = _workflow(row)
    state = workflow.state(row["state"])
    return {
        "title": _title(workflow, row, row["subject_id"]),
        "number": row["number"],
        "href": url_for("case.show", number=row["number"]),
        "state": words(state.label),
        "tone": tone_of(state),
        "since": row["state_since"],
    }


def _start(
    connection: Connection, present: Present, person_id: str, own: list[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The plan that the person has not begun; None when there is one, or he need not make one."""
    if present.organisation.person(person_id).political:
        return None
    workflow = workflows.get("work_plan")
    try:
        file = unopened(connection, present, workflow, person_id)
    except (Conflict, NotFound):
        return None
    begun = any(
        row["workflow"] == workflow.name
        and row["cycle_id"] == file.row["cycle_id"]
        and not _workflow(row).state(row["state"]).voids
        for row in own
    )
    if begun:
        return None
    return {"year": file.dates["end"][:4], "due": file.deadlines.get("plan_submit")}


def _deadline(present: Present, row: Mapping[str, Any]) -> tuple[str, str, bool]:
    """(the deadline in words, tone, whether it is past)."""
    due = row["due_at"]
    if due is None:
        return "", "neutral", False
    calendar = present.calendar
    due_on, today = calendar.civil_date(due), calendar.civil_date(present.now)
    if due < present.now:
        days = calendar.working_days_between(due_on, today)
        return late_words(days), "danger", True
    soon = calendar.working_days_between(today, due_on) <= 1
    return translate("Tenggat {day}", "Due {day}", day=words(weekday_day(due_on))), "warning" if soon else "info", False


def _why_me(present: Present, workflow: Workflow, row: Mapping[str, Any], role: Role, person_id: str) -> str:
    roles = CaseRoles(
        case_id=row["id"], workflow=workflow.name, subject_id=row["subject_id"], unit_id=row["unit_id"],
        rater_position_id=row["rater_position_id"], superior_position_id=row["superior_position_id"],
        took_part=frozenset(row["marks"].get("took_part", ())),
    )
    found = holders(present.organisation, roles, role, present.now, workflow.scopes.get(role))
    return next((words(holder.explanation) for holder in found if holder.person_id == person_id), "")


def _title(workflow: Workflow, row: Mapping[str, Any], reader_id: str) -> str:
    kind = words(workflow.title)
    return kind if row["subject_id"] == reader_id else f"{kind}: {row['subject_name']}"


def _workflow(row: Mapping[str, Any]) -> Workflow:
    return workflows.get(row["workflow"], row["edition"])

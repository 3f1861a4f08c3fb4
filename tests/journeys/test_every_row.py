"""Every state × action × role of the work plan over the API, against the tables written by hand from the rules."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service.runut import Runut
from tests.factories import LETTER, MONDAY, REASON, Org, api, create_organisation, create_plan, set_now

Make = Callable[[Org, str], dict[str, Any]]
ORACLE = Path(__file__).parents[1] / "oracle"
PEOPLE = {
    "EMPLOYEE": "employee",
    "RATER": "rater",
    "RATER_SUPERIOR": "rater_superior",
    "PERF_TEAM": "perf_team",
    "HR": "hr",
    "OUTSIDER": "outsider",
}
INPUTS: Mapping[str, Any] = {**LETTER, "ends_on": "2026-06-30"}
AMENDMENT = (("employee", "amend", LETTER),)
SUBMITTED = (*AMENDMENT, ("employee", "submit", {}))
ENDORSED = (*SUBMITTED, ("perf_team", "endorse", {}))
AMENDED = {
    "draft": AMENDMENT,
    "in_review": SUBMITTED,
    "in_approval": ENDORSED,
    "returned": (*ENDORSED, ("rater", "return", {"reason": REASON})),
    "in_dispute": (*ENDORSED, ("rater", "dispute", {"reason": REASON})),
}
# Which guards hold in a situation; the others do not. Written from guards.csv, not from the code.
ALWAYS = {"plan_complete", "results_aligned", "no_evaluation_awaiting_rating", "not_returned_by_superior"}
FIRST_TIME = ALWAYS | {"never_in_force", "endorsed_unchanged"}
AMENDED_LATE = ALWAYS | {
    "has_version_in_force", "plan_deadline_passed", "cycle_ended", "evaluations_final", "endorsed_unchanged",
}


def rows(name: str) -> list[dict[str, str]]:
    with (ORACLE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


STATES = [row["state"] for row in rows("work_plan.states.csv")]
STEPS = rows("work_plan.steps.csv")
ACTIONS = sorted({row["action"] for row in STEPS})


def make_first(org: Org, state: str) -> dict[str, Any]:
    return create_plan(org, state)


def make_amended(org: Org, state: str) -> dict[str, Any]:
    case = create_plan(org, "in_force")
    for who, action, given in AMENDED.get(state, ()):
        case = org.act(who, case, action, **given)["case"]
    return case


SITUATIONS = [
    *((make_first, FIRST_TIME if state != "in_force" else FIRST_TIME | {"has_version_in_force"}, state, None)
      for state in STATES),
    *((make_amended, AMENDED_LATE, state, "2027-01-02T09:00:00+07:00") for state in (*AMENDED, "in_force")),
]


def expected(state: str, action: str, role: str, holding: set[str], visible: bool) -> tuple[int, str | None]:
    """(HTTP status, state afterwards) that the tables demand."""
    if not visible:
        return 404, None
    there = [row for row in STEPS if row["from"] == state and row["action"] == action]
    if not there:
        return 409, None
    mine = [row for row in there if row["role"] == role]
    if not mine:
        return 403, None
    for row in mine:
        if set(row["guards"].split()) <= holding:
            return 200, row["to"]
    return 409, None


def inputs_of(state: str, action: str, role: str) -> dict[str, Any]:
    row = next((r for r in STEPS if (r["from"], r["action"], r["role"]) == (state, action, role)), None)
    return {name: INPUTS[name] for name in row["input"].split()} if row else {}


@pytest.mark.parametrize(
    ("make", "holding", "state", "now"), SITUATIONS, ids=[f"{s[0].__name__[5:]}-{s[2]}" for s in SITUATIONS]
)
def test_the_api_does_what_the_tables_say_and_nothing_else(
    runut: Runut, make: Make, holding: set[str], state: str, now: str | None
) -> None:
    org = create_organisation(runut)
    clients = {role: api(org, label) for role, label in PEOPLE.items()}
    case = arranged(org, make, state, now)
    for action in ACTIONS:
        for role, client in clients.items():
            status, after = expected(state, action, role, holding, sees(role, make, state))
            answer = client.post(
                f"/cases/{case['id']}/actions/{action}", inputs_of(state, action, role),
                if_match=f'"{case["version"]}"',
            )
            told = f"{state} {action} {role}: {answer.status_code} {answer.get_json()}"
            assert answer.status_code == status, told
            if after is not None:
                assert answer.get_json()["case"]["state"] == after, told
                case = arranged(org, make, state, now)


def arranged(org: Org, make: Make, state: str, now: str | None) -> dict[str, Any]:
    """A new case in `state`, after whatever case of this person there was gave its place free."""
    with org.runut.database.write() as connection:
        connection.execute(text("UPDATE cases SET slot = NULL"))
    set_now(org.runut, MONDAY)
    case = make(org, state)
    if now:
        set_now(org.runut, now)
    return case


def sees(role: str, make: Make, state: str) -> bool:
    """An outsider sees nothing; a draft that was never submitted is seen by its subject, HR and the team only."""
    if role == "OUTSIDER":
        return False
    never_submitted = make is make_first and state == "draft"
    return not (never_submitted and role in ("RATER", "RATER_SUPERIOR"))

"""Ask only for what can be done: no request and no deadline for what only somebody else can make possible."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from service.models import Delivery, Event, WorkItem
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import LETTER, Org, api, create_organisation, create_plan, set_now
from workers.clock import tick


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def with_parent(org: Org, kind: str, id: str | None = None, label: str = "employee") -> dict[str, Any]:
    """The example with every main result pointing to that parent."""
    document = org.example(label)
    for result in document["results"]:
        result["parent"] = {"kind": kind, "id": id}
    return document


def superiors_plan(org: Org) -> dict[str, Any]:
    """The rater's own plan, in force."""
    case = create_plan(org, "in_approval", label="rater")
    made: dict[str, Any] = org.act("rater_superior", case, "approve")["case"]
    return made


def asked(org: Org, case: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(label, role) of whoever has to act on the case now."""
    labels = {person_id: label for label, person_id in org.people.items()}
    with org.runut.database.read() as connection:
        rows = connection.execute(
            select(WorkItem.person_id, WorkItem.role).where(
                WorkItem.case_id == case["id"], WorkItem.done_at.is_(None)
            )
        )
        return {(labels[row.person_id], row.role) for row in rows}


def requests_to(org: Org, case: Mapping[str, Any], label: str) -> int:
    """How many requests about the case were mailed to that person."""
    with org.runut.database.read() as connection:
        rows = connection.execute(
            select(Delivery.id).where(
                Delivery.case_id == case["id"], Delivery.rule == "asked", Delivery.person_id == org.people[label]
            )
        )
        return len(rows.all())


def now(org: Org, case: Mapping[str, Any], label: str = "hr") -> dict[str, Any]:
    """The case as the API shows it."""
    view: dict[str, Any] = api(org, label).get(f"/cases/{case['id']}", accept_language="en").get_json()
    return view


def types(org: Org, case: Mapping[str, Any]) -> list[str]:
    with org.runut.database.read() as connection:
        return list(connection.scalars(
            select(Event.type).where(Event.case_id == case["id"]).order_by(Event.position)
        ))


def test_a_rater_is_not_asked_to_set_a_plan_that_waits_for_his_own(org: Org) -> None:
    case = create_plan(org, "in_approval", document=with_parent(org, "PENDING"))
    assert asked(org, case) == set()
    assert requests_to(org, case, "rater") == 0
    view = now(org, case)
    assert view["due_at"] is None and view["asked_at"] is None
    assert view["blocked_by"]["guard"] == "results_aligned"
    check_log(org.runut)
    assert [(who["person"]["name"], who["role"]) for who in view["waits_for"]] == [
        ("Rahmat Rekaan, SKM", "EMPLOYEE")
    ]
    assert view["waits_for"][0]["due_at"] == "2026-01-30T16:59:59.999999Z"
    assert view["waits_for"][0]["number"] is None


def test_the_blocker_is_whoever_has_to_move_the_superiors_plan_now(org: Org) -> None:
    case = create_plan(org, "in_approval", document=with_parent(org, "PENDING"))
    plan = create_plan(org, "in_review", label="rater")
    who = now(org, case)["waits_for"]
    assert {(w["person"]["name"], w["role"], w["number"]) for w in who} == {
        ("Hasan Perandaian, SE", "PERF_TEAM", plan["number"]), ("Nurul Ibarat, S.Sos", "PERF_TEAM", plan["number"])
    }
    told = api(org, "hr").get(f"/cases/{case['id']}/why", accept_language="en").get_json()
    assert told["sentence"].startswith("No decision is asked for yet, because the rater's own plan is not in force")
    assert "due 22 January 2026" in told["sentence"] and plan["number"] in told["sentence"]
    assert "remind" not in told["remedies"]


def test_the_rater_is_asked_and_his_time_begins_when_his_own_plan_is_in_force(org: Org) -> None:
    case = create_plan(org, "in_approval", document=with_parent(org, "RESULT", "r1"))
    set_now(org.runut, "2026-02-03T09:00:00+07:00")
    tick(org.runut)
    assert asked(org, case) == set()
    superiors_plan(org)
    tick(org.runut)
    assert asked(org, case) == {("rater", "RATER")}
    assert requests_to(org, case, "rater") == 1
    view = now(org, case)
    assert view["version"] == case["version"] and view["blocked_by"] is None
    assert view["asked_at"][:16] == view["waits_for"][0]["since"][:16] == "2026-02-03T02:00"
    assert view["due_at"] == "2026-02-10T16:59:59.999999Z"
    assert types(org, case)[-1] == "case.ask"
    assert org.act("rater", view, "approve")["case"]["state"] == "in_force"
    check_log(org.runut)


def test_once_there_is_something_to_link_to_the_employee_is_asked_and_nobody_else(org: Org) -> None:
    case = create_plan(org, "in_approval", document=with_parent(org, "PENDING"))
    superiors_plan(org)
    tick(org.runut)
    assert asked(org, case) == {("employee", "EMPLOYEE")}
    assert (requests_to(org, case, "employee"), requests_to(org, case, "rater")) == (1, 0)
    view = now(org, case)
    assert [(w["role"], w["due_at"][:10]) for w in view["waits_for"]] == [("EMPLOYEE", "2026-01-22")]
    draft = org.act("employee", view, "recall")["case"]
    assert (draft["blocked_by"], draft["due_at"][:10]) == (None, "2026-01-30")
    saved = org.save("employee", draft, with_parent(org, "RESULT", "r1"))["case"]
    sent = org.act("employee", saved, "submit")["case"]
    assert asked(org, org.act("perf_team", sent, "endorse")["case"]) == {("rater", "RATER")}
    check_log(org.runut)


def test_a_request_is_taken_back_when_it_cannot_be_met_any_more(org: Org) -> None:
    above = superiors_plan(org)
    case = create_plan(org, "in_approval", document=with_parent(org, "RESULT", "r2"))
    assert asked(org, case) == {("rater", "RATER")}
    letter = {"reason": LETTER["reason"], "legal_basis": LETTER["legal_basis"]}
    draft = org.act("rater", above, "amend", **letter)["case"]
    document = {**draft["document"], "results": [r for r in draft["document"]["results"] if r["id"] != "r2"]}
    sent = org.act("rater", org.save("rater", draft, document)["case"], "submit")["case"]
    org.act("rater_superior", org.act("perf_team", sent, "endorse")["case"], "approve")
    tick(org.runut)
    assert asked(org, case) == {("employee", "EMPLOYEE")}
    assert types(org, case)[-1] == "case.ask"
    check_log(org.runut)

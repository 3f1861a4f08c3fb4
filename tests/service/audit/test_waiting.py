"""The walk over all open cases: none waits for nobody without saying why, none asks somebody for what he cannot do."""

from typing import Any

import pytest
from sqlalchemy import delete, update

import service.casefile
from service.audit.waiting import walk
from service.authority import Holder
from service.models import Case, Timer, WorkItem
from service.runut import Runut
from tests.afterwards import check_log, check_waiting
from tests.factories import Org, create_organisation, create_plan
from workflows.kit import Role, Text

ALIGNED = {"blocked_by": None, "asked_instead": None}
WAITING = ("draft", "in_review", "in_approval", "returned", "in_dispute")
STATES = (
    ("draft", "in_review", "in_approval"), ("returned", "in_dispute", "in_force"), ("closed", "cancelled", "exempt"),
)


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def found(org: Org) -> list[str]:
    with org.runut.database.read() as connection:
        return walk(connection, org.runut.present(connection))[1]


def changed(org: Org, *changes: Any) -> list[str]:
    with org.runut.database.write() as connection:
        for change in changes:
            connection.execute(change)
    return found(org)


@pytest.mark.parametrize("states", STATES)
def test_no_case_in_any_state_waits_for_nobody_without_saying_why(org: Org, states: tuple[str, ...]) -> None:
    for label, state in zip(("employee", "newcomer", "peer"), states, strict=True):
        create_plan(org, state, label=label)
    assert check_waiting(org.runut) == sum(state in WAITING for state in states)
    check_log(org.runut)


def test_a_case_of_which_nobody_was_asked_is_found(org: Org) -> None:
    create_plan(org, "in_approval")
    assert "nobody of them was asked" in changed(org, delete(WorkItem))[0]


def test_a_case_that_nobody_waits_for_and_no_clock_looks_at_is_found(org: Org) -> None:
    create_plan(org, "in_force")
    assert "no clock will look at it" in changed(org, delete(Timer))[0]


def test_somebody_who_is_asked_for_what_he_cannot_do_is_found(org: Org) -> None:
    create_plan(org, "in_approval")
    is_blocked = update(Case).values(blocked_by="results_aligned")
    assert any("and yet somebody is asked or late" in breach for breach in changed(org, is_blocked))


def test_a_blocked_case_that_no_clock_looks_at_is_found(org: Org) -> None:
    document = org.example("employee")
    for result in document["results"]:
        result["parent"] = None
    create_plan(org, "in_approval", document=document)
    assert found(org) == []
    assert "no clock looks at it" in changed(org, delete(Timer), update(Case).values(**ALIGNED))[0]


def test_a_blocked_case_that_names_nobody_is_found(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    document = org.example("employee")
    for result in document["results"]:
        result["parent"] = None
    create_plan(org, "in_approval", document=document)
    monkeypatch.setattr("service.audit.waiting.blockers", lambda _file: ())
    assert "nobody is named" in found(org)[0]


def test_a_case_whose_only_holder_a_duty_rule_refuses_is_found(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    case = create_plan(org, "in_approval")
    himself = Holder(case["subject"]["id"], None, None, Text("", ""))
    before = service.casefile.holders

    def wrong(organisation: Any, roles: Any, role: Role, instant: Any, scope: Any) -> tuple[Holder, ...]:
        return (himself,) if role is Role.RATER else before(organisation, roles, role, instant, scope)

    monkeypatch.setattr(service.casefile, "holders", wrong)
    assert any("a duty rule refuses it" in breach for breach in found(org))

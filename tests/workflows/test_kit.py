"""The kit: a wrong table does not load, a right one moves cases by its rows and by nothing else."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

import workflows
from workflows.kit import (
    Action,
    Edit,
    Facts,
    Guard,
    InvalidWorkflow,
    NotAvailable,
    NotYours,
    Refused,
    Role,
    Stage,
    State,
    Step,
    Text,
    Workflow,
)
from workflows.work_plan import WORKFLOW as WORK_PLAN

NOW = datetime(2026, 1, 19, 7, 5, tzinfo=UTC)
WORDS = Action(Text("Lakukan", "Do it"), Text("Terjadi.", "It happens."), Text("melakukan", "did it"))

clean = Guard("clean", lambda facts: not facts.problems, Text("Masih ada masalah.", "There are problems."))
known = Guard("known", lambda facts: bool(facts.marks.get("known")), Text("Belum dikenal.", "Not known yet."))
funded = Guard("funded", lambda facts: bool(facts.marks.get("funded")), Text("Belum ada dana.", "Not funded yet."))


def a_workflow(**changes: Any) -> Workflow:
    """A leave request: written, sent straight to the head when known, otherwise to the team; granted; it lapses."""
    parts: dict[str, Any] = {
        "name": "leave",
        "edition": "1",
        "title": Text("Cuti", "Leave"),
        "number_prefix": "CUT",
        "states": (
            State("draft", Stage.DRAFT, Text("Draf", "Draft"), Role.EMPLOYEE, edit_by=(Edit(Role.EMPLOYEE),)),
            State("team", Stage.REVIEW, Text("Di tim", "With the team"), Role.PERF_TEAM),
            State("head", Stage.APPROVAL, Text("Di kepala", "With the head"), Role.RATER),
            State("granted", Stage.DONE, Text("Diberikan", "Granted")),
            State("over", Stage.DONE, Text("Selesai", "Over"), final=True),
        ),
        "steps": (
            Step("send", "draft", "head", Role.EMPLOYEE, (clean, known)),
            Step("send", "draft", "team", Role.EMPLOYEE, (clean,)),
            Step("pass_on", "team", "head", Role.PERF_TEAM),
            Step("pass_on", "team", "draft", Role.HR, input=("reason",)),
            Step("grant", "head", "granted", Role.RATER, (clean, funded)),
            Step("lapse", "granted", "over", Role.CLOCK),
        ),
        "actions": dict.fromkeys(("send", "pass_on", "grant", "lapse"), WORDS),
        "document": WORK_PLAN.document,
        "check": lambda document, context: [],
        "blank": lambda context: {},
        "example": lambda context: {},
        "protected": lambda document: document,
        "remember": lambda facts, step, acting: {},
        "project": lambda case_id, document: None,
        "cycle_kind": "ANNUAL",
        "clock": {"lapse": "cycle.end"},
    }
    return Workflow(**(parts | changes))


LEAVE = a_workflow()


def facts_in(state: str, **changes: Any) -> Facts:
    return Facts(state=state, now=NOW, **changes)


# What does not load


def with_state(name: str, **changes: Any) -> tuple[State, ...]:
    return tuple(replace(state, **changes) if state.name == name else state for state in LEAVE.states)


def with_step(*steps: Step) -> tuple[Step, ...]:
    return (*LEAVE.steps, *steps)


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"states": (), "steps": (), "actions": {}}, "there is no state"),
        ({"states": (*LEAVE.states, LEAVE.states[1])}, "state team is declared twice"),
        ({"steps": with_step(Step("send", "nowhere", "team", Role.HR))}, "step send names the unknown state nowhere"),
        ({"steps": with_step(Step("send", "team", "nowhere", Role.HR))}, "step send names the unknown state nowhere"),
        ({"steps": with_step(Step("burn", "team", "over", Role.HR))}, "action burn has no words"),
        ({"actions": {**LEAVE.actions, "burn": WORDS}}, "action burn is never used"),
        ({"clock": {}}, "action lapse of the clock has no instant"),
        ({"steps": with_step(LEAVE.steps[1])}, "row draft,send,EMPLOYEE is there twice"),
        ({"states": (*LEAVE.states, replace(LEAVE.states[4], name="island"))}, "state island cannot be reached"),
        ({"steps": LEAVE.steps[:-1], "actions": dict.fromkeys(("send", "pass_on", "grant"), WORDS)}, "is a dead end"),
        ({"steps": with_step(Step("grant", "over", "head", Role.RATER))}, "final state over can be left"),
        ({"states": with_state("head", waits_for=None)}, "state head waits for nobody"),
        ({"states": with_state("head", waits_for=Role.HR)}, "state head waits for HR, who can do nothing there"),
    ],
)
def test_a_wrong_table_does_not_load(changes: dict[str, Any], mistake: str) -> None:
    with pytest.raises(InvalidWorkflow, match=mistake):
        a_workflow(**changes)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InvalidWorkflow) as refusal:
        a_workflow(clock={}, steps=with_step(Step("burn", "team", "nowhere", Role.HR)))
    for mistake in ("workflow leave:", "burn has no words", "unknown state nowhere", "lapse of the clock"):
        assert mistake in str(refusal.value)


def test_a_step_fired_by_another_case_may_leave_a_final_state() -> None:
    a_workflow(steps=with_step(Step("pass_on", "over", "head", Role.SYSTEM)))


# Moving


def test_a_step_moves_the_facts_and_is_answered() -> None:
    facts = facts_in("team")
    step = LEAVE.fire(facts, "pass_on", Role.PERF_TEAM)
    assert (step, facts.state) == (LEAVE.steps[2], "head")


def test_the_first_routing_row_whose_guards_hold_is_taken() -> None:
    stranger, friend = facts_in("draft"), facts_in("draft", marks={"known": True})
    assert LEAVE.fire(stranger, "send", Role.EMPLOYEE).dest == stranger.state == "team"
    assert LEAVE.fire(friend, "send", Role.EMPLOYEE).dest == friend.state == "head"


def test_the_same_action_leads_elsewhere_for_another_role() -> None:
    facts = facts_in("team")
    assert LEAVE.fire(facts, "pass_on", Role.HR).needs_reason
    assert facts.state == "draft"


def test_an_action_without_a_row_is_not_available() -> None:
    facts = facts_in("team")
    with pytest.raises(NotAvailable):
        LEAVE.fire(facts, "send", Role.EMPLOYEE)
    with pytest.raises(NotAvailable):
        LEAVE.fire(facts, "no_such_action", Role.EMPLOYEE)
    assert (facts.state, facts.fired) == ("team", None)


def test_somebody_elses_step_is_not_yours() -> None:
    facts = facts_in("team")
    with pytest.raises(NotYours):
        LEAVE.fire(facts, "pass_on", Role.RATER)
    assert (facts.state, facts.fired) == ("team", None)


def test_a_refusal_names_every_guard_that_fails() -> None:
    facts = facts_in("head", problems=["something"])
    with pytest.raises(Refused) as refusal:
        LEAVE.fire(facts, "grant", Role.RATER)
    assert refusal.value.reasons == (clean.sentence, funded.sentence)
    assert (facts.state, facts.fired) == ("head", None)


def test_a_refusal_of_routing_rows_names_only_what_blocks_them_all() -> None:
    with pytest.raises(Refused) as refusal:
        LEAVE.fire(facts_in("draft", problems=["something"]), "send", Role.EMPLOYEE)
    assert refusal.value.reasons == (clean.sentence,)


def test_rows_that_fail_for_different_reasons_give_those_of_the_last() -> None:
    steps = (replace(LEAVE.steps[0], guards=(known,)), replace(LEAVE.steps[1], guards=(funded,)), *LEAVE.steps[2:])
    with pytest.raises(Refused) as refusal:
        a_workflow(steps=steps).fire(facts_in("draft"), "send", Role.EMPLOYEE)
    assert refusal.value.reasons == (funded.sentence,)


def test_an_earlier_refusal_leaves_no_trace_in_a_later_one() -> None:
    facts = facts_in("head", problems=["something"])
    with pytest.raises(Refused):
        LEAVE.fire(facts, "grant", Role.RATER)
    facts.problems = ()
    with pytest.raises(Refused) as refusal:
        LEAVE.fire(facts, "grant", Role.RATER)
    assert refusal.value.reasons == (funded.sentence,)


def test_eight_threads_share_one_machine_and_none_disturbs_another() -> None:
    def wander(seed: int) -> bool:
        random = Random(seed)
        for _ in range(300):
            facts = facts_in("draft", marks={"known": random.random() < 0.5, "funded": random.random() < 0.5})
            route = ["draft", "head"] if facts.marks["known"] else ["draft", "team", "head"]
            taken = [facts.state]
            LEAVE.fire(facts, "send", Role.EMPLOYEE)
            taken.append(facts.state)
            if facts.state == "team":
                LEAVE.fire(facts, "pass_on", Role.PERF_TEAM)
                taken.append(facts.state)
            try:
                LEAVE.fire(facts, "grant", Role.RATER)
                ended_well = facts.marks["funded"] and facts.state == "granted"
            except Refused as refused:
                ended_well = refused.reasons == (funded.sentence,) and facts.state == "head"
            if taken != route or not ended_well:
                return False
        return True

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(wander, range(8)))
    finally:
        sys.setswitchinterval(before)


# Reading


def test_a_blocked_step_is_offered_with_what_is_missing() -> None:
    (offer,) = LEAVE.available(facts_in("head"), [Role.RATER])
    assert (offer.step.action, offer.blocked_by) == ("grant", (funded.sentence,))


def test_routing_rows_are_one_offer() -> None:
    (free,) = LEAVE.available(facts_in("draft"), [Role.EMPLOYEE])
    (blocked,) = LEAVE.available(facts_in("draft", problems=["something"]), [Role.EMPLOYEE])
    assert (free.step.dest, free.blocked_by) == ("team", ())
    assert blocked.blocked_by == (clean.sentence,)


def test_nothing_is_offered_to_a_role_without_a_row() -> None:
    assert LEAVE.available(facts_in("head"), [Role.EMPLOYEE, Role.HR]) == ()
    assert [offer.step.dest for offer in LEAVE.available(facts_in("team"), list(Role))] == ["head", "draft"]


def test_only_the_named_role_may_edit_and_only_while_its_guard_holds() -> None:
    edits = (Edit(Role.EMPLOYEE), Edit(Role.PERF_TEAM, only_if=known))
    leave = a_workflow(states=with_state("draft", edit_by=edits))
    assert leave.may_edit(facts_in("draft"), list(Role)) is Role.EMPLOYEE
    assert leave.may_edit(facts_in("draft"), [Role.PERF_TEAM, Role.RATER]) is None
    assert leave.may_edit(facts_in("draft", marks={"known": True}), [Role.PERF_TEAM]) is Role.PERF_TEAM
    assert leave.may_edit(facts_in("team"), list(Role)) is None


def test_the_diagram_draws_every_row_once() -> None:
    lines = LEAVE.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    assert "    team --> head: pass_on (PERF_TEAM)" in lines
    assert lines[-1] == "    over --> [*]"
    assert len(lines) == len(set(lines)) == 2 + len(LEAVE.steps) + 1


@pytest.mark.parametrize(
    "changes",
    [
        {"states": with_state("team", due="3wd")},
        {"states": with_state("draft", edit_by=())},
        {"steps": (*LEAVE.steps[:-2], replace(LEAVE.steps[-2], guards=(clean,)), LEAVE.steps[-1])},
        {"steps": (*LEAVE.steps[:-2], replace(LEAVE.steps[-2], tier="A"), LEAVE.steps[-1])},
        {"steps": (LEAVE.steps[1], LEAVE.steps[0], *LEAVE.steps[2:])},
        {"steps": (*LEAVE.steps[:-2], replace(LEAVE.steps[-2], document="sets"), LEAVE.steps[-1])},
    ],
)
def test_the_fingerprint_moves_with_the_rules(changes: dict[str, Any]) -> None:
    assert a_workflow(**changes).fingerprint != LEAVE.fingerprint


def test_the_fingerprint_stays_when_only_wording_changes() -> None:
    other = Text("Permohonan cuti", "Leave request")
    assert a_workflow(title=other, states=with_state("team", label=other)).fingerprint == LEAVE.fingerprint


def test_a_text_has_both_languages_and_indonesian_is_the_default() -> None:
    text = Text("{n} surat", "{n} letters").format(n=3)
    assert (text.to("id"), text.to("en"), text.to("fr")) == ("3 surat", "3 letters", "3 surat")


def test_a_table_cannot_be_changed_after_it_is_made() -> None:
    with pytest.raises(FrozenInstanceError):
        LEAVE.steps[0].dest = "over"  # type: ignore[misc]


# The registry


@pytest.fixture
def one_more_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(workflows, "__path__", [*workflows.__path__, str(tmp_path)])
    workflows._registry.cache_clear()
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("workflows."):
            del sys.modules[name]
            vars(workflows).pop(name.removeprefix("workflows."), None)
    workflows._registry.cache_clear()


ADDED = """
from dataclasses import replace
from workflows.work_plan import WORKFLOW as PLAN
WORKFLOW = replace(PLAN, name={name!r}, edition={edition!r})
"""


def test_a_new_workflow_is_one_file(one_more_file: Path) -> None:
    (one_more_file / "throw_away.py").write_text(ADDED.format(name="throw_away", edition="1"))
    assert workflows.get("throw_away").name == "throw_away"
    assert workflows.get("throw_away") in workflows.all_workflows()


def test_the_newest_edition_is_meant_unless_one_is_named(one_more_file: Path) -> None:
    for number, edition in enumerate(("2026.10", "2026.9")):
        (one_more_file / f"later_{number}.py").write_text(ADDED.format(name="later", edition=edition))
    assert workflows.get("later").edition == "2026.10"
    assert workflows.get("later", "2026.9").edition == "2026.9"


def test_an_edition_cannot_be_there_twice(one_more_file: Path) -> None:
    (one_more_file / "copy.py").write_text(ADDED.format(name=WORK_PLAN.name, edition=WORK_PLAN.edition))
    with pytest.raises(InvalidWorkflow, match="work_plan has edition"):
        workflows.all_workflows()


def test_an_unknown_workflow_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        workflows.get("no_such_workflow")
    with pytest.raises(KeyError):
        workflows.get("work_plan", "1066.1")

"""The work plan's table, walked state by action by role by guard against the hand-written one in tests/oracle."""

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from workflows.kit import Facts, NotAvailable, NotYours, Problem, Refused, Role, Step, Text
from workflows.work_plan import WORKFLOW, remember

ORACLE = Path(__file__).parents[1] / "oracle"
NOW = datetime(2026, 1, 19, 7, 5, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(microseconds=1), NOW + timedelta(microseconds=1)


def read(name: str) -> list[dict[str, str]]:
    with (ORACLE / name).open(newline="") as file:
        return list(csv.DictReader(file))


ROWS = read("work_plan.steps.csv")
STATES = read("work_plan.states.csv")
GUARDS = {row["guard"]: row for row in read("guards.csv")}
ACTIONS = list(dict.fromkeys(row["action"] for row in ROWS))

# The table as data


def as_row(step: Step) -> dict[str, str]:
    return {
        "from": step.source,
        "action": step.action,
        "role": step.role,
        "to": step.dest,
        "guards": " ".join(guard.name for guard in step.guards),
        "input": " ".join(step.input),
        "tier": step.tier or "",
        "tell": " ".join(f"{'!' if tell.asks else ''}{tell.role}" for tell in step.tell),
    }


def test_the_steps_are_those_of_the_oracle_in_its_order() -> None:
    assert [as_row(step) for step in WORKFLOW.steps] == ROWS


def test_the_states_are_those_of_the_oracle_in_its_order() -> None:
    states = [
        {
            "state": state.name,
            "stage": state.stage,
            "waits_for": state.waits_for or "",
            "due": state.due or "",
            "final": "yes" if state.final else "no",
            "edit_by": " ".join(f"{e.role}:{e.only_if.name}" if e.only_if else e.role for e in state.edit_by),
            "label_id": state.label.id,
            "label_en": state.label.en,
        }
        for state in WORKFLOW.states
    ]
    assert states == STATES


def test_every_guard_says_what_the_oracle_says_and_none_is_silent() -> None:
    guards = {guard.name: guard for step in WORKFLOW.steps for guard in step.guards}
    assert set(guards) <= set(GUARDS)
    for name, guard in guards.items():
        row = GUARDS[name]
        assert guard.sentence.id
        assert guard.sentence.en
        if row["sentence_id"]:
            assert guard.sentence == Text(row["sentence_id"], row["sentence_en"])


def test_documents_are_set_and_restored_by_the_steps_that_lead_into_force() -> None:
    effects = {(step.action, step.document) for step in WORKFLOW.steps if step.document}
    assert effects == {
        ("approve", "sets"),
        ("settle", "sets"),
        ("set_by_default", "sets"),
        ("abandon", "restores"),
        ("lapse_amendment", "restores"),
    }
    into_force = [step for step in WORKFLOW.steps if step.dest == "in_force" != step.source]
    assert all(step.document for step in into_force)


def test_a_supervisor_can_decide_from_the_mail_whatever_waits_for_him() -> None:
    supervisors = (Role.RATER, Role.RATER_SUPERIOR)
    decisions = [
        step
        for step in WORKFLOW.steps
        if step.role in supervisors and WORKFLOW.state(step.source).waits_for is step.role
    ]
    assert decisions
    assert all(step.tier in ("A", "B") for step in decisions)


@pytest.mark.parametrize("state", [state for state in WORKFLOW.states if state.waits_for], ids=lambda s: s.name)
def test_whoever_is_waited_for_can_move_the_case_on_and_is_asked_to(state: Any) -> None:
    assert any(s.role is state.waits_for and s.dest != state.name for s in WORKFLOW.steps if s.source == state.name)
    assert state.due
    for step in WORKFLOW.steps:
        if step.dest == state.name and step.role is not state.waits_for:
            asked = [tell.role for tell in step.tell if tell.asks]
            assert asked == [state.waits_for]


def test_every_action_has_words_in_both_languages() -> None:
    for action in WORKFLOW.actions.values():
        for text in (action.button, action.effect, action.past):
            assert text.id.strip()
            assert text.en.strip()
            assert text.id != text.en
        assert action.effect.id.endswith(".")
        assert action.effect.en.endswith(".")
        assert action.past.id[0].islower()
        assert action.past.en[0].islower()


# Every state, action, role and combination of guards


def facts_where(state: str, truth: Mapping[str, bool]) -> Facts:
    """Facts in which each named guard is as told; what is not named does not matter to the step."""
    facts = Facts(state=state, now=NOW, deadlines={}, marks={}, protect=lambda: "now")
    marks: dict[str, Any] = {}
    deadlines: dict[str, datetime] = {}
    problems: list[Problem] = []
    for name, holds in truth.items():
        match name:
            case "plan_complete":
                problems += [] if holds else [Problem("V05", "results", "E", Text("", ""))]
            case "results_aligned":
                facts.alignment = [] if holds else [Problem("V06", "results.0.parent", "E", Text("", ""))]
            case "plan_deadline_passed":
                deadlines["plan_default"] = PAST if holds else NOW
            case "has_version_in_force":
                facts.in_force = holds
            case "never_in_force":
                facts.in_force = not holds
            case "cycle_ended":
                deadlines["end"] = PAST if holds else NOW
            case "not_returned_by_superior":
                marks |= {} if holds else {"returned_by_superior": True}
            case "endorsed_unchanged":
                marks |= {"returned_by_rater": True, "endorsed": "now" if holds else "before"}
            case "no_evaluation_awaiting_rating":
                facts.children = [("evaluation", "draft" if holds else "in_review")]
            case "evaluations_final":
                deadlines["end"] = PAST
                facts.children = [("evaluation", "final" if holds else "draft")]
            case _:
                raise AssertionError(f"no facts are known for {name}")
    facts.marks, facts.deadlines, facts.problems = marks, deadlines, problems
    return facts


def walk() -> Iterator[tuple[str, str, Role]]:
    for state, action, role in product(STATES, ACTIONS, Role):
        yield state["state"], action, role


@pytest.mark.parametrize(("state", "action", "role"), list(walk()))
def test_only_the_steps_of_the_oracle_can_be_taken(state: str, action: str, role: Role) -> None:
    of_all = [row for row in ROWS if (row["from"], row["action"]) == (state, action)]
    rows = [row for row in of_all if row["role"] == role]
    if not rows:
        with pytest.raises(NotYours if of_all else NotAvailable):
            WORKFLOW.fire(facts_where(state, {}), action, role)
        return
    guards = list(dict.fromkeys(name for row in rows for name in row["guards"].split()))
    for values in product((True, False), repeat=len(guards)):
        truth = dict(zip(guards, values, strict=True))
        facts = facts_where(state, truth)
        allowed = [row for row in rows if all(truth[name] for name in row["guards"].split())]
        if allowed:
            assert as_row(WORKFLOW.fire(facts, action, role)) == allowed[0]
            assert facts.state == allowed[0]["to"]
        else:
            with pytest.raises(Refused) as refusal:
                WORKFLOW.fire(facts, action, role)
            everywhere = [name for name in rows[-1]["guards"].split() if not truth[name]]
            sentences = {guard.name: guard.sentence for step in WORKFLOW.steps for guard in step.guards}
            assert refusal.value.reasons == tuple(sentences[name] for name in everywhere)
            assert facts.state == state


# What single guards look at


def holds(name: str, **changes: Any) -> bool:
    guard = next(guard for step in WORKFLOW.steps for guard in step.guards if guard.name == name)
    return guard.holds(Facts(state="draft", now=NOW, **changes))


def test_a_missing_link_blocks_setting_a_plan_but_not_submitting_it() -> None:
    unlinked = [Problem("V06", "results.0.parent", "E", Text("", ""))]
    assert holds("plan_complete", problems=unlinked, alignment=unlinked)
    assert not holds("results_aligned", alignment=unlinked)


def test_a_warning_blocks_nothing() -> None:
    warnings = [Problem("V13", "annex.resources", "W", Text("", ""))]
    assert holds("plan_complete", problems=warnings)
    assert holds("results_aligned", alignment=warnings)


def test_the_last_microsecond_of_a_deadline_still_belongs_to_the_employee() -> None:
    assert not holds("plan_deadline_passed", deadlines={"plan_default": NOW})
    assert holds("plan_deadline_passed", deadlines={"plan_default": PAST})
    assert not holds("plan_deadline_passed", deadlines={})
    assert not holds("cycle_ended", deadlines={"end": NOW})
    assert not holds("cycle_ended", deadlines={})


@pytest.mark.parametrize("state", ["in_review", "in_approval", "disclosed", "under_appeal"])
def test_a_plan_is_not_changed_under_an_evaluation_that_awaits_its_rating(state: str) -> None:
    assert not holds("no_evaluation_awaiting_rating", children=[("evaluation", "final"), ("evaluation", state)])
    assert holds("no_evaluation_awaiting_rating", children=[("development", state)])


@pytest.mark.parametrize("state", ["draft", "returned", "final", "not_rated", "cancelled"])
def test_a_plan_may_change_beside_an_evaluation_that_is_a_draft_or_over(state: str) -> None:
    assert holds("no_evaluation_awaiting_rating", children=[("evaluation", state)])


def test_a_plan_closes_at_its_end_once_every_evaluation_is_over() -> None:
    over = [("evaluation", "final"), ("evaluation", "not_rated"), ("evaluation", "cancelled")]
    assert holds("evaluations_final", deadlines={"end": PAST}, children=over)
    assert holds("evaluations_final", deadlines={"end": PAST})
    assert not holds("evaluations_final", deadlines={"end": PAST}, children=[*over, ("evaluation", "disclosed")])
    assert not holds("evaluations_final", deadlines={"end": FUTURE}, children=over)


def test_a_plan_that_ends_early_closes_at_its_own_end() -> None:
    assert holds("evaluations_final", deadlines={"end": FUTURE}, ends_at=PAST)
    assert not holds("evaluations_final", deadlines={"end": PAST}, ends_at=FUTURE)
    assert not holds("cycle_ended", deadlines={"end": FUTURE}, ends_at=PAST)


# What a plan remembers


def after(*taken: tuple[str, str, Role], text: str = "one", marks: dict[str, Any] | None = None) -> dict[str, Any]:
    """The marks after these steps, each taken by a person named like the role; `text` is what the team endorses."""
    remembered = marks or {}
    for source, action, role in taken:
        step = next(s for s in WORKFLOW.rows(source, action) if s.role is role)
        facts = Facts(state=source, now=NOW, protect=lambda text=text: text, marks=remembered)
        remembered = remember(facts, step, [role.lower(), "p-0"])
    return remembered


SUBMITTED = ("draft", "submit", Role.EMPLOYEE)
ENDORSED = ("in_review", "endorse", Role.PERF_TEAM)
RETURNED = ("in_approval", "return", Role.RATER)
RESUBMITTED = ("returned", "submit", Role.EMPLOYEE)


def test_what_the_rater_returned_goes_straight_back_to_him_while_it_is_as_endorsed() -> None:
    marks = after(SUBMITTED, ENDORSED, RETURNED)
    for text, state in (("one", "in_approval"), ("another", "in_review")):
        facts = Facts(state="returned", now=NOW, marks=marks, protect=lambda text=text: text)
        assert WORKFLOW.fire(facts, "submit", Role.EMPLOYEE).dest == state


def test_what_the_team_returned_after_the_rater_goes_to_the_team_again() -> None:
    marks = after(SUBMITTED, ENDORSED, RETURNED, RESUBMITTED, ("in_review", "return", Role.PERF_TEAM))
    facts = Facts(state="returned", now=NOW, marks=marks, protect=lambda: "one")
    assert WORKFLOW.fire(facts, "submit", Role.EMPLOYEE).dest == "in_review"


@pytest.mark.parametrize("step", [ENDORSED, ("in_approval", "recall", Role.EMPLOYEE)])
def test_a_new_endorsement_or_a_recall_forgets_the_raters_return(step: tuple[str, str, Role]) -> None:
    assert "returned_by_rater" not in after(SUBMITTED, ENDORSED, RETURNED, RESUBMITTED, step)


def test_the_raters_people_who_returned_or_disputed_are_remembered_once_each() -> None:
    dispute = ("in_approval", "dispute", Role.RATER)
    assert after(RETURNED, dispute)["took_part"] == ["p-0", "rater"]
    assert after(dispute, marks={"took_part": ["plh"]})["took_part"] == ["p-0", "plh", "rater"]
    assert "took_part" not in after(SUBMITTED, ENDORSED, ("returned", "dispute", Role.EMPLOYEE))


def test_the_superiors_return_closes_a_second_dispute_until_the_plan_is_in_force() -> None:
    marks = after(("in_dispute", "return", Role.RATER_SUPERIOR))
    assert marks == {"returned_by_superior": True}
    assert after(RESUBMITTED, ENDORSED, marks=marks)["returned_by_superior"]


@pytest.mark.parametrize(
    "step",
    [
        ("in_approval", "approve", Role.RATER),
        ("in_dispute", "settle", Role.RATER_SUPERIOR),
        ("returned", "set_by_default", Role.PERF_TEAM),
        ("returned", "abandon", Role.EMPLOYEE),
        ("returned", "lapse_amendment", Role.CLOCK),
        ("in_force", "amend", Role.EMPLOYEE),
    ],
)
def test_a_plan_in_force_and_an_amendment_begin_with_a_clean_slate(step: tuple[str, str, Role]) -> None:
    before = after(SUBMITTED, ENDORSED, RETURNED, ("in_dispute", "return", Role.RATER_SUPERIOR))
    assert set(before) == {"submitted", "endorsed", "returned_by_rater", "took_part", "returned_by_superior"}
    assert after(step, marks=before) == {"submitted": True}


def test_a_plan_that_was_never_submitted_is_not_remembered_as_submitted() -> None:
    assert after(("draft", "set_by_default", Role.PERF_TEAM)) == {}


def test_remembering_changes_nothing_that_was_remembered_before() -> None:
    before = {"took_part": ["a"]}
    after(RETURNED, marks=before)
    assert before == {"took_part": ["a"]}

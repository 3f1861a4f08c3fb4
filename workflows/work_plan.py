"""The work plan (SKP): drafted by the employee, reviewed by the performance team, set by the rater; a dispute goes to
the rater's superior; a plan in force is changed by an amendment that passes the same way (PermenPANRB 6/2022).
"""

from collections.abc import Sequence
from typing import Any

from workflows.guards import (
    cycle_ended,
    endorsed_unchanged,
    evaluations_final,
    has_version_in_force,
    never_in_force,
    no_evaluation_awaiting_rating,
    not_returned_by_superior,
    plan_complete,
    plan_deadline_passed,
    results_aligned,
)
from workflows.kit import Departure, Edit, Facts, Role, Stage, State, Step, Tell, Text, Workflow
from workflows.work_plan_carrying import carry_over
from workflows.work_plan_document import WorkPlanDocument, blank, planned_results, protected
from workflows.work_plan_example import example
from workflows.work_plan_rules import align, check
from workflows.work_plan_words import ACTIONS

EMPLOYEE, RATER, SUPERIOR = Role.EMPLOYEE, Role.RATER, Role.RATER_SUPERIOR
PERF_TEAM, HR, CLOCK = Role.PERF_TEAM, Role.HR, Role.CLOCK

_DRAFTERS = (Edit(EMPLOYEE), Edit(PERF_TEAM, only_if=plan_deadline_passed))
_LAPSED = (has_version_in_force, cycle_ended)
_OVERDUE = (plan_complete, plan_deadline_passed)
_ALIGNED = (results_aligned,)
_DISPUTABLE = (plan_complete, not_returned_by_superior)
_REASON = ("reason",)
_LETTER = ("reason", "legal_basis")


def _tell(*roles: Role) -> tuple[Tell, ...]:
    return tuple(Tell(role) for role in roles)


def _ask(role: Role, *told: Role) -> tuple[Tell, ...]:
    return (Tell(role, asks=True), *_tell(*told))


_BOTH = _tell(EMPLOYEE, RATER)
_ALL = _tell(EMPLOYEE, RATER, SUPERIOR)
_PARTIES = _tell(EMPLOYEE, RATER, PERF_TEAM)
_TEAM_TOO = _tell(EMPLOYEE, PERF_TEAM)


def remember(facts: Facts, step: Step, acting: Sequence[str]) -> dict[str, Any]:
    """The marks after `step`, taken by the people `acting`.

    `submitted` stays for good. The others last one round of drafting, until a plan comes in force or an amendment
    opens: `endorsed` is the digest of what the team endorsed, `returned_by_rater` holds while the rater's return is
    the last word on it, `returned_by_superior` closes the way to a second dispute, `took_part` bars from deciding one.
    """
    if step.dest == "in_force" or step.action == "amend":
        return {"submitted": True} if facts.marks.get("submitted") else {}
    marks = dict(facts.marks)
    if step.action == "submit":
        marks["submitted"] = True
    if step.action == "endorse":
        marks["endorsed"] = facts.protected_sha256
    if step.action in ("endorse", "recall") or (step.action == "return" and step.role is PERF_TEAM):
        marks.pop("returned_by_rater", None)
    if step.action == "return" and step.role is RATER:
        marks["returned_by_rater"] = True
    if step.action == "return" and step.role is SUPERIOR:
        marks["returned_by_superior"] = True
    if step.action in ("return", "dispute") and step.role is RATER:
        marks["took_part"] = sorted({*marks.get("took_part", ()), *acting})
    return marks


_STATES = (
    State("draft", Stage.DRAFT, Text("Draf", "Draft"), EMPLOYEE, "cycle.plan_submit", edit_by=_DRAFTERS),
    State("in_review", Stage.REVIEW, Text("Direviu pengelola kinerja", "In review"), PERF_TEAM, "3wd"),
    State("in_approval", Stage.APPROVAL, Text("Menunggu penetapan", "Awaiting approval"), RATER, "5wd"),
    State(
        "returned",
        Stage.DRAFT,
        Text("Dikembalikan untuk perbaikan", "Returned for changes"),
        EMPLOYEE,
        "3wd",
        edit_by=_DRAFTERS,
    ),
    State("in_dispute", Stage.APPEAL, Text("Tidak disepakati", "In dispute"), SUPERIOR, "5wd"),
    State("in_force", Stage.DONE, Text("Ditetapkan", "In force"), due="cycle.end"),
    State("closed", Stage.DONE, Text("Selesai", "Closed"), final=True),
    State("cancelled", Stage.DONE, Text("Dibatalkan", "Cancelled"), final=True, voids=True),
    State("exempt", Stage.DONE, Text("Dikecualikan", "Exempt"), final=True),
)

_STEPS = (
    Step("submit", "draft", "in_review", EMPLOYEE, (plan_complete,), tell=_ask(PERF_TEAM)),
    Step("set_by_default", "draft", "in_force", PERF_TEAM, _OVERDUE, input=_REASON, tell=_ALL, document="sets"),
    Step("abandon", "draft", "in_force", EMPLOYEE, (has_version_in_force,), tell=_tell(RATER), document="restores"),
    Step("exempt", "draft", "exempt", HR, (never_in_force,), input=_LETTER, tell=_BOTH),
    Step("cancel", "draft", "cancelled", EMPLOYEE, (never_in_force,), input=_REASON),
    Step("cancel", "draft", "cancelled", HR, (never_in_force,), input=_REASON, tell=_BOTH),
    Step("close", "draft", "closed", HR, (has_version_in_force,), input=_LETTER, tell=_BOTH),
    Step("lapse_amendment", "draft", "in_force", CLOCK, _LAPSED, tell=_BOTH, document="restores"),
    Step("endorse", "in_review", "in_approval", PERF_TEAM, tier="A", tell=_ask(RATER, EMPLOYEE)),
    Step("return", "in_review", "returned", PERF_TEAM, input=_REASON, tier="A", tell=_ask(EMPLOYEE)),
    Step("recall", "in_review", "draft", EMPLOYEE, tell=_tell(PERF_TEAM)),
    Step("cancel", "in_review", "cancelled", HR, (never_in_force,), input=_REASON, tell=_BOTH),
    Step("exempt", "in_review", "exempt", HR, (never_in_force,), input=_LETTER, tell=_BOTH),
    Step("close", "in_review", "closed", HR, (has_version_in_force,), input=_LETTER, tell=_BOTH),
    Step("lapse_amendment", "in_review", "in_force", CLOCK, _LAPSED, tell=_BOTH, document="restores"),
    Step("approve", "in_approval", "in_force", RATER, _ALIGNED, tier="A", tell=_TEAM_TOO, document="sets"),
    Step("return", "in_approval", "returned", RATER, input=_REASON, tier="A", tell=_ask(EMPLOYEE)),
    Step("recall", "in_approval", "draft", EMPLOYEE, tell=_tell(RATER)),
    Step("dispute", "in_approval", "in_dispute", RATER, input=_REASON, tier="B", tell=_ask(SUPERIOR, EMPLOYEE)),
    Step("cancel", "in_approval", "cancelled", HR, (never_in_force,), input=_REASON, tell=_BOTH),
    Step("exempt", "in_approval", "exempt", HR, (never_in_force,), input=_LETTER, tell=_BOTH),
    Step("close", "in_approval", "closed", HR, (has_version_in_force,), input=_LETTER, tell=_BOTH),
    Step("lapse_amendment", "in_approval", "in_force", CLOCK, _LAPSED, tell=_BOTH, document="restores"),
    Step("submit", "returned", "in_approval", EMPLOYEE, (plan_complete, endorsed_unchanged), tell=_ask(RATER)),
    Step("submit", "returned", "in_review", EMPLOYEE, (plan_complete,), tell=_ask(PERF_TEAM)),
    Step("dispute", "returned", "in_dispute", EMPLOYEE, _DISPUTABLE, input=_REASON, tell=_ask(SUPERIOR, RATER)),
    Step("set_by_default", "returned", "in_force", PERF_TEAM, _OVERDUE, input=_REASON, tell=_ALL, document="sets"),
    Step("abandon", "returned", "in_force", EMPLOYEE, (has_version_in_force,), tell=_tell(RATER), document="restores"),
    Step("cancel", "returned", "cancelled", HR, (never_in_force,), input=_REASON, tell=_BOTH),
    Step("exempt", "returned", "exempt", HR, (never_in_force,), input=_LETTER, tell=_BOTH),
    Step("close", "returned", "closed", HR, (has_version_in_force,), input=_LETTER, tell=_BOTH),
    Step("lapse_amendment", "returned", "in_force", CLOCK, _LAPSED, tell=_BOTH, document="restores"),
    Step(
        "settle", "in_dispute", "in_force", SUPERIOR, _ALIGNED, input=_REASON, tier="B", tell=_PARTIES, document="sets"
    ),
    Step("return", "in_dispute", "returned", SUPERIOR, input=_REASON, tier="A", tell=_ask(EMPLOYEE, RATER)),
    Step("cancel", "in_dispute", "cancelled", HR, (never_in_force,), input=_REASON, tell=_BOTH),
    Step("exempt", "in_dispute", "exempt", HR, (never_in_force,), input=_LETTER, tell=_BOTH),
    Step("close", "in_dispute", "closed", HR, (has_version_in_force,), input=_LETTER, tell=_BOTH),
    Step("lapse_amendment", "in_dispute", "in_force", CLOCK, _LAPSED, tell=_BOTH, document="restores"),
    Step("recall", "in_dispute", "draft", EMPLOYEE, tell=_tell(RATER, SUPERIOR)),
    Step("amend", "in_force", "draft", EMPLOYEE, (no_evaluation_awaiting_rating,), input=_LETTER, tell=_tell(RATER)),
    Step("amend", "in_force", "draft", RATER, (no_evaluation_awaiting_rating,), input=_LETTER, tell=_ask(EMPLOYEE)),
    Step("close", "in_force", "closed", CLOCK, (evaluations_final,), tell=_tell(EMPLOYEE)),
    Step("close", "in_force", "closed", HR, input=_LETTER, tell=_BOTH),
    Step("end_early", "in_force", "in_force", HR, input=(*_LETTER, "ends_on"), tell=_PARTIES),
)

WORKFLOW = Workflow(
    name="work_plan",
    edition="2026.1",
    title=Text("Rencana kerja (SKP)", "Work plan (SKP)"),
    number_prefix="SKP",
    states=_STATES,
    steps=_STEPS,
    actions=ACTIONS,
    document=WorkPlanDocument,
    check=check,
    align=align,
    blank=blank,
    example=example,
    protected=protected,
    remember=remember,
    project=planned_results,
    cycle_kind="ANNUAL",
    scopes={RATER: "approve", SUPERIOR: "decide"},
    clock={"lapse_amendment": "cycle.end", "close": "cycle.end"},
    departures={
        # A plan in force ends on the last day, and what was done until then is rated from the old post; a plan that
        # never was in force is of no use any more. Unpaid leave and the like: no duty to plan (PermenPANRB 8/2021).
        Departure.TRANSFER: ("cancel", "end_early"),
        Departure.LONG_LEAVE: ("exempt", "end_early"),
        Departure.RETIREMENT: ("cancel", "end_early"),
        Departure.DEATH: ("cancel", "close"),
    },
    carry_over=carry_over,
)

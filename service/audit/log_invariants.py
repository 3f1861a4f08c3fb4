"""Invariants that a case's own history can answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.audit.replay import COMMANDS, Replay
from service.authority import CaseRoles, holders
from service.canonical import sha256
from service.events import GENESIS
from service.runut import Present
from workflows.kit import Role

_DECIDING = {Role.RATER, Role.RATER_SUPERIOR, Role.PERF_TEAM, Role.HR}


@dataclass(frozen=True)
class CaseCheck:
    """One invariant; `ask` answers the breaches in one case."""

    number: int
    promise: str
    ask: Callable[[Replay, Present], Iterator[str]]


def _one_event_each(replay: Replay, _: Present) -> Iterator[str]:
    case, count = replay.history.case, len(replay.history.events)
    if case["position"] != count:
        yield f"it counts {case['position']} events, the log has {count}"


def _folds(replay: Replay, _: Present) -> Iterator[str]:
    case = replay.history.case
    if not replay.moments:
        yield "it has no events"
        return
    last = replay.moments[-1].says
    for column, name in (("state", "to"), ("version", "case_version"), ("document_sha256", "document_sha256")):
        if case[column] != last[name]:
            yield f"its {column} is {case[column]!r}, its events give {last[name]!r}"
    if dict(case["marks"]) != dict(replay.marks):
        yield f"its marks are {case['marks']!r}, its events give {dict(replay.marks)!r}"


def _is_a_chain(replay: Replay, _: Present) -> Iterator[str]:
    head = GENESIS
    for expected, event in enumerate(replay.history.events, start=1):
        if event["position"] != expected:
            yield f"position {event['position']} stands where {expected} should"
        if replay.moments[expected - 1].says["prev"] != head:
            yield f"event {expected} does not name the hash before it"
        head = event["hash"]


def _final_stays_final(replay: Replay, _: Present) -> Iterator[str]:
    final = {state.name for state in replay.workflow.states if state.final}
    for moment in replay.moments:
        says = moment.says
        if says["from"] in final and says["to"] != says["from"] and says["capacity"] != Role.SYSTEM:
            yield f"event {says['position']} led it out of the final state {says['from']}"


def _in_the_table(replay: Replay, _: Present) -> Iterator[str]:
    for moment in replay.moments:
        says = moment.says
        if replay.is_step(says):
            if moment.step is None:
                row = f"{says['from']}, {moment.action}, {says['capacity']}, {says['to']}"
                yield f"event {says['position']}: there is no row {row}"
        elif moment.action not in COMMANDS:
            yield f"event {says['position']}: {says['type']} is neither a step nor a command"
        elif moment.action != "open" and says["from"] != says["to"]:
            yield f"event {says['position']}: the command {says['type']} changed the state"


def _one_winner_per_version(replay: Replay, _: Present) -> Iterator[str]:
    version = 0
    for moment in replay.moments:
        says = moment.says
        expected = version + 1 if moment.moves else version
        if says["case_version"] != expected:
            yield f"event {says['position']} made version {says['case_version']} after {version}"
        version = says["case_version"]


def _nobody_decides_for_himself(replay: Replay, _: Present) -> Iterator[str]:
    subject = replay.history.case["subject_id"]
    for moment in replay.moments:
        if moment.step is not None and moment.step.role in _DECIDING and subject in moment.people:
            yield f"event {moment.says['position']}: the employee himself took part in {moment.action}"


def _held_the_capacity(replay: Replay, present: Present) -> Iterator[str]:
    """By a work item that was open to him before, or by the terms of office as they are kept."""
    case = replay.history.case
    for moment in replay.moments:
        step, says = moment.step, moment.says
        if step is None or says["actor"] is None or step.role is not replay.workflow.state(step.source).waits_for:
            continue
        at = datetime.fromisoformat(says["at"])
        asked = any(
            item["person_id"] == says["actor"] and item["role"] == step.role and item["since_at"] <= at
            for item in replay.history.work_items
        )
        roles = CaseRoles(
            case_id=case["id"], workflow=case["workflow"], subject_id=case["subject_id"], unit_id=case["unit_id"],
            rater_position_id=case["rater_position_id"], superior_position_id=case["superior_position_id"],
            took_part=frozenset(moment.marks.get("took_part", ())),
        )
        scope = replay.workflow.scopes.get(step.role)
        held = holders(present.organisation, roles, step.role, at, scope)
        if not asked and says["actor"] not in {holder.person_id for holder in held}:
            yield f"event {says['position']}: nothing shows that its actor was {step.role} then"


def _digest_is_the_texts(replay: Replay, _: Present) -> Iterator[str]:
    stored = {row["sha256"]: row["canonical"] for row in replay.history.documents}
    for moment in replay.moments:
        digest = moment.says["document_sha256"]
        if digest not in stored or sha256(stored[digest]) != digest:
            yield f"event {moment.says['position']} names a text that is not stored so"


def _another_decides_the_dispute(replay: Replay, _: Present) -> Iterator[str]:
    for moment in replay.moments:
        if moment.step is not None and moment.step.role is Role.RATER_SUPERIOR:
            before = set(moment.marks.get("took_part", ()))
            if before.intersection(moment.people):
                yield f"event {moment.says['position']}: its actor had taken part before"


def _silence_never_approves(replay: Replay, _: Present) -> Iterator[str]:
    for moment in replay.moments:
        if moment.step is not None and moment.step.document == "sets" and moment.says["actor"] is None:
            yield f"event {moment.says['position']}: {moment.action} put a text in force and nobody did it"


OF_A_CASE = (
    CaseCheck(1, "Every transition has exactly one event.", _one_event_each),
    CaseCheck(2, "Folding a case's events gives its state, version, digest and marks.", _folds),
    CaseCheck(3, "Positions are 1 to n, and each event names the hash before it.", _is_a_chain),
    CaseCheck(10, "No case leaves a final state.", _final_stays_final),
    CaseCheck(11, "No transition happened that the published table does not contain.", _in_the_table),
    CaseCheck(12, "Of concurrent decisions exactly one wins: no version was made twice.", _one_winner_per_version),
    CaseCheck(13, "Nobody decided on his own case, directly or for somebody.", _nobody_decides_for_himself),
    CaseCheck(14, "Whoever decided held the recorded capacity at that instant.", _held_the_capacity),
    CaseCheck(15, "The digest in each event is that of a stored text.", _digest_is_the_texts),
    CaseCheck(16, "Whoever took part in the first decision did not decide the dispute.", _another_decides_the_dispute),
    CaseCheck(20, "Silence approved nothing.", _silence_never_approves),
)

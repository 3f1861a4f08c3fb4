"""Whose turn it is: who is asked now, and who instead as long as whoever the table names could not act.

A request is for the rows that carry a case on. Sending it back, passing it up and calling it off stay possible
throughout, but nobody is asked for them; so a rater who could only return a plan is not asked to decide it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.kit import Facts, Guard, Hands, Role, Stage, State, Step, Workflow


@dataclass(frozen=True, slots=True)
class Turn:
    """`role` is asked now and has until `due`; None while nobody can be asked. `blocked_by` is the guard that keeps
    whoever the table names from acting, `hands` who can meet it."""

    role: Role | None
    due: str | None
    blocked_by: Guard | None = None
    hands: Hands | None = None


def turn_of(workflow: Workflow, facts: Facts) -> Turn:
    """Whose turn it is in the state of `facts`."""
    state = workflow.state(facts.state)
    blocks = [_block(step, facts) for step in _asked_rows(workflow, state)]
    if not blocks or None in blocks:
        return Turn(state.waits_for, state.due)
    guard = next(filter(None, blocks))
    assert guard.hands is not None
    hands = guard.hands(facts)
    if hands.own_case:
        return Turn(None, None, guard, hands)
    return Turn(hands.role, hands.due, guard, hands)


def hangs_on_others(workflow: Workflow, state: State) -> bool:
    """Whether whoever `state` waits for may be kept from acting by something that is not in his hands."""
    rows = list(_asked_rows(workflow, state))
    return bool(rows) and all(any(guard.hands for guard in step.guards) for step in rows)


def guard_named(workflow: Workflow, name: str) -> Guard:
    """The guard of this name. Raises StopIteration when the table has none."""
    return next(guard for step in workflow.steps for guard in step.guards if guard.name == name)


def _asked_rows(workflow: Workflow, state: State) -> Iterator[Step]:
    """The rows of the awaited role that carry the case on."""
    for step in workflow.steps:
        if step.source == state.name and state.waits_for is not None and step.role is state.waits_for:
            dest = workflow.state(step.dest)
            is_passed_up = dest.stage is Stage.APPEAL and state.stage is not Stage.APPEAL
            if not (dest.voids or is_passed_up or (dest.stage is Stage.DRAFT and dest is not state)):
                yield step


def _block(step: Step, facts: Facts) -> Guard | None:
    """The first of the step's guards that fails and is in somebody else's hands."""
    return next((guard for guard in step.guards if guard.hands and not guard.holds(facts)), None)

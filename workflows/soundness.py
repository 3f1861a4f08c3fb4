"""What can be wrong with a table: found when it is made, all of it in one message."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflows.kit import Workflow

# The clock and the system act by themselves; their names are written out because the kit imports this module.
_BY_ITSELF = ("CLOCK", "SYSTEM")


def mistakes(workflow: "Workflow") -> Iterable[str]:
    """One sentence per mistake; empty when the table is sound."""
    names = [state.name for state in workflow.states]
    known = set(names)
    yield from (f"state {name} is declared twice" for name in sorted(known) if names.count(name) > 1)
    for step in workflow.steps:
        yield from (
            f"step {step.action} names the unknown state {end}" for end in (step.source, step.dest) if end not in known
        )
        if step.action not in workflow.actions:
            yield f"action {step.action} has no words"
        if step.role == "CLOCK" and step.action not in workflow.clock:
            yield f"action {step.action} of the clock has no instant"
    keys = [(step.source, step.action, step.role, step.guards) for step in workflow.steps]
    yield from (f"row {key[0]},{key[1]},{key[2]} is there twice" for key in dict.fromkeys(keys) if keys.count(key) > 1)
    unused = set(workflow.actions) - {step.action for step in workflow.steps}
    yield from (f"action {action} is never used" for action in sorted(unused))
    yield from _dead_ends(workflow, known)


def _dead_ends(workflow: "Workflow", known: set[str]) -> Iterable[str]:
    if not workflow.states:
        yield "there is no state"
        return
    onward: dict[str, set[str]] = {name: set() for name in known}
    for step in workflow.steps:
        if step.source in known and step.dest in known:
            onward[step.source].add(step.dest)
    reached, frontier = {workflow.initial.name}, [workflow.initial.name]
    while frontier:
        for name in onward[frontier.pop()] - reached:
            reached.add(name)
            frontier.append(name)
    yield from (f"state {name} cannot be reached" for name in sorted(known - reached))
    for state in workflow.states:
        rows = [step for step in workflow.steps if step.source == state.name]
        leaves = any(step.dest != state.name for step in rows)
        if not state.final and not leaves:
            yield f"state {state.name} is a dead end"
        if state.final and any(step.role != "SYSTEM" for step in rows):
            yield f"final state {state.name} can be left"
        if not state.final and state.waits_for is None and not any(s.role in _BY_ITSELF for s in rows):
            yield f"state {state.name} waits for nobody"
        if state.waits_for and not any(step.role is state.waits_for for step in rows):
            yield f"state {state.name} waits for {state.waits_for}, who can do nothing there"

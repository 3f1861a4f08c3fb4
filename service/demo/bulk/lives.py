"""One plan's whole life in memory: each step computed by the workflow's own rules, nothing read, nothing written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from service.actor import Actor
from service.append import Row, Transition
from service.authority import Holder
from service.casefile import CaseFile, facts_of
from service.commands.acting import move_of
from service.commands.moving import Move, moved
from service.commands.opening import opening
from workflows.kit import Document, Role


@dataclass(frozen=True, slots=True)
class Deed:
    """One step of a life: who does what, in which role, at which instant, with which input."""

    at: datetime
    role: Role
    action: str
    given: Mapping[str, Any]


def live(file: CaseFile, number: str, document: Document, deeds: Sequence[Deed]) -> Iterator[Transition]:
    """The transitions of a case that is opened at `file.present.now`, written and then led by `deeds`.

    Raises what the workflow raises when a deed is not in its table. Deeds that nobody may do end the life there.
    """
    subject = _actor(file.row["subject_id"])
    transition, file = opening(file, number, Role.EMPLOYEE, subject)
    yield transition
    transition, file = _write_down(file, document, subject)
    yield transition
    for deed in deeds:
        file = replace(file, present=replace(file.present, now=deed.at))
        holder = next(iter(file.holders(deed.role)), None)
        if holder is None:
            return
        transition, file = _do(file, deed, holder)
        yield transition


def rows_of(transitions: Iterable[Transition]) -> dict[str, list[Row]]:
    """What a case's transitions leave in the tables; nothing of it waits to leave the service."""
    rows: dict[str, list[Row]] = {}
    items: list[Row] = []
    timers: list[Row] = []
    for transition in transitions:
        rows["cases"] = [transition.case]
        rows.setdefault("events", []).append(transition.event)
        rows.setdefault("event_texts", []).extend(transition.texts)
        if transition.document:
            rows.setdefault("case_documents", []).append(transition.document)
        if transition.results is not None:
            rows["planned_results"] = transition.results
        if transition.requeues:
            _end(items, transition.event["at"])
            _end(timers, transition.event["at"], outcome="moot")
        items += transition.work_items
        timers += transition.timers
        rows.setdefault("deliveries", []).extend(_told_before(row) for row in transition.deliveries)
    return {**rows, "work_items": items, "timers": timers}


def _write_down(file: CaseFile, document: Document, subject: Actor) -> tuple[Transition, CaseFile]:
    holder = file.holders(Role.EMPLOYEE)[0]
    move = Move(
        type=f"{file.workflow.name}.save", action="save", capacity=Role.EMPLOYEE, holder=holder,
        links_die_of="save", document=document,
    )
    return moved(file, move, subject)


def _do(file: CaseFile, deed: Deed, holder: Holder) -> tuple[Transition, CaseFile]:
    facts = facts_of(file, problems=())
    step = file.workflow.fire(facts, deed.action, deed.role)
    actor = _actor(holder.person_id)
    return moved(file, move_of(file, facts, step, holder, actor, deed.given, _no_text_to_restore), actor)


def _no_text_to_restore() -> Any:
    raise LookupError("a life in memory restores no earlier text")


def _actor(person_id: str) -> Actor:
    return Actor(person_id, "import", "system")


def _end(rows: Iterable[Row], at: datetime, **how: str) -> None:
    for row in rows:
        if row["done_at"] is None:
            row.update(done_at=at, **how)


def _told_before(row: Row) -> Row:
    return {**row, "state": "SUPPRESSED", "done_at": row["created_at"]}

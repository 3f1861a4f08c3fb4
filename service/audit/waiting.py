"""Every open case waits for somebody who can act, or says who keeps it from being asked for: a walk over all of them.

Duty rules are asked here a second time and in other words than where holders are found, so that a mistake there shows.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, exists, select

import workflows
from service.blockers import blockers
from service.casefile import CaseFile, facts_of, load_case
from service.duties import ASK, changed_turn
from service.models import Case, Timer, WorkItem
from service.runut import Present
from workflows.kit import Role

_BATCH = 500


def walk(connection: Connection, present: Present) -> tuple[int, list[str]]:
    """(how many open cases were looked at, a sentence for each that waits for nobody without saying why, asks somebody
    for what he cannot do, or leaves somebody out who could)."""
    looked, breaches = 0, list(_forgotten(connection))
    for case_id in _waiting(connection):
        file = load_case(connection, present, case_id)
        looked += 1
        breaches += (f"{file.number}: {breach}" for breach in _of_a_case(connection, file))
    return looked, breaches


def _waiting(connection: Connection) -> Iterator[str]:
    """The cases that wait for somebody, in the order of their ids."""
    last: str | None = None
    while True:
        query = select(Case.id).where(Case.state.in_(_states(waits=True))).order_by(Case.id).limit(_BATCH)
        ids = list(connection.scalars(query if last is None else query.where(Case.id > last)))
        if not ids:
            return
        yield from ids
        last = ids[-1]


def _forgotten(connection: Connection) -> Iterator[str]:
    """Open cases that wait for nobody and at which no clock will look either."""
    looked_at = exists().where(Timer.case_id == Case.id, Timer.done_at.is_(None))
    rows = connection.execute(
        select(Case.number, Case.state).where(
            Case.state.in_(_states(waits=False)), Case.held_at.is_(None), ~looked_at
        )
    )
    for row in rows:
        yield f"{row.number}: it is {row.state}, waits for nobody, and no clock will look at it"


def _states(*, waits: bool) -> list[str]:
    return sorted({
        state.name
        for workflow in workflows.all_workflows()
        for state in workflow.states
        if not state.final and (state.waits_for is not None) is waits
    })


def _of_a_case(connection: Connection, file: CaseFile) -> Iterator[str]:
    if file.row["held_at"] is not None:
        return
    looks = select(Timer.id).where(Timer.case_id == file.id, Timer.kind == ASK, Timer.done_at.is_(None)).limit(1)
    if changed_turn(connection, file) and connection.scalar(looks) is None:
        yield "whose turn it is has changed, and no clock looks at it"
    asked = set(
        connection.scalars(select(WorkItem.person_id).where(WorkItem.case_id == file.id, WorkItem.done_at.is_(None)))
    )
    if file.awaited is None:
        if asked or file.row["due_at"] is not None:
            yield f"nobody can act before {file.row['blocked_by']} holds, and yet somebody is asked or late"
        if not blockers(file):
            yield f"it is not asked for because of {file.row['blocked_by']}, and nobody is named who could change that"
    else:
        yield from _asked(file, file.awaited, asked)


def _asked(file: CaseFile, role: Role, asked: set[str]) -> Iterator[str]:
    waiting = file.waiting()
    if not waiting and not file.holders(Role.HR):
        yield f"nobody may act as {role}, and there is no HR officer who could help"
    if waiting and asked.isdisjoint(holder.person_id for holder in waiting):
        yield f"somebody may act as {role} and nobody of them was asked"
    refused = [holder.person_id for holder in waiting if _is_refused(file, role, holder.person_id, holder.on_behalf_of)]
    if refused and len(refused) == len(waiting):
        yield f"only {', '.join(refused)} may act as {role}, and a duty rule refuses it"
    if waiting and not file.workflow.available(facts_of(file), [role]):
        yield f"{role} is asked and has no step to take"


def _is_refused(file: CaseFile, role: Role, person_id: str, on_behalf_of: str | None) -> bool:
    """Nobody locked acts; nobody decides on his own case or for whom it is about; nobody judges what he took part in.
    """
    people, subject = file.present.organisation.people, file.row["subject_id"]
    if person_id not in people or people[person_id].locked:
        return True
    if role is Role.EMPLOYEE:
        return bool(person_id != subject)
    took_part = set(file.row["marks"].get("took_part", ())) if role is Role.RATER_SUPERIOR else set()
    return bool({person_id, on_behalf_of} & {subject, *took_part})

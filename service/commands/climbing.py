"""case.remind and case.escalate: the clock climbs the next rung of a deadline's ladder.

Nothing is decided and no version moves. Whoever is awaited reads of it in his next summary, and so does everybody whom
the rung concerns; a reminder before the deadline, one on its day, and that a superior was told are events of the case.
Only a first mail that arrived is reminded of: where it did not, HR reads that instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service import budget
from service.actor import CLOCK
from service.append import append_transition
from service.casefile import CaseFile, load_case
from service.commands.moving import Move, moved
from service.ladders import following, ladder_of, rung_timer
from service.models import Case, Delivery, Timer
from service.runut import Runut
from service.telling import LANE_NEWS, QUEUE_ROLES, delivery
from workflows.kit import Role
from workflows.ladder import Rung, reached

_LATE_AFTER = timedelta(minutes=10)
_REMINDERS = frozenset({Rung.REMIND_EARLY, Rung.REMIND_DUE})
_ABOVE: Mapping[Role, Role] = {
    Role.EMPLOYEE: Role.RATER, Role.RATER: Role.RATER_SUPERIOR, Role.PERF_TEAM: Role.HR,
}


def climb(runut: Runut, timer: Any) -> bool:
    """Climbs the rung of a timer that the caller holds by its lease; whether it was still his and due.

    After an outage all rungs that were passed count together, once. One transaction: the rung, what it leaves and the
    next timer, or nothing. Raises CalendarEnds when nobody knows yet what comes.
    """
    with runut.database.write() as connection:
        connection.execute(select(Case.id).where(Case.id == timer.case_id).with_for_update())
        present = runut.present(connection)
        file = load_case(connection, present, timer.case_id)
        if file.row["held_at"] is not None:
            return False
        due_at = file.row["due_at"]
        if due_at is None or file.awaited is None:
            return _end(connection, timer, present.now, "moot") and False
        rungs = reached(present.calendar, due_at, timer.due_at, present.now, ladder_of(present))
        if not rungs:  # the calendar changed, and the office is closed today
            planned = following(present, due_at)
            connection.execute(
                update(Timer)
                .where(*_mine(timer))
                .values(kind=planned.rung.value, due_at=planned.at, lease_until=None)
            )
            return False
        late = present.now - timer.due_at > _LATE_AFTER
        if not _end(connection, timer, present.now, "late" if late else "fired"):
            return False
        _carry_out(connection, file, rungs)
        connection.execute(insert(Timer), rung_timer(present, file.id, file.row["version"], due_at))
    runut.wake()
    return True


def superiors(file: CaseFile) -> tuple[str, ...]:
    """Who is told when whoever is awaited is late: the next one above who may judge the case; HR where there is none.

    Nobody is told who is the case's employee, took part in it, or is awaited himself.
    """
    role, waiting = file.awaited, {holder.person_id for holder in file.waiting()}
    found: Iterable[str] = ()
    if role is Role.RATER_SUPERIOR:
        found = _above_the_superior(file, waiting)
    elif above := _ABOVE.get(role) if role else None:
        found = [holder.person_id for holder in file.holders(above)]
    told = tuple(dict.fromkeys(person for person in found if person not in {*waiting, file.row["subject_id"]}))
    return told or tuple(holder.person_id for holder in file.holders(Role.HR) if holder.person_id not in waiting)


def unreached(connection: Connection, file: CaseFile, people: Iterable[str]) -> dict[str, str]:
    """Those whose newest request did not arrive (or has not left yet), with its state. A queue has no request."""
    if file.awaited in QUEUE_ROLES:
        return {}
    rows = connection.execute(
        select(Delivery.person_id, Delivery.state, Delivery.details)
        .where(Delivery.case_id == file.id, Delivery.rule == "asked", Delivery.person_id.in_(list(people)))
        .order_by(Delivery.created_at, Delivery.id)
    ).all()
    newest = {str(row.person_id): row.state for row in rows if row.details.get("action") != "remind"}
    return {person_id: state for person_id, state in newest.items() if state != "ACCEPTED"}


def _carry_out(connection: Connection, file: CaseFile, rungs: frozenset[Rung]) -> None:
    waiting = [holder.person_id for holder in file.waiting()]
    missed = unreached(connection, file, waiting)
    reminded = [person_id for person_id in waiting if person_id not in missed]
    told = superiors(file) if Rung.TELL_SUPERIOR in rungs and waiting else ()
    rows: list[dict[str, Any]] = []
    if told or (reminded and rungs & _REMINDERS):
        event_id = _event(connection, file, "escalate" if told else "remind")
        rows += _rows(file, "superior", told, event_id)
        rows += _rows(file, "reminder", reminded if rungs & _REMINDERS else (), event_id)
    officers = [holder.person_id for holder in file.holders(Role.HR)]
    if Rung.OFFER_REROUTE in rungs:
        rows += _rows(file, "reroute", officers)
    if missed and rungs != {Rung.OVERDUE}:
        rows += _rows(file, "undelivered", officers)
    if rows:
        connection.execute(insert(Delivery), rows)
    for person_id in dict.fromkeys([*reminded, *(row["person_id"] for row in rows)]):
        budget.ask_for_summary(connection, file.present, person_id, budget.soon(file.present))


def _event(connection: Connection, file: CaseFile, action: str) -> str:
    move = Move(
        type=f"case.{action}", action=action, capacity=Role.CLOCK, holder=None, moves_version=False, problems=()
    )
    transition, _after = moved(file, move, CLOCK)
    if not append_transition(connection, transition):
        raise RuntimeError(f"case {file.number} moved although its row was locked")
    return move.event_id


def _rows(file: CaseFile, rule: str, people: Sequence[str], event_id: str | None = None) -> Iterator[dict[str, Any]]:
    now, awaited = file.present.now, file.awaited
    for person_id in people:
        yield delivery(
            dedupe=f"{event_id or f'{file.id} {now.isoformat()}'} {rule} {person_id} mail", rule=rule,
            person_id=person_id, now=now, lane=LANE_NEWS, case_id=file.id, event_id=event_id, gathered=True,
            action=rule, role=awaited.value if awaited else "", version=file.row["version"],
        )


def _above_the_superior(file: CaseFile, waiting: set[str]) -> list[str]:
    organisation, on = file.present.organisation, file.present.calendar.civil_date(file.present.now)
    barred = frozenset({file.row["subject_id"], *file.roles.took_part, *waiting})
    for position in organisation.positions_upward(file.row["superior_position_id"])[1:]:
        if found := organisation.acting(position.id, on, None, barred):
            return [acting.person_id for acting in found]
    return []


def _mine(timer: Any) -> list[Any]:
    return [Timer.id == timer.id, Timer.done_at.is_(None), Timer.lease_until == timer.lease_until]


def _end(connection: Connection, timer: Any, now: Any, outcome: str) -> bool:
    ended = connection.execute(
        update(Timer).where(*_mine(timer)).values(done_at=now, outcome=outcome, lease_until=None)
    )
    return bool(ended.rowcount)

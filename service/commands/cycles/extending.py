"""More time for everybody in a cycle: its dates move later, and with them what its open cases wait until."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, select, update

from service import duties
from service.actor import Actor
from service.append import append_transition
from service.casefile import CaseFile, load_case
from service.commands.cycles.checks import check_hr, check_order, locked_cycle, refuse, unloaded
from service.commands.cycles.inputs import Extension
from service.commands.cycles.registers import enter_cycle
from service.commands.inputs import load
from service.commands.moving import Move, transition_of
from service.commands.people.resettling import not_final
from service.errors import Conflict, Refused
from service.models import Case, Cycle, Timer, WorkItem
from service.runut import Present, Runut
from workflows.kit import Role, Tell, Text

_log: Any = structlog.get_logger("runut.cycles")
_CLOSED = Text("Siklus ini sudah ditutup.", "This cycle is closed.")
_EARLIER = Text(
    "Perpanjangan tidak dapat memajukan tanggal; sekarang {present}.",
    "An extension cannot bring a date forward; it is {present} now.",
)
_NOTHING = Text("Sebut sekurang-kurangnya satu tanggal yang diperpanjang.", "Name at least one date that moves.")
_UNLOADED = Text(
    "Tanggal baru berada di tahun yang kalendernya belum dimuat.",
    "A new date lies in a year whose calendar is not loaded.",
)


def extend_cycle(runut: Runut, actor: Actor, cycle_id: str, given: Mapping[str, Any]) -> list[str]:
    """Moves dates of the cycle later, by letter, and answers the numbers of the cases that got more time.

    Each of them gets an event `case.extend`; what it waits until and when the clock looks at it follow the new dates,
    never to an earlier day than it had by a letter of its own. One transaction. Raises NotYours, NotFound,
    InvalidInput, Conflict when the cycle is closed, Refused when a calendar is missing.
    """
    with runut.database.write() as connection:
        present = runut.present(connection)
        check_hr(present, actor)
        values = load(Extension(), given)
        cycle = locked_cycle(connection, cycle_id)
        if cycle["closed_at"] is not None:
            raise Conflict(_CLOSED)
        dates = later_dates(present, cycle["dates"], values["dates"])
        connection.execute(update(Cycle).where(Cycle.id == cycle_id).values(dates=dates))
        texts = {"reason": values["reason"], "letter_number": values["letter_number"]}
        numbers = [
            file.number
            for file in _open_files(connection, present, cycle_id)
            if _extend(connection, actor, file, texts)
        ]
        facts = {
            "before": cycle["dates"], "dates": dates, "letter_number": values["letter_number"], "cases": len(numbers)
        }
        enter_cycle(connection, present, actor, cycle, "extend", facts, reason=values["reason"])
    runut.wake()
    _log.info(
        "cycle extended", cycle_id=cycle_id, actor_id=actor.person_id, letter=values["letter_number"], dates=dates,
        cases=len(numbers),
    )
    return numbers


def later_dates(present: Present, now: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, str]:
    """The cycle's dates with those of `given` in place. Raises InvalidInput when one comes earlier or none moves,
    Refused when a calendar is missing."""
    named = {name: on for name, on in given.items() if on}
    for name, on in named.items():
        if on < now.get(name, on):
            refuse(f"dates.{name}", _EARLIER.format(present=now[name]))
    dates = {**now, **named}
    if dates == dict(now):
        refuse("dates", _NOTHING)
    check_order(dates)
    if missing := unloaded(present, named):
        raise Refused(_UNLOADED, reasons=missing)
    return dates


def _open_files(connection: Connection, present: Present, cycle_id: str) -> Iterator[CaseFile]:
    """The cycle's open cases, each locked, with the cycle's new dates; in the order of their ids, as everywhere."""
    ids = connection.scalars(select(Case.id).where(Case.cycle_id == cycle_id, not_final()).order_by(Case.id)).all()
    for case_id in ids:
        connection.execute(select(Case.id).where(Case.id == case_id).with_for_update())
        file = load_case(connection, present, case_id)
        if not file.state.final:
            yield file


def _extend(connection: Connection, actor: Actor, file: CaseFile, texts: Mapping[str, str]) -> bool:
    """Gives the case its new instants; False when none of them differs."""
    due, timers = due_by(file), timers_by(file)
    if not follows(file, _clock(connection, file.id)):
        return False
    role, now = file.awaited, file.present.now
    move = Move(
        type="case.extend",
        action="extend",
        capacity=Role.HR if actor.person_id else Role.SYSTEM,
        holder=None,
        changes={"due_at": due},
        moves_version=False,
        texts=texts,
        tells=(Tell(role),) if role and file.row["held_at"] is None else (),
        problems=(),
    )
    transition, _receipt = transition_of(connection, file, move, actor)
    transition.timers = [*transition.timers, *timers]
    connection.execute(
        update(WorkItem).where(WorkItem.case_id == file.id, WorkItem.done_at.is_(None)).values(due_at=due)
    )
    connection.execute(
        update(Timer)
        .where(Timer.case_id == file.id, Timer.done_at.is_(None), Timer.kind.in_([t["kind"] for t in timers]))
        .values(done_at=now, outcome="moot")
    )
    if not append_transition(connection, transition):
        raise RuntimeError(f"case {file.number} moved although its row was locked")
    return True


def due_by(file: CaseFile) -> datetime | None:
    """When the case is due by the new dates; working days from entry stay as they are."""
    was: datetime | None = file.row["due_at"]
    rule = file.state.due
    if rule is None or not rule.startswith("cycle.") or file.row["blocked_by"] is not None:
        return was
    due = duties.due_at(file, file.state, file.row["state_since"])
    return max(was, due) if was and due else due or was


def timers_by(file: CaseFile) -> list[dict[str, Any]]:
    """What the clock may do with the case by the new dates; nothing while HR holds it."""
    if file.row["held_at"] is not None:
        return []
    return duties.timers(file, file.state, file.row["version"], file.row["ends_at"])


def follows(file: CaseFile, clock: Mapping[str, datetime]) -> bool:
    """Whether the dates that the file carries move its deadline or one of its open timers (`clock`: kind → instant)."""
    due, timers = due_by(file), {timer["kind"]: timer["due_at"] for timer in timers_by(file)}
    return due != file.row["due_at"] or {kind: clock.get(kind) for kind in timers} != timers


def _clock(connection: Connection, case_id: str) -> dict[str, datetime]:
    rows = connection.execute(
        select(Timer.kind, Timer.due_at).where(Timer.case_id == case_id, Timer.done_at.is_(None))
    )
    return {row.kind: row.due_at for row in rows}

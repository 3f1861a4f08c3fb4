"""What an extension of a cycle would do, before it is recorded: which cases follow, until when, and who is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from service.casefile import CaseFile
from service.commands.cycles.extending import due_by, follows
from service.commands.people.resettling import not_final
from service.models import Case, Timer
from service.runut import Present
from workflows.kit import Role, State

_QUEUES = (Role.PERF_TEAM, Role.HR)


@dataclass(frozen=True, slots=True)
class Moved:
    """Cases in one state whose deadline or timer follows: how many, and the new deadline (None: only the timer)."""

    state: State
    due_at: datetime | None
    cases: int


@dataclass(frozen=True, slots=True)
class Effect:
    """All that an extension would do: cases that follow by state, those that stay, and the people who are told."""

    moved: tuple[Moved, ...]
    unmoved: int
    mails: int
    in_digests: int

    @property
    def cases(self) -> int:
        """How many open cases follow."""
        return sum(row.cases for row in self.moved)


def effect(connection: Connection, present: Present, cycle: Mapping[str, Any], dates: Mapping[str, str]) -> Effect:
    """What `extend_cycle` with these dates would do now; it asks the same question of every open case."""
    moved: dict[tuple[State, datetime | None], int] = {}
    unmoved = mails = 0
    digests = set[str]()
    for file, clock in _open_files(connection, present, cycle, dates):
        if not follows(file, clock):
            unmoved += 1
            continue
        due = due_by(file)
        key = (file.state, due if due != file.row["due_at"] else None)
        moved[key] = moved.get(key, 0) + 1
        role = file.state.waits_for
        if role is None or file.row["held_at"] is not None:
            continue
        told = {holder.person_id for holder in file.holders(role)}
        if role in _QUEUES:
            digests |= told
        else:
            mails += len(told)
    rows = tuple(Moved(state, due, cases) for (state, due), cases in moved.items())
    return Effect(rows, unmoved, mails, len(digests))


def _open_files(
    connection: Connection, present: Present, cycle: Mapping[str, Any], dates: Mapping[str, str]
) -> Iterator[tuple[CaseFile, dict[str, datetime]]]:
    """The cycle's open cases without their texts, as if the cycle had these dates, each with its open timers."""
    open_ones = (Case.cycle_id == cycle["id"], not_final())
    timers: dict[str, dict[str, datetime]] = {}
    query = select(Timer.case_id, Timer.kind, Timer.due_at).join(Case, Case.id == Timer.case_id)
    for row in connection.execute(query.where(*open_ones, Timer.done_at.is_(None))):
        timers.setdefault(row.case_id, {})[row.kind] = row.due_at
    cases = connection.execute(select(*Case.__table__.columns).where(*open_ones).order_by(Case.state, Case.id))
    for case in cases.mappings():
        file = CaseFile(
            row=dict(case), document={}, nonce="", dates=dates, reviewed=cycle["reviewed"], present=present
        )
        yield file, timers.get(file.id, {})

"""What a synthetic year came to, read from its database; no figure names a person."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, exists, func, select

import workflows
from service.audit.fsck import check_all
from service.audit.verify import Broken, verify_database
from service.audit.waiting import walk
from service.canonical import parse
from service.models import Case, Cycle, Delivery, Event, WorkItem
from service.runut import Present, Runut
from workers.simulation.cast import Cast
from workers.simulation.scratch import size_mb
from workflows.kit import Role, Text

_SUPERVISORS = (Role.RATER.value, Role.RATER_SUPERIOR.value)
_UNBUDGETED = ("code", "signin")
_NEWS = ("told", "digest")
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """How many of something there were, and how long they took: median and the tenth that took longest, in days."""

    count: int
    median: int
    p90: int

    @classmethod
    def of(cls, values: Iterable[int]) -> "Spread":
        """The spread of these; zeros for none."""
        found = sorted(values)
        return cls(len(found), at_share(found, 0.5), at_share(found, 0.9))


@dataclass(frozen=True, slots=True)
class Figures:
    """One year. `notes` counts what happened to people, `breaches` are sentences about what should never be."""

    people: int
    cases: Mapping[str, int]
    states: Sequence[tuple[Text, Spread]]
    slowest: Sequence[tuple[str, str, Spread]]
    reminders: tuple[int, int]
    mails: Mapping[str, int]
    mails_a_day: tuple[int, int, int]
    late_share: float
    late_plans_share: float
    waiting_for_nobody: int
    notes: Mapping[str, int]
    breaches: Sequence[str]
    seconds: float = field(compare=False)
    size_mb: float = field(compare=False)


def measure(runut: Runut, cast: Cast, notes: Mapping[str, int], seconds: Callable[[], float]) -> Figures:
    """The figures of the year in this database, with every check that a database can be asked."""
    with runut.database.read() as connection:
        present = runut.present(connection)
        days = _WorkingDays(present)
        items = connection.execute(select(WorkItem.__table__).order_by(WorkItem.since_at, WorkItem.id)).all()
        _, unexplained = walk(connection, present)
        per_day = _mails_a_day(connection, present)
        reminded = _reminders_a_day(connection, present)
        found: dict[str, Any] = {
            "cases": _cases(connection),
            "states": _states(connection, days),
            "slowest": _slowest(present, items, days),
            "mails": _mails(connection),
            "waiting_for_nobody": _without_anybody(connection),
            "late_share": _late_share(items, present.now),
            "late_plans_share": _late_plans(connection, present),
        }
    return Figures(
        people=len(cast.ids),
        reminders=(max(reminded, default=0), at_share(sorted(reminded), 0.95)),
        mails_a_day=(max(per_day, default=0), at_share(sorted(per_day), 0.95), sum(count > 1 for count in per_day)),
        notes=notes,
        breaches=[*unexplained, *_broken(runut), *_unmade(found["mails"])],
        seconds=seconds(),
        size_mb=size_mb(runut),
        **found,
    )


def at_share(ordered: Sequence[int], share: float) -> int:
    """The smallest value that so large a share does not exceed (nearest rank); 0 for no values."""
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else 0


class _WorkingDays:
    """Working days between two instants; the same pairs are asked over and over."""

    def __init__(self, present: Present) -> None:
        self._calendar = present.calendar
        self._known: dict[tuple[date, date], int] = {}

    def between(self, since: datetime, until: datetime) -> int:
        pair = (self._calendar.civil_date(since), self._calendar.civil_date(until))
        if pair not in self._known:
            self._known[pair] = self._calendar.working_days_between(*pair)
        return self._known[pair]


def _broken(runut: Runut) -> list[str]:
    breaches = [f"{finding.number}: {breach}" for finding in check_all(runut) for breach in finding.breaches]
    try:
        verify_database(runut)
    except Broken as broken:
        breaches.append(f"the log is broken at {broken}")
    return breaches


def _without_anybody(connection: Connection) -> int:
    """Cases that should wait for somebody, but nobody is asked."""
    states = [state.name for state in workflows.get("work_plan").states if state.waits_for]
    asked = exists().where(WorkItem.case_id == Case.id, WorkItem.done_at.is_(None))
    return int(connection.scalar(select(func.count()).select_from(Case).where(Case.state.in_(states), ~asked)) or 0)


def _unmade(mails: Mapping[str, int]) -> list[str]:
    """The post in memory takes every message: one that was not made or not taken is our fault."""
    return [f"{mails[state]} mails are {state}" for state in ("DEAD", "REFUSED") if mails.get(state)]


def _cases(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(Case.state, func.count().label("cases")).group_by(Case.state))
    return {row.state: row.cases for row in sorted(rows, key=lambda row: str(row.state))}


def _states(connection: Connection, days: _WorkingDays) -> list[tuple[Text, Spread]]:
    """How long cases rested in each state that waits for somebody."""
    rested = defaultdict[str, list[int]](list)
    before: dict[str, tuple[str, datetime]] = {}
    for row in connection.execute(select(Event.case_id, Event.at, Event.canonical).order_by(Event.seq)):
        says = parse(row.canonical)
        if says["to"] is None:
            continue
        state, since = before.get(row.case_id, (None, row.at))
        if state != says["to"]:
            if state is not None:
                rested[state].append(days.between(since, row.at))
            before[row.case_id] = (says["to"], row.at)
    states = workflows.get("work_plan").states
    return [(state.label, Spread.of(rested[state.name])) for state in states if state.waits_for]


def _slowest(present: Present, items: Iterable[Any], days: _WorkingDays) -> list[tuple[str, str, Spread]]:
    """Role and office of those on whose desk requests lay longest."""
    organisation, lay = present.organisation, defaultdict[tuple[str, str], list[int]](list)
    for item in items:
        if item.done_at is not None:
            post = organisation.post_of(item.person_id, present.calendar.civil_date(item.since_at))
            path = organisation.unit_path(post[1].id) if post else ()
            office = path[-2] if len(path) > 1 else next(iter(path), None)
            lay[item.role, office.name if office else "–"].append(days.between(item.since_at, item.done_at))
    spreads = [(role, office, Spread.of(found)) for (role, office), found in lay.items() if len(found) >= _FEWEST]
    return sorted(spreads, key=lambda row: (-row[2].p90, -row[2].median, row[0], row[1]))[:8]


def _mails(connection: Connection) -> dict[str, int]:
    rows = connection.execute(
        select(Delivery.state, func.count().label("mails")).where(Delivery.channel == "mail").group_by(Delivery.state)
    )
    return {row.state: row.mails for row in sorted(rows, key=lambda row: str(row.state))}


def _mails_a_day(connection: Connection, present: Present) -> list[int]:
    """How many mails each person got on each day he got any; codes, sign-in and first requests do not count."""
    counts = Counter[tuple[str, date]]()
    for row in _arrived(connection):
        if row.rule not in _UNBUDGETED and not _is_first_request(row):
            counts[row.person_id, present.calendar.civil_date(row.done_at)] += 1
    return list(counts.values())


def _reminders_a_day(connection: Connection, present: Present) -> list[int]:
    """How many reminders each supervisor got on each day he got any."""
    counts = Counter[tuple[str, date]]()
    for row in _arrived(connection):
        if row.details.get("role") in _SUPERVISORS and row.rule not in _NEWS and not _is_first_request(row):
            counts[row.person_id, present.calendar.civil_date(row.done_at)] += 1
    return list(counts.values())


def _arrived(connection: Connection) -> Iterable[Any]:
    return connection.execute(
        select(Delivery.person_id, Delivery.rule, Delivery.details, Delivery.done_at).where(
            Delivery.channel == "mail", Delivery.state == "ACCEPTED", Delivery.person_id.is_not(None)
        )
    )


def _is_first_request(row: Any) -> bool:
    return bool(row.rule == "asked" and row.details.get("action") != "remind")


def _late_share(items: Iterable[Any], now: datetime) -> float:
    """The share of requests that were answered after their deadline, or are open past it."""
    late = [(item.done_at or now) > item.due_at for item in items if item.due_at is not None]
    return sum(late) / len(late) if late else 0.0


def _late_plans(connection: Connection, present: Present) -> float:
    """The share of plans that were handed in after the cycle's date, of those that were."""
    handed_in = connection.execute(
        select(Case.submitted_at, Cycle.dates)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Case.submitted_at.is_not(None))
    ).all()
    late = [
        row.submitted_at > present.calendar.end_of_day(date.fromisoformat(row.dates["plan_submit"]))
        for row in handed_in
    ]
    return sum(late) / len(late) if late else 0.0

"""The summary of a working day: all that waits for one person, and all that he was to hear of, in one mail.

It tells what holds when it is sent, not what held when it was asked for: a row that was outlived is left out, a case is
named once, what is late comes first. At most one such mail a working day: see service.budget.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

import workflows
from service.authority import Person
from service.authority.words import ROLES
from service.canonical import parse
from service.casefile import CaseFile, load_case
from service.ladders import ladder_of
from service.mail.letter import Letter, Obsolete, held, noun
from service.mail.rendering import Ours
from service.models import Case, Delivery, Event, WorkItem
from service.queries.corrections import waiting_requests
from service.runut import Present
from service.sentences import predicate
from service.telling import OUTSIDERS
from workflows.calendar import CalendarEnds
from workflows.kit import Role, Text
from workflows.ladder import Rung, next_rung

_MOST_LISTED = 20
_OPEN = ("PENDING", "RETRY")
_SYSTEM = Text("Sistem", "The system")
_TO_CORRECT = Text("permintaan koreksi data", "request for a correction")
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class _News:
    """What the gathered rows say: one line per case and kind, the newest; and which of them have nothing to say."""

    lines: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    sums_up: list[str] = field(default_factory=list)
    outlived: dict[str, str] = field(default_factory=dict)


def summary(connection: Connection, present: Present, row: Mapping[str, Any], person: Person) -> Letter:
    """The summary of this row as of now. Raises Obsolete when nothing waits and nothing happened."""
    waiting = _waiting(connection, present, person)
    news = _news(connection, present, row, person)
    if not waiting and not news.lines:
        raise Obsolete("nothing waits any more")
    late = sum(_is_late(present, item) for item in waiting)
    lines = [_work(present, item) for item in waiting[:_MOST_LISTED]]
    told = list(news.lines.values())
    awaits = Text("permintaan menunggu Anda", "requests await you" if len(waiting) > 1 else "request awaits you")
    updates = Text("kabar untuk Anda", "updates for you" if len(told) > 1 else "update for you")
    counts = {"count": len(waiting), "late": late, "awaits": awaits, "news": len(told), "updates": updates}
    values = {
        **counts,
        "lines": lines,
        "more": len(waiting) - len(lines),
        "told": told[:_MOST_LISTED],
        "more_told": max(0, len(told) - _MOST_LISTED),
        "oldest": min((item.since_at for item in waiting), default=None),
        "superior_on": _superior_on(present, waiting),
        "may_decline": any(item.state and item.role != Role.EMPLOYEE for item in waiting),
    }
    return Letter(
        row=row, person=person, names=("digest",), subject=counts, values=values, path="/",
        sums_up=tuple(news.sums_up), outlived=news.outlived,
    )


def _waiting(connection: Connection, present: Present, person: Person) -> list[Any]:
    """The open work of the person, and the requests for a correction of an HR officer, early deadlines first."""
    items = connection.execute(
        select(Case.number, Case.workflow, Case.edition, Case.state, WorkItem.role, WorkItem.due_at, WorkItem.since_at)
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.person_id == person.id, WorkItem.done_at.is_(None), Case.held_at.is_(None))
    ).all()
    today = present.calendar.civil_date(present.now)
    asked = waiting_requests(connection) if "hr" in present.organisation.roles_of(person.id, today) else []
    return sorted([*items, *asked], key=lambda item: (item.due_at or _NEVER, item.since_at, item.number))


def _is_late(present: Present, item: Any) -> bool:
    return item.due_at is not None and item.due_at < present.now


def _work(present: Present, item: Any) -> dict[str, Any]:
    workflow = workflows.get(item.workflow, item.edition)
    return {
        "number": Ours(item.number), "title": workflow.title,
        "state": workflow.state(item.state).label if item.state else _TO_CORRECT,
        "due": item.due_at, "late": _is_late(present, item),
    }


def _superior_on(present: Present, waiting: Iterable[Any]) -> date | None:
    """The first day on which somebody's superior will be told of what is late already; None when there is none."""
    days = []
    for item in waiting:
        if item.state and _is_late(present, item) and item.role not in (Role.PERF_TEAM, Role.HR):
            with suppress(CalendarEnds):
                rung = next_rung(present.calendar, item.due_at, present.now, ladder_of(present), daily=False)
                if rung and rung.rung is Rung.TELL_SUPERIOR:
                    days.append(present.calendar.civil_date(rung.at))
    return min(days, default=None)


def _news(connection: Connection, present: Present, row: Mapping[str, Any], person: Person) -> _News:
    """What this summary has to tell beside the work: gathered rows, and those of summaries that never left."""
    earlier = select(Delivery.id).where(
        Delivery.person_id == person.id, Delivery.rule == "digest", Delivery.state.in_(_OPEN),
        Delivery.next_at <= present.now, Delivery.id != row["id"],
    )
    rows = connection.execute(
        select(*Delivery.__table__.columns)
        .where(
            Delivery.person_id == person.id,
            or_(
                Delivery.state == "GATHERED",
                Delivery.summary_id == row["id"],
                Delivery.summary_id.in_(earlier),
                Delivery.id.in_(earlier),
            ),
        )
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
    ).mappings()
    news, told_since = _News(), _told_since(connection, person)
    for gathered in map(dict, rows):
        at = gathered["created_at"]
        if gathered["rule"] == "told" and at < told_since.get(gathered["case_id"], at):
            news.outlived[gathered["id"]] = "newer news of the case has left"
            continue
        if gathered["rule"] == "digest":
            news.sums_up.append(gathered["id"])
            continue
        try:
            line = _line(connection, present, gathered, person)
        except Obsolete as obsolete:
            news.outlived[gathered["id"]] = str(obsolete)
            continue
        news.sums_up.append(gathered["id"])
        if line is not None:
            news.lines.setdefault((str(gathered["case_id"]), gathered["rule"]), line)
    return news


def _told_since(connection: Connection, person: Person) -> dict[str | None, datetime]:
    """The newest news of each case that went to the person by itself while older news still waits."""
    waits = select(Delivery.case_id).where(Delivery.person_id == person.id, Delivery.state == "GATHERED")
    rows = connection.execute(
        select(Delivery.case_id, func.max(Delivery.created_at).label("at"))
        .where(
            Delivery.person_id == person.id, Delivery.rule == "told", Delivery.state == "ACCEPTED",
            Delivery.case_id.in_(waits),
        )
        .group_by(Delivery.case_id)
    )
    return {row.case_id: row.at for row in rows}


def _line(
    connection: Connection, present: Present, row: Mapping[str, Any], person: Person
) -> Mapping[str, Any] | None:
    """What the row tells; None for a reminder, which the list of what waits tells already. Raises Obsolete."""
    file = load_case(connection, present, str(row["case_id"]))
    write = _LINES.get(row["rule"])
    if write is None:
        _still(file, row)
        return None
    return write(connection, file, row, person)


def _told(connection: Connection, file: CaseFile, row: Mapping[str, Any], person: Person) -> Mapping[str, Any]:
    if row["details"]["role"] not in OUTSIDERS:
        held(file, row, person)
    event = connection.execute(
        select(Event.actor_id, Event.at, Event.type, Event.canonical).where(Event.id == row["event_id"])
    ).one()
    actor = file.present.organisation.people.get(event.actor_id) if event.actor_id else None
    capacity = parse(event.canonical)["capacity"]
    kind = _CHANGED_HANDS.get((row["details"]["action"], row["details"]["role"]), "told")
    return _about(file, kind) | {
        "actor": actor.name if actor else ROLES.get(Role(capacity), _SYSTEM),
        "past": predicate(event.type, file.workflow), "at": event.at,
    }


def _late(_connection: Connection, file: CaseFile, row: Mapping[str, Any], _person: Person) -> Mapping[str, Any]:
    _still(file, row)
    role = file.awaited
    return _about(file, row["rule"]) | {
        "role": ROLES[role] if role else _SYSTEM, "since": file.awaited_since, "due": file.row["due_at"],
    }


def _about(file: CaseFile, kind: str) -> dict[str, Any]:
    return {"kind": kind, "number": Ours(file.number), "thing": noun(file.workflow.title)}


def _still(file: CaseFile, row: Mapping[str, Any]) -> None:
    """Raises Obsolete when the case is not where it was, or is held."""
    if file.row["version"] != row["details"]["version"] or file.row["held_at"] is not None:
        raise Obsolete("the case moved on before the summary was sent")


_CHANGED_HANDS: Mapping[tuple[str, str], str] = {
    ("authority", "FORMER"): "handover", ("authority", Role.RATER.value): "taken",
}
_LINES: Mapping[str, Callable[[Connection, CaseFile, Mapping[str, Any], Person], Mapping[str, Any]]] = {
    "told": _told, "superior": _late, "reroute": _late, "undelivered": _late,
}

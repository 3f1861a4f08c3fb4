"""Invariants about deliveries, links, timers and idempotency keys, asked of their rows."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

import workflows
from service import budget
from service.audit.waiting import walk
from service.canonical import parse
from service.heartbeats import last_beats
from service.models import ActionLink, Case, Delivery, Event, IdempotencyKey, MailDay, Timer, WorkItem
from service.runut import Present
from workflows.kit import Role

Answer = tuple[int, list[str]]
TERMINAL = ("ACCEPTED", "BOUNCED", "REFUSED", "EXPIRED", "CANCELLED", "SUPPRESSED", "SUMMED", "DEAD")
WAITING = ("PENDING", "RETRY")
_NO_PROGRESS_FOR = timedelta(minutes=80)  # a lease, the longest delay between two attempts, and its spread
_LATE_AFTER = timedelta(minutes=11)
_QUEUES = (Role.PERF_TEAM, Role.HR)
_BATCH = 1000


@dataclass(frozen=True)
class RowCheck:
    """One invariant; `ask` answers how many rows were looked at, and the breaches."""

    number: int
    promise: str
    ask: Callable[[Connection, Present], Answer]


def _everybody_is_told(connection: Connection, _: Present) -> Answer:
    breaches, asked = [], 0
    unsent = (
        select(Event.id, Event.type)
        .outerjoin(Delivery, (Delivery.event_id == Event.id) & (Delivery.channel == "exchange"))
        .where(Delivery.id.is_(None))
    )
    breaches += [f"event {row.id} ({row.type}) has no row for other systems" for row in connection.execute(unsent)]
    known = {*TERMINAL, *WAITING, "LEASED", "GATHERED", "HELD"}
    odd = connection.execute(
        select(Delivery.id, Delivery.state).where(
            Delivery.state.not_in(known) | ((Delivery.state == "LEASED") & Delivery.lease_until.is_(None))
        )
    )
    breaches += [f"delivery {row.id} is {row.state} without a way on" for row in odd]
    for event, item in _requests(connection):
        asked += 1
        told = select(Delivery.id).where(Delivery.event_id == event.id, Delivery.person_id == item.person_id)
        if connection.execute(told.limit(1)).first() is None:
            breaches.append(f"event {event.id} ({event.type}) asks {item.person_id}, but there is no delivery")
    return asked, breaches


def _requests(connection: Connection) -> Iterator[tuple[Any, Any]]:
    """(event, work item) of every event that asks a person by a mail of his own, then and not later."""
    rows = connection.execute(
        select(
            Event.id, Event.type, Event.actor_id, Event.canonical, Case.workflow, Case.edition, WorkItem.person_id,
            WorkItem.role, WorkItem.case_version,
        )
        .join(Case, Case.id == Event.case_id)
        .join(WorkItem, WorkItem.case_id == Case.id)
        .where(WorkItem.role.not_in(_QUEUES), WorkItem.since_at == Event.at)
    ).yield_per(_BATCH)
    for row in rows:
        says = parse(row.canonical)
        if says["case_version"] != row.case_version or row.person_id == row.actor_id:
            continue
        workflow = workflows.get(row.workflow, row.edition)
        action = row.type.partition(".")[2]
        asks = row.type == "case.ask" or any(
            tell.asks and tell.role == row.role
            for step in workflow.rows(says["from"] or "", action)
            if step.role == says["capacity"] and step.dest == says["to"] and row.type.startswith(f"{workflow.name}.")
            for tell in step.tell
        )
        if asks:
            yield row, row


def _nothing_is_stuck(connection: Connection, _: Present) -> Answer:
    """Measured by the relay's last sign of life: what waits while none is at work is not stuck."""
    beat = last_beats(connection).get("relay")
    waiting = connection.scalar(select(func.count()).where(Delivery.state.in_((*WAITING, "LEASED")))) or 0
    forgotten = connection.scalars(budget.unasked())
    breaches = [f"news for {person_id} waits for a summary that nobody asked for" for person_id in forgotten]
    if beat is None:
        return waiting, breaches
    before = beat - _NO_PROGRESS_FOR
    stuck = connection.execute(
        select(Delivery.id, Delivery.state).where(
            (Delivery.state.in_(WAITING) & (Delivery.next_at < before) & (Delivery.created_at < before))
            | ((Delivery.state == "LEASED") & (Delivery.lease_until < before))
        )
    )
    breaches += [f"delivery {row.id} has been {row.state} without progress" for row in stuck]
    return waiting, breaches


def _one_mail_a_day(connection: Connection, present: Present) -> Answer:
    """Every summed-up row names a summary, and what was sent of news and summaries had claimed its working day."""
    summary = aliased(Delivery)
    lost = connection.scalars(
        select(Delivery.id)
        .outerjoin(summary, summary.id == Delivery.summary_id)
        .where(Delivery.state == "SUMMED", summary.id.is_(None) | (summary.rule != "digest"))
    )
    breaches = [f"delivery {delivery_id} was summed up, but in no summary" for delivery_id in lost]
    first_on = connection.scalar(select(func.min(MailDay.on_date)))
    if first_on is not None:
        unclaimed = connection.scalars(
            select(Delivery.id)
            .outerjoin(MailDay, MailDay.delivery_id == Delivery.id)
            .where(
                Delivery.channel == "mail", Delivery.state == "ACCEPTED", Delivery.rule.in_(("told", "digest")),
                Delivery.done_at >= present.calendar.start_of_day(first_on), MailDay.delivery_id.is_(None),
            )
        )
        breaches += [f"delivery {delivery_id} left on a day that it had not claimed" for delivery_id in unclaimed]
    return _count(connection, MailDay), breaches


def _told_once(connection: Connection, _: Present) -> Answer:
    key = (Delivery.event_id, Delivery.rule, Delivery.person_id, Delivery.channel)
    twice = connection.execute(
        select(*key).where(Delivery.event_id.is_not(None)).group_by(*key).having(func.count() > 1)
    )
    breaches = [f"event {row.event_id} has two deliveries {row.rule} for {row.person_id}" for row in twice]
    return _count(connection, Delivery), breaches


def _link_is_the_mails(connection: Connection, _: Present) -> Answer:
    rows = connection.execute(
        select(
            ActionLink.id, ActionLink.person_id, ActionLink.case_id, ActionLink.case_version,
            Delivery.person_id.label("recipient"), Delivery.case_id.label("about"), Delivery.details,
        ).join(Delivery, Delivery.id == ActionLink.delivery_id)
    ).all()
    breaches = []
    for row in rows:
        if row.person_id != row.recipient or row.case_id != row.about:
            breaches.append(f"link {row.id} is for somebody or something else than its mail")
        elif row.details.get("version", row.case_version) != row.case_version:
            breaches.append(f"link {row.id} opens version {row.case_version}, its mail is about another one")
    return len(rows), breaches


def _dead_links_decide_nothing(connection: Connection, _: Present) -> Answer:
    rows = connection.execute(
        select(
            ActionLink.id, ActionLink.person_id, ActionLink.case_id, ActionLink.case_version, ActionLink.expires_at,
            ActionLink.dead_at, Event.at, Event.actor_id, Event.case_id.label("decided"), Event.canonical,
        ).join(Event, Event.id == ActionLink.event_id)
    ).all()
    breaches = []
    for row in rows:
        is_its_own = row.actor_id == row.person_id and row.decided == row.case_id
        if not is_its_own or parse(row.canonical)["case_version"] != row.case_version + 1:
            breaches.append(f"link {row.id} was used for a decision that was not its own")
        elif row.at > row.expires_at or row.dead_at is None or row.dead_at < row.at:
            breaches.append(f"link {row.id} decided although it was dead or had expired")
    return len(rows), breaches


def _timers_fire_once(connection: Connection, _: Present) -> Answer:
    rows = connection.execute(
        select(Timer.id, Timer.kind, Timer.due_at, Timer.done_at, Timer.outcome).where(
            Timer.outcome.in_(("fired", "late"))
        )
    ).all()
    breaches = []
    for row in rows:
        if row.done_at < row.due_at:
            breaches.append(f"timer {row.id} ({row.kind}) fired before its instant")
        elif row.outcome == "fired" and row.done_at - row.due_at > _LATE_AFTER:
            breaches.append(f"timer {row.id} ({row.kind}) fired late and is not marked so")
    return len(rows), breaches


def _answers_are_real(connection: Connection, _: Present) -> Answer:
    rows = connection.execute(select(IdempotencyKey.person_id, IdempotencyKey.key, IdempotencyKey.answer)).all()
    named = Counter(str(row.answer.get("event_id")) for row in rows if row.answer.get("event_id"))
    known: set[str] = set()
    ids = sorted(named)
    for start in range(0, len(ids), _BATCH):
        known.update(connection.scalars(select(Event.id).where(Event.id.in_(ids[start : start + _BATCH]))))
    lost = [event_id for event_id in ids if event_id not in known]
    breaches = [f"a stored answer names the event {event_id}, which is not in the log" for event_id in lost]
    breaches += [f"the event {event_id} was answered under two keys" for event_id, count in named.items() if count > 1]
    return len(rows), breaches


def _count(connection: Connection, model: Any) -> int:
    return connection.scalar(select(func.count()).select_from(model)) or 0


OF_THE_ROWS = (
    RowCheck(6, "Everybody whom the rules want told has a delivery that ended or will be tried.", _everybody_is_told),
    RowCheck(7, "No delivery stays without progress while a relay is at work.", _nothing_is_stuck),
    RowCheck(8, "No two deliveries are the same.", _told_once),
    RowCheck(9, "A mail's link is its recipient's, for the version the mail is about.", _link_is_the_mails),
    RowCheck(17, "No dead link caused anything.", _dead_links_decide_nothing),
    RowCheck(19, "Each deadline fired at most once and not before its instant.", _timers_fire_once),
    RowCheck(23, "Each stored answer is that of one event.", _answers_are_real),
    RowCheck(30, "News claimed its recipient's working day; what was summed up names its summary.", _one_mail_a_day),
    RowCheck(
        33, "Nobody is asked for what he cannot do, and nobody waits unasked without a named blocker.", walk
    ),
)

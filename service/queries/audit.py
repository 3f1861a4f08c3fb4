"""What auditors ask of the log: ready questions with their counts, and one event with everything around it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

import workflows
from service.canonical import leaf_hash, parse
from service.errors import NotFound
from service.models import Case, Event, Register
from service.queries.events import CHAIN_NAME, event_views, register_facts, texts_of, with_its_chain
from service.runut import Present
from service.sentences import REGISTER_PASTS
from workflows.kit import Text

_COMMANDS = (
    "case.authority", "case.correct", "case.decide_correction_request", "case.decline", "case.escalate", "case.extend",
    "case.hand_over", "case.hold", "case.remind", "case.request_correction", "case.reroute", "case.resume",
)


def _says(name: str, value: str) -> ColumnElement[bool]:
    """Canonical bytes have one form, so a member of the event is found as text; people's words are never in them."""
    return Event.canonical.contains(f'"{name}":"{value}', autoescape=True)


_IS_AUTHORITY = or_(Event.type == "case.authority", Event.type == "case.reroute")
QUESTIONS: Mapping[str, ColumnElement[bool]] = {
    "delegate": _says("on_behalf_of", ""),
    "link": _says("channel", "link"),
    "hr": _says("capacity", "HR") & ~_IS_AUTHORITY,
    "authority": _IS_AUTHORITY,
}


def question_counts(connection: Connection) -> dict[str, int]:
    """How many events answer each ready question, and `all`; one statement."""
    sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in QUESTIONS.items()]
    row = connection.execute(select(func.count().label("all"), *sums).select_from(Event)).one()
    return {name: int(value or 0) for name, value in row._mapping.items()}


def event_types() -> list[str]:
    """Every type that an event may have, in order."""
    everywhere = ("open", "save", "comment")
    steps = {f"{w.name}.{action}" for w in workflows.all_workflows() for action in (*w.actions, *everywhere)}
    return sorted({*steps, *_COMMANDS, *REGISTER_PASTS})


def event_detail(connection: Connection, present: Present, event_id: str) -> dict[str, Any]:
    """One event with its canonical bytes and what a recount of its hash and its neighbours says. Raises NotFound."""
    row = connection.execute(
        with_its_chain(
            select(
                Event.seq, Event.id, Event.case_id, Event.position, Event.type, Event.at, Event.canonical, Event.hash,
                CHAIN_NAME, Case.workflow, Case.edition,
                func.coalesce(Case.chain_head, Register.chain_head).label("chain_head"),
                func.coalesce(Case.position, Register.position).label("last_position"),
            )
        ).where(Event.id == event_id)
    ).one_or_none()
    if row is None:
        raise NotFound(Text("Peristiwa ini tidak ada.", "There is no such event."))
    neighbours = {
        n.position: n
        for n in connection.execute(
            select(Event.position, Event.hash, Event.canonical).where(
                Event.case_id == row.case_id, Event.position.in_([row.position - 1, row.position + 1])
            )
        )
    }
    before, after = neighbours.get(row.position - 1), neighbours.get(row.position + 1)
    next_prev = parse(after.canonical)["prev"] if after else row.chain_head
    return {
        "event": event_views(connection, present, [row])[0],
        "texts": texts_of(connection, present, [row.id]).get(row.id, {}),
        "workflow": workflows.get(row.workflow, row.edition) if row.workflow else workflows.all_workflows()[0],
        "facts": register_facts(connection, row.id),
        "canonical": row.canonical,
        "recomputed": leaf_hash(row.canonical),
        "checks": {
            "hash": leaf_hash(row.canonical) == row.hash,
            "before": parse(row.canonical)["prev"] == (before.hash if before else ""),
            "after": next_prev == row.hash,
        },
        "is_last": row.position == row.last_position,
    }

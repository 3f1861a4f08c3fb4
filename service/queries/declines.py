"""Who said that he cannot decide a case, why, and who could take it over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from service.authority import Holder, others
from service.casefile import CaseFile
from service.commands.rerouting import reasons_against
from service.models import Event
from service.queries.events import texts_of
from workflows.inputs import Ground
from workflows.kit import Text


@dataclass(frozen=True, slots=True)
class Declined:
    """One declaration that still stands: who made it, on which ground (None once it was erased), what he proposed."""

    event_id: str
    position: int
    person_id: str
    ground: Ground | None
    at: datetime
    first_on: date | None
    last_on: date | None
    substitute_id: str | None
    note: str


def declines(connection: Connection, file: CaseFile) -> tuple[Declined, ...]:
    """The declarations that hold as the case stands now, the newest first."""
    people = list(file.row["declined_by"])
    if not people:
        return ()
    events = connection.execute(
        select(Event.id, Event.position, Event.actor_id, Event.at)
        .where(Event.case_id == file.id, Event.type == "case.decline", Event.actor_id.in_(people))
        .order_by(Event.position.desc())
    ).all()
    newest = {event.actor_id: event for event in reversed(events)}
    texts = texts_of(connection, file.present, [event.id for event in newest.values()])
    found = [_declined(event, texts.get(event.id, {})) for event in newest.values()]
    return tuple(sorted(found, key=lambda declined: -declined.position))


def takeover(file: CaseFile, said: Sequence[Declined], officer_id: str | None) -> Holder | None:
    """Who should take the decision over: whom one of them proposed, else the next free official up the ladder.

    None while somebody else is still waited for, or when nobody is free.
    """
    role = file.state.waits_for
    if role is None or file.awaited is not role or not said or file.waiting():
        return None
    for holder in _candidates(file, said):
        if not reasons_against(file, role, holder.person_id, officer_id):
            return holder
    return None


def _candidates(file: CaseFile, said: Sequence[Declined]) -> Iterator[Holder]:
    role, organisation = file.state.waits_for, file.present.organisation
    assert role is not None
    declined = frozenset(file.row["declined_by"])
    for one in said:
        if one.substitute_id in organisation.people and one.substitute_id not in declined:
            yield Holder(str(one.substitute_id), None, None, _name(file, str(one.substitute_id)))
    yield from others(organisation, file.roles, role, file.present.now, file.workflow.scopes.get(role), declined)


def _name(file: CaseFile, person_id: str) -> Text:
    organisation = file.present.organisation
    post = organisation.post_of(person_id, organisation.date_of(file.present.now))
    name = organisation.person(person_id).name
    words = f"{name}, {post[0].title}" if post else name
    return Text(f"{words}, diusulkan sebagai pengganti", f"{words}, proposed as substitute")


def _declined(event: Any, texts: Mapping[str, str]) -> Declined:
    return Declined(
        event_id=event.id,
        position=event.position,
        person_id=event.actor_id,
        ground=Ground(texts["ground"]) if texts.get("ground") else None,
        at=event.at,
        first_on=date.fromisoformat(texts["from"]) if texts.get("from") else None,
        last_on=date.fromisoformat(texts["until"]) if texts.get("until") else None,
        substitute_id=texts.get("proposed_substitute"),
        note=texts.get("text", ""),
    )

"""People and what they hold, read from the organisation in memory: whoever asks sees names, HR sees the rest."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from service.authority import Appointment, Delegation, Organisation, Person, RaterAssignment
from service.authority.records import holds_on
from service.queries.paging import DEFAULT_LIMIT, Page, decode, encode

_Record = TypeVar("_Record")


def people_page(
    organisation: Organisation, on: date, *, q: str | None = None, only: frozenset[str] | None = None,
    limit: int = DEFAULT_LIMIT, cursor: str | None = None,
) -> Page:
    """People by name; `q` is part of a name, a post or a unit, or a whole NIP; `only` keeps these ids."""
    found = [p for p in organisation.people.values() if only is None or p.id in only]
    if q and q.strip():
        wanted = q.strip().casefold()
        found = [p for p in found if wanted == p.nip or wanted in _texts(organisation, p, on).casefold()]
    return keyset_page(found, lambda person: [person.name, person.id], limit, cursor)


def keyset_page(
    records: Iterable[_Record], key: Callable[[_Record], Sequence[str]], limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page:
    """A page of records in memory, in the order of `key`."""
    ordered = sorted(records, key=lambda record: list(key(record)))
    if cursor:
        last = decode(cursor, 2)
        ordered = [record for record in ordered if list(key(record)) > last]
    shown = ordered[:limit]
    return Page(shown, encode(key(shown[-1])) if len(ordered) > limit else None)


def person_view(organisation: Organisation, person: Person, on: date, *, in_full: bool) -> dict[str, Any]:
    """A person with post, unit and rater on that day; NIP, rank and address only `in_full`."""
    post = organisation.post_of(person.id, on)
    rater = post and organisation.rater_position_for(person.id, post[0].id, on)
    view: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "position": post and {"id": post[0].id, "title": post[0].title},
        "unit": post and {"id": post[1].id, "name": post[1].name},
        "rater": _rater(organisation, rater, on) if rater else None,
        "locked": person.locked,
    }
    if in_full:
        view |= {
            "nip": person.nip or None, "rank": person.rank, "grade": person.grade, "email": person.email,
            "locale": person.locale,
        }
    return view


def appointments(organisation: Organisation) -> list[Appointment]:
    """Every appointment, ended ones too."""
    return [a for held in organisation.index.appointments_of.values() for a in held]


def assignments(organisation: Organisation) -> list[RaterAssignment]:
    """Every order about who rates whom, ended ones too."""
    index = organisation.index
    groups = (*index.assignments_of_person.values(), *index.assignments_of_position.values())
    return [assignment for group in groups for assignment in group]


def appointment_view(organisation: Organisation, held: Appointment, on: date) -> dict[str, Any]:
    """An appointment as plain JSON."""
    return {
        "id": held.id,
        "person": named_person(organisation, held.person_id),
        "position": named_position(organisation, held.position_id),
        "kind": held.kind,
        "order_number": held.order_number,
        **_term(held.starts_on, held.ends_on),
        "active": holds_on(held, on),
    }


def delegation_view(organisation: Organisation, delegation: Delegation, on: date) -> dict[str, Any]:
    """A delegation as plain JSON."""
    return {
        "id": delegation.id,
        "type": delegation.kind,
        "from": named_person(organisation, delegation.from_person_id),
        "to": named_person(organisation, delegation.to_person_id),
        "position": named_position(organisation, delegation.position_id),
        "order_number": delegation.order_number,
        "order_date": delegation.order_date.isoformat(),
        **_term(delegation.starts_on, delegation.ends_on),
        "scope": sorted(delegation.scope),
        "active": holds_on(delegation, on),
    }


def assignment_view(organisation: Organisation, assignment: RaterAssignment, on: date) -> dict[str, Any]:
    """An order about who rates whom, as plain JSON."""
    return {
        "id": assignment.id,
        "person": named_person(organisation, assignment.person_id),
        "position": named_position(organisation, assignment.position_id),
        "rater_position": named_position(organisation, assignment.rater_position_id),
        "legal_basis": assignment.legal_basis,
        **_term(assignment.starts_on, assignment.ends_on),
        "active": holds_on(assignment, on),
    }


def named_person(organisation: Organisation, person_id: str | None) -> dict[str, str] | None:
    """`{id, name}`; None for nobody."""
    person = organisation.people.get(person_id) if person_id else None
    return {"id": person.id, "name": person.name} if person else None


def named_position(organisation: Organisation, position_id: str | None) -> dict[str, Any] | None:
    """`{id, title, unit}`; None for no post."""
    position = organisation.positions.get(position_id) if position_id else None
    if position is None:
        return None
    unit = organisation.units.get(position.unit_id)
    return {"id": position.id, "title": position.title, "unit": unit.name if unit else None}


def _rater(organisation: Organisation, position_id: str, on: date) -> dict[str, Any]:
    """The post that rates, and who uses its powers on that day."""
    acting = organisation.acting(position_id, on)
    return {
        "position": named_position(organisation, position_id),
        "people": [named_person(organisation, how.person_id) for how in acting],
    }


def _texts(organisation: Organisation, person: Person, on: date) -> str:
    post = organisation.post_of(person.id, on)
    return "\n".join([person.name, post[0].title, post[1].name] if post else [person.name])


def _term(starts_on: date, ends_on: date | None) -> dict[str, str | None]:
    return {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat() if ends_on else None}

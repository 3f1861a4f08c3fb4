"""Leavers: locked, never deleted, so that what they did stays theirs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, update

from service.commands.inputs import load
from service.commands.people.changing import Change
from service.commands.people.inputs import Leaver
from service.commands.people.persons import end_links
from service.commands.people.standing import check_another_hr
from service.models import ApiKey, Person, RoleGrant, Session
from service.models.authority import Appointment, Delegation, TeamMember


def lock_person(change: Change, given: Mapping[str, Any]) -> None:
    """Locks a person: sessions, keys, links, posts, delegations, teams and rights end at once.

    His open cases and those he had to act on move on in the same transaction. Raises NotYours for oneself, Conflict for
    the last HR officer.
    """
    person_id = load(Leaver(), given)["person_id"]
    change.check_hr(concerns=person_id)
    change.check_known("people", person_id, "person_id")
    check_another_hr(change, person_id)
    _end_access(change, person_id)
    _end_terms(change, person_id)
    change.set(Person, person_id, locked_at=change.present.now)
    _touch(change, person_id)
    change.note("people.lock", person_id=person_id)


def _end_access(change: Change, person_id: str) -> None:
    now, connection = change.present.now, change.connection
    end_links(change, [person_id], "left")
    connection.execute(
        update(Session).where(Session.person_id == person_id, Session.ended_at.is_(None)).values(ended_at=now)
    )
    connection.execute(
        update(ApiKey).where(ApiKey.person_id == person_id, ApiKey.revoked_at.is_(None)).values(revoked_at=now)
    )


def _end_terms(change: Change, person_id: str) -> None:
    last_day = change.yesterday
    for table, his in (
        (Appointment, Appointment.person_id == person_id),
        (Delegation, or_(Delegation.to_person_id == person_id, Delegation.from_person_id == person_id)),
        (TeamMember, TeamMember.person_id == person_id),
        (RoleGrant, RoleGrant.person_id == person_id),
    ):
        still = or_(table.ends_on.is_(None), table.ends_on > last_day)
        change.connection.execute(update(table).where(his, still).values(ends_on=last_day))


def _touch(change: Change, person_id: str) -> None:
    index, touched = change.organisation.index, change.touched
    touched.people.add(person_id)
    touched.positions.update(a.position_id for a in index.appointments_of.get(person_id, ()))
    touched.positions.update(d.position_id for d in index.delegations_to.get(person_id, ()))
    touched.positions.update(d.position_id for d in index.delegations_from.get(person_id, ()))
    touched.units.update(m.unit_id for m in index.teams_of.get(person_id, ()))
    touched.everything |= any(g.role == "hr" for g in index.grants_of.get(person_id, ()))

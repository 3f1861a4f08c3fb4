"""The organisation as the database has it: the only reader of appointments, delegations and assignments."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from service import models
from service.authority.organisation import Organisation
from service.authority.records import (
    Appointment,
    Delegation,
    Grant,
    Person,
    Position,
    RaterAssignment,
    Reroute,
    TeamMember,
    Unit,
)
from service.models import authority
from workflows.kit import Role


def load_organisation(connection: Connection, generation: int, zone: ZoneInfo) -> Organisation:
    """The whole organisation, past and future terms included, as one value in memory."""

    def rows(model: type[models.Base]) -> list[Any]:
        return list(connection.execute(select(model.__table__)))

    return Organisation.of(
        generation=generation,
        zone=zone,
        people=[
            Person(
                id=p.id, name=p.name, nip=p.nip or "", rank=p.rank, grade=p.grade, email=p.email or "", locale=p.locale,
                locked=p.locked_at is not None, political=p.political,
            )
            for p in rows(models.Person)
        ],
        units=[Unit(u.id, u.name, u.parent_id) for u in rows(models.Unit)],
        positions=[Position(p.id, p.title, p.unit_id, p.post_class, p.reports_to_id) for p in rows(models.Position)],
        appointments=[
            Appointment(a.id, a.person_id, a.position_id, a.kind, a.order_number, a.starts_on, a.ends_on)
            for a in rows(authority.Appointment)
        ],
        delegations=[
            Delegation(
                d.id, d.from_person_id, d.to_person_id, d.position_id, d.kind, d.order_number, d.order_date,
                d.starts_on, d.ends_on, frozenset(d.scope),
            )
            for d in rows(authority.Delegation)
        ],
        assignments=[
            RaterAssignment(
                a.id, a.position_id, a.person_id, a.rater_position_id, a.legal_basis, a.starts_on, a.ends_on
            )
            for a in rows(authority.RaterAssignment)
        ],
        team_members=[TeamMember(m.person_id, m.unit_id, m.starts_on, m.ends_on) for m in rows(authority.TeamMember)],
        grants=[Grant(g.person_id, g.role, g.starts_on, g.ends_on) for g in rows(models.RoleGrant)],
        reroutes=[
            Reroute(r.case_id, Role(r.role), r.person_id, r.legal_basis, r.since_at) for r in rows(authority.Reroute)
        ],
    )


def load_text_keys(connection: Connection) -> Mapping[str, bytes]:
    """Each person's key for his texts in the log; a person whose texts were erased has none."""
    people = connection.execute(select(models.Person.id, models.Person.text_key))
    return {person.id: person.text_key for person in people if person.text_key}

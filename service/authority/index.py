"""The look-up tables of a snapshot: who and what belongs to a person, a position or a unit, in a stable order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from service.authority.records import (
    Appointment,
    Delegation,
    Grant,
    RaterAssignment,
    Reroute,
    TeamMember,
    Unit,
)

_Key = TypeVar("_Key")
_Record = TypeVar("_Record")
_Groups = Mapping[_Key, tuple[_Record, ...]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Index:
    """Records grouped by what they are asked by. The order of each group never depends on the order of loading."""

    children: _Groups[str, str]
    appointments_at: _Groups[str, Appointment]
    appointments_of: _Groups[str, Appointment]
    delegations_at: _Groups[str, Delegation]
    delegations_to: _Groups[str, Delegation]
    delegations_from: _Groups[str, Delegation]
    assignments_of_person: _Groups[str, RaterAssignment]
    assignments_of_position: _Groups[str, RaterAssignment]
    team_of: _Groups[str, TeamMember]
    teams_of: _Groups[str, TeamMember]
    grants_for: _Groups[str, Grant]
    grants_of: _Groups[str, Grant]
    reroutes_of: _Groups[tuple[str, str], Reroute]

    @classmethod
    def of(
        cls,
        *,
        units: Iterable[Unit],
        appointments: Iterable[Appointment],
        delegations: Iterable[Delegation],
        assignments: Iterable[RaterAssignment],
        team_members: Iterable[TeamMember],
        grants: Iterable[Grant],
        reroutes: Iterable[Reroute],
    ) -> "Index":
        """The tables over these records: holders definitive first, everything else by first day, then by id."""
        held = sorted(appointments, key=lambda a: (a.kind != "DEFINITIVE", a.starts_on, a.id))
        handed = sorted(delegations, key=lambda d: (d.starts_on, d.id))
        assigned = sorted(assignments, key=lambda a: (a.starts_on, a.id))
        members = sorted(team_members, key=lambda m: (m.starts_on, m.person_id, m.unit_id))
        granted = sorted(grants, key=lambda g: (g.starts_on, g.person_id, g.role))
        inner = sorted((unit for unit in units if unit.parent_id is not None), key=lambda unit: unit.id)
        children = _grouped(inner, lambda unit: unit.parent_id or "")
        return cls(
            children={parent: tuple(unit.id for unit in group) for parent, group in children.items()},
            appointments_at=_grouped(held, lambda a: a.position_id),
            appointments_of=_grouped(held, lambda a: a.person_id),
            delegations_at=_grouped(handed, lambda d: d.position_id),
            delegations_to=_grouped(handed, lambda d: d.to_person_id),
            delegations_from=_grouped(handed, lambda d: d.from_person_id),
            assignments_of_person=_grouped((a for a in assigned if a.person_id), lambda a: a.person_id or ""),
            assignments_of_position=_grouped((a for a in assigned if a.position_id), lambda a: a.position_id or ""),
            team_of=_grouped(members, lambda m: m.unit_id),
            teams_of=_grouped(members, lambda m: m.person_id),
            grants_for=_grouped(granted, lambda g: g.role),
            grants_of=_grouped(granted, lambda g: g.person_id),
            reroutes_of=_grouped(reroutes, lambda r: (r.case_id, r.role)),
        )

    def with_delegations(self, delegations: Iterable[Delegation]) -> "Index":
        """The same tables with these delegations in place of the present ones."""
        handed = sorted(delegations, key=lambda d: (d.starts_on, d.id))
        return replace(
            self,
            delegations_at=_grouped(handed, lambda d: d.position_id),
            delegations_to=_grouped(handed, lambda d: d.to_person_id),
            delegations_from=_grouped(handed, lambda d: d.from_person_id),
        )

    def with_appointment(self, appointment: Appointment) -> "Index":
        """The same tables with one more appointment, definitive ones still first."""

        def one_more(held: tuple[Appointment, ...]) -> tuple[Appointment, ...]:
            return tuple(sorted((*held, appointment), key=lambda a: (a.kind != "DEFINITIVE", a.starts_on, a.id)))

        position_id, person_id = appointment.position_id, appointment.person_id
        return replace(
            self,
            appointments_at={**self.appointments_at, position_id: one_more(self.appointments_at.get(position_id, ()))},
            appointments_of={**self.appointments_of, person_id: one_more(self.appointments_of.get(person_id, ()))},
        )

    def with_reroute(self, letter: Reroute) -> "Index":
        """The same tables with one more letter."""
        key = (letter.case_id, str(letter.role))
        letters = (*self.reroutes_of.get(key, ()), letter)
        return replace(self, reroutes_of={**self.reroutes_of, key: letters})


def _grouped(records: Iterable[_Record], key: Callable[[_Record], Any]) -> dict[Any, tuple[_Record, ...]]:
    groups: dict[Any, list[_Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return {name: tuple(group) for name, group in groups.items()}

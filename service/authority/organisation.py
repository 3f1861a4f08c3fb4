"""One consistent snapshot of the whole organisation, in memory, answering who holds what on a given day.

It is built once per generation and never changes; every question is a look-up in a prebuilt index. Nothing here knows
a case: who may act on one is told by `holders`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from service.authority import words
from service.authority.index import Index
from service.authority.records import (
    Acting,
    Appointment,
    Capacity,
    Delegation,
    Grant,
    Person,
    Position,
    RaterAssignment,
    Reroute,
    TeamMember,
    Unit,
    holds_on,
)
from workflows.kit import Role

MOST_HOPS = 5
"""How often a power may be handed on; longer chains give nothing, so that an order can be traced by reading."""

MOST_RUNGS = 64
"""How far upward a path is followed; no office is that deep, so more is a mistake in the data."""

_Node = TypeVar("_Node", Unit, Position)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Organisation:
    """Everybody, every post and every right at one `generation`; `zone` says when a civil day begins."""

    generation: int
    zone: ZoneInfo
    people: Mapping[str, Person]
    units: Mapping[str, Unit]
    positions: Mapping[str, Position]
    delegations: tuple[Delegation, ...]
    index: Index

    @classmethod
    def of(
        cls,
        generation: int,
        zone: ZoneInfo,
        *,
        people: Iterable[Person] = (),
        units: Iterable[Unit] = (),
        positions: Iterable[Position] = (),
        appointments: Iterable[Appointment] = (),
        delegations: Iterable[Delegation] = (),
        assignments: Iterable[RaterAssignment] = (),
        team_members: Iterable[TeamMember] = (),
        grants: Iterable[Grant] = (),
        reroutes: Iterable[Reroute] = (),
    ) -> "Organisation":
        """The snapshot of these records; their order does not matter."""
        kept_units, kept_delegations = {unit.id: unit for unit in units}, tuple(delegations)
        index = Index.of(
            units=kept_units.values(),
            appointments=appointments,
            delegations=kept_delegations,
            assignments=assignments,
            team_members=team_members,
            grants=grants,
            reroutes=reroutes,
        )
        return cls(
            generation,
            zone,
            {person.id: person for person in people},
            kept_units,
            {position.id: position for position in positions},
            kept_delegations,
            index,
        )

    def with_delegation(self, delegation: Delegation) -> "Organisation":
        """The snapshot as it would be with `delegation` saved; one with the same id is replaced."""
        kept = (*(other for other in self.delegations if other.id != delegation.id), delegation)
        return replace(self, delegations=kept, index=self.index.with_delegations(kept))

    def with_appointment(self, appointment: Appointment) -> "Organisation":
        """The snapshot as it would be with `appointment` saved."""
        return replace(self, index=self.index.with_appointment(appointment))

    def with_reroute(self, letter: Reroute) -> "Organisation":
        """The snapshot as it would be with HR's `letter` in force."""
        return replace(self, index=self.index.with_reroute(letter))

    def date_of(self, instant: datetime) -> date:
        """The office's civil date at `instant`. Raises ValueError when `instant` has no time zone."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return instant.astimezone(self.zone).date()

    def person(self, person_id: str) -> Person:
        """The person, locked or not. Raises KeyError when there is none."""
        return self.people[person_id]

    def is_active(self, person_id: str) -> bool:
        """Whether the person is known and not locked; nobody else ever acts."""
        person = self.people.get(person_id)
        return person is not None and not person.locked

    def unit_path(self, unit_id: str | None) -> tuple[Unit, ...]:
        """The unit and those above it, upward; stops where the tree ends, loops or passes `MOST_RUNGS`."""
        return tuple(_upward(self.units, unit_id, lambda unit: unit.parent_id))

    def positions_upward(self, position_id: str | None) -> tuple[Position, ...]:
        """The position and those it reports to, upward; stops where the line ends, loops or passes `MOST_RUNGS`."""
        return tuple(_upward(self.positions, position_id, lambda position: position.reports_to_id))

    def appointments_of(self, person_id: str, on: date) -> tuple[Appointment, ...]:
        """His appointments on that day: definitive before Plt, the latest first. Being locked does not matter."""
        held = [a for a in self.index.appointments_of.get(person_id, ()) if holds_on(a, on)]
        held.sort(key=lambda a: (a.starts_on, a.id), reverse=True)
        return tuple(sorted(held, key=lambda a: a.kind != "DEFINITIVE"))

    def positions_of(self, person_id: str, instant: datetime) -> tuple[Position, ...]:
        """The posts he is appointed to now, definitive before Plt."""
        held = self.appointments_of(person_id, self.date_of(instant))
        known = dict.fromkeys(a.position_id for a in held if a.position_id in self.positions)
        return tuple(self.positions[position_id] for position_id in known)

    def post_of(self, person_id: str, on: date) -> tuple[Position, Unit] | None:
        """His main post on that day and its unit: the definitive one, else one he is Plt of; None without any."""
        for appointment in self.appointments_of(person_id, on):
            position = self.positions.get(appointment.position_id)
            unit = position and self.units.get(position.unit_id)
            if position and unit:
                return position, unit
        return None

    def rater_position_for(self, person_id: str, position_id: str, on: date) -> str | None:
        """The post that rates this person in this post: assigned to him, else to the post, else the one above it."""
        assignment = _latest(self.index.assignments_of_person.get(person_id, ()), on)
        return assignment.rater_position_id if assignment else self.superior_position_for(position_id, on)

    def superior_position_for(self, position_id: str, on: date) -> str | None:
        """The post above this post: the one assigned to rate it on that day, else the one it reports to."""
        assignment = _latest(self.index.assignments_of_position.get(position_id, ()), on)
        if assignment:
            return assignment.rater_position_id
        position = self.positions.get(position_id)
        return position.reports_to_id if position else None

    def roles_of(self, person_id: str, on: date) -> frozenset[str]:
        """His standing rights on that day (hr, auditor, planner, admin); none while he is locked."""
        if not self.is_active(person_id):
            return frozenset()
        return frozenset(grant.role for grant in self.index.grants_of.get(person_id, ()) if holds_on(grant, on))

    def granted(self, role: str, on: date) -> tuple[str, ...]:
        """Ids of the active people with this standing right, the longest-serving first."""
        grants = (grant for grant in self.index.grants_for.get(role, ()) if holds_on(grant, on))
        return tuple(dict.fromkeys(g.person_id for g in grants if self.is_active(g.person_id)))

    def team_of(self, unit_id: str, on: date) -> tuple[str, ...]:
        """Ids of the active members of the unit's own performance team, the longest-serving first."""
        members = (member for member in self.index.team_of.get(unit_id, ()) if holds_on(member, on))
        return tuple(dict.fromkeys(m.person_id for m in members if self.is_active(m.person_id)))

    def team_units(self, person_id: str, instant: datetime) -> frozenset[str]:
        """Units he serves as performance team: his own, and those below them that have no active team themselves."""
        if not self.is_active(person_id):
            return frozenset()
        on = self.date_of(instant)
        own = [m.unit_id for m in self.index.teams_of.get(person_id, ()) if holds_on(m, on)]
        served, open_units = set(own), list(own)
        while open_units:
            for child in self.index.children.get(open_units.pop(), ()):
                if child not in served and not self.team_of(child, on):
                    served.add(child)
                    open_units.append(child)
        return frozenset(served)

    def letter(self, case_id: str, role: Role, instant: datetime) -> Reroute | None:
        """HR's newest letter for this role in this case that is in force at `instant`."""
        letters = [r for r in self.index.reroutes_of.get((case_id, role), ()) if r.since <= instant]
        return max(letters, key=lambda r: (r.since, r.person_id), default=None)

    def acting(
        self, position_id: str, on: date, scope: str | None = None, barred: frozenset[str] = frozenset()
    ) -> tuple[Acting, ...]:
        """Everybody who may use this post's powers on that day, once each: definitive, Plt, then substitutes by date.

        `scope` is what a delegation must allow (None: any delegation counts); it never limits the post's own holders.
        Whoever is locked or `barred` neither acts nor is acted for nor hands anything on. The shortest chain counts,
        of equals the one that began first; `on_behalf_of` is always the holder at its beginning.
        """
        held: dict[str, Acting] = {}
        for appointment in self.index.appointments_at.get(position_id, ()):
            person_id = appointment.person_id
            if holds_on(appointment, on) and self._is_free(person_id, barred):
                held.setdefault(person_id, Acting.appointed(appointment))
        handed = [
            delegation
            for delegation in self.index.delegations_at.get(position_id, ())
            if holds_on(delegation, on)
            and (scope is None or scope in delegation.scope)
            and self._is_free(delegation.to_person_id, barred)
        ]
        substitutes = _handed_on(held, handed) if held and handed else []
        return (*held.values(), *sorted(substitutes, key=lambda s: (s.starts_on, s.record_id)))

    def acting_as(self, person_id: str, instant: datetime) -> tuple[Acting, ...]:
        """Each post whose powers he may use now and how: own appointments first, then those handed to him."""
        if not self.is_active(person_id):
            return ()
        on = self.date_of(instant)
        handed = [d for d in self.index.delegations_to.get(person_id, ()) if holds_on(d, on)]
        reachable = [a.position_id for a in self.appointments_of(person_id, on)] + [d.position_id for d in handed]
        found = (acting for p in dict.fromkeys(reachable) for acting in self.acting(p, on))
        return tuple(acting for acting in found if acting.person_id == person_id)

    def visible_positions(self, person_id: str, instant: datetime) -> frozenset[str]:
        """Posts whose role he exercises now, by appointment or by delegation."""
        return frozenset(acting.position_id for acting in self.acting_as(person_id, instant))

    def capacities(self, person_id: str, instant: datetime) -> tuple[Capacity, ...]:
        """What he holds now, each with a sentence: posts, substitutions, teams, standing rights; nothing if locked."""
        if not self.is_active(person_id):
            return ()
        on, found = self.date_of(instant), []
        for acting in self.acting_as(person_id, instant):
            text = words.acting(acting, self.people, self.positions)
            found.append(Capacity(acting.kind, text, acting.position_id, None, acting.on_behalf_of, acting.ends_on))
        for member in self.index.teams_of.get(person_id, ()):
            if holds_on(member, on):
                text = words.team(self.people[person_id], self.units.get(member.unit_id), None)
                found.append(Capacity("PERF_TEAM", text, None, member.unit_id, None, member.ends_on))
        for grant in self.index.grants_of.get(person_id, ()):
            if holds_on(grant, on):
                text = words.standing(self.people[person_id], grant.role)
                found.append(Capacity(grant.role.upper(), text, None, None, None, grant.ends_on))
        return tuple(found)

    def _is_free(self, person_id: str, barred: frozenset[str]) -> bool:
        return person_id not in barred and self.is_active(person_id)


def _handed_on(held: Mapping[str, Acting], handed: Iterable[Delegation]) -> list[Acting]:
    """Those whom the holders' powers reach through at most `MOST_HOPS` of these delegations."""
    known, givers, found = set(held), dict(held), list[Acting]()
    by_giver: dict[str, list[Delegation]] = {}
    for delegation in handed:
        by_giver.setdefault(delegation.from_person_id, []).append(delegation)
    for _ in range(MOST_HOPS):
        onward = sorted((d for giver in givers for d in by_giver.get(giver, ())), key=lambda d: (d.starts_on, d.id))
        reached: dict[str, Acting] = {}
        for delegation in onward:
            if delegation.to_person_id not in known:
                known.add(delegation.to_person_id)
                giver = givers[delegation.from_person_id]
                reached[delegation.to_person_id] = Acting.substituting(delegation, giver)
        found.extend(reached.values())
        givers = reached
    return found


def _upward(nodes: Mapping[str, _Node], start: str | None, above: Callable[[_Node], str | None]) -> Iterator[_Node]:
    seen: set[str] = set()
    while start is not None and start in nodes and start not in seen and len(seen) < MOST_RUNGS:
        seen.add(start)
        yield nodes[start]
        start = above(nodes[start])


def _latest(assignments: Iterable[RaterAssignment], on: date) -> RaterAssignment | None:
    valid = (assignment for assignment in assignments if holds_on(assignment, on))
    return max(valid, key=lambda assignment: (assignment.starts_on, assignment.id), default=None)

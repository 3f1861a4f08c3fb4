"""The facts authority rests on, as plain values: people, units, positions, and who was given what from when to when.

All dates are civil dates of the office and inclusive; `ends_on` None means without end. A Plt named through the API as
a delegation is stored and read as an `Appointment` of kind PLT: the post is vacant, so there is nobody to act for.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from workflows.kit import Locale, Role, Text

AppointmentKind = Literal["DEFINITIVE", "PLT"]
DelegationKind = Literal["PLH", "DELEGATE"]
StandingRole = Literal["hr", "auditor", "planner", "admin"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here or rates somebody who does. Whoever is `locked` has left: he is shown, but never acts."""

    id: str
    name: str
    nip: str
    rank: str
    grade: str
    email: str
    locale: Locale
    locked: bool
    political: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A work unit; `parent_id` is None at the top."""

    id: str
    name: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """A post, held or vacant; `reports_to_id` is the post above it, None at the top."""

    id: str
    title: str
    unit_id: str
    post_class: str
    reports_to_id: str | None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person in a position: definitive, or Plt while it is vacant."""

    id: str
    person_id: str
    position_id: str
    kind: AppointmentKind
    order_number: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Delegation:
    """A position's powers used by somebody else: Plh while the holder is absent, or a delegate for part of them.

    `scope` holds what may be done: approve, rate, decide. `from_person_id` is the holder or himself a substitute.
    """

    id: str
    from_person_id: str
    to_person_id: str
    position_id: str
    kind: DelegationKind
    order_number: str
    order_date: date
    starts_on: date
    ends_on: date
    scope: frozenset[str]


@dataclass(frozen=True, slots=True)
class RaterAssignment:
    """Who rates where the tree of posts does not say it: for one person, or for whoever holds one position."""

    id: str
    position_id: str | None
    person_id: str | None
    rater_position_id: str
    legal_basis: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A member of a unit's performance management team (tim pengelola kinerja)."""

    person_id: str
    unit_id: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A standing right that does not follow from a post."""

    person_id: str
    role: StandingRole
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Reroute:
    """HR's letter that names one person for one role in one case, from the instant `since` on."""

    case_id: str
    role: Role
    person_id: str
    legal_basis: str
    since: datetime


class Dated(Protocol):
    """Anything that holds from one civil date to another."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...


def holds_on(record: Dated, on: date) -> bool:
    """Whether `record` is valid on `on`; both its first and its last day count."""
    return record.starts_on <= on and (record.ends_on is None or on <= record.ends_on)


@dataclass(frozen=True, slots=True)
class Acting:
    """How one person comes to use a position's powers. `on_behalf_of` is the position's holder whom a substitute acts
    for, None for a holder; `handed_by` is the one who gave the power, `record_id` the appointment or delegation."""

    person_id: str
    on_behalf_of: str | None
    handed_by: str | None
    position_id: str
    kind: AppointmentKind | DelegationKind
    order_number: str
    starts_on: date
    ends_on: date | None
    record_id: str

    @classmethod
    def appointed(cls, held: Appointment) -> "Acting":
        """The appointed person himself."""
        order = held.order_number
        return cls(
            held.person_id, None, None, held.position_id, held.kind, order, held.starts_on, held.ends_on, held.id
        )

    @classmethod
    def substituting(cls, delegation: Delegation, giver: "Acting") -> "Acting":
        """The substitute whom `delegation` names, for the holder from whom `giver` has the power."""
        return cls(
            delegation.to_person_id,
            giver.on_behalf_of or giver.person_id,
            giver.person_id,
            delegation.position_id,
            delegation.kind,
            delegation.order_number,
            delegation.starts_on,
            delegation.ends_on,
            delegation.id,
        )


@dataclass(frozen=True, slots=True)
class Capacity:
    """One thing a person holds at an instant, with its sentence. `kind` is DEFINITIVE, PLT, PLH, DELEGATE, PERF_TEAM,
    HR, AUDITOR, PLANNER or ADMIN; `ends_on` is its last day, None when open."""

    kind: str
    explanation: Text
    position_id: str | None
    unit_id: str | None
    on_behalf_of: str | None
    ends_on: date | None

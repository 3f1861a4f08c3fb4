"""Who holds which post or right, from when to when. Read by service.authority only; written by commands.people."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, Json, instant, short_text, uuid_pk, uuid_ref, word


class Appointment(Base):
    """A person in a position: definitive, or Plt while the position is vacant. Dates are inclusive."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index("ix_appointments_of_position", "position_id"),
        Index("ix_appointments_of_person", "person_id"),
    )
    id: Mapped[uuid_pk]
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    position_id: Mapped[uuid_ref] = mapped_column(ForeignKey("positions.id"))
    kind: Mapped[word] = mapped_column(comment="DEFINITIVE or PLT")
    order_number: Mapped[short_text] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Delegation(Base):
    """A holder's powers used by somebody else: Plh while he is absent, or a delegate for part of them."""

    __tablename__ = "delegations"
    __table_args__ = (CheckConstraint("from_person_id <> to_person_id", name="not_to_himself"),)
    id: Mapped[uuid_pk]
    from_person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    to_person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    position_id: Mapped[uuid_ref] = mapped_column(ForeignKey("positions.id"))
    kind: Mapped[word] = mapped_column(comment="PLH or DELEGATE")
    order_number: Mapped[short_text]
    order_date: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    scope: Mapped[list[str]] = mapped_column(Json, comment="approve, rate, decide")


class RaterAssignment(Base):
    """Who rates whom where the organisation tree does not say it: for a person or for a position."""

    __tablename__ = "rater_assignments"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (position_id IS NULL)", name="person_or_position"),)
    id: Mapped[uuid_pk]
    person_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("people.id"))
    position_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("positions.id"))
    rater_position_id: Mapped[uuid_ref] = mapped_column(ForeignKey("positions.id"))
    legal_basis: Mapped[short_text]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class TeamMember(Base):
    """A member of a unit's performance management team (tim pengelola kinerja)."""

    __tablename__ = "perf_team_members"
    id: Mapped[uuid_pk]
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[uuid_ref] = mapped_column(ForeignKey("units.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Reroute(Base):
    """A person whom HR named by letter for one role in one case; replaces everyone else in that role."""

    __tablename__ = "reroutes"
    __table_args__ = (Index("ix_reroutes_of_case", "case_id"),)
    id: Mapped[uuid_pk]
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"))
    role: Mapped[word]
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    legal_basis: Mapped[str] = mapped_column(String(600))
    since_at: Mapped[instant]

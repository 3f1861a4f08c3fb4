"""People and the organisation they work in. Written by imports and HR; rows are locked or ended, never deleted."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, instant, short_text, uuid_pk, uuid_ref, word


class Unit(Base):
    """A work unit: office, division, section, technical unit."""

    __tablename__ = "units"
    id: Mapped[uuid_pk]
    code: Mapped[word] = mapped_column(unique=True, comment="the unit's code in the HR system")
    name: Mapped[short_text]
    parent_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("units.id"))


class Position(Base):
    """A post in the organisation; it exists whether or not somebody holds it."""

    __tablename__ = "positions"
    id: Mapped[uuid_pk]
    code: Mapped[word] = mapped_column(unique=True)
    title: Mapped[short_text]
    unit_id: Mapped[uuid_ref] = mapped_column(ForeignKey("units.id"))
    post_class: Mapped[word] = mapped_column(comment="JPT_PRATAMA, ADMINISTRATOR, PENGAWAS, PELAKSANA, FUNGSIONAL, …")
    reports_to_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("positions.id"))


class Person(Base):
    """Somebody who works here or rates somebody who does. Locked when he leaves, never deleted."""

    __tablename__ = "people"
    id: Mapped[uuid_pk] = mapped_column(comment="random: says nothing about the person")
    nip: Mapped[str | None] = mapped_column(String(18), unique=True, comment="18 digits; political officials have none")
    name: Mapped[short_text]
    rank: Mapped[short_text] = mapped_column(default="")
    grade: Mapped[word] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(
        String(254), unique=True, comment="ASCII, lower case; the only address mails go to; None: no mailbox of his own"
    )
    locale: Mapped[str] = mapped_column(String(2), default="id")
    political: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locked_at: Mapped[instant | None] = mapped_column(comment="since when he may neither sign in nor act")
    text_key: Mapped[bytes] = mapped_column(
        LargeBinary, comment="AES-256 key of his texts in the log; erasing it erases them"
    )


class RoleGrant(Base):
    """A standing role that does not follow from a post: HR officer, auditor, planner."""

    __tablename__ = "role_grants"
    id: Mapped[uuid_pk]
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    role: Mapped[word] = mapped_column(comment="hr, auditor, planner, admin")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

"""The log. Append-only: a trigger refuses UPDATE and DELETE of events on both databases."""

from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, digest, instant, long_text, uuid_pk, uuid_ref, word


class Event(Base):
    """One thing that happened to a case, or in a register. `canonical` is what is hashed; the other columns repeat it
    for queries."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        Index("ix_events_by_type", "type", "seq"),
        Index("ix_events_by_actor", "actor_id", "seq"),
        {"sqlite_autoincrement": True},
    )
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    id: Mapped[uuid_ref] = mapped_column(unique=True)
    case_id: Mapped[uuid_ref] = mapped_column(comment="whose chain it belongs to: a case's, or a register's")
    position: Mapped[int]
    type: Mapped[word] = mapped_column(comment="<workflow>.<action> or case.<command>")
    at: Mapped[instant]
    actor_id: Mapped[uuid_ref | None] = mapped_column(comment="None: the clock or the system")
    canonical: Mapped[long_text]
    hash: Mapped[digest]


class EventText(Base):
    """A human text of an event, encrypted with its owner's key; row and key can be erased, the event stays provable."""

    __tablename__ = "event_texts"
    event_id: Mapped[uuid_ref] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    owner_id: Mapped[uuid_ref]
    sealed: Mapped[str] = mapped_column(Text, comment="base64 of nonce, AES-256-GCM(salt ‖ text)")


class Register(Base):
    """A chain of events that belong to no case: what happened to a cycle, to a year's calendar, to the rules."""

    __tablename__ = "registers"
    id: Mapped[uuid_pk]
    name: Mapped[str] = mapped_column(String(80), unique=True, comment="SIKLUS-2026, KALENDER-2026, ATURAN")
    position: Mapped[int] = mapped_column(comment="number of events so far")
    chain_head: Mapped[digest] = mapped_column(comment="hash of the newest event")


class RegisterEntry(Base):
    """The facts of one event of a register; rows never change."""

    __tablename__ = "register_entries"
    event_id: Mapped[uuid_ref] = mapped_column(primary_key=True)
    canonical: Mapped[long_text] = mapped_column(comment="RFC 8785 text; the event's document_sha256 is over its bytes")

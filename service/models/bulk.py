"""Bulk actions: one command for many cases, checked first, then done by a job case by case."""

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, instant, uuid_pk, uuid_ref, word


class BulkAction(Base):
    """What HR wants to do to many cases, as it was checked; `job_id` once he said so. Kept for 30 days."""

    __tablename__ = "bulk_actions"
    __table_args__ = (Index("ix_bulk_actions_newest", "created_at", "id"),)
    id: Mapped[uuid_pk]
    action: Mapped[word] = mapped_column(comment="remind, extend, …; remind_office is remind for whole offices")
    asked_by: Mapped[uuid_ref]
    channel: Mapped[word]
    assurance: Mapped[word]
    input_sealed: Mapped[str] = mapped_column(Text, comment="JSON, sealed with the text key of who asked")
    mails: Mapped[int] = mapped_column(comment="as the check counted them")
    summarised: Mapped[int]
    stopped: Mapped[int]
    created_at: Mapped[instant]
    job_id: Mapped[uuid_ref | None]


class BulkItem(Base):
    """One case of a bulk action: what the check found, and what became of it."""

    __tablename__ = "bulk_items"
    bulk_id: Mapped[uuid_ref] = mapped_column(ForeignKey("bulk_actions.id"), primary_key=True)
    case_id: Mapped[uuid_ref] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(comment="the order in which they are done")
    case_version: Mapped[int] = mapped_column(comment="as checked; a case that moved since is left alone")
    state: Mapped[word] = mapped_column(comment="READY, SKIPPED by the check; then DONE or FAILED")
    sentence_id: Mapped[str] = mapped_column(Text, comment="why it was skipped or failed; empty otherwise")
    sentence_en: Mapped[str] = mapped_column(Text)

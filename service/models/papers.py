"""Paper: notices that are printed and handed over to people without a mailbox of their own."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, instant, uuid_pk, uuid_ref, word


class PrintedNotice(Base):
    """A request on paper: to whom, about which case, and when it was handed over."""

    __tablename__ = "printed_notices"
    __table_args__ = (
        Index("ix_printed_notices_of_case", "case_id"),
        Index("ix_printed_notices_of_person", "person_id", "printed_at"),
    )
    id: Mapped[uuid_pk]
    number: Mapped[word] = mapped_column(unique=True, comment="SURAT-2026-000001")
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"))
    case_version: Mapped[int] = mapped_column(comment="as the case stood when it was printed")
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    due_at: Mapped[instant | None] = mapped_column(comment="the deadline as it stands on the paper")
    printed_at: Mapped[instant]
    printed_event_id: Mapped[uuid_ref]
    handed_on: Mapped[date | None] = mapped_column(comment="the day on the receipt")
    handed_by: Mapped[uuid_ref | None] = mapped_column(ForeignKey("people.id"))
    handed_event_id: Mapped[uuid_ref | None]

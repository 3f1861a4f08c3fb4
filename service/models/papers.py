"""Paper: notices that are printed and handed over, scans of what people signed, and what was entered from them."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, digest, instant, short_text, uuid_pk, uuid_ref, word


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


class Attachment(Base):
    """A file that belongs to a case; its bytes never change. Its name is ours, its type was decided by its bytes."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_of_case", "case_id"),)
    id: Mapped[uuid_pk]
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[short_text] = mapped_column(comment="made by the service; never what the sender called it")
    media_type: Mapped[word] = mapped_column(comment="application/pdf, image/png or image/jpeg")
    sha256: Mapped[digest]
    size: Mapped[int] = mapped_column(comment="bytes")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[instant]


class AssistedEntry(Base):
    """What an employee did on paper, entered by the performance team and carried out once he confirms it.

    TYPING while the team types the plan from the scan, WAITING for the employee; then CONFIRMED, REFUSED by him,
    WITHDRAWN by the team, or LAPSED because the case moved on.
    """

    __tablename__ = "assisted_entries"
    __table_args__ = (Index("ix_assisted_entries_of_case", "case_id", "state"),)
    id: Mapped[uuid_pk]
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"))
    case_version: Mapped[int] = mapped_column(comment="the version that the employee is asked to confirm")
    action: Mapped[word] = mapped_column(comment="the employee's step: submit, recall or dispute")
    paper_on: Mapped[date] = mapped_column(comment="the date beside the signature; it counts for deadlines")
    attachment_id: Mapped[uuid_ref] = mapped_column(ForeignKey("attachments.id"))
    state: Mapped[word]
    entered_by: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[instant]
    entered_event_id: Mapped[uuid_ref] = mapped_column(comment="its texts hold what the paper says")
    closed_at: Mapped[instant | None]
    closed_event_id: Mapped[uuid_ref | None]

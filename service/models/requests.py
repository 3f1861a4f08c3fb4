"""What people ask HR to put right about a case, beside its steps."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, instant, uuid_pk, uuid_ref, word


class CorrectionRequest(Base):
    """Somebody says that the case's rater, post, unit or name is wrong; his words are in the texts of the event."""

    __tablename__ = "correction_requests"
    __table_args__ = (
        Index("ix_correction_requests_open", "state", "due_at"),
        Index("ix_correction_requests_of_case", "case_id"),
    )
    id: Mapped[uuid_pk]
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"))
    asked_by: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    about: Mapped[word] = mapped_column(comment="RATER, POST, UNIT or NAME")
    proposed_id: Mapped[uuid_ref | None] = mapped_column(comment="the post or unit that would be right")
    state: Mapped[word] = mapped_column(comment="OPEN, ACCEPTED, REFUSED or WITHDRAWN")
    asked_at: Mapped[instant]
    due_at: Mapped[instant] = mapped_column(comment="by when HR answers; the case goes on meanwhile")
    decided_at: Mapped[instant | None]
    asked_event_id: Mapped[uuid_ref]
    decided_event_id: Mapped[uuid_ref | None]

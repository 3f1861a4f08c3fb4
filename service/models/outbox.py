"""What must leave the service: one row per effect, written in the decision's transaction, worked off by workers."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, instant, json_object, short_text, uuid_pk, uuid_ref, word


class Delivery(Base):
    """One mail to one person, one event for other systems, or one job; the outbox and the ledger that HR reads in one.

    PENDING → LEASED → ACCEPTED, or RETRY after a failure; also terminal: BOUNCED, REFUSED, EXPIRED, CANCELLED,
    SUPPRESSED, DEAD. HELD only by an operator or a restore. `attempts` is counted when the lease is taken. Its
    references carry no foreign key: cases and people are never deleted, and each key costs every transition a look-up.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "ix_deliveries_due", "state", "lane", "next_at",
            postgresql_where="state IN ('PENDING','RETRY','LEASED')",
        ),
        Index("ix_deliveries_of_case", "case_id", "created_at"),
        Index("ix_deliveries_of_person", "person_id", "created_at"),
        Index("ix_deliveries_newest", "created_at", "id"),
    )
    id: Mapped[uuid_pk] = mapped_column(comment="also the Message-ID and the X-Runut-Delivery header")
    dedupe: Mapped[short_text] = mapped_column(unique=True, comment="event, rule, recipient and channel in one key")
    channel: Mapped[word] = mapped_column(comment="mail, exchange or job")
    lane: Mapped[int] = mapped_column(comment="0 codes and sign-in, 1 requests, 2 news")
    rule: Mapped[str] = mapped_column(String(80), comment="which mail: asked, told, digest, code, …")
    case_id: Mapped[uuid_ref | None]
    event_id: Mapped[uuid_ref | None]
    person_id: Mapped[uuid_ref | None]
    details: Mapped[json_object] = mapped_column(comment="codes and ids the mail needs; never texts or secrets")
    state: Mapped[word]
    attempts: Mapped[int]
    created_at: Mapped[instant]
    next_at: Mapped[instant]
    lease_until: Mapped[instant | None]
    expires_at: Mapped[instant | None] = mapped_column(comment="after which it is of no use any more")
    done_at: Mapped[instant | None]
    answer: Mapped[str | None] = mapped_column(Text, comment="what the server said, cut and without addresses")

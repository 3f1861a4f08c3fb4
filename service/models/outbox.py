"""What must leave the service: one row per effect, written in the decision's transaction, worked off by workers."""

from datetime import date

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, digest, instant, json_object, short_text, uuid_pk, uuid_ref, word


class Delivery(Base):
    """One mail to one person, one event for other systems, or one job; the outbox and the ledger that HR reads in one.

    PENDING → LEASED → ACCEPTED, or RETRY after a failure; also terminal: BOUNCED, REFUSED, EXPIRED, CANCELLED,
    SUPPRESSED, DEAD. What must not leave by itself: GATHERED waits for its person's next summary, SUMMED went into the
    one that `summary_id` names. HELD only by an operator or a restore. `attempts` is counted when the lease is taken.
    Its references carry no foreign key: cases and people are never deleted, and each key costs every transition a
    look-up.
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
        Index("ix_deliveries_gathered", "person_id", postgresql_where="state = 'GATHERED'"),
        Index("ix_deliveries_of_summary", "summary_id", postgresql_where="summary_id IS NOT NULL"),
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
    summary_id: Mapped[uuid_ref | None] = mapped_column(comment="SUMMED: the summary that it went into")


class MailDay(Base):
    """The one mail that a person gets on a working day beside codes, links and first requests; whoever sends it first
    claims the day for its delivery."""

    __tablename__ = "mail_days"
    __table_args__ = (Index("ix_mail_days_of_delivery", "delivery_id"),)
    person_id: Mapped[uuid_ref] = mapped_column(primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True, comment="a working day of the office")
    delivery_id: Mapped[uuid_ref]


class MailPace(Base):
    """One row: the instant at which the mails let go so far have been paid for at RUNUT_SMTP_RATE."""

    __tablename__ = "mail_pace"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paid_until: Mapped[instant]


class SuppressedAddress(Base):
    """An address that gets no mail until HR lets it: it bounces or is somebody else's. A new address is not stopped."""

    __tablename__ = "suppressed_addresses"
    address_hash: Mapped[digest] = mapped_column(primary_key=True, comment="HMAC-SHA256(pepper, address)")
    person_id: Mapped[uuid_ref] = mapped_column(comment="whose address it was when HR stopped it")
    since_at: Mapped[instant]

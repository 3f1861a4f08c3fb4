"""Keys to the door: mail links, sessions, API keys, one-time codes. Only keyed hashes of secrets are stored."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, Json, digest, instant, json_object, short_text, uuid_pk, uuid_ref, word


class ActionLink(Base):
    """A link in one mail: it opens one request for one person, while the case stands as the mail said."""

    __tablename__ = "action_links"
    __table_args__ = (
        Index("ix_action_links_live_of_case", "case_id", "dead_at"),
        Index("ix_action_links_of_delivery", "delivery_id"),
    )
    id: Mapped[uuid_pk]
    handle_hash: Mapped[digest] = mapped_column(unique=True, comment="HMAC-SHA256(pepper, handle)")
    delivery_id: Mapped[uuid_ref] = mapped_column(ForeignKey("deliveries.id"))
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"))
    case_version: Mapped[int]
    document_sha256: Mapped[digest]
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    role: Mapped[word]
    actions: Mapped[list[str]] = mapped_column(Json)
    epoch: Mapped[int]
    created_at: Mapped[instant]
    expires_at: Mapped[instant]
    opened_at: Mapped[instant | None] = mapped_column(comment="first POST by a person")
    dead_at: Mapped[instant | None]
    dead_because: Mapped[str | None] = mapped_column(String(40), comment="decided, moved_on, reassigned, reported, …")
    event_id: Mapped[uuid_ref | None] = mapped_column(comment="the decision taken through this very link")


class Opening(Base):
    """A link opened in one browser: what was shown there, and what was typed and not yet decided."""

    __tablename__ = "openings"
    id: Mapped[short_text] = mapped_column(primary_key=True, comment="random; in the address instead of the handle")
    link_id: Mapped[uuid_ref] = mapped_column(ForeignKey("action_links.id"))
    opened_at: Mapped[instant]
    shown_version: Mapped[int]
    shown_sha256: Mapped[digest]
    typed: Mapped[json_object]
    event_id: Mapped[uuid_ref | None]


class ApiKey(Base):
    """A bearer key of a person for the API; shown once, kept as a keyed hash."""

    __tablename__ = "api_keys"
    id: Mapped[uuid_pk]
    key_hash: Mapped[digest] = mapped_column(unique=True)
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    label: Mapped[short_text]
    created_at: Mapped[instant]
    revoked_at: Mapped[instant | None]


class Session(Base):
    """A signed-in browser. Ended by signing out, by time, or when the person is locked."""

    __tablename__ = "sessions"
    id: Mapped[uuid_pk]
    token_hash: Mapped[digest] = mapped_column(unique=True)
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[instant]
    seen_at: Mapped[instant]
    expires_at: Mapped[instant]
    ended_at: Mapped[instant | None]


class OneTimeCode(Base):
    """A mailed secret that works once: a sign-in link with its code, or the code of a tier B decision."""

    __tablename__ = "one_time_codes"
    __table_args__ = (Index("ix_one_time_codes_of_person", "person_id", "created_at"),)
    id: Mapped[uuid_pk]
    purpose: Mapped[word] = mapped_column(comment="signin, decision or slip")
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    binding: Mapped[digest] = mapped_column(comment="keyed hash of what it is for: browser, case, action, digest")
    code_hash: Mapped[str | None] = mapped_column(String(64), comment="set when the mail is made")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    next_path: Mapped[str] = mapped_column(String(300), default="")
    tries: Mapped[int]
    created_at: Mapped[instant]
    expires_at: Mapped[instant]
    used_at: Mapped[instant | None]


class SignInFailure(Base):
    """A failed attempt, counted per account and network; cleared by time."""

    __tablename__ = "signin_failures"
    __table_args__ = (
        Index("ix_signin_failures_of_account", "account_hash", "at"),
        Index("ix_signin_failures_of_network", "network", "at"),
    )
    id: Mapped[uuid_pk]
    account_hash: Mapped[digest]
    network: Mapped[short_text]
    at: Mapped[instant]


class IdempotencyKey(Base):
    """A request that was carried out under a client's key, with its answer (draft-ietf-httpapi-idempotency-key)."""

    __tablename__ = "idempotency_keys"
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[digest]
    answer: Mapped[json_object]
    created_at: Mapped[instant]

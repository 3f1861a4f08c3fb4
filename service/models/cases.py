"""Cases and what hangs on them. Written by service.append only: one transaction per event."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import (
    Base,
    Json,
    digest,
    instant,
    json_object,
    long_text,
    short_text,
    uuid_pk,
    uuid_ref,
    word,
)


class Case(Base):
    """One work plan, evaluation, objection or need on its way. `position` counts its events, `version` its moves."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_of_unit", "unit_id", "state", "state_since", "id"),
        Index("ix_cases_of_subject", "subject_id", "id"),
        Index("ix_cases_by_stage", "stage", "id"),
        Index("ix_cases_of_rater_position", "rater_position_id"),
        Index("ix_cases_of_superior_position", "superior_position_id"),
        Index("ix_cases_due", "due_at"),
    )
    id: Mapped[uuid_pk]
    number: Mapped[word] = mapped_column(unique=True, comment="SKP-2026-000123")
    workflow: Mapped[word]
    edition: Mapped[word]
    state: Mapped[word]
    stage: Mapped[word]
    version: Mapped[int]
    position: Mapped[int] = mapped_column(comment="number of events so far")
    round: Mapped[int]
    subject_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"))
    post_id: Mapped[uuid_ref] = mapped_column(ForeignKey("positions.id"), comment="the subject's post at opening")
    unit_id: Mapped[uuid_ref] = mapped_column(ForeignKey("units.id"))
    cycle_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cycles.id"))
    parent_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("cases.id"))
    slot: Mapped[str | None] = mapped_column(
        String(120), unique=True, comment="person, post and period that this case occupies; None once cancelled"
    )
    rater_position_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("positions.id"))
    superior_position_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("positions.id"))
    opened_at: Mapped[instant]
    submitted_at: Mapped[instant | None] = mapped_column(comment="when it first left the subject's hands")
    state_since: Mapped[instant]
    asked_at: Mapped[instant | None] = mapped_column(comment="None: at entry, or nobody is asked yet")
    blocked_by: Mapped[word | None] = mapped_column(
        comment="the guard that keeps whoever the table names from acting; he is not asked meanwhile"
    )
    asked_instead: Mapped[word | None] = mapped_column(comment="the role that is asked meanwhile, if any")
    due_at: Mapped[instant | None]
    held_at: Mapped[instant | None]
    ends_at: Mapped[instant | None] = mapped_column(comment="an early end decided by HR")
    document_version: Mapped[int]
    document_sha256: Mapped[digest]
    in_force_version: Mapped[int | None] = mapped_column(comment="document version in force")
    chain_head: Mapped[digest] = mapped_column(comment="hash of the newest event")
    marks: Mapped[json_object] = mapped_column(comment="what the workflow remembers; folded from the events")
    declined_by: Mapped[list[str]] = mapped_column(
        Json, server_default="[]", comment="who said that he cannot decide it as it stands now"
    )


class CaseDocument(Base):
    """The exact text of a case at a version; rows never change."""

    __tablename__ = "case_documents"
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round: Mapped[int]
    sha256: Mapped[digest]
    canonical: Mapped[long_text] = mapped_column(comment="RFC 8785 text with its nonce; the digest is over these bytes")
    created_at: Mapped[instant]


class WorkItem(Base):
    """Somebody who must act on a case since `since_at`; done when the case moves on. Kept: it proves who held it."""

    __tablename__ = "work_items"
    __table_args__ = (
        Index("ix_work_items_open_by_person", "person_id", "done_at", "due_at"),
        Index("ix_work_items_of_case", "case_id", "done_at"),
    )
    id: Mapped[uuid_pk]
    case_id: Mapped[uuid_ref]
    case_version: Mapped[int]
    role: Mapped[word]
    person_id: Mapped[uuid_ref]
    on_behalf_of: Mapped[uuid_ref | None]
    position_id: Mapped[uuid_ref | None]
    since_at: Mapped[instant]
    due_at: Mapped[instant | None]
    done_at: Mapped[instant | None]


class Claim(Base):
    """Who works on a case that waits for a group; gives no right. It ends when the case moves to another version."""

    __tablename__ = "claims"
    case_id: Mapped[uuid_pk]
    case_version: Mapped[int] = mapped_column(comment="the claim ends when the case is no longer there")
    person_id: Mapped[uuid_ref]
    role: Mapped[word]
    claimed_at: Mapped[instant]


class Timer(Base):
    """An instant at which the clock looks at a case; fires at most once."""

    __tablename__ = "timers"
    __table_args__ = (Index("ix_timers_due", "done_at", "due_at"), Index("ix_timers_of_case", "case_id", "done_at"))
    id: Mapped[uuid_pk]
    case_id: Mapped[uuid_ref]
    case_version: Mapped[int]
    kind: Mapped[word] = mapped_column(comment="the clock's action, or the rung of the deadline's ladder")
    due_at: Mapped[instant]
    done_at: Mapped[instant | None]
    outcome: Mapped[str | None] = mapped_column(String(40), comment="fired, late, moot or cancelled")
    lease_until: Mapped[instant | None] = mapped_column(comment="until when the clock that took it may fire it")


class PlannedResult(Base):
    """A planned result of a plan in force: a projection that subordinates' plans and reports point to."""

    __tablename__ = "planned_results"
    __table_args__ = (Index("ix_planned_results_of_case", "case_id"),)
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place: Mapped[int]
    kind: Mapped[word]
    statement: Mapped[long_text]
    measure: Mapped[long_text]
    parent_kind: Mapped[word | None]
    parent_id: Mapped[str | None] = mapped_column(String(36))


class Autosave(Base):
    """What somebody was typing and has not saved yet; no event, no version of the case."""

    __tablename__ = "autosaves"
    case_id: Mapped[uuid_ref] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person_id: Mapped[uuid_ref] = mapped_column(ForeignKey("people.id"), primary_key=True)
    case_version: Mapped[int]
    revision: Mapped[int]
    document: Mapped[json_object]
    saved_at: Mapped[instant]


class Counter(Base):
    """A number that only grows: case numbers, the generation of the organisation and of the calendar."""

    __tablename__ = "counters"
    name: Mapped[short_text] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)

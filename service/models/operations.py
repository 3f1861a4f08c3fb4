"""What keeps the service itself going: its clock, its jobs and the signs of life of its processes."""

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, instant, json_object, uuid_pk, uuid_ref, word


class ClockOffset(Base):
    """One row: how far the service's now is from the database's, in milliseconds; 0 in production."""

    __tablename__ = "clock_offset"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    milliseconds: Mapped[int] = mapped_column(BigInteger)


class Heartbeat(Base):
    """When a kind of process last did its round."""

    __tablename__ = "heartbeats"
    kind: Mapped[word] = mapped_column(primary_key=True, comment="beat, relay, worker")
    at: Mapped[instant]


class Job(Base):
    """Work that takes longer than a request: an import, the cases of a cycle, a bulk action. One worker does it."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_newest", "created_at", "id"),)
    id: Mapped[uuid_pk]
    kind: Mapped[word]
    asked_by: Mapped[uuid_ref | None] = mapped_column(comment="None: the command line or the clock")
    details: Mapped[json_object] = mapped_column(comment="what was asked for; ids and codes, never texts or secrets")
    state: Mapped[word] = mapped_column(comment="WAITING, RUNNING, DONE, FAILED or STOPPED")
    done: Mapped[int]
    total: Mapped[int] = mapped_column(comment="0 while nobody knows")
    memo: Mapped[json_object] = mapped_column(comment="where to go on when a worker died on it")
    result: Mapped[json_object] = mapped_column(comment="what came of it, as its kind defines")
    created_at: Mapped[instant]
    started_at: Mapped[instant | None]
    finished_at: Mapped[instant | None]


class JobItem(Base):
    """What came of one of the many things that a job was asked to do; written with what it did, so never twice."""

    __tablename__ = "job_items"
    job_id: Mapped[uuid_ref] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    item_id: Mapped[uuid_ref] = mapped_column(primary_key=True, comment="the person or the case it was about")
    outcome: Mapped[word] = mapped_column(comment="DONE, or the code of why it was skipped")
    case_id: Mapped[uuid_ref | None] = mapped_column(comment="the case that came of it or stood in the way")

"""Imports of HR data: what was handed in, what was found, what came of it."""

from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, Json, digest, instant, json_object, uuid_pk, uuid_ref, word


class Import(Base):
    """One hand-in of spreadsheets. The row stays; what the files say goes with the import, or after seven days."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_newest", "created_at", "id"), Index("ix_imports_of_content", "sha256"))
    id: Mapped[uuid_pk]
    name: Mapped[word] = mapped_column(comment="made here: IMPOR-2026-000012; names of files say too much")
    sha256: Mapped[digest] = mapped_column(comment="of the files in the order given")
    kinds: Mapped[list[str]] = mapped_column(Json, comment="units, positions, people, appointments, raters, leavers")
    state: Mapped[word] = mapped_column(comment="UPLOADED, CHECKED, APPLIED or FAILED")
    report: Mapped[json_object] = mapped_column(comment="counts, problems, where what changes; no values of people")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, comment="the files; gone once applied or after 7 days")
    difference: Mapped[list[Any] | None] = mapped_column(Json, comment="old and new values; goes with the content")
    job_id: Mapped[uuid_ref | None] = mapped_column(comment="the job that works on it or did so last")
    created_by: Mapped[uuid_ref | None] = mapped_column(comment="None: the command line")
    created_at: Mapped[instant]
    checked_at: Mapped[instant | None]
    applied_by: Mapped[uuid_ref | None]
    applied_at: Mapped[instant | None]

"""Imports of HR data: the list, one with its report, and whether the same files were applied before."""

from typing import Any

from sqlalchemy import Connection, and_, or_, select

from service.models import Import, Job
from service.people_import.keeping import import_row
from service.queries.paging import DEFAULT_LIMIT, Page, decode_place, encode
from service.views import when

_LISTED = (
    Import.id, Import.name, Import.kinds, Import.state, Import.sha256, Import.report, Import.job_id, Import.created_by,
    Import.created_at, Import.checked_at, Import.applied_by, Import.applied_at,
)


def import_page(connection: Connection, *, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Page:
    """Imports, newest first, with their counts."""
    query = select(*_LISTED).order_by(Import.created_at.desc(), Import.id.desc()).limit(limit + 1)
    if cursor:
        at, last = decode_place(cursor)
        query = query.where(or_(Import.created_at < at, and_(Import.created_at == at, Import.id < last)))
    rows = connection.execute(query).all()
    shown = rows[:limit]
    more = encode([when(shown[-1].created_at), shown[-1].id]) if len(rows) > limit else None
    return Page([_view(row) for row in shown], more)


def import_view(connection: Connection, import_id: str) -> dict[str, Any]:
    """One import with problems, changes and, while they are kept, old and new values. Raises NotFound."""
    row = import_row(connection, import_id)
    job = connection.execute(
        select(Job.state, Job.done, Job.total, Job.result).where(Job.id == row.job_id)
    ).one_or_none() if row.job_id else None
    return {
        **_view(row),
        "report": {name: value for name, value in row.report.items() if name != "effect_sha256"},
        "differences": row.difference,
        "is_kept": row.content is not None,
        "applied_before": applied_before(connection, row.sha256, but=row.id),
        "job": job and {"id": row.job_id, "state": job.state, "done": job.done, "total": job.total,
                        "result": job.result},
    }


def applied_before(connection: Connection, sha256: str, *, but: str | None = None) -> dict[str, Any] | None:
    """The last import by which the same files were applied; None when they never were."""
    query = (
        select(Import.id, Import.name, Import.applied_at)
        .where(Import.sha256 == sha256, Import.state == "APPLIED")
        .order_by(Import.applied_at.desc())
        .limit(1)
    )
    row = connection.execute(query if but is None else query.where(Import.id != but)).one_or_none()
    return row and {"id": row.id, "name": row.name, "applied_at": when(row.applied_at)}


def _view(row: Any) -> dict[str, Any]:
    sheets = row.report.get("sheets", [])
    return {
        "id": row.id, "name": row.name, "kinds": row.kinds, "state": row.state, "sha256": row.sha256,
        **{name: sum(sheet[name] for sheet in sheets) for name in ("rows", "new", "changed", "same", "leaving")},
        "problem_count": row.report.get("problem_count", 0), "job_id": row.job_id, "created_by": row.created_by,
        "created_at": when(row.created_at), "checked_at": when(row.checked_at), "applied_by": row.applied_by,
        "applied_at": when(row.applied_at),
    }

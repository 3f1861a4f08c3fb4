"""Jobs as their askers and HR see them."""

from typing import Any

from sqlalchemy import Connection, select

from service.commands.cycles.filling import KIND
from service.errors import NotFound
from service.ids import is_id
from service.jobs import NO_SUCH_JOB, job_view
from service.models import Case, Job, JobItem
from service.queries.paging import DEFAULT_LIMIT, Page, decode, encode
from service.runut import Present
from service.signin import roles_of

OPEN = ("WAITING", "RUNNING")


def visible_job(connection: Connection, present: Present, person_id: str, job_id: str) -> dict[str, Any]:
    """How far the job is, for whoever asked for it and for HR. Raises NotFound for everybody else."""
    if not is_id(job_id):
        raise NotFound(NO_SUCH_JOB)
    view = job_view(connection, job_id)
    if view["asked_by"] != person_id and "hr" not in roles_of(present, person_id):
        raise NotFound(NO_SUCH_JOB)
    return view


def items(
    connection: Connection, job_id: str, outcome: str | None = None, *, limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page:
    """A page of what came of each thing the job was asked for, in the order of their ids; of one outcome only."""
    query = (
        select(JobItem.item_id, JobItem.outcome, JobItem.case_id, Case.number)
        .outerjoin(Case, Case.id == JobItem.case_id)
        .where(JobItem.job_id == job_id)
        .order_by(JobItem.item_id)
    )
    if outcome:
        query = query.where(JobItem.outcome == outcome)
    if cursor:
        (last,) = decode(cursor, 1)
        query = query.where(JobItem.item_id > last)
    rows = list(connection.execute(query.limit(limit + 1)).mappings())
    return Page(rows[:limit], encode([rows[limit - 1]["item_id"]]) if len(rows) > limit else None)


def jobs_about(connection: Connection, cycle_id: str, most: int = 5) -> list[dict[str, Any]]:
    """The newest jobs that were asked for this cycle, the last one first."""
    newest = select(Job.id, Job.details).where(Job.kind == KIND).order_by(Job.created_at.desc(), Job.id.desc())
    ids = [row.id for row in connection.execute(newest) if row.details["cycle_id"] == cycle_id]
    return [job_view(connection, job_id) for job_id in ids[:most]]

"""Jobs as their askers and HR see them."""

from typing import Any

from sqlalchemy import Connection

from service.errors import NotFound
from service.ids import is_id
from service.jobs import NO_SUCH_JOB, job_view
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

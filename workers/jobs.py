"""Doing jobs: one worker task per job, whatever its kind, that survives the death of the worker."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from service import jobs, outbox
from service.commands.bulk import do_bulk
from service.commands.cycles import filling, recounting
from service.errors import ServiceError
from service.jobs import Interrupted, Lost, Run, Stopped
from service.outbox import Taken
from service.people_import import keeping
from service.people_import.work import run_import
from service.runut import Runut
from workflows.kit import Text

KINDS: Mapping[str, Run] = {
    "bulk": do_bulk, filling.KIND: filling.open_cases, keeping.KIND: run_import,
    recounting.KIND: recounting.recount_cases,
}

log = structlog.get_logger()


def do_jobs(
    runut: Runut, ids: Sequence[str], lease: datetime, must_stop: Callable[[], bool] = bool,
    kinds: Mapping[str, Run] = KINDS,
) -> None:
    """Does the job of the row that is still under `lease`; it is given back once `must_stop` answers True."""
    with runut.database.statement() as connection:
        taken = outbox.take(connection, runut.pulse(connection).now, ids, lease)
    for held in taken:
        _do(runut, held, must_stop, kinds)


def _do(runut: Runut, held: Taken, must_stop: Callable[[], bool], kinds: Mapping[str, Run]) -> None:
    work = jobs.begin(runut, held, must_stop)
    if work is None:
        with runut.database.write() as connection:
            outbox.cancel(connection, held, runut.pulse(connection).now, "stopped before it began")
        return
    try:
        result = kinds[work.row["kind"]](work)
    except Lost:
        log.warning("job.lost", job_id=work.row["id"], kind=work.row["kind"])
    except Interrupted:
        with runut.database.write() as connection:
            outbox.put_back(connection, [work.held])
        runut.wake()
    except Stopped:
        with runut.database.write() as connection:
            outbox.cancel(connection, work.held, runut.pulse(connection).now, "stopped")
    except DBAPIError:
        raise  # its lease runs out, and the next one goes on from the memo
    except ServiceError as refusal:
        _end(runut, work, "FAILED", {"problem": _both(refusal.detail), "reasons": [*map(_both, refusal.reasons)]})
    except Exception:
        log.exception("job.failed", job_id=work.row["id"], kind=work.row["kind"])
        _end(runut, work, "FAILED", {"problem": _both(jobs.FAILED), "reasons": []})
    else:
        _end(runut, work, "DONE", result)


def _end(runut: Runut, work: jobs.Work, state: str, result: Mapping[str, Any]) -> None:
    with runut.database.write() as connection:
        jobs.finish(connection, work, state, result)
        outbox.accepted(connection, work.held, runut.pulse(connection).now, state.lower())
    runut.wake()


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}

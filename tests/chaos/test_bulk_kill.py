"""A bulk action whose workers are killed in the middle: every case gets the command exactly once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.settings import from_environment
from service.commands.bulk import prepare, start
from service.commands.opening import open_case
from service.models import BulkItem, Event, Job
from service.runut import Runut
from tests.afterwards import check_log
from tests.chaos.test_worker_kill import LEASES_ARE_OVER
from tests.crowd import add_employees
from tests.factories import REASON, create_organisation
from tests.fleet import Fleet, Process, until
from tests.mailing import wait
from tests.smtp_sink import SmtpSink

CASES = 120


def count(runut: Runut, state: str) -> int:
    with runut.database.read() as connection:
        query = select(func.count()).select_from(BulkItem).where(BulkItem.state == state)
        return int(connection.scalar(query) or 0)


def kill_when(worker: Process, is_time: Callable[[], bool]) -> None:
    until(is_time, 40, worker.said)
    worker.kill()


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_workers_killed_in_the_middle_of_a_bulk_action_give_each_command_once(
    environ: dict[str, str], postgresql_database: str, rabbitmq_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    env = {
        **environ, "RUNUT_DATABASE_URL": postgresql_database, "RUNUT_BROKER_URL": rabbitmq_url,
        "RUNUT_SMTP_URL": smtp_sink.url,
    }
    runut = Runut.start(from_environment(env))
    org = create_organisation(runut)
    cases = [open_case(runut, org.actor(label), "work_plan")["case"]["id"] for label in add_employees(org, CASES)]
    bulk_id = prepare(runut, org.actor("hr"), "hold", cases, {"reason": REASON})
    with Fleet(tmp_path, env) as fleet:
        fleet.start("relay").ready()
        job_id = start(runut, org.actor("hr"), bulk_id)
        worker = fleet.start("worker", "--threads", "1")
        for done in (5, 60):
            kill_when(worker, lambda done=done: count(runut, "DONE") >= done)  # type: ignore[misc]
            assert 0 < count(runut, "READY") < CASES, "killed in the middle"
            wait(runut, LEASES_ARE_OVER)
            worker.start()
        until(lambda: count(runut, "READY") == 0, 40, worker.said)
        until(lambda: state_of(runut, job_id) == "DONE", 20, worker.said)
    with runut.database.read() as connection:
        held = connection.execute(
            select(Event.case_id, func.count()).where(Event.type == "case.hold").group_by(Event.case_id)
        ).all()
    assert {str(row[0]): row[1] for row in held} == dict.fromkeys(cases, 1)
    assert count(runut, "DONE") == CASES
    check_log(runut)
    runut.database.close()


def state_of(runut: Runut, job_id: str) -> str:
    with runut.database.read() as connection:
        return str(connection.scalar(select(Job.state).where(Job.id == job_id)))

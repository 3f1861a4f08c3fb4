"""The cases of a cycle for three hundred people, made by workers that are killed: each one case, none lost."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config.settings import from_environment
from service.commands.cycles import create_cases
from service.commands.opening import open_case
from service.jobs import job_view
from service.models import Case, Event, JobItem
from service.outbox import HELD_FOR
from service.runut import Runut
from tests.afterwards import check_log, check_mails, hurry
from tests.chaos.test_embedded import inbox
from tests.crowd import add_employees
from tests.databases import prepare_schema
from tests.factories import Org, create_organisation
from tests.fleet import Fleet, Process, until
from tests.mailing import wait
from tests.servers import free_ports
from tests.smtp_sink import SmtpSink

PEOPLE, KILLED_AT = 300, (40, 160)
EVERYBODY = PEOPLE + 13


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_a_worker_killed_twice_leaves_everybody_one_case(
    environ: dict[str, str], postgresql_database: str, rabbitmq_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    env = {**environ, "RUNUT_DATABASE_URL": postgresql_database, "RUNUT_BROKER_URL": rabbitmq_url,
           "RUNUT_SMTP_URL": smtp_sink.url}
    runut = Runut.start(from_environment(env))
    with Fleet(tmp_path, env) as fleet:
        org, job_id = asked(runut)
        fleet.start("relay").ready()
        killed_again_and_again(org, job_id, fleet.start("worker", "--threads", "2"))
        check_mails(runut, smtp_sink.mails)
    runut.database.close()


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_one_process_on_its_own_file_killed_twice_leaves_everybody_one_case(
    environ: dict[str, str], tmp_path: Path
) -> None:
    web, box = free_ports(2)
    env = {**environ, "RUNUT_PORT": str(web), "RUNUT_INBOX_PORT": str(box)}
    settings = from_environment(env)
    prepare_schema(settings.database_url)
    runut = Runut.start(settings)
    with Fleet(tmp_path, env) as fleet:
        org, job_id = asked(runut)
        killed_again_and_again(org, job_id, fleet.start("up"))
        check_mails(runut, inbox(settings))
    runut.database.close()


def asked(runut: Runut) -> tuple[Org, str]:
    """A regency with three hundred more people, and the job that HR asked for."""
    org = create_organisation(runut)
    add_employees(org, PEOPLE)
    return org, create_cases(runut, org.actor("hr"), org.cycle_id, {})


def killed_again_and_again(org: Org, job_id: str, worker: Process) -> None:
    """Kills whoever does the job in the middle, lets the next one go on, and looks at what came of everybody."""
    for done in KILLED_AT:
        until(lambda least=done: view(org, job_id)["done"] >= least, 40, lambda: (view(org, job_id), worker.said()))
        worker.kill()
        at_the_kill = view(org, job_id)
        assert at_the_kill["state"] == "RUNNING" and at_the_kill["done"] < EVERYBODY, at_the_kill
        if done == KILLED_AT[0]:
            open_case(org.runut, org.actor("plh"), "work_plan")  # Yusuf, by name the last of all
        wait(org.runut, 2 * HELD_FOR)
        worker.start()
    until(lambda: view(org, job_id)["state"] == "DONE", 60, lambda: (view(org, job_id), worker.said()))
    hurry(org.runut, 60)
    after = view(org, job_id)
    assert (after["done"], after["total"]) == (EVERYBODY, EVERYBODY)
    with org.runut.database.read() as connection:
        cases = Counter(connection.scalars(select(Case.subject_id)))
        items = connection.execute(select(JobItem.item_id, JobItem.outcome)).all()
        opened = list(connection.scalars(select(Event.id).where(Event.type == "work_plan.open")))
    assert set(cases.values()) == {1} and len(cases) == len(opened) == EVERYBODY
    assert len(items) == len({item.item_id for item in items}) == EVERYBODY
    assert dict(Counter(item.outcome for item in items)) == after["result"]["outcomes"]
    assert after["result"]["outcomes"] == {"DONE": EVERYBODY - 1, "EXISTS": 1}
    check_log(org.runut)


def view(org: Org, job_id: str) -> dict[str, Any]:
    with org.runut.database.read() as connection:
        return job_view(connection, job_id)

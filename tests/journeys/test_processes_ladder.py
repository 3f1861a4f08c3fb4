"""The ladder through two of every process: after ten days without clocks each rung is climbed once, in one summary."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import from_environment
from service.ladders import RUNGS
from service.models import Event, Timer
from service.runut import Runut
from tests.afterwards import check_log, check_mails, rows, settle
from tests.factories import create_organisation, create_plan, set_now
from tests.fleet import Fleet, until
from tests.post_office import address
from tests.smtp_sink import SmtpSink


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_two_beats_and_two_workers_climb_each_rung_once_after_an_outage(
    environ: dict[str, str], postgresql_database: str, rabbitmq_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    env = {
        **environ, "RUNUT_DATABASE_URL": postgresql_database, "RUNUT_BROKER_URL": rabbitmq_url,
        "RUNUT_SMTP_URL": smtp_sink.url,
    }
    runut = Runut.start(from_environment(env))
    org = create_organisation(runut)
    cases = [create_plan(org, "in_approval", label=label) for label in ("employee", "newcomer", "peer")]
    with Fleet(tmp_path, env) as fleet:
        started = [fleet.start(name) for name in ("worker", "relay") for _ in range(2)]
        for process in started:
            process.ready()
        until(lambda: len(smtp_sink.to(address(org, "rater"))) == 3, 20, lambda: smtp_sink.mails)
        settle(runut, 20)
        set_now(runut, "2026-01-30T09:00:00+07:00")
        for process in [fleet.start("beat") for _ in range(2)]:
            process.ready()
        until(lambda: late(runut) == Counter(remind_early=len(cases)), 30, lambda: late(runut))
        set_now(runut, "2026-01-30T09:11:00+07:00")
        until(lambda: smtp_sink.to(address(org, "rater_superior")), 20, lambda: rows(runut))
        settle(runut, 20)
    with runut.database.read() as connection:
        escalated = Counter(connection.scalars(select(Event.case_id).where(Event.type == "case.escalate")))
    assert escalated == {case["id"]: 1 for case in cases}
    assert late(runut) == Counter(remind_early=len(cases))
    (told,) = smtp_sink.to(address(org, "rater_superior"))
    assert told.text.count("Anda diberi tahu sebagai atasan") == len(cases)
    assert len(smtp_sink.to(address(org, "rater"))) == len(cases) + 1
    assert check_mails(runut, smtp_sink.mails) == 0
    check_log(runut)
    runut.database.close()


def late(runut: Runut) -> Counter[str]:
    """The rungs that were climbed, all of them late."""
    with runut.database.read() as connection:
        query = select(Timer.kind, Timer.outcome).where(
            Timer.kind.in_(RUNGS), Timer.outcome.in_(("fired", "late"))
        )
        found = connection.execute(query).all()
    assert {row.outcome for row in found} <= {"late"}
    return Counter(row.kind for row in found)

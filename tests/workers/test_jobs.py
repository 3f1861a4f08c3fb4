import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service import jobs, outbox
from service.errors import Conflict
from service.jobs import Work, ask, job_view, stop
from service.models import Delivery
from service.runut import Runut
from tests.factories import Org, create_organisation
from tests.mailing import wait
from workers.clock import tick
from workers.jobs import do_jobs
from workflows.kit import Text


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def asked(org: Org, kind: str = "count", **details: Any) -> str:
    with org.runut.database.write() as connection:
        return ask(connection, org.runut.pulse(connection), kind, org.people["hr"], details)


def rung(org: Org) -> tuple[Any, list[str]]:
    with org.runut.database.write() as connection:
        lease, rows = outbox.lease(connection, org.runut.pulse(connection).now, limit=10)
    return lease, [row.id for row in rows if row.channel == "job"]


def done(org: Org, run: Any, **more: Any) -> None:
    lease, ids = rung(org)
    do_jobs(org.runut, ids, lease, kinds={"count": run}, **more)


def view(org: Org, job_id: str) -> dict[str, Any]:
    with org.runut.database.read() as connection:
        return job_view(connection, job_id)


def row_of(org: Org) -> Any:
    with org.runut.database.read() as connection:
        return connection.execute(select(Delivery.state, Delivery.answer, Delivery.attempts)).one()


def counting(work: Work) -> Mapping[str, Any]:
    for number in range(work.memo.get("next", 0), work.details["up_to"]):
        work.report(number + 1, work.details["up_to"], {"next": number + 1})
    return {"counted": work.details["up_to"]}


def test_a_job_is_done_once_with_its_progress_and_result(org: Org) -> None:
    job_id = asked(org, up_to=3)
    assert view(org, job_id)["state"] == "WAITING"
    lease, ids = rung(org)

    for _ in range(2):
        do_jobs(org.runut, ids, lease, kinds={"count": counting})

    after = view(org, job_id)
    assert (after["state"], after["done"], after["total"], after["result"]) == ("DONE", 3, 3, {"counted": 3})
    assert row_of(org).state == "ACCEPTED" and row_of(org).attempts == 1


def test_a_job_whose_worker_died_goes_on_from_its_memo(org: Org) -> None:
    job_id, seen = asked(org, up_to=4), []

    def dying(work: Work) -> Mapping[str, Any]:
        work.report(2, 4, {"next": 2})
        raise SystemExit

    with pytest.raises(SystemExit):
        done(org, dying)
    wait(org.runut, timedelta(seconds=61))
    done(org, lambda work: seen.append(work.memo["next"]) or counting(work))

    assert seen == [2] and view(org, job_id)["state"] == "DONE"


def test_a_report_keeps_the_job_in_the_same_hands(org: Org) -> None:
    asked(org, up_to=3)

    def slow(work: Work) -> Mapping[str, Any]:
        for number in range(3):
            wait(org.runut, timedelta(seconds=50))
            work.report(number, 3)
            assert rung(org)[1] == []
        return {}

    done(org, slow)
    assert row_of(org).state == "ACCEPTED"


def test_whoever_lost_the_lease_writes_nothing_more(org: Org) -> None:
    job_id = asked(org, up_to=3)

    def slow(work: Work) -> Mapping[str, Any]:
        wait(org.runut, timedelta(seconds=61))
        done(org, counting)
        work.report(1, 3)
        raise AssertionError("the lease was somebody else's")

    done(org, slow)
    assert view(org, job_id)["result"] == {"counted": 3}


def test_a_refusal_is_the_jobs_result_and_it_is_not_tried_again(org: Org) -> None:
    job_id = asked(org)

    def refuse(_work: Work) -> Mapping[str, Any]:
        raise Conflict(Text("Berkas ini sudah diimpor.", "This file was imported before."))

    done(org, refuse)
    after = view(org, job_id)
    assert after["state"] == "FAILED" and after["result"]["problem"]["en"] == "This file was imported before."
    assert rung(org)[1] == []


def test_a_fault_of_ours_says_so_and_names_nothing(org: Org) -> None:
    job_id = asked(org)

    def fail(_work: Work) -> Mapping[str, Any]:
        raise ValueError("NIP 190003032000012003")

    done(org, fail)
    assert view(org, job_id)["result"]["problem"] == {"id": jobs.FAILED.id, "en": jobs.FAILED.en}


def test_a_stopped_job_ends_at_its_next_report_or_never_begins(org: Org) -> None:
    for begun in (True, False):
        job_id = asked(org, up_to=3)

        def stopped(work: Work) -> Mapping[str, Any]:
            _stop(org, work.row["id"])
            return counting(work)

        if not begun:
            _stop(org, job_id)
        done(org, stopped)
        after = view(org, job_id)
        assert (after["state"], after["done"]) == ("STOPPED", 0)
    with org.runut.database.read() as connection:
        assert set(connection.scalars(select(Delivery.state))) == {"CANCELLED"}


def test_a_worker_that_is_being_stopped_gives_the_job_back(org: Org) -> None:
    job_id = asked(org, up_to=3)

    done(org, counting, must_stop=lambda: True)
    assert view(org, job_id)["state"] == "RUNNING" and row_of(org).state == "PENDING"
    done(org, counting)
    assert view(org, job_id)["result"] == {"counted": 3}


def test_a_job_that_kills_every_worker_ends_as_failed_and_can_be_seen(org: Org) -> None:
    job_id, other = asked(org), asked(org, up_to=1)

    def dying(work: Work) -> Mapping[str, Any]:
        if work.row["id"] == job_id:
            raise SystemExit
        return counting(work)

    for _ in range(outbox.MOST_SILENT_ATTEMPTS):
        lease, ids = rung(org)
        for delivery_id in ids:
            with contextlib.suppress(SystemExit):
                do_jobs(org.runut, [delivery_id], lease, kinds={"count": dying})
        wait(org.runut, timedelta(seconds=61))
    tick(org.runut)

    after = view(org, job_id)
    assert after["state"] == "FAILED" and after["result"]["problem"]["en"] == jobs.FAILED.en
    assert view(org, other)["state"] == "DONE"


def _stop(org: Org, job_id: str) -> None:
    with org.runut.database.write() as connection:
        assert stop(connection, org.runut.pulse(connection), job_id)

"""Bulk actions: checked without doing anything, then done case by case, whatever happens to the worker."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from service import outbox
from service.commands.bulk import again, forget, prepare, start
from service.commands.commanding import command
from service.commands.opening import open_case
from service.commands.people import changing, revoke_grant
from service.models import BulkAction, BulkItem, Event, RoleGrant
from service.outbox import HELD_FOR
from service.runut import Runut
from tests.afterwards import check_log
from tests.crowd import add_employees
from tests.factories import REASON, Org, api, create_organisation, create_plan
from tests.mailing import connect, wait
from tests.post_office import carry
from tests.smtp_sink import SmtpSink
from workers.jobs import do_jobs

EXTEND = {"reason": REASON, "letter_number": "800/3/2026", "due_on": "2026-03-31"}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def drafts(org: Org, count: int) -> list[dict[str, Any]]:
    """So many plans that wait for their employees."""
    labels = add_employees(org, count)
    return [open_case(org.runut, org.actor(label), "work_plan")["case"] for label in labels]


def ids(cases: list[dict[str, Any]]) -> list[str]:
    return [case["id"] for case in cases]


def hold(org: Org, case: dict[str, Any]) -> None:
    command(org.runut, org.actor("hr"), case["id"], "hold", {"reason": REASON}, if_match="any")


def events(org: Org, type_: str) -> dict[str, int]:
    """How many events of that type each case has."""
    with org.runut.database.read() as connection:
        rows = connection.execute(
            select(Event.case_id, func.count()).where(Event.type == type_).group_by(Event.case_id)
        )
        return {str(row[0]): row[1] for row in rows}


def states(org: Org, bulk_id: str) -> dict[str, list[str]]:
    """The cases of a bulk action by what became of them."""
    found: dict[str, list[str]] = {}
    with org.runut.database.read() as connection:
        for row in connection.execute(select(BulkItem).where(BulkItem.bulk_id == bulk_id).order_by(BulkItem.place)):
            found.setdefault(row.state, []).append(row.case_id)
    return found


def work(org: Org, **more: Any) -> None:
    """Does the jobs that are due, as a worker would."""
    with org.runut.database.write() as connection:
        lease, rows = outbox.lease(connection, org.runut.pulse(connection).now, limit=500)
    do_jobs(org.runut, [row.id for row in rows if row.channel == "job"], lease, **more)
    with org.runut.database.write() as connection:
        outbox.unlease(connection, [row.id for row in rows if row.channel != "job"], lease)


def result(org: Org, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = api(org, "hr").get(f"/jobs/{job_id}").get_json()
    return found


def test_two_hundred_cases_with_planted_failures_each_say_what_became_of_them(org: Org, smtp_sink: SmtpSink) -> None:
    connect(org.runut, smtp_sink)
    cases = drafts(org, 200)
    for case in cases[:5]:
        hold(org, case)
    bulk_id = prepare(org.runut, org.actor("hr"), "remind", ids(cases), {})
    assert events(org, "case.remind") == {}
    assert len(states(org, bulk_id)["SKIPPED"]) == 5
    with org.runut.database.read() as connection:
        promised = connection.scalar(select(BulkAction.mails).where(BulkAction.id == bulk_id))
    assert promised == 195
    for number, case in enumerate(cases[5:12]):
        org.act(f"e{number + 6}", case, "cancel", reason=REASON)
    carry(org.runut)
    before = len(smtp_sink.mails)

    job_id = start(org.runut, org.actor("hr"), bulk_id)
    work(org)

    found = states(org, bulk_id)
    assert found["FAILED"] == ids(cases[5:12]) and len(found["DONE"]) == 188
    assert events(org, "case.remind") == dict.fromkeys(ids(cases[12:]), 1)
    assert {name: result(org, job_id)["result"][name] for name in ("done", "failed", "skipped")} == {
        "done": 188, "failed": 7, "skipped": 5
    }
    carry(org.runut)
    assert len(smtp_sink.mails) - before == promised - 7
    check_log(org.runut)


def test_the_failed_ones_are_tried_again_and_only_they(org: Org) -> None:
    cases = drafts(org, 4)
    hr = api(org, "hr")
    bulk_id = prepare(org.runut, org.actor("hr"), "extend", ids(cases), EXTEND)
    hold(org, cases[0])  # moves the version that was checked
    start(org.runut, org.actor("hr"), bulk_id)
    work(org)
    assert states(org, bulk_id)["FAILED"] == [cases[0]["id"]]
    view = hr.get(f"/bulk-actions/{bulk_id}").get_json()
    assert "Kasus ini sudah berubah" in next(i["reason"] for i in view["items"] if i["state"] == "FAILED")

    second = again(org.runut, org.actor("hr"), bulk_id)
    start(org.runut, org.actor("hr"), second)
    work(org)

    assert states(org, second) == {"DONE": [cases[0]["id"]]}
    assert events(org, "case.extend") == dict.fromkeys(ids(cases), 1)


def test_a_worker_that_dies_between_a_case_and_its_mark_gives_the_command_once(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = drafts(org, 6)
    bulk_id = prepare(org.runut, org.actor("hr"), "hold", ids(cases), {"reason": REASON})
    start(org.runut, org.actor("hr"), bulk_id)

    def dying(runut: Runut, *args: Any, **kwargs: Any) -> Any:
        answer = command(runut, *args, **kwargs)
        if len(events(org, "case.hold")) == 3:
            raise SystemExit
        return answer

    with monkeypatch.context() as patched:
        patched.setattr("service.commands.bulk.doing.command", dying)
        with pytest.raises(SystemExit):
            work(org)
    assert len(states(org, bulk_id)["READY"]) == 4
    wait(org.runut, HELD_FOR + timedelta(seconds=1))
    work(org)

    assert states(org, bulk_id) == {"DONE": ids(cases)}
    assert events(org, "case.hold") == dict.fromkeys(ids(cases), 1)


def test_authority_is_checked_at_the_instant_of_each_case(org: Org) -> None:
    cases = drafts(org, 2)
    bulk_id = prepare(org.runut, org.actor("hr"), "hold", ids(cases), {"reason": REASON})
    start(org.runut, org.actor("hr"), bulk_id)
    with org.runut.database.read() as connection:
        grant_id = connection.scalar(select(RoleGrant.id).where(RoleGrant.person_id == org.people["hr"]))
    with changing(org.runut, org.actor("hr2"), REASON) as change:
        revoke_grant(change, {"id": grant_id})

    work(org)

    assert states(org, bulk_id) == {"FAILED": ids(cases)} and events(org, "case.hold") == {}


def test_a_case_that_breaks_the_code_does_not_stop_the_others(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = drafts(org, 3)
    bulk_id = prepare(org.runut, org.actor("hr"), "remind", ids(cases), {})
    start(org.runut, org.actor("hr"), bulk_id)

    def breaking(runut: Runut, actor: Any, case_id: str, *args: Any, **kwargs: Any) -> Any:
        if case_id == cases[1]["id"]:
            raise ZeroDivisionError
        return command(runut, actor, case_id, *args, **kwargs)

    monkeypatch.setattr("service.commands.bulk.doing.command", breaking)
    work(org)

    assert states(org, bulk_id) == {"DONE": [cases[0]["id"], cases[2]["id"]], "FAILED": [cases[1]["id"]]}


def test_confirming_twice_starts_one_job(org: Org) -> None:
    bulk_id = prepare(org.runut, org.actor("hr"), "remind", ids(drafts(org, 1)), {})
    assert start(org.runut, org.actor("hr"), bulk_id) == start(org.runut, org.actor("hr"), bulk_id)


def test_reminding_an_office_reminds_all_its_waiting_cases_and_no_others(org: Org) -> None:
    here, elsewhere = create_plan(org, "draft"), create_plan(org, "draft", label="outsider")
    also_here = create_plan(org, "draft", label="newcomer")

    bulk_id = prepare(org.runut, org.actor("hr"), "remind_office", [here["number"]], {})

    assert sorted(states(org, bulk_id)["READY"]) == sorted(ids([here, also_here]))
    assert elsewhere["id"] not in states(org, bulk_id)["READY"]


def test_a_dry_run_over_the_api_tells_and_does_nothing(org: Org) -> None:
    plan, held = create_plan(org, "in_approval"), create_plan(org, "draft", label="newcomer")
    hold(org, held)
    order = {"action": "remind", "case_ids": [plan["id"], held["number"]], "dry_run": True}

    answer = api(org, "hr").post("/bulk-actions", order)

    body = answer.get_json()
    assert answer.status_code == 200 and (body["count"], body["ready"], body["mails"]["now"]) == (2, 1, 1)
    assert [skipped["number"] for skipped in body["skipped"]] == [held["number"]]
    assert "tidak menunggu siapa pun" in body["skipped"][0]["reason"]
    assert events(org, "case.remind") == {}


def test_the_api_takes_a_filter_and_answers_the_job(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    create_plan(org, "draft", label="newcomer")
    order = {"action": "hold", "filter": {"state": "in_approval"}, "input": {"reason": REASON}}

    answer = api(org, "hr").post("/bulk-actions", order)
    work(org)

    assert answer.status_code == 202 and result(org, answer.get_json()["job"])["state"] == "DONE"
    assert events(org, "case.hold") == {plan["id"]: 1}
    items = api(org, "hr").get(answer.headers["Location"].removeprefix("/api/v1")).get_json()["items"]
    assert [(item["number"], item["state"]) for item in items] == [(plan["number"], "DONE")]


@pytest.mark.parametrize(
    ("label", "order", "status"),
    [
        ("rater", {"action": "remind", "case_ids": ["x"]}, 403),
        ("hr", {"action": "approve", "case_ids": ["x"]}, 422),
        ("hr", {"action": "remind", "case_ids": []}, 422),
        ("hr", {"action": "remind", "case_ids": ["SKP-2026-999999"]}, 422),
        ("hr", {"action": "hold", "case_ids": ["x"], "input": {"reason": "pendek"}}, 422),
        ("hr", {"action": "remind", "case_ids": ["x"], "dry": True}, 422),
    ],
)
def test_what_cannot_be_done_in_bulk_is_refused_at_once(
    org: Org, label: str, order: dict[str, Any], status: int
) -> None:
    answer = api(org, label).post("/bulk-actions", order)
    assert answer.status_code == status, answer.get_json()


def test_old_bulk_actions_are_forgotten_and_their_events_stay(org: Org) -> None:
    bulk_id = prepare(org.runut, org.actor("hr"), "hold", ids(drafts(org, 1)), {"reason": REASON})
    start(org.runut, org.actor("hr"), bulk_id)
    work(org)

    with org.runut.database.write() as connection:
        forget(connection, org.runut.pulse(connection).now + timedelta(seconds=1))

    with org.runut.database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM bulk_items")) == 0
    assert len(events(org, "case.hold")) == 1


def test_what_was_typed_is_kept_sealed(org: Org) -> None:
    bulk_id = prepare(org.runut, org.actor("hr"), "hold", ids(drafts(org, 1)), {"reason": REASON})

    with org.runut.database.read() as connection:
        kept = connection.scalar(select(BulkAction.input_sealed).where(BulkAction.id == bulk_id))
    assert REASON not in kept

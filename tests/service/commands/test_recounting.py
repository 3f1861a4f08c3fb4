"""After the calendar changed, HR has open deadlines counted again: later by itself, earlier only by its word."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from service import outbox
from service.commands.commanding import command
from service.commands.cycles import recounting, set_calendar_days
from service.commands.cycles.recounting import recount
from service.errors import Conflict, InvalidInput, NotYours, Refused
from service.jobs import Work, job_view
from service.models import Case, Delivery, WorkItem
from service.queries.events import event_page, register_facts
from service.queries.recounts import Verdict, shifts
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import REASON, Org, api, create_organisation, create_plan, set_now
from workers.jobs import do_jobs

WHY = {"reason": "Bupati meliburkan kantor karena banjir, Perbup 3/2026."}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def close(org: Org, *days: str) -> None:
    closed = [{"date": day, "kind": "LOCAL", "name": "Banjir"} for day in days]
    set_calendar_days(org.runut, org.actor("hr"), {"year": int(days[0][:4]), "days": closed, "basis": "Perbup 3/2026"})


def reopen(org: Org, *days: str) -> None:
    set_calendar_days(org.runut, org.actor("hr"), {"year": 2026, "remove": list(days), "basis": "Perbup 4/2026"})


def counted_again(org: Org, **given: Any) -> dict[str, Any]:
    """The job after a worker did it."""
    job_id = recount(org.runut, org.actor("hr"), {**WHY, **given})
    work(org)
    with org.runut.database.read() as connection:
        return job_view(connection, job_id)


def work(org: Org) -> None:
    with org.runut.database.write() as connection:
        lease, rows = outbox.lease(connection, org.runut.pulse(connection).now, limit=50)
    do_jobs(org.runut, [row.id for row in rows if row.channel == "job"], lease)


def due(org: Org, case: Mapping[str, Any]) -> str:
    """The day on which the case is due; its work items say the same."""
    with org.runut.database.read() as connection:
        at = connection.scalar(select(Case.due_at).where(Case.id == case["id"]))
        items = set(connection.scalars(
            select(WorkItem.due_at).where(WorkItem.case_id == case["id"], WorkItem.done_at.is_(None))
        ))
    assert at is not None and items <= {at}
    return at.astimezone(org.runut.settings.timezone).date().isoformat()


def timeline(org: Org, case: Mapping[str, Any]) -> list[dict[str, Any]]:
    with org.runut.database.read() as connection:
        return list(event_page(connection, org.runut.present(connection), case=case["number"]).items)


def verdicts(org: Org) -> dict[str, Verdict]:
    with org.runut.database.read() as connection:
        return {shift.number: shift.verdict for shift in shifts(connection, org.runut.present(connection))}


def test_a_closed_day_moves_the_deadlines_over_it_and_no_others(org: Org) -> None:
    inside, elsewhere = create_plan(org, "in_approval"), create_plan(org, "draft", label="peer")
    before = due(org, inside), due(org, elsewhere)
    close(org, "2026-01-21")
    assert (due(org, inside), due(org, elsewhere)) == before  # nothing moves by itself

    job = counted_again(org)

    assert job["state"] == "DONE" and job["done"] == job["total"] == 1
    assert before[0] == "2026-01-26" and due(org, inside) == "2026-01-27"
    assert due(org, elsewhere) == before[1]
    check_log(org.runut)


def test_each_moved_case_has_an_event_with_the_reason_and_its_version_stays(org: Org) -> None:
    case = create_plan(org, "in_approval")
    close(org, "2026-01-21")
    counted_again(org)

    last = timeline(org, case)[-1]
    assert (last["type"], last["capacity"], last["reason"]) == ("case.recompute", "HR", WHY["reason"])
    assert last["actor"]["id"] == org.people["hr"] and last["case_version"] == case["version"]
    assert org.act("rater", case, "approve")["case"]["state"] == "in_force"


def test_whoever_is_awaited_is_told_and_nobody_else(org: Org) -> None:
    case = create_plan(org, "in_approval")
    close(org, "2026-01-21")
    counted_again(org)

    event_id = timeline(org, case)[-1]["id"]
    with org.runut.database.read() as connection:
        told = connection.execute(
            select(Delivery.person_id, Delivery.rule).where(Delivery.event_id == event_id, Delivery.channel == "mail")
        ).all()
    assert [tuple(row) for row in told] == [(org.people["rater"], "told")]


def test_the_register_keeps_why_and_how_many(org: Org) -> None:
    create_plan(org, "in_approval")
    close(org, "2026-01-21")
    counted_again(org)

    with org.runut.database.read() as connection:
        last = event_page(connection, org.runut.present(connection), case="KALENDER-2026").items[-1]
        facts = register_facts(connection, last["id"])
    assert (last["type"], last["reason"]) == ("calendar.recount", WHY["reason"])
    assert facts == {"with_earlier": False, "later": 1, "earlier": 0, "kept_for_employee": 0, "kept_too_soon": 0}


def test_a_day_that_opens_again_brings_no_deadline_forward_by_itself(org: Org) -> None:
    close(org, "2026-01-21")
    case = create_plan(org, "in_approval")
    reopen(org, "2026-01-21")

    assert verdicts(org) == {case["number"]: Verdict.EARLIER}
    with pytest.raises(Conflict):
        recount(org.runut, org.actor("hr"), WHY)
    assert due(org, case) == "2026-01-27"

    counted_again(org, earlier=True)
    assert due(org, case) == "2026-01-26"


def test_the_employee_never_loses_a_day_that_was_announced(org: Org) -> None:
    close(org, "2026-01-21")
    case = create_plan(org, "returned")
    announced = due(org, case)
    reopen(org, "2026-01-21")

    assert verdicts(org) == {case["number"]: Verdict.KEPT_FOR_EMPLOYEE}
    with pytest.raises(Conflict):
        recount(org.runut, org.actor("hr"), {**WHY, "earlier": True})
    assert due(org, case) == announced


def test_no_deadline_comes_so_early_that_nobody_could_keep_it(org: Org) -> None:
    close(org, "2026-01-21", "2026-01-22", "2026-01-23")
    case = create_plan(org, "in_approval")
    set_now(org.runut, "2026-01-26T09:00:00+07:00")
    reopen(org, "2026-01-21", "2026-01-22", "2026-01-23")

    assert verdicts(org) == {case["number"]: Verdict.KEPT_TOO_SOON}


def test_a_date_by_letter_stands_and_still_moves_when_the_days_run_past_it(org: Org) -> None:
    case = create_plan(org, "in_approval")
    letter = {"reason": REASON, "letter_number": "800/3", "due_on": "2026-01-28"}
    command(org.runut, org.actor("hr"), case["id"], "extend", letter, if_match=case["version"])
    assert verdicts(org) == {}

    close(org, "2026-01-21")
    assert verdicts(org) == {}
    close(org, "2026-01-22", "2026-01-23", "2026-01-26")
    assert verdicts(org) == {case["number"]: Verdict.LATER}


def test_days_on_hold_do_not_run_whatever_the_calendar_says_later(org: Org) -> None:
    case, hr = create_plan(org, "in_approval"), org.actor("hr")
    held = command(org.runut, hr, case["id"], "hold", {"reason": REASON}, if_match=case["version"])["case"]
    set_now(org.runut, "2026-01-22T09:00:00+07:00")
    command(org.runut, hr, case["id"], "resume_case", {"reason": REASON}, if_match=held["version"])
    assert due(org, case) == "2026-01-29" and verdicts(org) == {}

    close(org, "2026-01-21")  # one of the days on hold: a hold of two working days, and five after it
    assert verdicts(org) == {}
    close(org, "2026-01-28")
    counted_again(org)
    assert due(org, case) == "2026-01-30"


def test_a_case_on_hold_is_counted_again_and_nobody_is_told_before_it_goes_on(org: Org) -> None:
    case, hr = create_plan(org, "in_approval"), org.actor("hr")
    held = command(org.runut, hr, case["id"], "hold", {"reason": REASON}, if_match=case["version"])["case"]
    close(org, "2026-01-21")
    counted_again(org)

    assert due(org, case) == "2026-01-27"
    with org.runut.database.read() as connection:
        event_id = timeline(org, case)[-1]["id"]
        assert connection.scalars(
            select(Delivery.id).where(Delivery.event_id == event_id, Delivery.channel == "mail")
        ).all() == []
    set_now(org.runut, "2026-01-20T09:00:00+07:00")
    command(org.runut, hr, case["id"], "resume_case", {"reason": REASON}, if_match=held["version"])
    assert due(org, case) == "2026-01-28"
    check_log(org.runut)


def test_confirm_change_and_count_there_and_back_ends_where_it_began(org: Org) -> None:
    case = create_plan(org, "in_approval")
    began = due(org, case)
    close(org, "2026-01-21")
    counted_again(org)
    reopen(org, "2026-01-21")
    counted_again(org, earlier=True)

    assert due(org, case) == began and verdicts(org) == {}
    assert [view["type"] for view in timeline(org, case)][-2:] == ["case.recompute"] * 2
    check_log(org.runut)


def test_a_worker_that_dies_leaves_the_rest_to_the_next_and_nothing_is_done_twice(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [create_plan(org, "in_review", label=label) for label in ("employee", "peer", "newcomer")]
    close(org, "2026-01-20")
    job_id = recount(org.runut, org.actor("hr"), WHY)

    report = Work.report

    def dying(self: Work, done: int, total: int, memo: Any = None) -> None:
        if done == 1:
            raise SystemExit
        report(self, done, total, memo)

    monkeypatch.setattr(recounting, "_BATCH", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Work, "report", dying)
        with pytest.raises(SystemExit):
            work(org)
    assert sum(timeline(org, case)[-1]["type"] == "case.recompute" for case in cases) == 1
    set_now(org.runut, "2026-01-19T09:05:00+07:00")
    with org.runut.database.write() as connection:
        outbox.sweep(connection, org.runut.pulse(connection).now)
    work(org)

    with org.runut.database.read() as connection:
        view = job_view(connection, job_id)
    assert view["state"] == "DONE" and view["done"] == 3
    for case in cases:
        assert [v["type"] for v in timeline(org, case)].count("case.recompute") == 1


def test_a_case_that_another_worker_of_the_job_counted_is_left_to_the_next_recount(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = create_plan(org, "in_approval")
    close(org, "2026-01-20")
    recount(org.runut, org.actor("hr"), WHY)
    count_again = recounting._count_again

    def overtaken(work: Work, ids: list[str]) -> None:
        count_again(work, ids)  # the other one, which is a moment faster
        close(org, "2026-01-21")
        count_again(work, ids)

    monkeypatch.setattr(recounting, "_count_again", overtaken)
    work(org)

    assert [view["type"] for view in timeline(org, case)].count("case.recompute") == 1
    assert due(org, case) == "2026-01-27" and verdicts(org) == {case["number"]: Verdict.LATER}


def test_a_case_that_moved_on_meanwhile_is_left_alone(org: Org) -> None:
    case = create_plan(org, "in_approval")
    close(org, "2026-01-21")
    recount(org.runut, org.actor("hr"), WHY)
    org.act("rater", case, "approve")
    work(org)

    assert timeline(org, case)[-1]["type"] == "work_plan.approve"


def test_past_the_last_loaded_year_nothing_is_counted_and_hr_reads_why(org: Org) -> None:
    set_now(org.runut, "2027-12-24T09:00:00+07:00")
    case = create_plan(org, "in_approval")
    close(org, "2027-12-29", "2027-12-30", "2027-12-31")

    with pytest.raises(Refused) as refusal:
        recount(org.runut, org.actor("hr"), WHY)
    assert "2028" in refusal.value.reasons[0].en and timeline(org, case)[-1]["type"] == "work_plan.endorse"


@pytest.mark.parametrize("label", ["employee", "rater", "auditor"])
def test_only_hr_has_deadlines_counted_again_and_says_why(org: Org, label: str) -> None:
    create_plan(org, "in_approval")
    close(org, "2026-01-21")
    with pytest.raises(NotYours):
        recount(org.runut, org.actor(label), WHY)
    with pytest.raises(InvalidInput):
        recount(org.runut, org.actor("hr"), {"reason": "banjir"})


def test_the_api_shows_first_what_would_move_and_then_starts_the_job(org: Org) -> None:
    case = create_plan(org, "in_approval")
    close(org, "2026-01-21")
    hr = api(org, "hr")

    found = hr.get("/calendar-days/recount").json
    assert found["items"] == [{
        "case_id": case["id"], "number": case["number"], "state": "in_approval", "was": case["due_at"],
        "becomes": "2026-01-27T16:59:59.999999Z", "verdict": "LATER",
    }]
    started = hr.post("/calendar-days/recount", WHY)
    assert started.status_code == 202 and started.headers["Location"] == f"/api/v1/jobs/{started.json['job_id']}"
    assert hr.post("/calendar-days/recount", WHY).status_code == 409
    assert api(org, "employee").get("/calendar-days/recount").status_code == 403

"""The cases of a cycle made by a job: each person once, whoever dies on the way, told in his office's wave."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from service import counters, outbox
from service.commands.cycles import close_cycle, create_cases, create_cycle, filling, open_cycle
from service.errors import Conflict, InvalidInput, NotYours
from service.jobs import Work
from service.models import Case, Cycle, Delivery, Event, JobItem
from service.models.authority import Appointment
from service.queries.jobs import visible_job
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import Org, api, create_organisation, create_plan, set_now
from tests.mailing import wait
from workers.jobs import KINDS, do_jobs

NEXT_YEAR = {
    "plan_submit": "2027-01-29", "plan_default": "2027-02-05", "report": "2027-12-30", "rate": "2027-12-31",
    "end": "2027-12-31",
}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def filled(org: Org, kinds: Mapping[str, Any] = KINDS, **given: Any) -> dict[str, Any]:
    """The job that made the cases of the regency's cycle, when it has ended."""
    job_id = create_cases(org.runut, org.actor("hr"), given.pop("cycle_id", org.cycle_id), given)
    work_on_jobs(org, kinds)
    return job(org, job_id)


def work_on_jobs(org: Org, kinds: Mapping[str, Any] = KINDS, **more: Any) -> None:
    with org.runut.database.write() as connection:
        lease, rows = outbox.lease(connection, org.runut.pulse(connection).now, limit=1000, channels=["job"])
    do_jobs(org.runut, [row.id for row in rows], lease, kinds=kinds, **more)


def job(org: Org, job_id: str) -> dict[str, Any]:
    with org.runut.database.read() as connection:
        return visible_job(connection, org.runut.present(connection), org.people["hr"], job_id)


def items(org: Org) -> dict[str, tuple[str, str | None]]:
    labels = {person_id: label for label, person_id in org.people.items()}
    with org.runut.database.read() as connection:
        rows = connection.execute(select(JobItem.item_id, JobItem.outcome, JobItem.case_id)).all()
    return {labels[row.item_id]: (row.outcome, row.case_id) for row in rows}


def cases_of(org: Org, label: str) -> list[Any]:
    with org.runut.database.read() as connection:
        return list(connection.execute(select(Case.id, Case.number).where(Case.subject_id == org.people[label])))


def test_everybody_in_a_post_gets_one_case_and_who_has_one_keeps_it(org: Org) -> None:
    own = create_plan(org)
    done = filled(org)

    assert (done["state"], done["done"], done["total"]) == ("DONE", 13, 13)
    assert done["result"]["outcomes"] == {"DONE": 12, "EXISTS": 1}
    assert items(org)["employee"] == ("EXISTS", own["id"])
    assert "ppk" not in items(org), "the Bupati plans for nobody"
    assert all(len(cases_of(org, label)) == 1 for label in items(org))
    check_log(org.runut)


def test_the_clock_opens_them_and_the_register_tells_who_asked(org: Org) -> None:
    filled(org)

    with org.runut.database.read() as connection:
        opened = select(Event.canonical).where(Event.type == "work_plan.open")
        says = [row.canonical for row in connection.execute(opened)]
        asked = connection.execute(select(Event.actor_id).where(Event.type == "cycle.cases")).one()
    assert len(says) == 13 and all('"capacity":"CLOCK"' in text for text in says)
    assert asked.actor_id == org.people["hr"]


def test_a_second_job_finds_nothing_left_to_make(org: Org) -> None:
    filled(org)
    again = filled(org)

    assert again["result"]["outcomes"] == {"EXISTS": 13}
    assert len(cases_of(org, "employee")) == 1


def test_only_the_offices_named_get_cases(org: Org) -> None:
    filled(org, unit_ids=[org.units["dinkes"]])

    assert set(items(org)) == {
        "rater_superior", "rater", "employee", "newcomer", "peer", "perf_team", "perf_team2", "plh"
    }


def test_who_lost_his_post_or_has_a_case_in_another_cycle_of_the_year_is_skipped_and_why(org: Org) -> None:
    case = create_plan(org, label="newcomer")
    hr = org.actor("hr")
    own = create_cycle(org.runut, hr, {"kind": "ANNUAL", "year": 2026, "unit_id": org.units["kesmas"],
                                       "dates": {**_dates(org)}})
    open_cycle(org.runut, hr, own)
    done = filled(org, cycle_id=own)

    assert done["result"]["outcomes"] == {"DONE": 3, "ELSEWHERE": 1}
    assert items(org)["newcomer"] == ("ELSEWHERE", case["id"])
    assert set(items(org)) == {"rater", "employee", "newcomer", "peer"}
    everybody = create_cases(org.runut, hr, org.cycle_id, {})
    work_on_jobs(org)
    assert job(org, everybody)["total"] == 9, "the unit with a cycle of its own is not in the others' one"


def test_people_without_a_post_are_named_as_skipped(org: Org) -> None:
    with org.runut.database.write() as connection:
        connection.execute(
            update(Appointment).where(Appointment.person_id == org.people["peer"]).values(ends_on=_day("2026-01-18"))
        )
        counters.bump(connection, counters.ORGANISATION)
    filled(org)

    assert items(org)["peer"] == ("NO_POST", None)


def test_opening_the_cycle_can_ask_for_the_cases_in_the_same_transaction(org: Org) -> None:
    hr = org.actor("hr")
    set_now(org.runut, "2026-12-28T09:00:00+07:00")
    cycle_id = create_cycle(org.runut, hr, {"kind": "ANNUAL", "year": 2027, "dates": NEXT_YEAR})
    answer = api(org, "hr").post(f"/cycles/{cycle_id}/open", {"create_cases": True})
    work_on_jobs(org)

    assert answer.status_code == 200 and job(org, answer.json["job"])["result"]["outcomes"] == {"DONE": 13}
    listed = api(org, "hr").get(f"/jobs/{answer.json['job']}/items?outcome=DONE&limit=5").json
    assert len(listed["items"]) == 5 and listed["next"] and listed["items"][0]["number"].startswith("SKP-2026-")


def test_opening_without_it_makes_no_case(org: Org) -> None:
    cycle_id = create_cycle(org.runut, org.actor("hr"), {"kind": "ANNUAL", "year": 2027, "dates": NEXT_YEAR})
    answer = api(org, "hr").post(f"/cycles/{cycle_id}/open")

    assert answer.json["job"] is None and answer.json["cases"] == 0


def test_two_jobs_for_one_cycle_do_not_run_at_once(org: Org) -> None:
    create_cases(org.runut, org.actor("hr"), org.cycle_id, {})

    with pytest.raises(Conflict):
        create_cases(org.runut, org.actor("hr2"), org.cycle_id, {})


@pytest.mark.parametrize("label", ["employee", "rater", "auditor"])
def test_nobody_but_hr_asks_for_cases(org: Org, label: str) -> None:
    with pytest.raises(NotYours):
        create_cases(org.runut, org.actor(label), org.cycle_id, {})


def test_an_unknown_office_or_a_closed_cycle_is_refused(org: Org) -> None:
    with pytest.raises(InvalidInput):
        create_cases(org.runut, org.actor("hr"), org.cycle_id, {"unit_ids": [org.people["hr"]]})
    with org.runut.database.write() as connection:
        connection.execute(update(Cycle).values(closed_at=datetime.fromisoformat("2026-01-19T08:00:00+07:00")))
    with pytest.raises(Conflict):
        create_cases(org.runut, org.actor("hr"), org.cycle_id, {})


def test_a_job_whose_worker_died_after_a_batch_goes_on_without_a_duplicate_or_a_gap(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "_BATCH", 4)

    def dying(work: Work) -> Mapping[str, Any]:
        reports: list[int] = []
        report = Work.report

        def report_and_die(self: Work, done: int, total: int, memo: Any = None) -> None:
            reports.append(done)
            if len(reports) == 3:
                raise SystemExit  # the batch is committed, the report of it is not
            report(self, done, total, memo)

        monkeypatch.setattr(Work, "report", report_and_die)
        try:
            return filling.open_cases(work)
        finally:
            monkeypatch.setattr(Work, "report", report)

    job_id = create_cases(org.runut, org.actor("hr"), org.cycle_id, {})
    with pytest.raises(SystemExit):
        work_on_jobs(org, {filling.KIND: dying})
    assert job(org, job_id)["done"] == 4 and len(items(org)) == 8
    wait(org.runut, timedelta(seconds=61))
    work_on_jobs(org)

    after = job(org, job_id)
    assert (after["state"], after["done"], after["result"]["outcomes"]) == ("DONE", 13, {"DONE": 13})
    assert all(len(cases_of(org, label)) == 1 for label in items(org))
    check_log(org.runut)


def test_a_change_of_people_in_the_middle_is_seen(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    held, seen = filling.held, []

    def held_and_changed(connection: Any, name: str) -> int:
        seen.append(name)
        return held(connection, name) + (1 if len(seen) == 1 else 0)

    monkeypatch.setattr(filling, "held", held_and_changed)
    done = filled(org)

    assert len(seen) == 2 and done["result"]["outcomes"] == {"DONE": 13}


def test_a_worker_who_lost_the_job_while_he_prepared_a_batch_makes_nothing(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = filling._Batch._prepared

    def prepare_too_slowly(batch: filling._Batch) -> Any:
        found = prepare(batch)
        monkeypatch.setattr(filling._Batch, "_prepared", prepare)
        wait(org.runut, timedelta(seconds=61))
        work_on_jobs(org)
        return found

    monkeypatch.setattr(filling._Batch, "_prepared", prepare_too_slowly)
    done = filled(org)

    assert (done["state"], done["result"]["outcomes"]) == ("DONE", {"DONE": 13})
    assert all(len(cases_of(org, label)) == 1 for label in items(org))
    check_log(org.runut)


def test_each_person_is_asked_once_in_the_wave_of_his_office(org: Org) -> None:
    org.runut.settings = replace(org.runut.settings, smtp_rate=1)
    filled(org)

    with org.runut.database.read() as connection:
        rows = connection.execute(
            select(Delivery.person_id, Delivery.rule, Delivery.next_at, Delivery.lane).where(Delivery.channel == "mail")
        ).all()
    assert len(rows) == len({row.person_id for row in rows}) == 13 and {row.rule for row in rows} == {"asked"}
    at = {row.person_id: row.next_at for row in rows}
    order = [at[org.people[label]] for label in ("hr", "planner", "rater", "outsider", "auditor")]
    minutes = [round((later - order[0]).total_seconds() / 60) for later in order]
    assert minutes == [0, 2, 3, 11, 12], "BKPSDM 2 mails, Bappeda 1, Dinas Kesehatan 8, Dinas Pendidikan 1"


def test_a_cycle_that_closes_while_a_batch_is_prepared_gets_no_case(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = filling._Batch._prepared

    def prepare_and_close(batch: filling._Batch) -> Any:
        found = prepare(batch)
        close_cycle(org.runut, org.actor("hr2"), org.cycle_id)
        return found

    monkeypatch.setattr(filling._Batch, "_prepared", prepare_and_close)

    assert filled(org)["state"] == "FAILED" and items(org) == {}


def test_last_years_plan_begins_this_years_when_hr_wants_it(org: Org) -> None:
    old = create_plan(org, "in_force")
    set_now(org.runut, "2026-12-28T09:00:00+07:00")
    hr = org.actor("hr")
    cycle_id = create_cycle(org.runut, hr, {"kind": "ANNUAL", "year": 2027, "dates": NEXT_YEAR})
    open_cycle(org.runut, hr, cycle_id)
    filled(org, cycle_id=cycle_id, carry_over=True)

    client = api(org, "hr")
    new = client.get(f"/cases/{cases_of(org, 'employee')[-1].id}").json
    assert new["cycle"] == cycle_id and new["document"]["period"] == {"from": "2027-01-01", "to": "2027-12-31"}
    before = client.get(f"/cases/{old['id']}").json["document"]
    assert new["document"]["annex"] == before["annex"]
    assert [r["statement"] for r in new["document"]["results"]] == [r["statement"] for r in before["results"]]
    assert [r["parent"] for r in new["document"]["results"]] == [{"kind": "PENDING", "id": None}] * 3
    assert client.get(f"/cases/{cases_of(org, 'peer')[-1].id}").json["document"]["results"] == []
    check_log(org.runut)


def test_whoever_opens_his_own_plan_may_begin_with_last_years(org: Org) -> None:
    create_plan(org, "in_force")
    set_now(org.runut, "2026-12-28T09:00:00+07:00")
    hr = org.actor("hr")
    open_cycle(org.runut, hr, create_cycle(org.runut, hr, {"kind": "ANNUAL", "year": 2027, "dates": NEXT_YEAR}))

    answer = api(org, "employee").post("/cases", {"workflow": "work_plan", "carry_over": True})
    assert answer.status_code == 201 and len(answer.json["document"]["results"]) == 3
    newcomer = api(org, "newcomer").post("/cases", {"workflow": "work_plan", "carry_over": True})
    assert newcomer.status_code == 201 and newcomer.json["document"]["results"] == []


def test_a_unit_with_a_cycle_of_its_own_plans_in_that_one(org: Org) -> None:
    hr = org.actor("hr")
    own = create_cycle(org.runut, hr, {"kind": "ANNUAL", "year": 2026, "unit_id": org.units["kesmas"],
                                       "dates": _dates(org)})
    open_cycle(org.runut, hr, own)

    assert api(org, "employee").post("/cases", {"workflow": "work_plan"}).json["cycle"] == own
    assert api(org, "hr").post("/cases", {"workflow": "work_plan"}).json["cycle"] == org.cycle_id


def test_a_closed_cycle_stops_the_job_and_says_so(org: Org) -> None:
    job_id = create_cases(org.runut, org.actor("hr"), org.cycle_id, {})
    with org.runut.database.write() as connection:
        connection.execute(update(Cycle).values(closed_at=datetime.fromisoformat("2026-01-19T08:00:00+07:00")))
    work_on_jobs(org)

    after = job(org, job_id)
    assert after["state"] == "FAILED" and "not open" in after["result"]["problem"]["en"]
    with org.runut.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Case)) == 0


def _dates(org: Org) -> dict[str, str]:
    with org.runut.database.read() as connection:
        return dict(connection.scalar(select(Cycle.dates).where(Cycle.id == org.cycle_id)))


def _day(on: str) -> Any:
    return datetime.fromisoformat(on).date()

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from service.models import Delivery, Event, Timer
from service.runut import Runut
from tests import factories
from tests.factories import Org, api
from tests.regency import DATES

QUARTER_DATES = {"report": "2026-07-07", "rate": "2026-07-14", "end": "2026-06-30"}
EXTENSION = {"letter_number": "800/15/2026", "reason": "Banjir menutup kantor selama seminggu.", "dates": {}}


@pytest.fixture
def org(runut: Runut) -> Org:
    return factories.create_organisation(runut)


def _plh(org: Org, **changes: Any) -> dict[str, Any]:
    return {
        "from_person_id": org.people["rater"], "to_person_id": org.people["plh"],
        "position_id": org.positions["kabid"], "type": "PLH", "order_number": "SP/9/2026",
        "order_date": "2026-01-19", "starts_on": "2026-01-20", "ends_on": "2026-02-03", "scope": ["approve"],
    } | changes


def _events(org: Org, type_: str) -> list[Any]:
    with org.runut.database.read() as connection:
        return list(connection.execute(select(Event.case_id, Event.canonical).where(Event.type == type_)))


def test_everybody_finds_people_but_only_hr_sees_their_nip(org: Org) -> None:
    for_hr = api(org, "hr").get("/people?q=sari").json["items"]
    for_peer = api(org, "peer").get("/people?q=sari").json["items"]

    assert for_hr[0]["nip"] == "190003032000012003"
    assert for_peer[0]["name"] == "Sari Misal, A.Md.Gz" and "nip" not in for_peer[0] and "email" not in for_peer[0]
    assert for_peer[0]["rater"]["people"] == [{"id": org.people["rater"], "name": "Rahmat Rekaan, SKM"}]


def test_people_are_paged_without_a_gap_or_a_repeat(org: Org) -> None:
    client, names, path = api(org, "hr"), [], "/people?limit=4"
    while path:
        answer = client.get(path).json
        names += [person["name"] for person in answer["items"]]
        path = answer["next"] and answer["next"].split("/api/v1")[1]

    assert names == sorted(names) and len(names) == len(set(names)) == len(org.people)


@pytest.mark.parametrize("place", ["people", "units", "positions", "appointments", "delegations", "rater-assignments",
                                   "cycles", "calendar-days", "strategic-goals"])
def test_every_list_answers_items_and_next_to_anybody_with_a_key(org: Org, place: str) -> None:
    answer = api(org, "employee").get(f"/{place}")

    assert answer.status_code == 200 and {"items", "next"} <= answer.json.keys()


def test_the_calendar_is_paged_without_a_gap_or_a_repeat(org: Org) -> None:
    employee = api(org, "employee")
    days, path = [], "/calendar-days?limit=7"
    while path:
        answer = employee.get(path).json
        assert len(answer["items"]) <= 7
        days += [day["date"] for day in answer["items"]]
        path = answer["next"] and answer["next"].split("/api/v1")[1]

    assert days == [day["date"] for day in employee.get("/calendar-days").json["items"]]


def test_hr_enters_a_person_with_unit_post_and_appointment(org: Org) -> None:
    hr = api(org, "hr")
    unit = hr.post("/units", {"code": "gizi", "name": "Seksi Gizi", "parent_id": org.units["kesmas"]}).json["id"]
    post = hr.post("/positions", {"code": "gizi-1", "title": "Analis Gizi", "unit_id": unit, "post_class": "PELAKSANA",
                                  "reports_to_id": org.positions["kabid"]}).json["id"]
    person = hr.post("/people", {"name": "Wati Contoh", "email": "wati@muara.example"}).json["id"]
    answer = hr.post("/appointments", {"person_id": person, "position_id": post, "starts_on": "2026-01-19"})

    assert answer.status_code == 201
    found = hr.get("/people?q=wati%20c").json["items"][0]
    assert found["position"]["title"] == "Analis Gizi" and found["unit"]["name"] == "Seksi Gizi"


@pytest.mark.parametrize("label", ["employee", "rater", "auditor", "planner"])
def test_nobody_but_hr_changes_people_cycles_or_the_calendar(org: Org, label: str) -> None:
    client = api(org, label)

    assert client.post("/people", {"name": "Wati", "email": "w@muara.example"}).status_code == 403
    assert client.post("/cycles", {}).status_code == 403
    assert client.post(f"/cycles/{org.cycle_id}/close").status_code == 403
    assert client.post("/calendar-days", {"year": 2026}).status_code == 403
    assert client.get(f"/cycles/{org.cycle_id}/preflight").status_code == 403


def test_a_plh_may_act_from_the_day_hr_records_him_until_hr_ends_it(org: Org) -> None:
    hr = api(org, "hr")
    answer = hr.post("/delegations", _plh(org, starts_on="2026-01-19"))
    assert answer.status_code == 201
    assert {c["kind"] for c in api(org, "plh").get("/me").json["capacities"]} >= {"PLH"}

    listed = api(org, "plh").get("/delegations").json["items"]
    assert [(d["type"], d["to"]["name"], d["active"]) for d in listed] == [("PLH", "Yusuf Permisalan, M.Kes", True)]

    assert hr.post(f"/delegations/{answer.json['id']}/end").status_code == 204
    assert "PLH" not in {c["kind"] for c in api(org, "plh").get("/me").json["capacities"]}


def test_a_delegation_to_the_employee_himself_is_refused_with_the_conflicts_named(org: Org) -> None:
    factories.create_plan(org, "in_approval")
    answer = api(org, "hr").post("/delegations", _plh(org, to_person_id=org.people["employee"]))

    assert answer.status_code == 409 and answer.json["code"] == "conflict"
    assert "Sari Misal" in " ".join(answer.json["conflicts"])
    assert api(org, "hr").get("/delegations").json["items"] == []


def test_an_unknown_field_of_a_delegation_is_named(org: Org) -> None:
    answer = api(org, "hr").post("/delegations", _plh(org, colour="red"))

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json["errors"]] == ["colour"]


def test_a_delegation_of_somebody_else_is_not_shown(org: Org) -> None:
    factories.appoint_plh(org)

    assert api(org, "peer").get("/delegations").json["items"] == []
    assert len(api(org, "auditor").get("/delegations?active=true").json["items"]) == 1


def test_a_cycle_is_created_opened_and_closed(org: Org) -> None:
    hr = api(org, "hr")
    created = hr.post("/cycles", {"kind": "QUARTER", "year": 2026, "period": 2, "reviewed": False,
                                  "dates": QUARTER_DATES})
    assert created.status_code == 201 and created.json["state"] == "planned"
    place = f"/cycles/{created.json['id']}"

    assert hr.post(f"{place}/open").json["state"] == "open"
    assert hr.post(f"{place}/open").status_code == 409
    assert hr.post(f"{place}/close").json["state"] == "closed"
    assert hr.post(f"{place}/close").status_code == 409


def test_a_second_cycle_for_the_same_period_is_refused_and_leads_to_the_first(org: Org) -> None:
    answer = api(org, "hr").post("/cycles", {"kind": "ANNUAL", "year": 2026, "dates": DATES})

    assert answer.status_code == 409 and answer.json["code"] == "exists"
    assert answer.json["url"] == f"/api/v1/cycles/{org.cycle_id}"


@pytest.mark.parametrize(("body", "path"), [
    ({"kind": "QUARTER", "year": 2026, "period": 5, "dates": QUARTER_DATES}, "period"),
    ({"kind": "QUARTER", "year": 2026, "period": 2, "dates": {**QUARTER_DATES, "rate": "2026-07-01"}}, "dates.rate"),
    ({"kind": "QUARTER", "year": 2026, "period": 2, "dates": {"end": "2026-06-30"}}, "dates.report"),
    ({"kind": "QUARTER", "year": 2025, "period": 2, "dates": QUARTER_DATES}, "dates.end"),
    ({"kind": "DECADE", "year": 2026, "dates": QUARTER_DATES}, "kind"),
    ({"kind": "QUARTER", "year": "soon", "period": 2, "dates": QUARTER_DATES}, "year"),
    ({"kind": "QUARTER", "year": 2026, "period": 2, "dates": QUARTER_DATES, "unit_id": str(uuid.uuid4())}, "unit_id"),
])
def test_a_cycle_that_cannot_be_is_refused_with_its_field_named(org: Org, body: dict[str, Any], path: str) -> None:
    answer = api(org, "hr").post("/cycles", body)

    assert answer.status_code == 422
    assert path in [error["path"] for error in answer.json["errors"]]


def test_a_cycle_is_not_opened_before_its_calendar_is_loaded(org: Org) -> None:
    hr = api(org, "hr")
    dates = {"plan_submit": "2028-01-31", "plan_default": "2028-02-07", "report": "2029-01-08", "rate": "2029-01-15",
             "end": "2028-12-31"}
    cycle_id = hr.post("/cycles", {"kind": "ANNUAL", "year": 2028, "dates": dates}).json["id"]
    refused = hr.post(f"/cycles/{cycle_id}/open")
    assert refused.status_code == 409 and len(refused.json["reasons"]) == 2
    problems = hr.get(f"/cycles/{cycle_id}/preflight").json["problems"]
    assert [p["code"] for p in problems if p["level"] == "E"] == ["calendar", "calendar"]

    for year in (2028, 2029):
        assert hr.post("/calendar-days", {"year": year}).status_code == 201
    assert hr.post(f"/cycles/{cycle_id}/open").status_code == 200


def test_a_cycle_with_open_cases_is_not_closed_and_names_them(org: Org) -> None:
    case = factories.create_plan(org, "in_review")
    answer = api(org, "hr").post(f"/cycles/{org.cycle_id}/close")

    assert answer.status_code == 409 and answer.json["count"] == 1
    assert answer.json["cases"] == [{"id": case["id"], "number": case["number"], "state": "in_review"}]


def test_extending_a_cycle_moves_the_deadline_of_drafts_and_says_so_in_each_case(org: Org) -> None:
    draft = factories.create_plan(org)
    reviewed = factories.create_plan(org, "in_review", label="newcomer")
    hr = api(org, "hr")
    answer = hr.post(f"/cycles/{org.cycle_id}/extend",
                     {**EXTENSION, "dates": {"plan_submit": "2026-02-06", "plan_default": "2026-02-13"}})

    assert answer.status_code == 200 and answer.json["extended"] == [draft["number"]]
    assert answer.json["dates"]["plan_submit"] == "2026-02-06"
    after = hr.get(f"/cases/{draft['id']}").json
    assert after["due_at"] == "2026-02-06T16:59:59.999999Z" and after["version"] == draft["version"]
    assert hr.get(f"/cases/{reviewed['id']}").json["due_at"] == reviewed["due_at"]
    assert [row.case_id for row in _events(org, "case.extend")] == [draft["id"]]
    event = hr.get(f"/cases/{draft['id']}/events").json["items"][-1]
    assert event["capacity"] == "HR" and event["reason"] == EXTENSION["reason"]
    assert event["texts"]["letter_number"] == "800/15/2026"


def test_extending_the_end_of_a_cycle_resets_the_clock_of_its_plans(org: Org) -> None:
    case = factories.create_plan(org, "in_force")
    with org.runut.database.read() as connection:
        before = connection.execute(select(Timer.kind, Timer.due_at).where(Timer.done_at.is_(None))).all()
    answer = api(org, "hr").post(f"/cycles/{org.cycle_id}/extend", {**EXTENSION, "dates": {"end": "2027-01-05"}})

    assert answer.json["extended"] == [case["number"]]
    with org.runut.database.read() as connection:
        after = connection.execute(select(Timer.kind, Timer.due_at).where(Timer.done_at.is_(None))).all()
    assert [row.kind for row in after] == [row.kind for row in before] == ["close"]
    assert (after[0].due_at - before[0].due_at).days == 5


def test_an_extension_never_takes_back_time_that_a_letter_gave(org: Org) -> None:
    draft = factories.create_plan(org)
    hr = api(org, "hr")
    later = {"reason": factories.REASON, "letter_number": "800/14/2026", "due_on": "2026-02-20"}
    hr.post(f"/cases/{draft['id']}/actions/extend", later, if_match=str(draft["version"]))
    answer = hr.post(f"/cycles/{org.cycle_id}/extend", {**EXTENSION, "dates": {"plan_submit": "2026-02-06"}})

    assert answer.json["extended"] == []
    assert hr.get(f"/cases/{draft['id']}").json["due_at"].startswith("2026-02-20")


@pytest.mark.parametrize(("dates", "path"), [({"plan_submit": "2026-01-20"}, "dates.plan_submit"), ({}, "dates"),
                                             ({"rate": "2027-01-01"}, "dates.rate")])
def test_an_extension_that_gives_no_time_is_refused(org: Org, dates: dict[str, str], path: str) -> None:
    answer = api(org, "hr").post(f"/cycles/{org.cycle_id}/extend", {**EXTENSION, "dates": dates})

    assert answer.status_code == 422 and answer.json["errors"][0]["path"] == path


def test_an_extension_tells_whom_the_case_waits_for(org: Org) -> None:
    draft = factories.create_plan(org)
    api(org, "hr").post(f"/cycles/{org.cycle_id}/extend", {**EXTENSION, "dates": {"plan_submit": "2026-02-02"}})

    with org.runut.database.read() as connection:
        told = connection.execute(
            select(Delivery.person_id, Delivery.rule).where(Delivery.case_id == draft["id"], Delivery.channel == "mail")
        ).all()
    assert (org.people["employee"], "told") in [tuple(row) for row in told]


def test_days_of_a_year_are_entered_and_the_year_confirmed_by_its_decree(org: Org) -> None:
    hr = api(org, "hr")
    body = {"year": 2027, "days": [{"date": "2027-01-01", "kind": "HOLIDAY", "name": "Tahun Baru"}],
            "confirm": True, "basis": "SKB 1/2026"}
    answer = hr.post("/calendar-days", body)

    assert answer.status_code == 201
    assert answer.json["items"] == [{"date": "2027-01-01", "kind": "HOLIDAY", "name": "Tahun Baru"}]
    assert {"year": 2027, "provisional": False, "basis": "SKB 1/2026"} in answer.json["years"]


def test_a_closed_day_counts_at_once(org: Org) -> None:
    api(org, "hr").post("/calendar-days", {"year": 2026, "days": [
        {"date": "2026-01-20", "kind": "LOCAL", "name": "Hari jadi kabupaten"}]})

    with org.runut.database.read() as connection:
        calendar = org.runut.present(connection).calendar
    assert not calendar.is_working_day(date(2026, 1, 20))


@pytest.mark.parametrize(("body", "path"), [
    ({"year": 2027, "days": [{"date": "2026-01-01", "kind": "HOLIDAY", "name": "x"}]}, "days.0.date"),
    ({"year": 2027, "confirm": True}, "basis"),
    ({"year": 2027, "days": [{"date": "2027-02-30", "kind": "HOLIDAY", "name": "x"}]}, "days.0.date"),
])
def test_a_calendar_that_cannot_be_is_refused_with_its_field_named(org: Org, body: dict[str, Any], path: str) -> None:
    answer = api(org, "hr").post("/calendar-days", body)

    assert answer.status_code == 422 and path in [error["path"] for error in answer.json["errors"]]


def test_goals_are_listed_with_their_parents(org: Org) -> None:
    items = api(org, "planner").get("/strategic-goals?year=2026").json["items"]

    assert [goal["level"] for goal in items] == ["RPJMD", "RENSTRA", "PK"]
    assert items[2]["parent_id"] == items[1]["id"]


def test_the_documentation_of_the_api_lists_the_calls_of_hr(org: Org) -> None:
    spec = api(org, "hr").get("/openapi.json").json

    assert {"get", "post"} <= spec["paths"]["/api/v1/delegations"].keys()
    assert "post" in spec["paths"]["/api/v1/cycles/{cycle_id}/extend"]

import pytest

from service.runut import Runut
from tests import factories
from tests.factories import Org, api


@pytest.fixture
def org(runut: Runut) -> Org:
    return factories.create_organisation(runut)


def test_auditors_read_the_log_from_where_they_left_it(org: Org) -> None:
    factories.create_plan(org, "in_force")
    auditor = api(org, "auditor")
    everything = auditor.get("/events").json["items"]
    first = auditor.get("/events?limit=2").json

    assert [event["type"] for event in everything] == [
        "work_plan.open", "work_plan.submit", "work_plan.endorse", "work_plan.approve"
    ]
    rest = auditor.get(first["next"].split("/api/v1")[1]).json["items"]
    assert first["items"] + rest == everything
    assert auditor.get(f"/events?after={everything[1]['seq']}").json["items"] == everything[2:]


def test_the_log_is_filtered_by_type_case_and_actor(org: Org) -> None:
    case = factories.create_plan(org, "in_review")
    factories.create_plan(org, label="newcomer")
    auditor = api(org, "auditor")

    assert {e["number"] for e in auditor.get(f"/events?case={case['number']}").json["items"]} == {case["number"]}
    assert {e["case_id"] for e in auditor.get(f"/events?case={case['id']}").json["items"]} == {case["id"]}
    assert len(auditor.get("/events?type=work_plan.open").json["items"]) == 2
    assert len(auditor.get(f"/events?actor={org.people['newcomer']}").json["items"]) == 1


@pytest.mark.parametrize("label", ["hr", "employee", "rater"])
def test_the_log_is_for_auditors(org: Org, label: str) -> None:
    assert api(org, label).get("/events").status_code == 403


def test_hr_and_auditors_read_the_ledger(org: Org) -> None:
    case = factories.create_plan(org, "in_approval")
    for label in ("hr", "auditor"):
        found = api(org, label).get(f"/deliveries?case={case['number']}&person={org.people['rater']}").json["items"]
        assert [(mail["rule"], mail["action"], mail["workflow"]) for mail in found] == [
            ("asked", "endorse", "work_plan")
        ]
    assert api(org, "rater").get("/deliveries").status_code == 403


def test_the_ledger_is_paged_without_a_gap(org: Org) -> None:
    for label in ("employee", "newcomer"):
        factories.create_plan(org, "in_force", label=label)
    hr, seen, path = api(org, "hr"), list[str](), "/deliveries?limit=2"
    while path:
        answer = hr.get(path).json
        seen += [mail["id"] for mail in answer["items"]]
        path = answer["next"].split("/api/v1")[1] if answer["next"] else ""

    assert len(seen) == len(set(seen)) == len(hr.get("/deliveries").json["items"]) > 2


def test_the_board_counts_only_what_the_caller_may_see(org: Org) -> None:
    factories.create_plan(org, "in_review")
    factories.create_plan(org, "in_force", label="newcomer")

    def cases(label: str, query: str = "") -> int:
        return sum(cell["cases"] for cell in api(org, label).get(f"/board{query}").json["cells"])

    assert cases("hr") == 2 and cases("employee") == 1 and cases("outsider") == 0
    assert cases("hr", f"?unit={org.units['kesmas']}") == 2 and cases("hr", f"?unit={org.units['disdik']}") == 0


@pytest.mark.parametrize("path", [
    "/cases?cursor=abc", "/deliveries?cursor=WyJhIiwgImIiXQ", "/cases?stage=nowhere", "/cases?state=nowhere",
    "/cases?workflow=nothing", "/deliveries?state=NOWHERE", "/calendar-days?cursor=abc",
])
def test_a_query_that_cannot_be_is_a_problem_and_no_failure(org: Org, path: str) -> None:
    answer = api(org, "hr").get(path)

    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"

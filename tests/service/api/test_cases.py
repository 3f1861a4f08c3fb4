"""The API of cases: the order of checks, versions, repeats, and that nothing is half done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from service.models import Case, Event
from service.runut import Runut
from tests.factories import REASON, Org, api, create_organisation, create_plan

STATEMENTS = {"postgresql": 10, "sqlite": 16}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def path(case: dict[str, Any], action: str) -> str:
    return f"/cases/{case['id']}/actions/{action}"


def events_of(org: Org, case: dict[str, Any]) -> int:
    with org.runut.database.read() as connection:
        return len(connection.execute(select(Event.id).where(Event.case_id == case["id"])).all())


def test_without_a_key_nobody_is_let_in(org: Org) -> None:
    answer = api(org, "employee").client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["code"] == "not-signed-in"


def test_an_invisible_case_and_one_that_is_not_there_look_the_same(org: Org) -> None:
    case = create_plan(org)
    outsider = api(org, "outsider")
    there = outsider.get(f"/cases/{case['id']}")
    nowhere = outsider.get("/cases/019bd4f0-0000-7000-8000-000000000009")
    assert (there.status_code, there.get_json()["detail"]) == (nowhere.status_code, nowhere.get_json()["detail"])
    assert there.status_code == 404
    assert outsider.get("/cases").get_json()["items"] == []


def test_an_unknown_action_is_told_before_anything_else_is_asked(org: Org) -> None:
    case = create_plan(org)
    answer = api(org, "employee").post(path(case, "fly"), {"nonsense": 1})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown-action")


def test_a_request_must_say_which_version_it_means(org: Org) -> None:
    case = create_plan(org)
    answer = api(org, "employee").post(path(case, "submit"))
    assert (answer.status_code, answer.get_json()["code"]) == (428, "version-missing")


def test_a_stale_version_is_refused_with_the_present_one(org: Org) -> None:
    case = create_plan(org, "in_approval")
    answer = api(org, "rater").post(path(case, "approve"), if_match='"1"')
    assert (answer.status_code, answer.get_json()["version"]) == (412, case["version"])
    assert answer.get_json()["moved_by"]["name"] == "Hasan Perandaian, SE"
    assert answer.get_json()["moved_at"].startswith("2026-01-19T02:00")
    assert events_of(org, case) == case["version"]


def test_a_step_from_the_wrong_state_names_the_state(org: Org) -> None:
    case = create_plan(org)
    answer = api(org, "employee").post(path(case, "approve"), if_match=f'"{case["version"]}"')
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not-available")


def test_somebody_elses_step_names_who_may(org: Org) -> None:
    case = create_plan(org, "in_approval")
    answer = api(org, "employee").post(path(case, "approve"), if_match=f'"{case["version"]}"')
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not-yours")
    assert answer.get_json()["who_may"] == ["RATER"]


def test_a_missing_reason_is_named_by_its_path_and_nothing_is_done(org: Org) -> None:
    case = create_plan(org, "in_approval")
    answer = api(org, "rater").post(path(case, "return"), {"reason": "pendek"}, if_match=f'"{case["version"]}"')
    assert answer.status_code == 422
    assert [error["path"] for error in answer.get_json()["errors"]] == ["reason"]
    assert events_of(org, case) == case["version"]


def test_an_unknown_field_is_refused_by_name(org: Org) -> None:
    case = create_plan(org, "in_approval")
    answer = api(org, "rater").post(
        path(case, "return"), {"reason": REASON, "surprise": 1}, if_match=f'"{case["version"]}"'
    )
    assert answer.status_code == 422
    assert [error["path"] for error in answer.get_json()["errors"]] == ["surprise"]


def test_an_incomplete_plan_cannot_be_submitted_and_says_why(org: Org) -> None:
    client = api(org, "newcomer")
    case = client.post("/cases", {"workflow": "work_plan"}).get_json()
    assert any(problem["code"] == "V05" for problem in case["problems"])
    answer = client.post(path(case, "submit"), if_match='"1"')
    assert (answer.status_code, answer.get_json()["code"]) == (409, "refused")
    assert answer.get_json()["reasons"]


def test_opening_saving_and_submitting_over_the_api(org: Org) -> None:
    client = api(org, "newcomer")
    opened = client.post("/cases", {"workflow": "work_plan"})
    assert (opened.status_code, opened.headers["ETag"]) == (201, '"1"')
    case = opened.get_json()
    person = case["subject"]["id"]
    example = client.get(f"/workflows/work_plan/example?subject_id={person}").get_json()["document"]
    saved = client.put(f"/cases/{case['id']}/document", example, if_match='"1"')
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"2"')
    assert not [problem for problem in saved.get_json()["problems"] if problem["level"] == "E"]
    submitted = client.post(path(case, "submit"), if_match='"2"')
    assert submitted.get_json()["case"]["state"] == "in_review"
    timeline = client.get(f"/cases/{case['id']}/events").get_json()["items"]
    assert [entry["type"] for entry in timeline] == ["work_plan.open", "work_plan.save", "work_plan.submit"]


def test_a_second_plan_for_the_same_period_leads_to_the_first(org: Org) -> None:
    client = api(org, "newcomer")
    first = client.post("/cases", {"workflow": "work_plan"}).get_json()
    second = client.post("/cases", {"workflow": "work_plan"})
    assert (second.status_code, second.get_json()["code"]) == (409, "exists")
    assert second.get_json()["url"].endswith(first["id"])


def test_a_document_of_the_wrong_shape_is_refused_and_the_text_stays(org: Org) -> None:
    case = create_plan(org)
    answer = api(org, "employee").put(
        f"/cases/{case['id']}/document", {**case["document"], "colour": "red"}, if_match='"1"'
    )
    assert answer.status_code == 422
    assert [error["path"] for error in answer.get_json()["errors"]] == ["colour"]
    assert api(org, "employee").get(f"/cases/{case['id']}").headers["ETag"] == '"1"'


def test_a_repeat_under_the_same_key_gets_the_same_answer_and_has_no_second_effect(org: Org) -> None:
    case = create_plan(org, "in_approval")
    client, headers = api(org, "rater"), {"if_match": f'"{case["version"]}"', "idempotency_key": "k-1"}
    first, second = (client.post(path(case, "approve"), **headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.get_json() == second.get_json()
    other = client.post(path(case, "return"), {"reason": REASON}, **headers)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency-key-reused")


def test_a_repeated_opening_under_the_same_key_opens_one_case(org: Org) -> None:
    client = api(org, "newcomer")
    first, second = (
        client.post("/cases", {"workflow": "work_plan"}, idempotency_key="open-1") for _ in range(2)
    )
    assert first.get_json() == second.get_json()
    with org.runut.database.read() as connection:
        assert len(connection.execute(select(Case.id)).all()) == 1


def test_a_list_is_walked_page_by_page_without_gap_or_repeat(org: Org) -> None:
    made = [create_plan(org, label=label) for label in ("employee", "newcomer", "peer")]
    client = api(org, "hr")
    seen, address = [], "/cases?limit=1"
    while address:
        page = client.get(address).get_json()
        seen += [item["id"] for item in page["items"]]
        address = page["next"] and page["next"].partition("/api/v1")[2]
    assert sorted(seen) == sorted(case["id"] for case in made)


def test_versions_and_their_difference(org: Org) -> None:
    case = create_plan(org)
    document = {**case["document"], "annex": {**case["document"]["annex"], "resources": ["10 alat antropometri"]}}
    client = api(org, "employee")
    client.put(f"/cases/{case['id']}/document", document, if_match='"1"')
    versions = client.get(f"/cases/{case['id']}/versions").get_json()["items"]
    assert [version["version"] for version in versions] == [1, 2]
    changes = client.get(f"/cases/{case['id']}/diff?from=1&to=2").get_json()["changes"]
    assert [change["path"] for change in changes] == ["annex.resources"]


@contextmanager
def counted(runut: Runut) -> Iterator[list[str]]:
    """The statements that the block sends to the database, BEGIN and COMMIT not among them."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(runut.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(runut.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("who", "state", "action"), [
    ("employee", "draft", "submit"), ("perf_team", "in_review", "endorse"), ("rater", "in_approval", "approve"),
])
def test_a_transition_over_http_is_few_statements(org: Org, who: str, state: str, action: str) -> None:
    case = create_plan(org, state)
    client = api(org, who)
    client.get("/me")
    with counted(org.runut) as sent:
        answer = client.post(path(case, action), if_match=f'"{case["version"]}"', idempotency_key="count")
    assert answer.status_code == 200
    most = STATEMENTS["postgresql" if org.runut.database.is_postgresql else "sqlite"]
    assert len(sent) <= most, "\n".join(statement[:160] for statement in sent)


def test_openapi_describes_every_call(org: Org) -> None:
    spec = api(org, "employee").client.get("/api/v1/openapi.json").get_json()
    assert spec["openapi"].startswith("3.1")
    assert {"/api/v1/cases", "/api/v1/cases/{reference}/actions/{action}", "/api/v1/me"} <= set(spec["paths"])


def test_an_unknown_query_parameter_is_refused_by_name(org: Org) -> None:
    answer = api(org, "hr").get("/cases?colour=red")
    assert answer.status_code == 422
    assert any("colour" in error["path"] for error in answer.get_json()["errors"])


def test_a_body_that_is_no_json_object_says_what_is_wrong_with_it(org: Org) -> None:
    client = api(org, "employee")

    def status(body: str, kind: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {client.key}"}
        answer = client.client.post("/api/v1/cases", data=body, content_type=kind, headers=headers)
        return answer.status_code, answer.get_json()["code"]

    assert status("{bad", "application/json") == (400, "bad-request")
    assert status("[]", "application/json") == (422, "invalid")
    assert status("workflow=work_plan", "application/x-www-form-urlencoded") == (415, "unsupported-media-type")


def test_what_the_api_does_not_have_is_a_problem_in_the_language_asked_for(org: Org) -> None:
    client = api(org, "employee")
    nowhere = client.get("/nothing", accept_language="en")
    assert (nowhere.status_code, nowhere.get_json()["title"]) == (404, "Not found")
    wrong_way = client.put("/me", {})
    assert wrong_way.status_code == 405 and "GET" in wrong_way.headers["Allow"]
    assert wrong_way.mimetype == "application/problem+json"

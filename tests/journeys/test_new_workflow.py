"""A new workflow is one file: registered, it has an API, mails, a log and a place on the board."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from marshmallow import Schema, fields

import workflows
from service.runut import Runut
from tests.factories import Org, api, create_organisation
from tests.post_office import Browser, carry, link_in, newest_to
from tests.smtp_sink import SmtpSink
from workflows.fields import CleanText, Strict
from workflows.kit import Action, Document, Edit, Facts, Problem, Role, Stage, State, Step, Tell, Text, Workflow


class LeaveRequest(Strict):
    """`{"days": "3", "purpose": "Umrah"}`"""

    days = CleanText(most=3, load_default="")
    purpose = CleanText(most=200, load_default="")


def nothing(_document: Document, _context: object) -> list[Problem]:
    return []


def unchanged(facts: Facts, _step: Step, _acting: object) -> dict[str, Any]:
    return dict(facts.marks)


def said(indonesian: str, english: str) -> Action:
    return Action(Text(indonesian, english), Text("Berlaku hari ini.", "From today."), Text(indonesian, english))


LEAVE = Workflow(
    name="leave_request", edition="1", title=Text("Permohonan cuti", "Leave request"), number_prefix="CUTI",
    states=(
        State("draft", Stage.DRAFT, Text("Draf", "Draft"), Role.EMPLOYEE, edit_by=(Edit(Role.EMPLOYEE),)),
        State("asked", Stage.APPROVAL, Text("Menunggu atasan", "With the superior"), Role.RATER, "2wd"),
        State("granted", Stage.DONE, Text("Diberikan", "Granted"), final=True),
    ),
    steps=(
        Step("ask", "draft", "asked", Role.EMPLOYEE, tell=(Tell(Role.RATER, asks=True),)),
        Step("grant", "asked", "granted", Role.RATER, tier="A", tell=(Tell(Role.EMPLOYEE),)),
    ),
    actions={"ask": said("mengajukan cuti", "asked for leave"), "grant": said("memberikan cuti", "granted leave")},
    document=LeaveRequest, check=nothing, blank=lambda _context: {"days": "", "purpose": ""},
    example=lambda _context: {"days": "3", "purpose": "Umrah"}, protected=dict, remember=unchanged,
    project=lambda _case_id, _document: None, cycle_kind="ANNUAL", scopes={Role.RATER: "approve"},
)


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    known: Mapping[Any, Workflow] = MappingProxyType(
        {**{(w.name, w.edition): w for w in workflows.all_workflows()}, (LEAVE.name, LEAVE.edition): LEAVE}
    )
    monkeypatch.setattr(workflows, "_registry", lambda: known)


def test_a_workflow_of_one_file_runs_from_draft_to_its_end(runut: Runut, smtp_sink: SmtpSink) -> None:
    org: Org = create_organisation(runut)
    employee = api(org, "employee")
    example = employee.get("/workflows/leave_request/example").get_json()["document"]
    case = employee.post("/cases", {"workflow": "leave_request", "document": example}).get_json()
    assert case["number"].startswith("CUTI-2026-")
    asked = employee.post(f"/cases/{case['id']}/actions/ask", if_match='"1"').get_json()["case"]
    assert [holder["role"] for holder in asked["waits_for"]] == ["RATER"]
    carry(runut)
    browser = Browser(org)
    browser.follow(link_in(newest_to(org, smtp_sink, "rater")))
    browser.press_open()
    assert "Umrah" in browser.text
    assert browser.decide("grant").status_code == 200
    timeline = employee.get(f"/cases/{case['id']}/events").get_json()["items"]
    assert [entry["type"] for entry in timeline] == ["leave_request.open", "leave_request.ask", "leave_request.grant"]
    board = api(org, "hr").get("/board").get_json()["cells"]
    assert [(cell["workflow"], cell["state"], cell["cases"]) for cell in board] == [("leave_request", "granted", 1)]
    carry(runut)
    assert "memberikan cuti" in newest_to(org, smtp_sink, "employee").text


def test_its_schema_is_marshmallows_own() -> None:
    assert issubclass(LeaveRequest, Schema)
    assert isinstance(LeaveRequest().fields["days"], fields.Field)

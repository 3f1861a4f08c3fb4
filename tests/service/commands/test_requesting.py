"""*My rater, post or unit is wrong*: asking, HR's answer in one step, and nothing half done."""

import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from service.commands import moving
from service.errors import InvalidInput, NotAvailable, NotYours, Refused
from service.models import Case, CorrectionRequest, Delivery, Person
from tests.afterwards import check_log
from tests.factories import REASON, Org, create_plan


def asked(org: Org, give: Any, case: dict[str, Any], label: str = "employee", **given: Any) -> dict[str, Any]:
    """The request as it is kept."""
    give(label, case, "request_correction", **{"about": "RATER", "text": "Penilai saya sudah pindah.", **given})
    return requests(org)[-1]


def requests(org: Org) -> list[dict[str, Any]]:
    with org.runut.database.read() as connection:
        rows = connection.execute(select(CorrectionRequest.__table__).order_by(CorrectionRequest.asked_at))
        return [dict(row._mapping) for row in rows]


def row_of(org: Org) -> dict[str, Any]:
    with org.runut.database.read() as connection:
        return dict(connection.execute(select(Case.__table__)).one()._mapping)


def test_a_request_has_its_own_deadline_and_the_case_goes_on(org: Org, give: Any, digests: Any) -> None:
    case = create_plan(org, "in_approval")

    request = asked(org, give, case, proposed=org.people["plh"])

    assert request["state"] == "OPEN" and request["proposed_id"] == org.positions["disease_control"]
    assert request["due_at"] == datetime(2026, 1, 26, 16, 59, 59, 999999, tzinfo=UTC), "five working days"
    assert row_of(org)["version"] == case["version"]
    assert {"hr", "hr2"} <= digests()
    assert org.act("rater", case, "approve")["case"]["state"] == "in_force"
    check_log(org.runut)


def test_accepting_a_rater_changes_the_data_and_re_routes_the_case_in_one_step(
    org: Org, give: Any, event_types: Any, open_items: Any, mails: Any
) -> None:
    case = create_plan(org, "in_approval")
    request = asked(org, give, case, proposed=org.people["plh"])

    receipt = give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")

    assert event_types(case)[-2:] == ["case.decide_correction_request", "case.authority"]
    assert row_of(org)["rater_position_id"] == org.positions["disease_control"]
    assert set(open_items(case)) == {"plh"}
    assert requests(org)[0]["state"] == "ACCEPTED"
    assert requests(org)[0]["decided_event_id"] == receipt["event_id"]
    assert mails(receipt["event_id"]) == {("employee", "told")}
    check_log(org.runut)


def test_the_next_plan_of_that_person_has_the_accepted_rater_too(org: Org, give: Any) -> None:
    case = create_plan(org, "in_review")
    request = asked(org, give, case, proposed=org.positions["disease_control"])
    give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")

    with org.runut.database.read() as connection:
        organisation = org.runut.present(connection).organisation
    on = organisation.date_of(request["asked_at"])
    rater = organisation.rater_position_for(org.people["employee"], org.positions["nutritionist"], on)
    assert rater == org.positions["disease_control"]


def test_accepting_a_post_makes_the_case_one_of_that_post(org: Org, give: Any) -> None:
    case = create_plan(org, "in_approval")
    request = asked(org, give, case, about="POST", proposed=org.positions["planner"])

    give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")

    now = row_of(org)
    assert (now["post_id"], now["unit_id"]) == (org.positions["planner"], org.units["dinkes"])
    assert now["rater_position_id"] == org.positions["secretary"] and org.positions["planner"] in now["slot"]
    check_log(org.runut)


def test_accepting_a_unit_moves_the_post_and_the_case_to_it(org: Org, give: Any) -> None:
    case = create_plan(org, "in_review")
    request = asked(org, give, case, about="UNIT", proposed=org.units["disdik"])

    give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")

    assert row_of(org)["unit_id"] == org.units["disdik"]
    check_log(org.runut)


def test_accepting_a_name_corrects_it(org: Org, give: Any) -> None:
    case = create_plan(org, "draft")
    request = asked(org, give, case, about="NAME", proposed_name="Sari Misalnya, A.Md.Gz")

    give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED",
         proposed_name="Sari Misalnya, A.Md.Gz")

    with org.runut.database.read() as connection:
        name = connection.scalar(select(Person.name).where(Person.id == org.people["employee"]))
    assert name == "Sari Misalnya, A.Md.Gz"
    assert request["proposed_id"] is None


def test_a_service_that_dies_between_change_and_answer_has_done_neither(
    org: Org, give: Any, monkeypatch: pytest.MonkeyPatch, event_types: Any
) -> None:
    case = create_plan(org, "in_approval")
    request = asked(org, give, case, proposed=org.people["plh"])
    before = event_types(case)

    def dies(*_: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(moving, "append_transition", dies)
        with pytest.raises(KeyboardInterrupt):
            give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")

    assert event_types(case) == before and requests(org)[0]["state"] == "OPEN"
    with org.runut.database.read() as connection:
        assert not org.runut.present(connection).organisation.index.assignments_of_person
    give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")
    check_log(org.runut)


def test_a_service_that_dies_before_the_case_follows_has_done_neither(
    org: Org, give: Any, monkeypatch: pytest.MonkeyPatch, event_types: Any
) -> None:
    case = create_plan(org, "in_approval")
    request = asked(org, give, case, proposed=org.people["plh"])
    before = event_types(case)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["service.commands.people.changing"], "resettle", dies)
    with pytest.raises(KeyboardInterrupt):
        give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")

    assert event_types(case) == before and requests(org)[0]["state"] == "OPEN"


def test_a_refusal_needs_a_reason_and_tells_who_asked(org: Org, give: Any, mails: Any, event_types: Any) -> None:
    case = create_plan(org, "in_approval")
    request = asked(org, give, case)
    with pytest.raises(InvalidInput) as missing:
        give("hr", case, "decide_correction_request", request=request["id"], verdict="REFUSED")
    assert [field.path for field in missing.value.fields] == ["reason"]

    receipt = give("hr", case, "decide_correction_request", request=request["id"], verdict="REFUSED", reason=REASON)

    assert requests(org)[0]["state"] == "REFUSED" and event_types(case)[-1] == "case.decide_correction_request"
    assert mails(receipt["event_id"]) == {("employee", "told")}
    with pytest.raises(Refused):
        give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")


def test_the_rater_may_ask_too_and_hr_names_what_is_right(org: Org, give: Any, open_items: Any) -> None:
    case = create_plan(org, "in_approval")
    request = asked(org, give, case, "rater", text="Pegawai ini bukan bawahan saya.")
    with pytest.raises(InvalidInput):
        give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED")

    give("hr", case, "decide_correction_request", request=request["id"], verdict="ACCEPTED",
         proposed=org.people["plh"])

    assert set(open_items(case)) == {"plh"}


def test_nobody_else_asks_and_nobody_but_hr_answers(org: Org, give: Any) -> None:
    case = create_plan(org, "in_approval")
    with pytest.raises(NotYours):
        asked(org, give, case, "perf_team")
    request = asked(org, give, case)
    with pytest.raises(NotYours):
        give("rater", case, "decide_correction_request", request=request["id"], verdict="REFUSED", reason=REASON)


def test_one_open_request_of_a_kind_and_it_can_be_taken_back(org: Org, give: Any) -> None:
    case = create_plan(org, "in_approval")
    request = asked(org, give, case)
    with pytest.raises(Refused):
        asked(org, give, case)
    with pytest.raises(Refused):
        give("rater", case, "withdraw_correction_request", request=request["id"])

    give("employee", case, "withdraw_correction_request", request=request["id"])

    assert requests(org)[0]["state"] == "WITHDRAWN"
    assert asked(org, give, case)["state"] == "OPEN"


@pytest.mark.parametrize("about", ["RATER", "POST", "UNIT"])
def test_what_is_no_such_thing_is_named_as_the_mistake(org: Org, give: Any, about: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(org, give, create_plan(org, "in_approval"), about=about, proposed="tidak-ada")
    assert [field.path for field in refused.value.fields] == ["proposed"]


def test_a_case_that_is_over_takes_no_request(org: Org, give: Any) -> None:
    with pytest.raises(NotAvailable):
        asked(org, give, create_plan(org, "closed"))


def test_what_people_wrote_is_in_the_texts_of_the_event_only(org: Org, give: Any) -> None:
    words = "Penilai saya Pak Rahmat sudah pindah ke dinas lain."
    asked(org, give, create_plan(org, "in_approval"), text=words)

    with org.runut.database.read() as connection:
        tables = (CorrectionRequest.__table__, Delivery.__table__)
        kept = [str(row) for table in tables for row in connection.execute(select(table))]
    assert kept and not any("Rahmat" in row for row in kept)

from datetime import date
from typing import Any

import pytest

from service.errors import InvalidInput, NotAvailable, NotFound, NotYours, Refused
from tests.factories import Org, appoint_plh, create_plan


def test_a_comment_is_an_event_and_moves_no_version(org: Org, give: Any, event_types: Any) -> None:
    case = create_plan(org, "in_approval")

    receipt = give("rater", case, "comment", text="Target nomor 2 perlu dibahas.", at="results.1")

    assert receipt["case"]["version"] == case["version"]
    assert receipt["position"] == 4
    assert event_types(case)[-1] == "work_plan.comment"


def test_a_comment_needs_words(org: Org, give: Any) -> None:
    case = create_plan(org, "in_approval")

    with pytest.raises(InvalidInput) as refused:
        give("rater", case, "comment", at="results.1")

    assert [field.path for field in refused.value.fields] == ["text"]


def test_hr_does_not_comment(org: Org, give: Any) -> None:
    with pytest.raises(NotYours):
        give("hr", create_plan(org, "in_approval"), "comment", text="Mohon segera.")


def test_somebody_who_may_not_see_the_case_cannot_comment(org: Org, give: Any) -> None:
    with pytest.raises(NotFound):
        give("outsider", create_plan(org, "in_approval"), "comment", text="Halo.")


def test_a_closed_case_takes_no_comments(org: Org, give: Any) -> None:
    with pytest.raises(NotAvailable):
        give("employee", create_plan(org, "closed"), "comment", text="Terlambat.")


def test_who_declines_is_no_longer_waited_for_and_the_other_holder_is_asked_anew(
    org: Org, give: Any, mails: Any, open_items: Any
) -> None:
    appoint_plh(org, date(2026, 1, 18), date(2026, 2, 16))
    case = create_plan(org, "in_approval")

    receipt = give("rater", case, "decline", ground="absent", until="2026-02-16", text="Sedang cuti.")

    assert receipt["case"]["version"] == case["version"] + 1
    assert receipt["case"]["state"] == "in_approval"
    assert set(open_items(case)) == {"plh", "hr", "hr2"}
    assert mails(receipt["event_id"]) == {("plh", "asked")}


def test_declining_decides_nothing_and_hr_hears_of_it_in_the_digest(org: Org, give: Any, digests: Any) -> None:
    case = create_plan(org, "in_approval")

    give("rater", case, "decline", ground="conflict", text="Masih kerabat.")

    assert {"hr", "hr2"} <= digests()


def test_nobody_declines_twice(org: Org, give: Any) -> None:
    case = give("rater", create_plan(org, "in_approval"), "decline", ground="not_mine")["case"]

    with pytest.raises(Refused):
        give("rater", case, "decline", ground="not_mine")


def test_the_employee_has_no_decision_to_decline(org: Org, give: Any) -> None:
    with pytest.raises(NotAvailable):
        give("employee", create_plan(org, "returned"), "decline", ground="absent")


def test_only_a_holder_of_the_decision_declines(org: Org, give: Any) -> None:
    with pytest.raises(NotYours):
        give("perf_team", create_plan(org, "in_approval"), "decline", ground="absent")


def test_a_substitute_who_does_not_exist_is_named_as_the_mistake(org: Org, give: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        give("rater", create_plan(org, "in_approval"), "decline", ground="absent", proposed_substitute="siapa")

    assert refused.value.fields[0].path == "proposed_substitute"

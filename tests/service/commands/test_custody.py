from typing import Any

import pytest

from service.actor import CLOCK
from service.commands.commanding import command
from service.errors import CaseMovedOn, InvalidInput, NotAvailable, NotYours, UnknownAction, VersionMissing
from tests.factories import REASON, Org, create_plan, set_now


def test_a_reminder_asks_again_and_moves_nothing(org: Org, give: Any, mails: Any) -> None:
    case = create_plan(org, "in_approval")

    receipt = give("hr", case, "remind")

    assert receipt["case"]["version"] == case["version"]
    assert mails(receipt["event_id"]) == {("rater", "asked")}


def test_the_clock_reminds_too(org: Org, mails: Any) -> None:
    case = create_plan(org, "in_approval")

    receipt = command(org.runut, CLOCK, case["id"], "remind", {}, if_match="any")

    assert mails(receipt["event_id"]) == {("rater", "asked")}


def test_there_is_nobody_to_remind_of_a_plan_in_force(org: Org, give: Any) -> None:
    with pytest.raises(NotAvailable):
        give("hr", create_plan(org, "in_force"), "remind")


def test_who_declined_is_not_reminded(org: Org, give: Any) -> None:
    case = give("rater", create_plan(org, "in_approval"), "decline", ground="absent")["case"]

    with pytest.raises(NotAvailable):
        give("hr", case, "remind")


def test_only_hr_reminds(org: Org, give: Any) -> None:
    with pytest.raises(NotYours):
        give("employee", create_plan(org, "in_approval"), "remind")


def test_an_hr_officer_has_no_custody_of_his_own_case(org: Org, give: Any) -> None:
    case = create_plan(org, "draft", label="hr", document={})

    with pytest.raises(NotYours):
        give("hr", case, "hold", reason=REASON)


def test_an_extension_moves_the_deadline_of_case_and_work_but_no_version(org: Org, give: Any, mails: Any) -> None:
    case = create_plan(org, "in_approval")

    receipt = give("hr", case, "extend", reason=REASON, letter_number="800/3/2026", due_on="2026-02-10")

    assert receipt["case"]["version"] == case["version"]
    assert receipt["case"]["due_at"] == "2026-02-10T16:59:59.999999Z"
    assert mails(receipt["event_id"]) == {("rater", "told")}


@pytest.mark.parametrize("due_on", ["2026-01-19", "2026-01-20", "2029-01-02"])
def test_a_deadline_is_extended_to_a_later_day_that_the_calendar_knows(org: Org, give: Any, due_on: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        give("hr", create_plan(org, "in_approval"), "extend", reason=REASON, letter_number="1", due_on=due_on)

    assert [field.path for field in refused.value.fields] == ["due_on"]


def test_on_hold_nobody_acts_and_nobody_is_waited_for(org: Org, give: Any) -> None:
    case = give("hr", create_plan(org, "in_approval"), "hold", reason=REASON)["case"]

    assert case["waits_for"] == []
    with pytest.raises(NotAvailable):
        org.act("rater", case, "approve")
    with pytest.raises(NotAvailable):
        give("hr", case, "hold", reason=REASON)


def test_after_a_hold_the_deadline_has_moved_by_the_working_days_and_the_rater_is_asked_again(
    org: Org, give: Any, mails: Any
) -> None:
    case = create_plan(org, "in_approval")
    held = give("hr", case, "hold", reason=REASON)["case"]
    set_now(org.runut, "2026-01-22T09:00:00+07:00")

    receipt = give("hr2", held, "resume_case", reason=REASON)

    assert (case["due_at"][:10], receipt["case"]["due_at"][:10]) == ("2026-01-26", "2026-01-29")
    assert mails(receipt["event_id"]) == {("rater", "asked"), ("employee", "told")}
    assert org.act("rater", receipt["case"], "approve")["case"]["state"] == "in_force"


def test_a_case_that_is_not_on_hold_is_not_resumed(org: Org, give: Any) -> None:
    with pytest.raises(NotAvailable):
        give("hr", create_plan(org, "in_approval"), "resume_case", reason=REASON)


def test_a_command_names_the_version_it_means(org: Org) -> None:
    case = create_plan(org, "in_approval")

    with pytest.raises(VersionMissing):
        command(org.runut, org.actor("hr"), case["id"], "remind", {}, if_match=None)
    with pytest.raises(CaseMovedOn):
        command(org.runut, org.actor("hr"), case["id"], "remind", {}, if_match=1)


def test_a_command_that_does_not_exist_is_told_apart(org: Org, give: Any) -> None:
    with pytest.raises(UnknownAction):
        give("hr", create_plan(org, "in_approval"), "archive")


def test_a_repeated_command_under_one_key_is_one_event(org: Org, event_types: Any) -> None:
    case = create_plan(org, "in_approval")

    first, second = (
        command(org.runut, org.actor("hr"), case["id"], "remind", {}, if_match=case["version"], key="k") for _ in "ab"
    )

    assert first["event_id"] == second["event_id"]
    assert event_types(case).count("case.remind") == 1

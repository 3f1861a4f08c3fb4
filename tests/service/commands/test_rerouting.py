from typing import Any

import pytest

from service.errors import NotAvailable, NotYours, Refused
from tests.factories import LETTER, Org, create_plan


def test_the_named_person_decides_and_the_holder_of_the_post_no_longer_does(
    org: Org, give: Any, mails: Any, open_items: Any
) -> None:
    case = create_plan(org, "in_approval")

    receipt = give("hr", case, "reroute", to_person=org.people["plh"], **LETTER)

    assert [w["person"]["id"] for w in receipt["case"]["waits_for"]] == [org.people["plh"]]
    assert set(open_items(case)) == {"plh"}
    assert mails(receipt["event_id"]) == {("plh", "asked"), ("rater", "told")}
    with pytest.raises(NotYours):
        org.act("rater", receipt["case"], "approve")
    assert org.act("plh", receipt["case"], "approve")["case"]["state"] == "in_force"


@pytest.mark.parametrize(
    ("state", "label"),
    [("in_approval", "employee"), ("in_approval", "hr"), ("in_approval", "rater"), ("in_dispute", "rater")],
)
def test_the_duty_rules_hold_for_the_named_person(org: Org, give: Any, state: str, label: str) -> None:
    with pytest.raises(Refused):
        give("hr", create_plan(org, state), "reroute", to_person=org.people[label], **LETTER)


@pytest.mark.parametrize("state", ["draft", "in_review", "in_force"])
def test_only_decisions_of_rater_and_superior_are_rerouted(org: Org, give: Any, state: str) -> None:
    with pytest.raises(NotAvailable):
        give("hr", create_plan(org, state), "reroute", to_person=org.people["plh"], **LETTER)


def test_a_dispute_goes_to_somebody_who_took_no_part(org: Org, give: Any) -> None:
    case = give("hr", create_plan(org, "in_dispute"), "reroute", to_person=org.people["plh"], **LETTER)["case"]

    settled = org.act("plh", case, "settle", reason=LETTER["reason"])["case"]

    assert settled["state"] == "in_force"

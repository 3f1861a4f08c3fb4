from typing import Any

import pytest
from sqlalchemy import select

from service.commands.correcting import merged
from service.errors import InvalidInput, NotYours, Refused
from service.models import PlannedResult
from tests.factories import REASON, Org, create_plan

PATCH = {"annex": {"resources": ["12 alat antropometri"]}}


def test_a_correction_takes_a_second_hr_officer(org: Org, give: Any, mails: Any) -> None:
    case = create_plan(org, "in_approval")
    proposed = give("hr", case, "correct", reason=REASON, patch=PATCH)

    corrected = give("hr2", proposed["case"], "correct", proposal=proposed["event_id"])

    assert proposed["case"]["version"] == case["version"]
    assert corrected["case"]["version"] == case["version"] + 1
    assert corrected["case"]["document"]["annex"]["resources"] == ["12 alat antropometri"]
    assert corrected["case"]["state"] == "in_approval"
    assert mails(corrected["event_id"]) == {("rater", "asked"), ("employee", "told"), ("auditor", "told")}


def test_nobody_agrees_to_his_own_proposal(org: Org, give: Any) -> None:
    proposed = give("hr", create_plan(org, "in_approval"), "correct", reason=REASON, patch=PATCH)

    with pytest.raises(NotYours):
        give("hr", proposed["case"], "correct", proposal=proposed["event_id"])


def test_a_proposal_on_an_older_text_is_not_carried_out(org: Org, give: Any) -> None:
    case = create_plan(org, "in_approval")
    old, new = (give("hr", case, "correct", reason=REASON, patch=PATCH) for _ in "ab")
    case = give("hr2", case, "correct", proposal=new["event_id"])["case"]

    with pytest.raises(Refused):
        give("hr2", case, "correct", proposal=old["event_id"])


def test_a_plan_in_force_stays_in_force_with_its_corrected_results(org: Org, give: Any) -> None:
    case = create_plan(org, "in_force")
    results = [{**case["document"]["results"][0], "statement": "Tersedianya data gizi"}]
    proposed = give("hr", case, "correct", reason=REASON, patch={"results": results})

    corrected = give("hr2", proposed["case"], "correct", proposal=proposed["event_id"])["case"]

    assert corrected["in_force_version"] == corrected["version"]
    with org.runut.database.read() as connection:
        stored = connection.scalars(select(PlannedResult.statement).where(PlannedResult.case_id == case["id"])).all()
    assert stored == ["Tersedianya data gizi"]


def test_a_closed_plan_can_be_corrected(org: Org, give: Any) -> None:
    proposed = give("hr", create_plan(org, "closed"), "correct", reason=REASON, patch=PATCH)

    assert give("hr2", proposed["case"], "correct", proposal=proposed["event_id"])["case"]["state"] == "closed"


@pytest.mark.parametrize("patch", [{"approach": "GUESSED"}, {"results": "banyak"}, {}, {"color": "red"}])
def test_a_correction_keeps_the_shape_of_the_document_and_changes_something(org: Org, give: Any, patch: Any) -> None:
    with pytest.raises(InvalidInput):
        give("hr", create_plan(org, "in_approval"), "correct", reason=REASON, patch=patch)


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": "foo"}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
    ],
)
def test_patches_merge_as_rfc_7396_shows(document: Any, patch: Any, result: Any) -> None:
    assert merged(document, patch) == result

import itertools
from typing import Any

import pytest

from service.commands.departing import depart, plan_departure
from service.errors import InvalidInput, NotFound, NotYours
from tests.afterwards import check_log
from tests.browsing import browse
from tests.factories import LETTER, REASON, Org, api, create_plan

GIVEN = {**LETTER, "last_day": "2026-01-19"}


def _left(org: Org, kind: str, label: str = "employee", **more: Any) -> list[Any]:
    return depart(org.runut, org.actor("hr"), org.people[label], {**GIVEN, "kind": kind, **more})


def _state(org: Org, case: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = api(org, "hr").get(f"/cases/{case['id']}").json
    return answer


@pytest.mark.parametrize(("kind", "before", "after"), [
    ("TRANSFER", "in_approval", "cancelled"),
    ("TRANSFER", "in_force", "in_force"),
    ("LONG_LEAVE", "in_review", "exempt"),
    ("LONG_LEAVE", "in_force", "in_force"),
    ("RETIREMENT", "returned", "cancelled"),
    ("RETIREMENT", "in_force", "in_force"),
    ("DEATH", "draft", "cancelled"),
    ("DEATH", "in_dispute", "cancelled"),
    ("DEATH", "in_force", "closed"),
])
def test_ones_own_case_ends_as_the_table_says(org: Org, kind: str, before: str, after: str) -> None:
    case = create_plan(org, before)

    (ended,) = _left(org, kind)

    now = _state(org, case)
    assert ended.is_done and now["state"] == after
    if after == "in_force":
        assert ended.action == "end_early" and now["due_at"] == "2026-01-19T16:59:59.999999Z"
    check_log(org.runut)


def test_a_transfer_ends_the_old_post_and_begins_the_new_one_with_a_plan_of_its_own(org: Org) -> None:
    create_plan(org, "in_force")
    _left(org, "TRANSFER", new_position_id=org.positions["sanitarian"])

    with org.runut.database.read() as connection:
        organisation = org.runut.present(connection).organisation
    old, new = sorted(organisation.index.appointments_of[org.people["employee"]], key=lambda held: held.starts_on)
    assert str(old.ends_on) == "2026-01-19" and old.position_id == org.positions["nutritionist"]
    assert str(new.starts_on) == "2026-01-20" and new.position_id == org.positions["sanitarian"]


def test_retirement_and_death_lock_and_leave_is_no_end(org: Org) -> None:
    for kind, label in (("LONG_LEAVE", "peer"), ("RETIREMENT", "employee"), ("DEATH", "newcomer")):
        _left(org, kind, label)
    with org.runut.database.read() as connection:
        organisation = org.runut.present(connection).organisation
    locked = {label for label in ("peer", "employee", "newcomer") if organisation.person(org.people[label]).locked}
    assert locked == {"employee", "newcomer"}
    assert organisation.post_of(org.people["peer"], organisation.date_of(_now(org))) is not None


def test_what_a_rater_who_retires_had_to_decide_goes_to_his_superior(org: Org) -> None:
    case = create_plan(org, "in_approval")
    _left(org, "RETIREMENT", "rater")

    assert [each["person"]["id"] for each in _state(org, case)["waits_for"]] == [org.people["rater_superior"]]
    check_log(org.runut)


def test_an_amendment_under_way_is_named_and_left_as_it_is(org: Org) -> None:
    case = create_plan(org, "in_force")
    case = org.act("employee", case, "amend", **LETTER)["case"]

    (left,) = _left(org, "TRANSFER")

    assert not left.is_done and "finish the amendment first" in left.label.en
    assert _state(org, case)["state"] == "draft"


def test_looking_first_changes_nothing_and_says_the_same(org: Org) -> None:
    case = create_plan(org, "in_force")
    with org.runut.database.read() as connection:
        planned = plan_departure(connection, org.runut.present(connection), org.people["employee"], "DEATH")
    by_api = api(org, "hr").get(f"/people/{org.people['employee']}/departures/DEATH").json["cases"]

    assert [each.action for each in planned] == ["close"] == [each["action"] for each in by_api]
    assert _state(org, case)["version"] == case["version"]


@pytest.mark.parametrize(("change", "path"), [
    ({"kind": "HOLIDAY"}, "kind"), ({"reason": "pendek"}, "reason"), ({"last_day": "kemarin"}, "last_day"),
    ({"last_day": "2026-02-01"}, "last_day"), ({"legal_basis": {}}, "legal_basis.kind"), ({"who": "x"}, "who"),
])
def test_what_is_wrong_is_named_and_nothing_is_half_done(org: Org, change: dict[str, Any], path: str) -> None:
    case = create_plan(org, "in_force")
    with pytest.raises(InvalidInput) as wrong:
        _left(org, **{"kind": "RETIREMENT", **change})

    assert path in {field.path for field in wrong.value.fields}
    assert _state(org, case)["state"] == "in_force"
    with org.runut.database.read() as connection:
        assert not org.runut.present(connection).organisation.person(org.people["employee"]).locked


def test_only_hr_and_never_for_oneself(org: Org) -> None:
    case = create_plan(org, "in_force")
    for label, whom, kind in itertools.product(("rater", "hr"), ("employee", "hr"), ("DEATH", "LONG_LEAVE")):
        if (label, whom) != ("hr", "employee"):
            with pytest.raises(NotYours):
                depart(org.runut, org.actor(label), org.people[whom], {**GIVEN, "kind": kind})
    with pytest.raises(NotFound):
        depart(org.runut, org.actor("hr"), "0" * 8, {**GIVEN, "kind": "DEATH"})
    assert _state(org, case)["state"] == "in_force"


def test_hr_sees_what_it_does_before_it_is_done(org: Org) -> None:
    case = create_plan(org, "in_approval")
    hr, place = browse(org, "hr"), f"/people/{org.people['employee']}/departure"
    fields = {
        "kind": "TRANSFER", "last_day": "2026-01-19", "reason": REASON, "new_position": "sanitarian",
        **{f"legal_basis.{name}": value for name, value in LETTER["legal_basis"].items()},
    }
    check = hr.post(place, place, **fields).text
    assert "Periksa dahulu" in check and case["number"] in check
    assert _state(org, case)["state"] == "in_approval"
    assert "Tidak ada yang bernama begini" in hr.post(place, place, **{**fields, "new_position": "tidak ada"}).text

    done = hr.post(place, place, **fields, confirmed="yes").text
    assert "Dicatat." in done and _state(org, case)["state"] == "cancelled"


def _now(org: Org) -> Any:
    with org.runut.database.read() as connection:
        return org.runut.pulse(connection).now

"""The office calendar as HR keeps it: every change an event of the year's register, nothing counted past its end."""

from datetime import date
from typing import Any

import pytest

from service.commands.commanding import command
from service.commands.cycles import load_year, set_calendar_days
from service.commands.cycles.closures import proposal, year_change
from service.errors import Exists, InvalidInput, NotYours, Refused
from service.queries.events import event_page, register_facts
from service.runut import Runut
from tests.afterwards import check_log
from tests.browsing import browse
from tests.factories import REASON, Org, api, create_organisation, create_plan, set_now
from workflows.calendar import Calendar

ANNIVERSARY = {"date": "2026-04-27", "kind": "LOCAL", "name": "Hari jadi kabupaten"}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def calendar(org: Org) -> Calendar:
    with org.runut.database.read() as connection:
        return org.runut.present(connection).calendar


def events(org: Org, year: int = 2026) -> list[tuple[str, str | None, dict[str, Any]]]:
    with org.runut.database.read() as connection:
        views = event_page(connection, org.runut.present(connection), case=f"KALENDER-{year}").items
        return [(view["type"], view["reason"], register_facts(connection, view["id"]) or {}) for view in views]


def change(org: Org, label: str = "hr", **given: Any) -> None:
    set_calendar_days(org.runut, org.actor(label), {"year": 2026, **given})


def test_a_change_of_days_is_an_event_with_its_letter_reason_and_days(org: Org) -> None:
    change(org, days=[ANNIVERSARY], basis="Perbup 7/2026", reason=REASON)
    change(org, remove=["2026-04-27"], basis="Perbup 9/2026")

    assert events(org) == [
        ("calendar.change", REASON,
         {"year": 2026, "basis": "Perbup 7/2026", "added": [ANNIVERSARY], "removed": []}),
        ("calendar.change", None,
         {"year": 2026, "basis": "Perbup 9/2026", "added": [], "removed": [ANNIVERSARY]}),
    ]
    assert date(2026, 4, 27) not in calendar(org).closed
    check_log(org.runut)


def test_a_local_letter_does_not_become_the_basis_of_the_whole_year(org: Org) -> None:
    change(org, days=[ANNIVERSARY], basis="Perbup 7/2026")

    (year,) = [y for y in api(org, "hr").get("/calendar-days?year=2026").json["years"] if y["year"] == 2026]
    assert year == {"year": 2026, "provisional": False, "basis": "SKB 1497/2025, 2/2025, 5/2025"}


def test_the_next_year_is_loaded_as_a_proposal_and_holds_until_the_decree(org: Org) -> None:
    load_year(org.runut, org.actor("hr"), 2028)
    assert 2028 in calendar(org).years and 2028 in calendar(org).provisional
    assert not calendar(org).is_working_day(date(2028, 8, 17))

    change(org, year=2028, confirm=True, basis="SKB 1/2027")

    assert 2028 not in calendar(org).provisional
    loaded, confirmed = events(org, 2028)
    assert loaded[0] == "calendar.load" and "2028-08-17" in [day["date"] for day in loaded[2]["days"]]
    assert confirmed == ("calendar.confirm", None, {
        "year": 2028, "basis": "SKB 1/2027", "closed_days": len(loaded[2]["days"]),
    })
    with pytest.raises(Exists):
        load_year(org.runut, org.actor("hr"), 2028)


def test_saying_again_what_is_so_already_is_no_event(org: Org) -> None:
    change(org, days=[ANNIVERSARY])
    change(org, days=[ANNIVERSARY])
    change(org)

    assert [type_ for type_, *_ in events(org)] == ["calendar.change"]


def test_replacing_a_year_names_what_went_and_what_came(org: Org) -> None:
    before = {on for on in calendar(org).closed if on.year == 2026}
    kept = [{"date": on.isoformat(), "kind": calendar(org).closed[on].kind, "name": calendar(org).closed[on].name}
            for on in sorted(before)]

    change(org, days=[*kept[1:], ANNIVERSARY], replace=True)

    ((_, _, facts),) = events(org)
    assert facts["removed"] == kept[:1] and facts["added"] == [ANNIVERSARY]
    assert {on for on in calendar(org).closed if on.year == 2026} == before - {date(2026, 1, 1)} | {date(2026, 4, 27)}


@pytest.mark.parametrize(("given", "path"), [
    ({"remove": ["2026-04-28"]}, "remove.0"), ({"remove": ["2027-01-01"]}, "remove.0"),
    ({"confirm": True}, "basis"), ({"days": [{**ANNIVERSARY, "date": "2027-04-27"}]}, "days.0.date"),
    ({"days": [{**ANNIVERSARY, "kind": "PARTY"}]}, "days.0.kind"), ({"year": 1200}, "year"),
])
def test_a_change_that_cannot_be_names_its_field_and_leaves_everything(org: Org, given: Any, path: str) -> None:
    before = calendar(org)
    with pytest.raises(InvalidInput) as refusal:
        change(org, **given)
    assert path in [field.path for field in refusal.value.fields]
    assert calendar(org).closed == before.closed and events(org) == []


@pytest.mark.parametrize("label", ["employee", "rater", "auditor", "perf_team"])
def test_only_hr_changes_the_calendar(org: Org, label: str) -> None:
    with pytest.raises(NotYours):
        change(org, label, days=[ANNIVERSARY])
    assert events(org) == []


def test_what_is_shown_before_a_change_is_what_holds_after_it(org: Org) -> None:
    given = {"year": 2027, "days": [{**ANNIVERSARY, "date": "2027-04-27"}], "confirm": True, "basis": "SKB 1/2026"}
    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
        foreseen = year_change(present, given).applied_to(present.calendar)

    set_calendar_days(org.runut, org.actor("hr"), given)

    assert calendar(org) == foreseen


def test_the_decree_of_2026_is_proposed_as_it_reads(org: Org) -> None:
    given = proposal(2026)
    assert len(given["days"]) == 25 and "1497/2025" in given["basis"]
    assert {day["date"] for day in given["days"]} == {
        on.isoformat() for on in calendar(org).closed if on.year == 2026
    }


NEW_YEARS_EVE = "2027-12-30T09:00:00+07:00"


def test_past_the_last_loaded_year_a_step_is_refused_with_what_hr_must_do_and_nothing_is_done(org: Org) -> None:
    case = create_plan(org, "draft")
    set_now(org.runut, NEW_YEARS_EVE)

    with pytest.raises(Refused) as refusal:
        org.act("employee", case, "submit")
    answer = api(org, "employee").post(
        f"/cases/{case['number']}/actions/submit", if_match=str(case["version"])
    )
    page = browse(org, "employee").get(f"/cases/{case['number']}")

    assert "2028" in refusal.value.reasons[0].id and "HR must load" in refusal.value.reasons[0].en
    assert answer.status_code == 409 and answer.json["code"] == "refused" and answer.json["year"] == 2028
    assert page.status_code == 200
    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
        types = [view["type"] for view in event_page(connection, present, case=case["number"]).items]
    assert types == ["work_plan.open"]

    load_year(org.runut, org.actor("hr"), 2028)
    assert org.act("employee", case, "submit")["case"]["state"] == "in_review"
    check_log(org.runut)


def test_taking_a_case_off_hold_past_the_last_loaded_year_is_refused_too(org: Org) -> None:
    case = create_plan(org, "in_approval")
    hr = org.actor("hr")
    held = command(org.runut, hr, case["id"], "hold", {"reason": REASON}, if_match=case["version"])["case"]
    set_now(org.runut, "2028-01-03T09:00:00+07:00")

    with pytest.raises(Refused):
        command(org.runut, hr, case["id"], "resume_case", {"reason": REASON}, if_match=held["version"])

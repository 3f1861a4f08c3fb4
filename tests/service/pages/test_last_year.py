"""The editor begins with last year's plan when its writer wants it, and marks the targets that he has to check."""

from collections.abc import Callable
from typing import Any

import pytest

from service.commands.cycles import create_cycle, open_cycle
from service.commands.opening import open_case
from service.runut import Runut
from tests.factories import Org, api, create_organisation, create_plan, set_now
from tests.service.commands.test_filling import NEXT_YEAR

Visit = Callable[..., Any]


@pytest.fixture
def org(runut: Runut) -> Org:
    """The regency at the end of the year, with the next one open; the employee's plan of this year is in force."""
    org = create_organisation(runut)
    create_plan(org, "in_force")
    set_now(org.runut, "2026-12-28T09:00:00+07:00")
    hr = org.actor("hr")
    open_cycle(runut, hr, create_cycle(runut, hr, {"kind": "ANNUAL", "year": 2027, "dates": NEXT_YEAR}))
    return org


def drafted(org: Org, label: str = "employee") -> str:
    """The number of the person's empty plan for next year."""
    return str(open_case(org.runut, org.actor(label), "work_plan")["case"]["number"])


def test_the_button_copies_last_years_plan_and_marks_its_targets(org: Org, visit: Visit) -> None:
    number = drafted(org)
    edit = f"/cases/{number}/edit"
    browser = visit("employee").get(edit)
    assert "Mulai dari rencana tahun lalu" in browser.text and "SKP-2026-000001 disalin" in browser.text

    browser.press(f"{edit}/last-year")
    assert browser.text.count("Target tahun lalu, periksa") == 8
    assert "Mulai dari rencana tahun lalu" not in browser.text
    check = visit("employee").get(f"{edit}/check").text
    assert "sama dengan tahun lalu (12 laporan)" in check


def test_a_target_that_was_changed_is_marked_no_longer(org: Org) -> None:
    number, employee = drafted(org), api(org, "employee")
    document = employee.get(f"/cases/{number}/carry-over").json["document"]
    version = employee.put(f"/cases/{number}/document", document, if_match="1").json["version"]
    assert len(employee.get(f"/cases/{number}/carry-over").json["unchecked"]) == 8

    document["results"][0]["indicators"][0]["target"] = "14"
    employee.put(f"/cases/{number}/document", document, if_match=str(version))
    left = employee.get(f"/cases/{number}/carry-over").json["unchecked"]
    assert len(left) == 7 and "results.0.indicators.0.target" not in left


def test_a_plan_that_has_results_is_never_overwritten(org: Org, visit: Visit) -> None:
    number, employee = drafted(org), api(org, "employee")
    browser = visit("employee").get(f"/cases/{number}/edit")
    own = {**employee.get("/workflows/work_plan/example").json["document"],
           "period": {"from": "2027-01-01", "to": "2027-12-31"}}
    own["results"] = own["results"][:1]
    employee.put(f"/cases/{number}/document", own, if_match="1")

    browser.press(f"/cases/{number}/edit/last-year")
    assert len(employee.get(f"/cases/{number}").json["document"]["results"]) == 1


def test_whoever_had_no_plan_last_year_is_offered_none(org: Org, visit: Visit) -> None:
    number = drafted(org, "newcomer")

    assert "tahun lalu" not in visit("newcomer").get(f"/cases/{number}/edit").text
    assert api(org, "newcomer").get(f"/cases/{number}/carry-over").status_code == 404


def test_last_years_plan_is_not_shown_to_whoever_may_not_edit(org: Org) -> None:
    number = drafted(org)

    assert api(org, "hr").get(f"/cases/{number}/carry-over").status_code == 404

"""Every kind of authority, ended between the mail and the click; and somebody who acts as his own rater's chief."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from service.authority import Organisation
from service.commands.commanding import command
from service.commands.people import (
    Change,
    appoint,
    assign_rater,
    change_address,
    changing,
    delegate,
    end_appointment,
    end_delegation,
    lock_person,
)
from service.models import Event
from service.runut import Runut
from tests.afterwards import check_log
from tests.browsing import browse
from tests.factories import LETTER, Org, api, create_organisation, create_plan, set_now
from tests.post_office import Browser, carry, link_in, newest_to
from tests.smtp_sink import SmtpSink

WEEKS = {"order_number": "SP/9/2026", "order_date": "2026-01-16", "starts_on": "2026-01-18", "ends_on": "2026-02-16"}


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


@dataclass(frozen=True)
class Term:
    """How `who` comes to decide as rater, how that ends, and who may decide afterwards."""

    who: str
    begin: Callable[[Org], Any]
    end: Callable[[Org, Any], Any]
    heir: str | None


def _changed(org: Org, write: Callable[[Change, Mapping[str, Any]], Any], **given: Any) -> Any:
    with changing(org.runut, org.actor("hr"), "SP/9/2026") as change:
        return write(change, given)


def _substitute(kind: str, **more: Any) -> Callable[[Org], Any]:
    return lambda org: _changed(
        org, delegate, type=kind, from_person_id=org.people["rater"], to_person_id=org.people["plh"],
        position_id=org.positions["kabid"], **WEEKS, **more,
    )


def _vacate(org: Org, label: str = "rater") -> None:
    with org.runut.database.read() as connection:
        organisation: Organisation = org.runut.present(connection).organisation
    held = organisation.index.appointments_of[org.people[label]][0]
    _changed(org, end_appointment, id=held.id)


def _plt(org: Org) -> Any:
    _vacate(org)
    return _changed(
        org, appoint, person_id=org.people["plh"], position_id=org.positions["kabid"], kind="PLT",
        order_number="SP/9/2026", starts_on="2026-01-19", ends_on="2026-03-18",
    )


def _letter(org: Org, to: str) -> None:
    with org.runut.database.read() as connection:
        row = connection.execute(select(Event.case_id).where(Event.type == "work_plan.endorse")).one()
    command(
        org.runut, org.actor("hr"), row.case_id, "reroute", {**LETTER, "to_person": org.people[to]}, if_match="any"
    )


def _end(write: Callable[[Change, Mapping[str, Any]], Any]) -> Callable[[Org, Any], Any]:
    return lambda org, record_id: _changed(org, write, id=record_id)


def _assigned(org: Org) -> Any:
    return _changed(
        org, assign_rater, person_id=org.people["employee"], rater_position_id=org.positions["disease_control"],
        legal_basis="SK 3/2026", starts_on="2026-01-18",
    )


TERMS = {
    "a Plh": Term("plh", _substitute("PLH"), _end(end_delegation), "rater"),
    "a Plh, by its last day": Term(
        "plh", _substitute("PLH"), lambda org, _: set_now(org.runut, "2026-02-17T00:00:01+07:00"), "rater"
    ),
    "a delegate": Term("plh", _substitute("DELEGATE", scope=["approve"]), _end(end_delegation), "rater"),
    "a Plt": Term("plh", _plt, _end(end_appointment), "rater_superior"),
    "a definitive holder": Term("rater", lambda _: None, lambda org, _: _vacate(org), "rater_superior"),
    "a rater assigned by order": Term(
        "plh", _assigned, lambda org, _: _changed(
            org, assign_rater, person_id=org.people["employee"], rater_position_id=org.positions["kabid"],
            legal_basis="SK 4/2026", starts_on="2026-01-19",
        ), "rater",
    ),
    "somebody named by letter": Term(
        "plh", lambda _: "letter", lambda org, _: _letter(org, "rater"), "rater"
    ),
    "somebody who has left": Term(
        "rater", lambda _: None, lambda org, _: _changed(org, lock_person, person_id=org.people["rater"]),
        "rater_superior",
    ),
    "an old mailbox": Term(
        "rater", lambda _: None, lambda org, _: _changed(
            org, change_address, person_id=org.people["rater"], email="rahmat.baru@muara.example"
        ), "rater",
    ),
}


@pytest.mark.parametrize("is_open_already", [False, True], ids=["before the link is opened", "with the page open"])
@pytest.mark.parametrize("term", TERMS.values(), ids=list(TERMS))
def test_a_link_decides_nothing_once_the_authority_behind_it_ended(
    org: Org, smtp_sink: SmtpSink, term: Term, is_open_already: bool
) -> None:
    record_id = term.begin(org)
    case = create_plan(org, "in_approval")
    if record_id == "letter":
        _letter(org, term.who)
    carry(org.runut)
    browser = Browser(org)
    browser.follow(link_in(newest_to(org, smtp_sink, term.who)))
    if is_open_already:
        assert browser.press_open().status_code == 200
    term.end(org, record_id)

    if not is_open_already:
        browser.press_open()
    refused = browser.decide("approve") if 'name="action"' in browser.text else browser.page

    assert refused is not None and refused.status_code in (403, 409, 410)
    with org.runut.database.read() as connection:
        assert "work_plan.approve" not in set(connection.scalars(select(Event.type)))
    if term.heir:
        version = api(org, "hr").get(f"/cases/{case['id']}").json["version"]
        assert org.act(term.heir, {**case, "version": version}, "approve")["case"]["state"] == "in_force"
    check_log(org.runut)


def _acting_chief(org: Org) -> dict[str, Any]:
    """Sari acts as Plh for dr. Cut, the superior of Rahmat, who rates her; answers Rahmat's plan, which waits."""
    _changed(
        org, delegate, type="PLH", from_person_id=org.people["rater_superior"], to_person_id=org.people["employee"],
        position_id=org.positions["kadis"], accept_conflicts=True, **WEEKS,
    )
    return create_plan(org, "in_approval", label="rater", document=org.example("rater"))


def test_an_employee_who_acts_as_his_raters_chief_may_rate_him_by_link(org: Org, smtp_sink: SmtpSink) -> None:
    case = _acting_chief(org)
    carry(org.runut)
    browser = Browser(org)
    browser.follow(link_in(newest_to(org, smtp_sink, "employee")))
    browser.press_open()

    assert browser.decide("approve").status_code == 200
    with org.runut.database.read() as connection:
        event = connection.execute(select(Event.actor_id, Event.canonical).where(
            Event.case_id == case["id"], Event.type == "work_plan.approve"
        )).one()
    assert event.actor_id == org.people["employee"] and org.people["rater_superior"] in event.canonical
    check_log(org.runut)


@pytest.mark.parametrize("action", ["approve", "settle"])
def test_an_employee_never_decides_his_own_case_as_his_raters_chief(
    org: Org, smtp_sink: SmtpSink, action: str
) -> None:
    _acting_chief(org)
    own = create_plan(org, "in_approval" if action == "approve" else "in_dispute")
    given = {"reason": "Alasan yang cukup panjang untuk dicatat."} if action == "settle" else {}
    number, before = own["number"], carry(org.runut)

    by_api = api(org, "employee").post(
        f"/cases/{own['id']}/actions/{action}", given, if_match=own["version"]
    )
    page = browse(org, "employee")
    by_page = page.post(f"/cases/{number}", f"/cases/{number}", action=action, version=str(own["version"]), **given)

    assert by_api.status_code == 403 and by_api.json["code"] == "not-yours"
    assert by_page.status_code in (403, 404, 405)
    assert before and not [
        mail for mail in smtp_sink.to("employee@muara.example") if "/a/rnt_" in mail.text and number in mail.text
    ]
    waiting = api(org, "hr").get(f"/cases/{own['id']}").json["waits_for"]
    assert org.people["employee"] not in {each["person"]["id"] for each in waiting} and waiting
    check_log(org.runut)

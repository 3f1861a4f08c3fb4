"""Remedies on the page *why*: each is checked first, does exactly what its check page said, and is an event."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from service.commands.people import change_address, changing
from service.models import Delivery, Event
from tests.afterwards import check_log
from tests.factories import REASON, Org, api, appoint_plh, create_plan, set_now
from tests.post_office import address, carry
from tests.smtp_sink import SmtpSink

Visit = Callable[[str], Any]
LETTER = {"kind": "SK", "number": "800/1", "date": "2026-01-19", "title": "Penunjukan"}
GIVEN: dict[str, dict[str, str]] = {
    "remind": {},
    "reroute": {
        "reason": REASON, "to_person": "190008082000011008",
        **{f"legal_basis.{name}": value for name, value in LETTER.items()},
    },
    "extend": {"reason": REASON, "letter_number": "800/2/2026", "due_on": "2026-01-30"},
    "hold": {"reason": REASON},
    "copy_reminder": {},
}


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


def events(org: Org, type_: str) -> int:
    with org.runut.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(Event).where(Event.type == type_)) or 0)


def checked(visit: Visit, plan: dict[str, Any], name: str, given: dict[str, str]) -> Any:
    path = f"/cases/{plan['number']}/check/{name}"
    browser = visit("hr").get(f"/cases/{plan['number']}/why")
    browser.page = browser.client.post(path, data={**browser.hidden(path), **given})
    return browser


def said(browser: Any) -> int:
    """How many mails the check page says leave now."""
    words = browser.text.partition(" surel dikirim sekarang")[0].split()
    return int(words[-1])


@pytest.mark.parametrize("name", ["remind", "reroute", "extend", "hold"])
def test_a_remedy_is_checked_first_and_then_sends_as_many_mails_as_was_said(
    org: Org, visit: Visit, smtp_sink: SmtpSink, name: str
) -> None:
    plan = create_plan(org, "in_approval")
    carry(org.runut)
    before = len(smtp_sink.mails)

    browser = checked(visit, plan, name, GIVEN[name])
    assert browser.page.status_code == 200 and "Periksa dahulu" in browser.text, browser.text
    assert "Tidak dapat diurungkan" in browser.text
    assert events(org, f"case.{name}") == 0
    carry(org.runut)
    assert len(smtp_sink.mails) == before

    mails = said(browser)
    browser.press(f"/cases/{plan['number']}/actions/{name}")
    assert "/receipt/" in browser.page.request.path, browser.text
    assert events(org, f"case.{name}") == 1
    carry(org.runut)
    assert len(smtp_sink.mails) - before == mails
    check_log(org.runut)


def test_a_case_on_hold_offers_to_resume_it_and_nothing_else(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    checked(visit, plan, "hold", GIVEN["hold"]).press(f"/cases/{plan['number']}/actions/hold")

    answer = api(org, "hr").get(f"/cases/{plan['id']}/why").get_json()
    assert answer["remedies"] == ["resume_case"]
    browser = checked(visit, plan, "resume_case", {"reason": REASON})
    assert said(browser) == 1  # the rater is asked anew; the employee reads of it in his next summary
    browser.press(f"/cases/{plan['number']}/actions/resume_case")
    assert events(org, "case.resume") == 1


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("extend", {"due_on": "2026-01-20"}, "sesudah tenggat yang sekarang"),
        ("reroute", {"to_person": "123"}, "Tidak ada pegawai dengan"),
        ("hold", {"reason": "pendek"}, "Alasan: "),
    ],
)
def test_what_cannot_be_done_comes_back_with_what_was_typed_and_why(
    org: Org, visit: Visit, name: str, given: dict[str, str], sentence: str
) -> None:
    plan = create_plan(org, "in_approval")
    browser = checked(visit, plan, name, {**GIVEN[name], **given})

    assert browser.page.status_code == 422 and sentence in browser.text
    assert next(iter(given.values())) in browser.source
    assert events(org, f"case.{name}") == 0


def test_a_remedy_on_a_case_that_moved_meanwhile_says_so(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = visit("hr").get(f"/cases/{plan['number']}/why")
    path = f"/cases/{plan['number']}/check/hold"
    given = {**browser.hidden(path), "reason": REASON}
    org.act("employee", plan, "recall")

    browser.page = browser.client.post(path, data=given)

    assert browser.page.status_code == 409 and "Kasus ini berubah sejak halaman dibuka" in browser.text


def test_going_back_from_the_check_keeps_what_was_typed(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = checked(visit, plan, "extend", GIVEN["extend"])
    hidden = browser.hidden(f"/cases/{plan['number']}/actions/extend")

    browser.page = browser.client.post(f"/cases/{plan['number']}/check/extend?edit=1", data=hidden)

    assert browser.page.status_code == 200 and 'value="800/2/2026"' in browser.source


def test_only_hr_sees_and_reaches_remedies(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")

    for label in ("employee", "rater", "auditor"):
        assert "Periksa dahulu" not in visit(label).get(f"/cases/{plan['number']}/why").text
        answer = visit(label).client.post(f"/cases/{plan['number']}/check/remind")
        assert answer.status_code == 403


def test_a_whatsapp_text_names_nobody_and_sending_it_is_an_event(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = visit("hr").get(f"/cases/{plan['number']}/reminder-text")
    text = browser.source.partition("<textarea")[2].partition("</textarea>")[0]

    assert plan["number"] in text and "26 Januari 2026" in text and "surel dinas" in text
    with org.runut.database.read() as connection:
        people = org.runut.present(connection).organisation.people.values()
    for person in people:
        assert person.name not in text and person.name.split()[0] not in text and (person.nip or "–") not in text
    assert "/a/" not in text and "rnt_" not in text

    browser.press(f"/cases/{plan['number']}/actions/copy_reminder")
    assert events(org, "case.copy_reminder") == 1
    assert "mengingatkan di luar surel" in visit("hr").get(f"/cases/{plan['number']}").text


def test_a_stopped_address_gets_no_mail_and_why_says_so(org: Org, visit: Visit, smtp_sink: SmtpSink) -> None:
    plan = create_plan(org, "in_approval")
    given = {"person_id": org.people["rater"], "reason": REASON}
    browser = checked(visit, plan, "suppress_address", given)
    assert address(org, "rater") in browser.text and events(org, "people.suppress_address") == 0

    browser.press(f"/cases/{plan['number']}/address/suppress_address")
    assert "Kepegawaian menghentikan surel ke alamat Rahmat Rekaan, SKM" in browser.text
    assert events(org, "people.suppress_address") == 1
    carry(org.runut)

    set_now(org.runut, "2026-01-20T07:01:00+07:00")
    carry(org.runut)
    assert smtp_sink.to(address(org, "rater")) == [] and smtp_sink.to(address(org, "employee"))
    with org.runut.database.read() as connection:
        states = connection.execute(select(Delivery.state).where(Delivery.person_id == org.people["rater"])).scalars()
        assert set(states) == {"SUPPRESSED"}
    assert said(checked(visit, plan, "remind", {})) == 0
    check_log(org.runut)


def test_mail_goes_again_once_hr_lets_it(org: Org, smtp_sink: SmtpSink) -> None:
    plan, hr = create_plan(org, "in_approval"), api(org, "hr")
    person = f"/people/{org.people['rater']}"
    assert hr.post(f"{person}/suppress-address", {"reason": REASON}).status_code == 204
    assert hr.post(f"{person}/suppress-address", {"reason": REASON}).status_code == 409
    assert hr.post(f"{person}/lift-suppression", {"reason": "pendek"}).status_code == 422

    assert hr.post(f"{person}/lift-suppression", {"reason": REASON}).status_code == 204
    carry(org.runut)

    assert smtp_sink.to(address(org, "rater"))
    assert "suppress_address" in hr.get(f"/cases/{plan['id']}/why").get_json()["remedies"]


def test_only_hr_stops_an_address(org: Org) -> None:
    answer = api(org, "rater").post(f"/people/{org.people['employee']}/suppress-address", {"reason": REASON})
    assert answer.status_code == 403


def test_a_new_address_is_not_stopped(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    hr = api(org, "hr")
    hr.post(f"/people/{org.people['rater']}/suppress-address", {"reason": REASON})
    with changing(org.runut, org.actor("hr"), REASON) as change:
        change_address(change, {"person_id": org.people["rater"], "email": "baru@contoh.example"})

    carry(org.runut)

    assert smtp_sink.to("baru@contoh.example")


ORDER = {
    "type": "PLH", "to": "190008082000011008", "order_number": "SP/9/2026", "order_date": "2026-01-19",
    "starts_on": "2026-01-19", "ends_on": "2026-02-02",
}


def test_a_substitute_is_checked_first_and_moves_as_many_cases_and_mails_as_was_said(
    org: Org, visit: Visit, smtp_sink: SmtpSink
) -> None:
    plan = create_plan(org, "in_approval")
    carry(org.runut)
    before = len(smtp_sink.mails)
    hr = visit("hr").get(f"/cases/{plan['number']}/why")
    path = f"/people/{org.people['rater']}/delegations"
    assert f"/people/{org.people['rater']}?position={org.positions['kabid']}" in hr.source.replace("&amp;", "&")

    hr.get(f"/people/{org.people['rater']}?position={org.positions['kabid']}")
    hr.press(f"{path}/check", position_id=org.positions["kabid"], **ORDER)
    assert hr.page.status_code == 200 and f"Kasus yang berpindah sekarang 1 {plan['number']}" in hr.text, hr.text
    assert events(org, "people.delegate") == events(org, "case.authority") == 0
    carry(org.runut)
    assert len(smtp_sink.mails) == before

    mails = said(hr)
    hr.press(path)
    assert "Pelimpahan dicatat" in hr.text and events(org, "people.delegate") == events(org, "case.authority") == 1
    carry(org.runut)
    assert len(smtp_sink.mails) - before == mails
    check_log(org.runut)


def test_conflicts_of_a_substitute_are_shown_before_anything_is_saved(org: Org, visit: Visit) -> None:
    create_plan(org, "in_approval")
    path = f"/people/{org.people['rater']}/delegations"
    hr = visit("hr").get(f"/people/{org.people['rater']}")

    hr.press(f"{path}/check", **{**ORDER, "to": "Sari Misal", "position_id": org.positions["kabid"]})

    assert hr.page.status_code == 409 and "Sari Misal" in hr.text and "dapat bertindak" in hr.text
    assert events(org, "people.delegate") == 0


def test_one_of_several_is_sent_a_fresh_mail_from_the_ledger(org: Org, visit: Visit, smtp_sink: SmtpSink) -> None:
    plan = create_plan(org, "in_approval")
    appoint_plh(org)
    with changing(org.runut, org.actor("hr"), REASON) as change:
        change.touched.positions.add(org.positions["kabid"])
    carry(org.runut)
    rater, plh = (len(smtp_sink.to(address(org, label))) for label in ("rater", "plh"))
    hr = visit("hr").get(f"/deliveries?case={plan['number']}&name=rahmat")
    path = f"/cases/{plan['number']}/check/remind"
    assert hr.text.count("Kirim ulang") == 1 and "Salin pesan WhatsApp" in hr.text

    hr.press(path)
    assert said(hr) == 1
    hr.press(f"/cases/{plan['number']}/actions/remind")
    carry(org.runut)

    assert len(smtp_sink.to(address(org, "rater"))) == rater + 1
    assert len(smtp_sink.to(address(org, "plh"))) == plh
    assert events(org, "case.remind") == 1


def test_the_ledger_says_that_hr_stopped_the_address_and_offers_no_resend_of_what_is_decided(
    org: Org, visit: Visit
) -> None:
    plan = create_plan(org, "in_approval")
    api(org, "hr").post(f"/people/{org.people['rater']}/suppress-address", {"reason": REASON})
    carry(org.runut)
    assert "Kepegawaian menghentikan surel ke alamatnya" in visit("hr").get("/deliveries?name=rahmat").text

    org.act("rater", plan, "approve")

    assert "Kirim ulang" not in visit("hr").get(f"/deliveries?case={plan['number']}&name=rahmat").text


def test_a_person_who_is_not_awaited_is_not_reminded(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    answer = api(org, "hr").post(
        f"/cases/{plan['id']}/actions/remind", {"to_person": org.people["employee"]}, if_match=str(plan["version"])
    )
    assert answer.status_code == 422 and "tidak menunggu orang itu" in str(answer.get_json())

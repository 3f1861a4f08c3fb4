"""Deciding through a mail link: what opens it, what kills it, and that looking never decides."""

from datetime import date

import pytest
from sqlalchemy import select, text

from service.commands.commanding import command
from service.commands.people import changing, end_delegation
from service.models import ActionLink, Case, Event
from service.runut import Runut
from tests.factories import REASON, Org, appoint_plh, create_organisation, create_plan, set_now
from tests.post_office import Browser, address, carry, link_in, newest_to
from tests.smtp_sink import SmtpSink


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def events(org: Org) -> list[str]:
    with org.runut.database.read() as connection:
        return list(connection.execute(select(Event.type).order_by(Event.seq)).scalars())


def asked(org: Org, sink: SmtpSink, label: str = "rater") -> str:
    """A plan that waits for the rater, and the path of the link he was mailed."""
    create_plan(org, "in_approval")
    carry(org.runut)
    return link_in(newest_to(org, sink, label))


def test_the_rater_decides_in_three_taps_and_the_employee_hears_of_it(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    browser = Browser(org)
    assert browser.follow(path).status_code == 200
    assert "Sari" not in browser.text
    assert browser.press_open().status_code == 200
    assert "Sari Misal" in browser.text
    receipt = browser.decide("approve")
    assert receipt.status_code == 200
    assert "menetapkan rencana kerja" in browser.text
    carry(org.runut)
    assert "menetapkan rencana kerja" in newest_to(org, smtp_sink, "employee").text
    assert events(org)[-1] == "work_plan.approve"


def test_returning_needs_a_reason_and_keeps_what_was_typed(org: Org, smtp_sink: SmtpSink) -> None:
    browser = Browser(org)
    browser.follow(asked(org, smtp_sink))
    browser.press_open()
    assert browser.decide("return").status_code == 422
    assert "Tuliskan atau pilih sekurang-kurangnya satu alasan." in browser.text
    assert browser.decide("return", reason="pendek").status_code == 422
    assert "pendek" in browser.text and 'id="reason-return" open' in browser.text
    assert events(org)[-1] == "work_plan.endorse"
    assert browser.decide("return", reason=REASON).status_code == 200
    assert events(org)[-1] == "work_plan.return"


def test_looking_and_scanning_change_nothing(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    before = events(org)
    scanner = org.app.test_client()
    for _ in range(25):
        for method in ("get", "head", "options"):
            answer = getattr(scanner, method)(path, headers={"User-Agent": "BarracudaLinkProtect"})
            assert answer.status_code in (200, 303)
        assert scanner.get(scanner.get(path).headers["Location"]).status_code == 200
    assert events(org) == before
    with org.runut.database.read() as connection:
        links = connection.execute(select(ActionLink.opened_at, ActionLink.dead_at)).all()
    assert [tuple(link) for link in links] == [(None, None)] * len(links)
    browser = Browser(org)
    browser.follow(path)
    browser.press_open()
    assert browser.decide("approve").status_code == 200


def test_the_page_before_the_button_is_the_same_for_alive_dead_and_unknown(org: Org, smtp_sink: SmtpSink) -> None:
    alive = asked(org, smtp_sink)
    bodies = {Browser(org).follow(path).data for path in (alive, "/a/rnt_" + "x" * 43)}
    deciding = Browser(org)
    deciding.follow(alive)
    deciding.press_open()
    deciding.decide("approve")
    bodies.add(Browser(org).follow(alive).data)
    assert len(bodies) == 1


def test_the_secret_leaves_the_address_and_no_page_lets_it_out(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    client = org.app.test_client()
    answer = client.get(path)
    assert answer.status_code == 303
    assert "rnt_" not in answer.headers["Location"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    landing = client.get(answer.headers["Location"])
    assert landing.headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in landing.headers["Content-Security-Policy"]
    assert "script-src 'none'" in landing.headers["Content-Security-Policy"]
    with org.runut.database.read() as connection:
        kept = str(connection.execute(select(ActionLink.__table__)).all())
    assert path.removeprefix("/a/") not in kept


def test_the_same_decision_again_is_the_same_receipt_and_another_one_is_refused(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    first, second = Browser(org), Browser(org)
    for browser in (first, second):
        browser.follow(path)
        browser.press_open()
    assert first.decide("approve").status_code == 200
    proof = first.text
    assert second.decide("approve").status_code == 200
    assert events(org).count("work_plan.approve") == 1
    third = second.client.post(f"{second.page.request.path.removesuffix('/receipt')}/document", data={  # type: ignore[union-attr]
        "action": "return", "reason": REASON, "csrf_token": "x"})
    assert third.status_code == 403
    assert "menetapkan rencana kerja" in proof


def test_a_link_that_was_overtaken_says_what_happened_but_not_who(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    browser = Browser(org)
    browser.follow(path)
    with org.runut.database.read() as connection:
        case_id, version = connection.execute(text("SELECT id, version FROM cases")).one()
    org.act("employee", {"id": str_uuid(case_id), "version": version}, "recall")
    answer = browser.press_open()
    assert answer.status_code == 410
    assert "menarik" in browser.text
    assert "Sari" not in browser.text


def test_ones_own_decision_is_shown_again_with_its_receipt(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    browser = Browser(org)
    browser.follow(path)
    browser.press_open()
    browser.decide("approve")
    again = Browser(org)
    again.follow(path)
    assert again.press_open().status_code == 410
    assert "Anda menetapkan rencana kerja" in again.text
    assert "Kode bukti" in again.text


def test_who_cannot_decide_says_so_and_hr_hears_of_it(org: Org, smtp_sink: SmtpSink) -> None:
    browser = Browser(org)
    browser.follow(asked(org, smtp_sink))
    browser.press_open()
    assert browser.decide("decline").status_code == 422
    assert browser.page and browser.page.status_code == 422 and "Sebabnya: Wajib diisi." in browser.text
    assert browser.decide("decline", ground="conflict").status_code == 200
    assert events(org)[-1] == "case.decline"
    with org.runut.database.read() as connection:
        told = connection.execute(text("SELECT count(*) FROM deliveries WHERE rule = 'digest'")).scalar_one()
    assert told


def test_a_text_that_changed_between_looking_and_deciding_is_not_decided(org: Org, smtp_sink: SmtpSink) -> None:
    browser = Browser(org)
    browser.follow(asked(org, smtp_sink))
    browser.press_open()
    with org.runut.database.read() as connection:
        case_id, version = connection.execute(text("SELECT id, version FROM cases")).one()
    org.act("employee", {"id": str_uuid(case_id), "version": version}, "recall")
    answer = browser.decide("return", reason=REASON)
    assert answer.status_code == 409
    assert REASON in browser.text
    assert events(org)[-1] == "work_plan.recall"


def test_who_lost_the_authority_between_mail_and_click_decides_nothing(org: Org, smtp_sink: SmtpSink) -> None:
    delegation = appoint_plh(org)
    path = asked(org, smtp_sink, "plh")
    browser = Browser(org)
    browser.follow(path)
    browser.press_open()
    with changing(org.runut, org.actor("hr"), REASON) as change:
        end_delegation(change, {"id": delegation})
    assert browser.decide("approve").status_code == 403
    assert "work_plan.approve" not in events(org)


def test_a_delegation_that_ends_by_date_ends_the_link_with_it(org: Org, smtp_sink: SmtpSink) -> None:
    appoint_plh(org, ends_on=date(2026, 1, 20))
    path = asked(org, smtp_sink, "plh")
    set_now(org.runut, "2026-01-21T09:00:00+07:00")
    browser = Browser(org)
    browser.follow(path)
    browser.press_open()
    assert browser.decide("approve").status_code == 403
    assert "work_plan.approve" not in events(org)


def test_an_expired_link_offers_a_fresh_one_to_the_stored_address(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    set_now(org.runut, "2026-02-20T09:00:00+07:00")
    browser = Browser(org)
    browser.follow(path)
    assert browser.press_open().status_code == 410
    got = len(smtp_sink.to(address(org, "rater")))
    assert browser.press_fresh().status_code == 200
    carry(org.runut)
    mails = smtp_sink.to(address(org, "rater"))
    assert len(mails) == got + 1
    again = Browser(org)
    again.follow(link_in(mails[-1]))
    again.press_open()
    assert again.decide("approve").status_code == 200


def test_while_hr_holds_the_case_a_link_offers_no_fresh_one(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    with org.runut.database.read() as connection:
        case = connection.execute(select(Case.id, Case.version)).one()
    command(org.runut, org.actor("hr"), case.id, "hold", {"reason": REASON}, if_match=case.version)
    browser = Browser(org)
    browser.follow(path)
    assert browser.press_open().status_code == 410
    assert "Selama kasus ditahan" in browser.text and 'name="fresh"' not in browser.text
    browser.press_fresh()
    set_now(org.runut, "2026-01-20T07:01:00+07:00")
    assert carry(org.runut) and len(smtp_sink.to(address(org, "rater"))) == 2, "the request and the news of the hold"


def test_fresh_links_are_few(org: Org, smtp_sink: SmtpSink) -> None:
    path = asked(org, smtp_sink)
    set_now(org.runut, "2026-02-20T09:00:00+07:00")
    statuses = []
    for _ in range(5):
        browser = Browser(org)
        browser.follow(path)
        browser.press_open()
        statuses.append(browser.press_fresh().status_code)
    assert statuses == [200, 200, 200, 429, 429]


def test_a_handle_that_was_never_issued_opens_nothing(org: Org) -> None:
    browser = Browser(org)
    browser.follow("/a/rnt_" + "y" * 43)
    assert browser.press_open().status_code == 404


@pytest.mark.parametrize("origin", ["null", "https://evil.example"])
def test_a_form_from_elsewhere_is_refused(org: Org, smtp_sink: SmtpSink, origin: str) -> None:
    browser = Browser(org)
    browser.follow(asked(org, smtp_sink))
    browser.press_open()
    page = browser.page
    assert page is not None
    answer = browser.client.post(
        page.request.path, data={"action": "approve", "csrf_token": browser.token()}, headers={"Origin": origin}
    )
    assert answer.status_code == 403
    assert events(org)[-1] == "work_plan.endorse"


def test_a_link_opens_its_own_request_and_nothing_else(org: Org, smtp_sink: SmtpSink) -> None:
    browser = Browser(org)
    browser.follow(asked(org, smtp_sink))
    browser.press_open()
    assert browser.client.get("/api/v1/me").status_code == 401
    assert browser.client.get("/").status_code == 303
    assert browser.decide("dispute", reason=REASON).status_code == 403


def test_two_mails_can_be_open_side_by_side(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    carry(org.runut)
    first = link_in(newest_to(org, smtp_sink, "rater"))
    create_plan(org, "in_approval", label="newcomer")
    carry(org.runut)
    second = link_in(newest_to(org, smtp_sink, "rater"))
    browser, pages = Browser(org), []
    for path in (first, second):
        browser.follow(path)
        browser.press_open()
        pages.append(browser.page)
    for page in pages:
        browser.page = page
        assert browser.decide("approve").status_code == 200
    assert events(org).count("work_plan.approve") == 2


def str_uuid(value: object) -> str:
    raw = str(value)
    return raw if "-" in raw else f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"

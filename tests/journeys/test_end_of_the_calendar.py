"""The last days of the last loaded year, by mail."""

import pytest

from service.runut import Runut
from tests.factories import REASON, Org, create_organisation, create_plan, set_now
from tests.post_office import Browser, carry, link_in, newest_to
from tests.smtp_sink import SmtpSink


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def test_a_decision_past_the_last_loaded_year_says_so_and_keeps_what_was_typed(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")
    set_now(org.runut, "2027-12-30T09:00:00+07:00")
    carry(org.runut)
    browser = Browser(org)
    browser.follow(link_in(newest_to(org, smtp_sink, "rater")))
    browser.press_open()

    answer = browser.decide("return", reason=REASON)

    assert answer.status_code == 409
    assert "Kalender kerja tahun 2028 belum dimuat" in browser.text and REASON in browser.text
    assert org.act("rater", case, "approve")["case"]["state"] == "in_force"  # no deadline follows: nothing is counted

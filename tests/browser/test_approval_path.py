"""The path of an approval by mail in Chromium: on a phone, with and without script, with the keyboard alone."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from service.models import Event
from service.runut import Runut
from tests.factories import REASON, Org, create_organisation, create_plan
from tests.post_office import carry, link_in, newest_to
from tests.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Opener = Callable[..., "BrowserContext"]
MOST_BYTES = 30_000


@pytest.fixture
def org(runut: Runut, served: str) -> Org:
    assert served
    return create_organisation(runut)


def asked(org: Org, sink: SmtpSink, served: str) -> str:
    create_plan(org, "in_approval")
    carry(org.runut)
    return served + link_in(newest_to(org, sink, "rater"))


def last_event(org: Org) -> str:
    with org.runut.database.read() as connection:
        return str(connection.execute(select(Event.type).order_by(Event.seq.desc()).limit(1)).scalar_one())


def fits_the_screen(page: "Page") -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_rater_approves_on_a_phone_in_three_taps(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener, script: bool
) -> None:
    page = open_context(script=script).new_page()
    page.goto(asked(org, smtp_sink, served))
    assert "rnt_" not in page.url
    if script:
        assert fits_the_screen(page)
    page.get_by_role("button", name="Buka").click()
    page.get_by_text("Sari Misal").first.wait_for()
    if script:
        assert fits_the_screen(page)
    page.get_by_role("button", name="Tetapkan rencana kerja").click()
    page.get_by_text("Keputusan Anda tersimpan").first.wait_for()
    assert last_event(org) == "work_plan.approve"


def test_a_rater_returns_with_a_reason_without_script(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener
) -> None:
    page = open_context(script=False).new_page()
    page.goto(asked(org, smtp_sink, served))
    page.get_by_role("button", name="Buka").click()
    page.locator("summary", has_text="Kembalikan").click()
    page.locator("textarea[name=reason]").fill(REASON)
    page.locator("button[name=action][value=return]").click()
    page.get_by_text("Keputusan Anda tersimpan").first.wait_for()
    assert last_event(org) == "work_plan.return"


def test_the_path_works_with_the_keyboard_alone(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener
) -> None:
    page = open_context().new_page()
    page.goto(asked(org, smtp_sink, served))
    for name in ("Buka", "Tetapkan rencana kerja"):
        button = page.get_by_role("button", name=name)
        for _ in range(40):
            page.keyboard.press("Tab")
            if button.evaluate("e => e === document.activeElement"):
                break
        assert button.evaluate("e => e === document.activeElement"), f"{name} cannot be reached by Tab"
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    page.get_by_text("Keputusan Anda tersimpan").first.wait_for()
    assert last_event(org) == "work_plan.approve"


def test_a_browser_that_waits_and_follows_every_link_decides_nothing(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener
) -> None:
    page = open_context().new_page()
    page.goto(asked(org, smtp_sink, served))
    before = last_event(org)
    addresses = [a.get_attribute("href") for a in page.locator("a[href]").all()]
    page.wait_for_timeout(500)
    for href in addresses:
        if href and href.startswith("/"):
            page.goto(served + href)
    assert last_event(org) == before


def test_each_page_of_the_path_is_light_and_loads_nothing_foreign(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener
) -> None:
    page = open_context().new_page()
    seen: list[tuple[str, int]] = []
    page.on("response", lambda answer: seen.append((answer.url, int(answer.headers.get("content-length", 0)))))
    page.goto(asked(org, smtp_sink, served))
    page.get_by_role("button", name="Buka").click()
    page.get_by_text("Sari Misal").first.wait_for()
    assert all(url.startswith(served) for url, _ in seen), seen
    pages = [size for url, size in seen if "/t/" in url]
    assert pages and max(pages) < MOST_BYTES

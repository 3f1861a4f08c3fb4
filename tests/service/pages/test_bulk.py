"""Bulk actions through the pages: chosen on the list, checked, done, and the rest tried again."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from service import outbox
from service.commands.commanding import command
from service.models import Event
from tests.factories import REASON, Org, create_plan
from workers.jobs import do_jobs

Visit = Callable[[str], Any]


def events(org: Org, type_: str) -> int:
    with org.runut.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(Event).where(Event.type == type_)) or 0)


def work(org: Org) -> None:
    with org.runut.database.write() as connection:
        lease, rows = outbox.lease(connection, org.runut.pulse(connection).now, limit=100)
    do_jobs(org.runut, [row.id for row in rows if row.channel == "job"], lease)


def choose(browser: Any, path: str = "/cases", **fields: Any) -> Any:
    browser.get(path)
    given = {**browser.hidden("/bulk-actions/choose"), **fields}
    browser.page = browser.client.post("/bulk-actions/choose", data=given, follow_redirects=True)
    return browser


def press(browser: Any, ending: str) -> Any:
    """Presses the button of the shown page's form whose address ends so."""
    path = next(path for path in re.findall(r'action="([^"]+)"', browser.source) if path.endswith(ending))
    return browser.press(path)


def test_ticked_rows_are_checked_done_and_told_one_by_one(org: Org, visit: Visit) -> None:
    plan, held = create_plan(org, "in_approval"), create_plan(org, "draft", label="newcomer")
    command(org.runut, org.actor("hr"), held["id"], "hold", {"reason": REASON}, if_match="any")
    hr = visit("hr")

    choose(hr, do="remind", cases=[plan["id"], held["id"]])
    assert "Belum ada yang terjadi. 1 dari 2 kasus akan dikerjakan." in hr.text
    assert "Dilewati: 1" in hr.text and "1 surel dikirim sekarang" in hr.text and "tidak dapat ditarik" in hr.text
    assert events(org, "case.remind") == 0

    press(hr, "/start")
    assert hr.page.request.path.startswith("/jobs/") and "Tindakan massal" in hr.text
    work(org)
    hr.get(hr.page.request.path)
    assert "1 kasus selesai, 0 gagal, 1 dilewati" in hr.text
    assert events(org, "case.remind") == 1


def test_everything_a_filter_finds_is_chosen_at_once(org: Org, visit: Visit) -> None:
    create_plan(org, "in_approval")
    create_plan(org, "in_approval", label="newcomer")
    create_plan(org, "draft", label="peer")
    hr = visit("hr").get("/cases?state=in_approval")
    assert "Pilih semua 2 hasil saringan ini" in hr.text

    choose(hr, "/cases?state=in_approval", do="remind", all="yes")

    assert "2 dari 2 kasus akan dikerjakan" in hr.text


def test_what_an_action_asks_for_is_asked_once_and_checked(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    hr = choose(visit("hr"), do="hold", cases=[plan["id"]])
    assert "1 kasus terpilih" in hr.text

    hr.press("/bulk-actions", reason="pendek")
    assert hr.page.status_code == 422 and "pendek" in hr.source and plan["id"] in hr.source
    hr.press("/bulk-actions", reason=REASON)
    assert "1 dari 1 kasus akan dikerjakan" in hr.text
    press(hr, "/start")
    work(org)

    assert events(org, "case.hold") == 1


def test_the_ones_that_failed_stay_chosen_for_another_try(org: Org, visit: Visit) -> None:
    plan, other = create_plan(org, "in_approval"), create_plan(org, "in_approval", label="newcomer")
    hr = choose(visit("hr"), do="hold", cases=[plan["id"], other["id"]])
    hr.press("/bulk-actions", reason=REASON, cases=[plan["id"], other["id"]])
    page = hr.page.request.path
    org.act("employee", plan, "recall")
    press(hr, "/start")
    work(org)

    hr.get(page)
    assert "1 selesai, 1 gagal" in hr.text and "Kasus ini sudah berubah" in hr.text
    press(hr, "/again")
    assert "1 dari 1 kasus akan dikerjakan" in hr.text and plan["number"] in hr.text
    press(hr, "/start")
    work(org)

    assert events(org, "case.hold") == 2


def test_without_a_choice_the_page_says_what_is_missing(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")

    hr = choose(visit("hr"), do="remind")
    assert hr.page.status_code == 422 and "Pilih sekurang-kurangnya satu kasus." in hr.text
    hr = choose(visit("hr"), cases=[plan["id"]])
    assert hr.page.status_code == 422 and "Pilih tindakannya." in hr.text and plan["id"] in hr.source


def test_nobody_but_hr_sees_or_reaches_bulk_actions(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")

    for label in ("rater", "auditor", "employee"):
        browser = visit(label).get("/cases")
        assert plan["number"] in browser.text and "Tindakan massal" not in browser.text
        assert browser.client.post("/bulk-actions", data={"do": "remind"}).status_code == 403


def test_another_officer_reads_a_bulk_action_and_starts_it_not(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    page = choose(visit("hr"), do="remind", cases=[plan["id"]]).page.request.path

    other = visit("hr2").get(page)

    assert other.page.status_code == 200 and "/start" not in other.source

from collections.abc import Callable
from typing import Any

from tests.factories import Org, create_plan, set_now

Visit = Callable[[str], Any]


def test_a_newcomer_is_told_that_he_has_no_plan_and_begins_one_with_a_button(org: Org, visit: Visit) -> None:
    browser = visit("newcomer").get("/")

    assert "Anda belum punya rencana kerja 2026." in browser.text
    assert "Jumat, 30 Januari 2026" in browser.text
    browser.press("/cases", workflow="work_plan")
    assert browser.page.request.path == "/cases/SKP-2026-000001/edit"


def test_pressing_start_twice_leads_to_the_plan_that_is_there(org: Org, visit: Visit) -> None:
    browser, again = visit("newcomer").get("/"), visit("newcomer").get("/")
    browser.press("/cases", workflow="work_plan")

    assert again.press("/cases", workflow="work_plan").page.request.path == "/cases/SKP-2026-000001"


def test_a_political_official_is_not_asked_for_a_plan(org: Org, visit: Visit) -> None:
    assert "Anda belum punya rencana kerja" not in visit("ppk").get("/").text


def test_a_rater_sees_whose_plan_waits_until_when_and_why_it_is_his(org: Org, visit: Visit) -> None:
    create_plan(org, "in_approval")
    browser = visit("rater").get("/")

    assert "Rencana kerja (SKP): Sari Misal, A.Md.Gz" in browser.text
    assert "Tenggat Senin, 26 Januari 2026" in browser.text
    assert "Mengapa saya? Rahmat Rekaan, SKM, Kepala Bidang Kesehatan Masyarakat, pejabat penilai" in browser.text


def test_what_is_late_says_so_in_words(org: Org, visit: Visit) -> None:
    create_plan(org, "in_approval")
    set_now(org.runut, "2026-01-28T09:00:00+07:00")

    assert "Lewat 2 hari kerja" in visit("rater").get("/").text


def test_a_team_member_sees_the_queue_of_the_team(org: Org, visit: Visit) -> None:
    create_plan(org, "in_review")

    assert "Antrean tim (1)" in visit("perf_team").get("/").text
    assert "Antrean tim (1)" in visit("perf_team2").get("/").text
    assert "Antrean tim" not in visit("rater").get("/").text


def test_the_employee_sees_who_has_the_plan_since_when(org: Org, visit: Visit) -> None:
    create_plan(org, "in_approval")
    text = visit("employee").get("/").text

    assert "Saya menunggu" in text
    assert "Menunggu Rahmat Rekaan, SKM (pejabat penilai) sejak 19 Januari 2026; tenggat 26 Januari 2026." in text
    assert "sejak 19 Januari 2026" in text
    assert "Anda belum punya rencana kerja" not in text


def test_the_page_speaks_english_on_request_and_remembers_it(org: Org, visit: Visit) -> None:
    browser = visit("newcomer").get("/?lang=en")

    assert "You have no work plan for 2026 yet." in browser.text
    assert 'lang="en"' in browser.get("/").source

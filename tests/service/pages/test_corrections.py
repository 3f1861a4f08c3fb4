"""The pages of *my rater, post or unit is wrong*: asking, HR's queue, one step, refusal with a reason."""

from typing import Any

import pytest
from sqlalchemy import select

from service.models import CorrectionRequest
from tests.factories import REASON, Org, create_plan, set_now
from tests.post_office import carry, newest_to
from tests.smtp_sink import SmtpSink


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


def states(org: Org) -> list[str]:
    with org.runut.database.read() as connection:
        return list(connection.scalars(select(CorrectionRequest.state)))


def ask(visit: Any, plan: dict[str, Any], label: str = "employee", **given: str) -> Any:
    path = f"/cases/{plan['number']}/correction"
    browser = visit(label).get(f"/cases/{plan['number']}")
    assert f'href="{path}"' in browser.source
    return browser.get(path).press(path, **{"about": "RATER", "text": "Penilai sudah pindah.", **given})


def test_the_employee_asks_on_a_page_that_says_the_case_goes_on(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")

    page = ask(visit, plan, proposed="Yusuf Permisalan")

    assert "Permintaan terkirim" in page.text and "Kasus ini berjalan terus" in page.text
    assert "dijawab paling lambat Senin, 26 Januari 2026" in page.text
    assert "Yusuf Permisalan, M.Kes (Kepala Bidang Pencegahan Penyakit" in page.text
    assert "kasus berjalan terus" in page.get(f"/cases/{plan['number']}").text


def test_hr_finds_it_in_the_inbox_and_on_the_board_and_accepts_in_one_step(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")
    ask(visit, plan, proposed="190008082000011008")
    hr = visit("hr").get("/board")
    assert "Permintaan koreksi data" in hr.text
    assert 'href="/corrections"' in hr.get("/").source

    hr.get("/corrections").press(f"/cases/{plan['number']}/corrections")

    assert "Data sudah berubah dan kasusnya sudah berpindah" in hr.text and states(org) == ["ACCEPTED"]
    assert "Menunggu Anda sebagai pejabat penilai" in visit("plh").get(f"/cases/{plan['number']}").text
    assert "Diterima: pejabat penilai menjadi Kepala Bidang Pencegahan" in visit("employee").get(
        f"/cases/{plan['number']}/correction"
    ).text


def test_a_refusal_without_a_reason_keeps_the_page_and_with_one_reaches_the_asker(
    org: Org, visit: Any, smtp_sink: SmtpSink
) -> None:
    plan = create_plan(org, "in_approval")
    ask(visit, plan)
    path = f"/cases/{plan['number']}/corrections"
    hr = visit("hr").get("/corrections")

    hr.press(path, verdict="REFUSED")
    assert hr.page.status_code == 422 and "Alasan: Wajib diisi." in hr.text
    hr.press(path, verdict="REFUSED", reason=REASON)

    assert states(org) == ["REFUSED"]
    carry(org.runut)
    mail = newest_to(org, smtp_sink, "employee")
    assert "menjawab permintaan koreksi" in mail.text and REASON not in mail.text
    assert REASON in visit("employee").get(f"/cases/{plan['number']}/correction").text


@pytest.mark.parametrize(
    ("about", "proposed", "shown"),
    [("POST", "Analis Perencanaan", "Analis Perencanaan"), ("UNIT", "Dinas Pendidikan", "Dinas Pendidikan"),
     ("NAME", "Sari Misalnya", "Sari Misalnya")],
)
def test_each_matter_is_proposed_in_words_and_accepted_with_one_click(
    org: Org, visit: Any, about: str, proposed: str, shown: str
) -> None:
    plan = create_plan(org, "in_review")
    ask(visit, plan, about=about, proposed=proposed)
    hr = visit("hr").get("/corrections")
    assert f"Terima: {shown}" in hr.text

    hr.press(f"/cases/{plan['number']}/corrections")

    assert states(org) == ["ACCEPTED"]


def test_hr_accepts_with_other_data_than_proposed(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")
    ask(visit, plan, "rater")
    hr = visit("hr").get("/corrections")

    hr.press(f"/cases/{plan['number']}/corrections", verdict="ACCEPTED", about="RATER", proposed_text="tidak ada")
    assert hr.page.status_code == 422 and "Periksa ketikan" in hr.text
    hr.press(f"/cases/{plan['number']}/corrections", verdict="ACCEPTED", about="RATER", proposed_text="Yusuf")

    assert states(org) == ["ACCEPTED"]


def test_a_request_is_taken_back_on_its_page(org: Org, visit: Any) -> None:
    plan = create_plan(org, "draft")
    page = ask(visit, plan)

    page.press(f"/cases/{plan['number']}/correction")

    assert "Permintaan ditarik." in page.text and states(org) == ["WITHDRAWN"]


def test_a_mistake_keeps_what_was_typed(org: Org, visit: Any) -> None:
    page = ask(visit, create_plan(org, "draft"), about="UNIT", proposed="Dinas", text="Saya pindah ke dinas lain")

    assert page.page.status_code == 422 and "Ada beberapa yang cocok" in page.text
    assert "Saya pindah ke dinas lain" in page.source


def test_others_neither_ask_nor_see_hrs_list(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")
    assert f"/cases/{plan['number']}/correction" not in visit("perf_team").get(f"/cases/{plan['number']}").source
    assert visit("employee").get("/corrections").page.status_code == 403


def test_the_daily_summary_of_hr_lists_it(org: Org, visit: Any, smtp_sink: SmtpSink) -> None:
    plan = create_plan(org, "draft")
    ask(visit, plan)
    set_now(org.runut, "2026-01-20T08:00:00+07:00")
    carry(org.runut)

    assert f"{plan['number']}: Rencana kerja (SKP), permintaan koreksi data" in newest_to(org, smtp_sink, "hr").text

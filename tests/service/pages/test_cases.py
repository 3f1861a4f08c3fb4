from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from service.models import Event
from tests.factories import REASON, Org, create_plan, set_now

Visit = Callable[[str], Any]


def _case(visit: Visit, label: str, plan: dict[str, Any]) -> Any:
    return visit(label).get(f"/cases/{plan['number']}")


def _events(org: Org, type_: str) -> int:
    with org.runut.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(Event).where(Event.type == type_)) or 0)


def test_the_rater_sets_the_plan_and_gets_a_receipt(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)

    browser.press(f"/cases/{plan['number']}", action="approve")

    assert "/receipt/" in browser.page.request.path
    assert "Keputusan Anda tersimpan" in browser.text
    assert "19 Januari 2026 pukul 09.00 WIB" in browser.text and "sebagai pejabat penilai" in browser.text
    assert "Ditetapkan" in _case(visit, "employee", plan).text


def test_pressing_twice_decides_once_and_shows_the_same_receipt(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)
    given = {**browser.hidden(f"/cases/{plan['number']}"), "action": "approve"}

    first, second = (browser.client.post(f"/cases/{plan['number']}", data=given) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert _events(org, "work_plan.approve") == 1


def test_the_address_of_an_action_takes_the_same_form(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)
    given = {**browser.hidden(f"/cases/{plan['number']}"), "reason": REASON}

    answer = browser.client.post(f"/cases/{plan['number']}/actions/return", data=given)

    assert answer.status_code == 303 and "/receipt/" in answer.location


def test_a_return_without_a_reason_asks_for_one_at_its_field(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan).press(f"/cases/{plan['number']}", action="return")

    assert browser.page.status_code == 422
    assert "Kesalahan:" in browser.source.partition("</title>")[0]
    assert 'href="#f-return-reason"' in browser.source and 'id="f-return-reason"' in browser.source
    assert browser.text.count("Tuliskan atau pilih sekurang-kurangnya satu alasan.") == 2


def test_a_ready_phrase_is_reason_enough_and_leads_what_was_typed(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)
    browser.press(
        f"/cases/{plan['number']}", action="return", phrases="Target belum terukur.", reason="Lihat hasil 2."
    )

    text = _case(visit, "employee", plan).text
    assert "Yang perlu diperbaiki Target belum terukur. Lihat hasil 2." in text


def test_a_case_that_moved_meanwhile_says_what_moved_and_keeps_the_typed_text(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)
    org.act("employee", plan, "recall")

    browser.press(f"/cases/{plan['number']}", action="return", reason="Catatan yang sudah saya ketik")

    assert browser.page.status_code == 409
    assert "Sari Misal, A.Md.Gz menarik kembali rencana kerja." in browser.text
    assert "Catatan yang sudah saya ketik" in browser.text
    assert _events(org, "work_plan.return") == 0


def test_what_blocks_a_step_stands_beside_its_button(org: Org, visit: Visit) -> None:
    document = org.example("employee")
    for result in document["results"]:
        result["parent"] = {"kind": "PENDING", "id": None}
    plan = create_plan(org, "in_approval", document=document)
    browser = _case(visit, "rater", plan)

    assert "Hasil kerja belum ditautkan ke hasil pimpinan." in browser.text
    browser.press(f"/cases/{plan['number']}", action="approve")
    assert browser.page.status_code == 409
    assert "Hasil kerja belum ditautkan ke hasil pimpinan." in browser.text


def test_hr_finds_its_steps_with_the_fields_they_ask_for(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_force")
    browser = _case(visit, "hr", plan)
    letter = {"kind": "SK", "number": "800/1", "date": "2026-01-19", "title": "Mutasi"}

    incomplete = browser.press(f"/cases/{plan['number']}", action="close", reason=REASON, legal_basis__kind="SK")
    assert incomplete.page.status_code == 422 and "Nomor surat: Wajib diisi." in browser.text
    browser.press(
        f"/cases/{plan['number']}", action="close", reason=REASON,
        **{f"legal_basis__{name}": value for name, value in letter.items()},
    )
    assert "Selesai" in browser.text and "/receipt/" in browser.page.request.path


@pytest.mark.parametrize("path", ["", "/edit", "/why", "/versions", "/mails", "/differences?from=1&to=1"])
def test_whoever_may_not_see_a_case_is_not_told_that_it_exists(org: Org, visit: Visit, path: str) -> None:
    plan = create_plan(org, "in_approval")
    outsider = visit("outsider")

    real = outsider.get(f"/cases/{plan['number']}{path}")
    assert real.page.status_code == 404 and "Sari" not in real.text
    assert outsider.get(f"/cases/SKP-2026-999999{path}").page.status_code == 404


def test_the_trace_tells_the_rounds_and_folds_repeated_saves(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "returned")
    for word in ("satu", "dua"):
        plan["document"]["annex"]["resources"] = [word]
        plan = org.save("employee", plan, plan["document"])["case"]
    org.act("employee", plan, "submit")
    text = _case(visit, "employee", plan).text

    assert "Putaran 2" in text and "Putaran 1" in text
    assert "Sari Misal, A.Md.Gz menyimpan perubahan isi (2 kali)." in text
    assert REASON in text


def test_versions_can_be_compared(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    plan["document"]["results"][0]["statement"] = "Tersedianya data gizi dari 12 puskesmas"
    org.save("employee", plan, plan["document"])
    browser = visit("employee").get(f"/cases/{plan['number']}/versions")

    assert "Bandingkan dengan versi 1" in browser.text
    browser.get(f"/cases/{plan['number']}/differences?from=1&to=2")
    assert "Hasil 1" in browser.text and "12 puskesmas" in browser.text and "10 puskesmas" in browser.text


def test_mails_are_for_the_employee_hr_and_auditors(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")

    for label in ("employee", "hr", "auditor"):
        assert "Rahmat Rekaan, SKM" in visit(label).get(f"/cases/{plan['number']}/mails").text
    assert visit("rater").get(f"/cases/{plan['number']}/mails").page.status_code == 404


def test_why_names_the_holder_and_offers_hr_the_remedies(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    hr = visit("hr").get(f"/cases/{plan['number']}/why")

    assert "Rahmat Rekaan, SKM, Kepala Bidang Kesehatan Masyarakat, pejabat penilai" in hr.text
    assert all(word in hr.text for word in ("Ingatkan", "Alihkan", "Perpanjang tenggat", "Tahan"))
    assert "Alihkan" not in visit("employee").get(f"/cases/{plan['number']}/why").text


def test_why_counts_working_days_late_in_both_languages(org: Org, visit: Visit) -> None:
    why = f"/cases/{create_plan(org, 'in_approval')['number']}/why"

    set_now(org.runut, "2026-01-27T09:00:00+07:00")
    assert "tenggat 26 Januari 2026, lewat 1 hari kerja." in visit("employee").get(why).text
    assert "due 26 January 2026, 1 working day late." in visit("hr").get(f"{why}?lang=en").text
    set_now(org.runut, "2026-01-28T09:00:00+07:00")
    assert "due 26 January 2026, 2 working days late." in visit("hr").get(f"{why}?lang=en").text


def test_the_receipt_of_somebody_else_is_no_receipt_of_mine(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_review")
    answer = org.act("perf_team", plan, "endorse")
    browser = visit("employee").get(f"/cases/{plan['number']}/receipt/{answer['event_id']}")

    assert "Hasan Perandaian, SE mereviu dan meneruskan rencana kerja." in browser.text
    assert "Bukan Anda?" not in browser.text
    code = answer["event_hash"][:8].upper()
    assert f"{code[:4]}-{code[4:]}" in browser.text


def test_an_unknown_action_and_a_receipt_of_another_case_are_not_found(org: Org, visit: Visit) -> None:
    plan, other = create_plan(org, "in_approval"), create_plan(org, "in_review", label="newcomer")
    browser = _case(visit, "rater", plan)

    assert browser.press(f"/cases/{plan['number']}", action="nonsense").page.status_code == 404
    answer = org.act("perf_team", other, "endorse")
    assert browser.get(f"/cases/{plan['number']}/receipt/{answer['event_id']}").page.status_code == 404


def test_hr_reminds_holds_and_resumes_from_the_page_that_says_why(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    why = f"/cases/{plan['number']}/why"
    hr = visit("hr")

    check, act = f"/cases/{plan['number']}/check", f"/cases/{plan['number']}/actions"
    hr.get(why).press(f"{check}/remind").press(f"{act}/remind")
    assert "Tindakan Anda tersimpan" in hr.text
    hr.get(why).press(f"{check}/hold", reason=REASON).press(f"{act}/hold")
    assert "Ditahan oleh kepegawaian" in _case(visit, "employee", plan).text
    held = visit("employee").get(why).text
    assert f"Alasan penahanan: {REASON}" in held and "Yang dapat bertindak sekarang" not in held
    hr.get(why).press(f"{check}/resume_case", reason=REASON).press(f"{act}/resume_case")
    assert "Menunggu Anda sebagai pejabat penilai" in _case(visit, "rater", plan).text


def test_hr_reroutes_to_a_person_named_by_nip(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    path = f"/cases/{plan['number']}/check/reroute"
    letter = {"kind": "SK", "number": "800/1", "date": "2026-01-19", "title": "Penunjukan"}
    given = {"reason": REASON, **{f"legal_basis__{name}": value for name, value in letter.items()}}
    hr = visit("hr").get(f"/cases/{plan['number']}/why")

    hr.press(path, to_person="123", **given)
    assert hr.page.status_code == 422 and "Tidak ada pegawai dengan NIP, surel, atau nama ini." in hr.text
    assert 'value="800/1"' in hr.source
    hr.press(path, to_person="190008082000011008", **given).press(f"/cases/{plan['number']}/actions/reroute")
    assert "/receipt/" in hr.page.request.path
    assert "Menunggu Anda sebagai pejabat penilai" in _case(visit, "plh", plan).text


def test_a_rater_who_cannot_decide_says_so_and_decides_nothing(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)

    assert "Saya tidak dapat memutuskan" in browser.text
    browser.press(f"/cases/{plan['number']}", action="decline", ground="absent")
    assert "/receipt/" in browser.page.request.path
    assert _events(org, "case.decline") == 1 and _events(org, "work_plan.approve") == 0


def test_a_note_is_read_by_everybody_in_the_case(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)
    browser.press(f"/cases/{plan['number']}/actions/comment", action="comment", text="Mohon lengkapi data puskesmas")

    assert "Mohon lengkapi data puskesmas" in _case(visit, "employee", plan).text


def test_a_form_whose_names_contradict_each_other_is_refused_and_not_an_error_of_ours(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = _case(visit, "rater", plan)
    given = {**browser.hidden(f"/cases/{plan['number']}"), "action": "return", "reason": REASON, "reason.deep.er": "x"}

    assert browser.client.post(f"/cases/{plan['number']}", data=given).status_code == 303


def test_signing_in_again_before_a_post_leads_back_to_the_case(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    browser = visit("rater").get(f"/cases/{plan['number']}/actions/approve")

    assert browser.page.request.path == f"/cases/{plan['number']}"

"""The rules page: what holds, on what it rests, and a check page before anything changes."""

import pytest

from service.runut import Runut
from tests.browsing import browse, words_of
from tests.factories import REASON, Org, create_organisation, create_plan

LETTER = {"letter_number": "800/41/2026", "reason": REASON}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def days(org: Org) -> int:
    with org.runut.database.read() as connection:
        return org.runut.present(connection).rules.days("reminder.before")


def test_hr_and_auditors_read_every_rule_and_only_hr_may_change_one(org: Org) -> None:
    page = browse(org, "hr").read("/rules")
    assert "4 aturan yang berlaku sekarang belum ditegaskan" in page
    assert "Pengingat sebelum tenggat Kebijakan instansi" in page
    assert "Kesalahan" not in page
    assert "14 hari nilai anjuran" in page and "PP 30/2019 Pasal 59" in page
    assert "Direviu pengelola kinerja Rencana kerja (SKP) 2026.1 3" in page

    auditor = browse(org, "auditor")
    read = auditor.read("/rules")
    assert "Pengingat sebelum tenggat" in read and "Tegaskan nilai anjuran" not in read and "Ubah" not in read
    assert auditor.get("/rules/reminder.before").status_code == 403
    for label in ("employee", "rater"):
        assert browse(org, label).get("/rules").status_code == 403


def test_a_change_shows_what_it_reaches_before_anything_is_recorded(org: Org) -> None:
    create_plan(org, "in_approval")
    hr = browse(org, "hr")
    check = hr.post("/rules/reminder.before", "/rules/reminder.before", do="check", value="5", **LETTER)
    words = words_of(check.text)
    assert "3 hari kerja → menjadi 5 hari kerja" in words
    assert "1 kasus terbuka mempunyai tenggat, menunggu 1 orang" in words
    assert days(org) == 3

    saved = hr.post("/rules/reminder.before", "/rules/reminder.before", do="save", value="5", **LETTER)
    assert saved.status_code == 303
    after = hr.read(saved.headers["Location"])
    assert "“Pengingat sebelum tenggat” berlaku dengan nilai baru" in after
    assert "Ratna Contohwati, S.Psi, 19 Januari 2026 nomor surat 800/41/2026" in after
    assert days(org) == 5


@pytest.mark.parametrize("do", ["check", "save"])
def test_what_is_wrong_comes_back_with_what_was_typed(org: Org, do: str) -> None:
    page = browse(org, "hr").post(
        "/rules/reminder.before", "/rules/reminder.before", do=do, value="77", letter_number="800/41", reason="singkat"
    )
    assert page.status_code == 422
    assert 'value="77"' in page.text and 'value="800/41"' in page.text
    assert "Kesalahan:" in page.text and "singkat" in page.text
    assert days(org) == 3


def test_recommended_values_are_confirmed_together_by_one_letter(org: Org) -> None:
    hr = browse(org, "hr", "en")
    keys = ["reminder.before", "reminder.superior", "reminder.reroute", "correction.answer"]
    check = words_of(hr.post("/rules/confirm", "/rules", do="check", keys=keys, letter_number="800/9").text)
    assert "What will be confirmed" in check and "3 working days" in check and "800/9" in check
    assert "4 rules in use are not confirmed yet" in hr.read("/rules")

    assert hr.post("/rules/confirm", "/rules", do="save", keys=keys, letter_number="800/9").status_code == 303
    assert "All rules in use are confirmed" in hr.read("/rules")


def test_confirming_nothing_or_without_a_letter_says_what_is_missing(org: Org) -> None:
    hr = browse(org, "hr")
    none = hr.post("/rules/confirm", "/rules", do="check", letter_number="800/9")
    assert none.status_code == 422 and "Pilih sekurang-kurangnya satu aturan" in none.text
    unsigned = hr.post("/rules/confirm", "/rules", do="check", keys=["reminder.before"])
    assert unsigned.status_code == 422 and 'href="#f-letter_number"' in unsigned.text

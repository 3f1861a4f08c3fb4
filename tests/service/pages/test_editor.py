from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from service.casefile import load_case
from service.models import Event
from tests.factories import LETTER, Org, create_plan, set_now

Visit = Callable[[str], Any]
INDICATOR = {
    "indicators.0.text": "Jumlah desa", "indicators.0.aspect": "QUANTITY", "indicators.0.target": "10",
    "indicators.0.unit": "desa",
}


def _begin(visit: Visit, label: str = "newcomer") -> tuple[Any, str]:
    browser = visit(label).get("/").press("/cases", workflow="work_plan")
    return browser, str(browser.page.request.path)


def _document(org: Org, number: str) -> dict[str, Any]:
    with org.runut.database.read() as connection:
        return dict(load_case(connection, org.runut.present(connection), number).document)


def _saves(org: Org) -> int:
    with org.runut.database.read() as connection:
        query = select(func.count()).select_from(Event).where(Event.type == "work_plan.save")
        return int(connection.scalar(query) or 0)


def _add(browser: Any, edit: str, statement: str, **fields: str) -> Any:
    browser.get(f"{edit}/results/new")
    given = {**browser.hidden(f"{edit}/results/new"), **INDICATOR, "statement": statement, "do": "save", **fields}
    browser.page = browser.client.post(f"{edit}/results/new", data=given, follow_redirects=True)
    return browser


def test_a_newcomer_writes_a_plan_with_three_results_and_submits_it(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    for name in ("Meningkatnya sanitasi", "Tersedianya air bersih", "Terkelolanya sampah"):
        _add(browser, edit, name, parent=f"GOAL:{org.goals[1]}")
    browser.get(f"{edit}/annex")
    browser.press(
        f"{edit}/annex", annex__resources="Kendaraan\nSanitarian kit", annex__accountability="Laporan triwulan",
        annex__consequences="Diklat",
    )

    browser.get(f"{edit}/check")
    assert "Diteruskan kepada:" in browser.text and "Hasan Perandaian, SE, tim pengelola kinerja" in browser.text
    browser.press(f"{edit}/check", action="submit")

    assert "Rencana sudah diajukan" in browser.text and "Tarik kembali" in browser.text
    document = _document(org, "SKP-2026-000001")
    assert [result["statement"] for result in document["results"]] == [
        "Meningkatnya sanitasi", "Tersedianya air bersih", "Terkelolanya sampah"
    ]
    assert document["annex"]["resources"] == ["Kendaraan", "Sanitarian kit"]


def test_the_task_list_leads_to_the_first_part_that_is_not_done(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    assert "Lanjutkan: Data saya" in browser.text

    _add(browser, edit, "Meningkatnya sanitasi", parent=f"GOAL:{org.goals[0]}")
    assert "Lanjutkan: Lampiran" in browser.get(edit).text


def test_saving_and_adding_another_opens_an_empty_result(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    _add(browser, edit, "Meningkatnya sanitasi", do="more")

    assert browser.page.request.path == f"{edit}/results/new"
    assert "Hasil sebelumnya tersimpan." in browser.text and "Hasil kerja 2" in browser.text


def test_another_indicator_row_keeps_what_was_typed_and_saves_nothing(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    _add(browser, edit, "Meningkatnya sanitasi", do="add")

    assert 'value="Jumlah desa"' in browser.source and 'name="indicators.1.text"' in browser.source
    assert _saves(org) == 0


def test_an_indicator_can_be_taken_away(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    second = {name.replace(".0.", ".1."): f"{value}0" for name, value in INDICATOR.items()}
    _add(browser, edit, "Meningkatnya sanitasi", do="remove.0", **{**second, "indicators.1.aspect": "QUALITY"})

    assert 'value="Jumlah desa0"' in browser.source and 'value="Jumlah desa"' not in browser.source


def test_what_cannot_be_stored_is_named_at_its_field_and_nothing_typed_is_lost(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    _add(browser, edit, "Meningkatnya sanitasi", **{"indicators.0.target": "sepuluh"})

    assert browser.page.status_code == 422
    assert 'href="#f-indicators-0-target"' in browser.source and 'id="f-indicators-0-target"' in browser.source
    assert 'value="sepuluh"' in browser.source and "Meningkatnya sanitasi" in browser.text
    assert _saves(org) == 0


def test_saving_what_is_saved_makes_no_new_version(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    for _ in range(2):
        browser.get(f"{edit}/behaviours").press(f"{edit}/behaviours", behaviours__LOYAL="Menjaga rahasia")

    assert _saves(org) == 1


def test_main_results_stay_before_additional_ones(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    _add(browser, edit, "Tersusunnya laporan", kind="ADDITIONAL")
    _add(browser, edit, "Meningkatnya sanitasi")

    kinds = [result["kind"] for result in _document(org, "SKP-2026-000001")["results"]]
    assert kinds == ["MAIN", "ADDITIONAL"]


def test_a_result_is_deleted_only_after_a_question(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    edit = f"/cases/{plan['number']}/edit"
    browser = visit("employee").get(f"{edit}/results/r2/delete")

    assert "Hapus hasil kerja 2?" in browser.text
    assert len(_document(org, plan["number"])["results"]) == 3
    browser.press(f"{edit}/results/r2/delete", do="delete")
    assert [result["id"] for result in _document(org, plan["number"])["results"]] == ["r1", "r3"]


def test_two_windows_that_change_different_fields_are_both_kept(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    annex = f"/cases/{plan['number']}/edit/annex"
    mine, other = visit("employee").get(annex), visit("employee").get(annex)
    was = {f"annex.{name}": "\n".join(items) for name, items in plan["document"]["annex"].items()}

    other.press(annex, **{**was, "annex.resources": "Kendaraan"})
    mine.press(annex, **{**was, "annex.consequences": "Diklat"})

    kept = _document(org, plan["number"])["annex"]
    assert kept["resources"] == ["Kendaraan"] and kept["consequences"] == ["Diklat"]


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Tulisan saya"), ("theirs", "Tulisan lain")])
def test_two_windows_that_change_one_field_are_shown_side_by_side(
    org: Org, visit: Visit, choice: str, kept: str
) -> None:
    plan = create_plan(org)
    annex = f"/cases/{plan['number']}/edit/annex"
    mine, other = visit("employee").get(annex), visit("employee").get(annex)

    other.press(annex, annex__resources="Tulisan lain", annex__accountability="", annex__consequences="")
    mine.press(annex, annex__resources="Tulisan saya", annex__accountability="", annex__consequences="")

    assert mine.page.status_code == 409
    assert "Tulisan saya" in mine.text and "Tulisan lain" in mine.text
    mine.press(annex, **{"merge.annex.resources": choice, "do": "save"})
    assert _document(org, plan["number"])["annex"]["resources"] == [kept]


def test_a_result_deleted_elsewhere_is_not_lost_while_it_is_typed(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    edit = f"/cases/{plan['number']}/edit"
    mine = visit("employee").get(f"{edit}/results/r1")
    visit("employee").get(f"{edit}/results/r1/delete").press(f"{edit}/results/r1/delete", do="delete")

    mine.press(f"{edit}/results/r1", statement="Tersedianya data", do="save", **INDICATOR)
    assert "Hasil ini sudah dihapus dari jendela lain." in mine.text
    mine.press(f"{edit}/results/new", statement="Tersedianya data", do="save", **INDICATOR)
    assert "Tersedianya data" in [result["statement"] for result in _document(org, plan["number"])["results"]]


def test_text_that_comes_after_the_plan_was_submitted_is_given_back(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    annex = f"/cases/{plan['number']}/edit/annex"
    browser = visit("employee").get(annex)
    org.act("employee", plan, "submit")

    browser.press(annex, annex__resources="Tulisan panjang saya", annex__accountability="", annex__consequences="")

    assert browser.page.status_code == 409
    assert "Belum tersimpan" in browser.text and "Tulisan panjang saya" in browser.text


def test_what_is_typed_is_kept_and_offered_on_return(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    edit = f"/cases/{plan['number']}/edit"
    browser = visit("employee").get(f"{edit}/behaviours")
    typed = {**browser.hidden(f"{edit}/behaviours"), "behaviours.LOYAL": "Setia"}

    answer = browser.client.put(f"/cases/{plan['number']}/autosave?part=behaviours", data=typed)

    assert answer.status_code == 200 and answer.json["revision"] == 1
    assert answer.json["message"] == "Ketikan disimpan sementara pukul 09.00."
    assert "Ada tulisan yang belum disimpan" in browser.get(edit).text
    assert "Setia" in browser.get(f"{edit}/behaviours?kept=1").source
    assert _saves(org) == 0
    browser.get(edit).press(f"/cases/{plan['number']}/autosave/drop")
    assert "Ada tulisan yang belum disimpan" not in browser.text


def test_the_autosave_of_an_older_window_does_not_overwrite_a_newer_one(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    browser = visit("employee").get(f"/cases/{plan['number']}/edit/annex")
    typed = browser.hidden(f"/cases/{plan['number']}/edit/annex")
    path = f"/cases/{plan['number']}/autosave?part=annex"

    assert browser.client.put(path, data={**typed, "annex.resources": "satu"}).status_code == 200
    stale = browser.client.put(path, data={**typed, "annex.resources": "dua"}, headers={"X-Revision": "0"})

    assert stale.status_code == 412 and "jendela lain" in stale.json["message"]


def test_an_autosave_without_the_form_token_is_refused(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    browser = visit("employee").get("/")

    assert browser.client.put(f"/cases/{plan['number']}/autosave?part=annex", data={}).status_code == 403


def test_nobody_but_the_employee_opens_the_editor(org: Org, visit: Visit) -> None:
    plan = create_plan(org)

    assert visit("hr").get(f"/cases/{plan['number']}/edit").page.request.path == f"/cases/{plan['number']}"
    assert visit("rater").get(f"/cases/{plan['number']}/edit").page.status_code == 404


def test_the_team_may_draft_once_the_employees_time_is_over(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    edit = f"/cases/{plan['number']}/edit"
    assert visit("perf_team").get(edit).page.request.path == f"/cases/{plan['number']}"

    set_now(org.runut, "2026-02-09T09:00:00+07:00")
    team = visit("perf_team")
    assert "Data pegawai" in team.get(edit).text
    assert "Hanya pegawai yang bersangkutan yang dapat mengajukan." in team.get(f"{edit}/check").text


def test_a_finding_leads_to_the_field_it_is_about(org: Org, visit: Visit) -> None:
    document = org.example("employee")
    document["results"][1]["indicators"] = []
    document["results"][2]["indicators"][0]["unit"] = ""
    plan = create_plan(org, document=document)
    edit = f"/cases/{plan['number']}/edit"
    browser = visit("employee").get(f"{edit}/check")

    assert "Hasil 2: Hasil kerja ini belum punya indikator." in browser.text
    assert f'href="{edit}/results/r2#f-indicators-0-text"' in browser.source
    assert f'href="{edit}/results/r3#f-indicators-0-unit"' in browser.source
    assert 'value="submit"' not in browser.source
    assert 'id="f-indicators-0-unit"' in browser.get(f"{edit}/results/r3").source


def test_a_told_plan_asks_for_a_measure_of_success_and_keeps_the_indicators(org: Org, visit: Visit) -> None:
    plan = create_plan(org)
    edit = f"/cases/{plan['number']}/edit"
    browser = visit("employee").get(f"{edit}/results").press(f"{edit}/results", approach="QUALITATIVE")
    browser.get(f"{edit}/results/r1")

    assert "Ukuran keberhasilan" in browser.text and "Tambah indikator" not in browser.text
    browser.press(f"{edit}/results/r1", statement="Tersedianya data", success_measure="Data dipakai dinas", do="save")
    first = _document(org, plan["number"])["results"][0]
    assert first["success_measure"] == "Data dipakai dinas" and len(first["indicators"]) == 3


def test_a_leader_chooses_a_perspective_instead_of_an_aspect(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit, "rater_superior")
    browser.get(f"{edit}/results/new")

    assert "Pilih perspektif" in browser.text and "Pilih aspek" not in browser.text


def test_numbers_are_typed_and_shown_in_the_readers_way(org: Org, visit: Visit) -> None:
    browser, edit = _begin(visit)
    _add(browser, edit, "Meningkatnya sanitasi", **{"indicators.0.target": "1.200,5"})

    assert _document(org, "SKP-2026-000001")["results"][0]["indicators"][0]["target"] == "1200.5"
    assert "1.200,5 desa" in browser.text
    assert "1,200.5 desa" in browser.get(f"{edit}/results?lang=en").text


def test_an_amendment_is_written_while_the_plan_stays_in_force(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_force")
    org.act("employee", plan, "amend", **LETTER)
    browser = visit("employee").get(f"/cases/{plan['number']}")

    assert "Versi yang terakhir ditetapkan tetap berlaku" in browser.text
    assert "Batalkan perubahan" in browser.text and "Batalkan rencana" not in browser.text
    assert "Lanjutkan menyusun" in browser.text


@pytest.mark.parametrize(
    "page", ["", "/me", "/results", "/results/new", "/results/r1", "/behaviours", "/annex", "/check"]
)
def test_every_page_of_the_editor_speaks_both_languages_and_names_its_form_fields(
    org: Org, visit: Visit, page: str
) -> None:
    plan = create_plan(org)
    browser = visit("employee")

    for locale in ("id", "en"):
        assert browser.get(f"/cases/{plan['number']}/edit{page}?lang={locale}").page.status_code == 200
        ids = [part.partition('"')[0] for part in browser.source.split(' id="')[1:]]
        assert len(ids) == len(set(ids))

from datetime import date
from typing import Any

from service.pages.documents import changes_of, document_view, plan_view, problem_rows
from workflows.context import Context, ParentResult, PersonCard
from workflows.work_plan_example import example
from workflows.work_plan_rules import align

SARI = PersonCard("Sari", "190003032000012003", "Penata", "III/a", "Nutrisionis", "Bidang", "FUNGSIONAL")
RAHMAT = PersonCard("Rahmat", "190002022000011002", "Pembina", "IV/a", "Kepala Bidang", "Bidang", "ADMINISTRATOR")
B1 = ParentResult("RESULT", "b1", "Meningkatnya cakupan D/S", "D/S: 85 %", "Rahmat")
CONTEXT = Context(SARI, RAHMAT, date(2026, 1, 1), date(2026, 12, 31), [B1])


def _document(**changes: Any) -> dict[str, Any]:
    return {**example(CONTEXT), **changes}


def test_a_plan_is_shown_with_words_for_its_codes() -> None:
    view = plan_view(_document(), CONTEXT, "id")

    first = view["results"][0]
    assert first["indicators"][0] == {
        "id": "r1-1", "text": "Jumlah laporan e-PPGBM bulanan tervalidasi", "aspect": "Kuantitas",
        "target": "12 laporan",
    }
    assert first["parent"]["statement"] == B1.statement and not first["parent"]["open"]
    assert view["counts"]["indicators"] == 8 and view["counts"]["aligned"] == 3
    assert view["special"] == ["Kolaboratif"]
    assert [part["label"] for part in view["annex"]] == [
        "Dukungan sumber daya", "Skema pertanggungjawaban", "Konsekuensi"
    ]


def test_a_result_whose_parent_is_gone_says_so() -> None:
    orphaned = Context(SARI, RAHMAT, date(2026, 1, 1), date(2026, 12, 31), [])

    assert plan_view(_document(), orphaned, "en")["results"][0]["parent"]["open"]


def test_every_field_that_changed_is_named_with_both_texts() -> None:
    before, after = _document(), _document()
    after["results"][1]["indicators"][0]["target"] = "1500"
    after["annex"] = {**after["annex"], "consequences": []}

    changes = changes_of(before, after, CONTEXT, "id")

    assert [change["label"] for change in changes] == ["Hasil 2, indikator 1", "Konsekuensi"]
    assert changes[0]["old"] == "Jumlah kader terlatih: 120 orang (Kuantitas)"
    assert changes[0]["new"] == "Jumlah kader terlatih: 1.500 orang (Kuantitas)"
    assert changes[1]["new"] == ""


def test_a_result_that_came_is_one_change_with_its_whole_text() -> None:
    before, after = _document(), _document()
    before["results"] = before["results"][:2]

    (change,) = changes_of(before, after, CONTEXT, "en")

    assert change["label"] == "Result 3" and change["old"] == ""
    assert "Serapan anggaran PMT: 95 % (Cost)" in change["new"]


def test_a_finding_says_where_it_is_and_what_stops_only_the_setting_is_a_note_before() -> None:
    document = _document()
    document["results"][0]["parent"] = {"kind": "PENDING", "id": None}
    problems = align(document, CONTEXT)

    drafting = problem_rows(problems, document, "id")
    setting = problem_rows(problems, document, "id", setting=True)

    assert {row["level"] for row in drafting} == {"W"}
    assert any(row["level"] == "E" and row["message"].startswith("Hasil 1: ") for row in setting)


def test_a_document_without_a_page_of_its_own_is_a_list_of_its_filled_fields() -> None:
    view = document_view("appeal", {"grounds": [{"id": "g1", "text": "Salah hitung"}], "relief": ""}, CONTEXT, "id")

    assert view["template"] == "_document.html"
    assert view["rows"] == [{"term": "Grounds 1, text", "value": "Salah hitung"}]

"""The shape of a work plan: half-written ones are stored, misshapen ones refused with a sentence at the place."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from workflows.behaviours import BEHAVIOURS
from workflows.context import Context
from workflows.fields import clean, shape_problems
from workflows.inputs import input_schema
from workflows.work_plan_document import Aspect, WorkPlanDocument, blank, planned_results, protected
from workflows.work_plan_example import example

SCHEMA = WorkPlanDocument()


def load(document: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = SCHEMA.load(document)
    return loaded


def refused(document: Any) -> dict[str, str]:
    """The places that the schema refuses, each with its English sentence."""
    with pytest.raises(ValidationError) as refusal:
        SCHEMA.load(document)
    problems = shape_problems(refusal.value)
    assert all((problem.code, problem.level) == ("SHAPE", "E") for problem in problems)
    assert all(problem.message.id != problem.message.en for problem in problems)
    return {problem.path: problem.message.en for problem in problems}


def with_result(**parts: Any) -> dict[str, Any]:
    return {"results": [{"id": "r1", **parts}]}


def with_indicator(**parts: Any) -> dict[str, Any]:
    return with_result(indicators=[{"id": "r1-1", **parts}])


def test_an_empty_plan_can_be_stored_and_has_every_key() -> None:
    assert load({}) == {
        "approach": "QUANTITATIVE",
        "period": {"from": None, "to": None},
        "results": [],
        "behaviours": [],
        "annex": {"resources": [], "accountability": [], "consequences": []},
    }


def test_a_half_written_row_can_be_stored_and_has_every_key() -> None:
    assert load(with_indicator())["results"][0] == {
        "id": "r1",
        "kind": "MAIN",
        "statement": "",
        "parent": None,
        "assigned_by": "",
        "perspective": None,
        "success_measure": "",
        "indicators": [{"id": "r1-1", "text": "", "aspect": None, "target": "", "unit": ""}],
    }


def test_a_new_plan_has_the_seven_values_and_the_period(context: Context) -> None:
    document = blank(context)
    assert document["period"] == {"from": "2026-01-01", "to": "2026-12-31"}
    assert len(document["behaviours"]) == len({row["value"] for row in document["behaviours"]}) == 7
    assert load(document) == document


def test_what_is_loaded_dumps_to_the_same_and_is_plain_json(context: Context) -> None:
    for document in ({}, with_indicator(aspect="TIME"), blank(context), example(context)):
        loaded = load(document)
        assert SCHEMA.dump(loaded) == load(loaded) == json.loads(json.dumps(loaded)) == loaded


def test_two_empty_plans_share_no_lists() -> None:
    load({})["annex"]["resources"].append("10 alat")
    assert load({})["annex"]["resources"] == []


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], ""),
        ({"title": "SKP"}, "title"),
        ({"approach": "MIXED"}, "approach"),
        ({"approach": None}, "approach"),
        ({"period": "2026"}, "period"),
        ({"period": {"from": "2026-02-30"}}, "period.from"),
        ({"period": {"to": "20260131"}}, "period.to"),
        ({"period": {"until": None}}, "period.until"),
        ({"results": {}}, "results"),
        ({"results": ["Tersedianya data"]}, "results.0"),
        ({"results": [{"statement": "tanpa id"}]}, "results.0.id"),
        ({"results": [{"id": "r 1"}]}, "results.0.id"),
        ({"results": [{"id": "r" * 37}]}, "results.0.id"),
        ({"results": [{"id": ""}]}, "results.0.id"),
        ({"results": [{"id": 1}]}, "results.0.id"),
        ({"results": [{"id": f"r{n}"} for n in range(51)]}, "results"),
        (with_result(kind="OTHER"), "results.0.kind"),
        (with_result(statement=["a"]), "results.0.statement"),
        (with_result(statement="a" * 501), "results.0.statement"),
        (with_result(statement="dua\nbaris"), "results.0.statement"),
        (with_result(statement="a\x00b"), "results.0.statement"),
        (with_result(statement="a\rb"), "results.0.statement"),
        (with_result(statement="a\ud800b"), "results.0.statement"),
        (with_result(statement="a\u2028b"), "results.0.statement"),
        (with_result(statement="=?utf-8?q?Bcc?="), "results.0.statement"),
        (with_result(success_measure="a" * 1001), "results.0.success_measure"),
        (with_result(success_measure="a\x1bb"), "results.0.success_measure"),
        (with_result(success_measure="a\rb"), "results.0.success_measure"),
        (with_result(perspective="OTHER"), "results.0.perspective"),
        (with_result(parent={"id": "b1"}), "results.0.parent.kind"),
        (with_result(parent={"kind": "OTHER"}), "results.0.parent.kind"),
        (with_result(parent="b1"), "results.0.parent"),
        (with_indicator(aspect="SPEED"), "results.0.indicators.0.aspect"),
        (with_indicator(target=12), "results.0.indicators.0.target"),
        (with_indicator(target=96.2), "results.0.indicators.0.target"),
        (with_indicator(target="96,2"), "results.0.indicators.0.target"),
        (with_indicator(target="1e3"), "results.0.indicators.0.target"),
        (with_indicator(target="١٢"), "results.0.indicators.0.target"),
        (with_indicator(target="NaN"), "results.0.indicators.0.target"),
        (with_indicator(weight="1"), "results.0.indicators.0.weight"),
        ({"behaviours": [{"value": "PUNCTUAL"}]}, "behaviours.0.value"),
        ({"behaviours": [{"special_expectation": "a"}]}, "behaviours.0.value"),
        ({"annex": {"resources": "10 alat"}}, "annex.resources"),
        ({"annex": {"resources": [None]}}, "annex.resources.0"),
        ({"annex": {"consequences": ["a"] * 51}}, "annex.consequences"),
    ],
)
def test_a_misshapen_plan_is_refused_at_the_place(document: Any, path: str) -> None:
    assert list(refused(document)) == [path]


@pytest.mark.parametrize("target", ["", "0", "12", "96.2", "-1", " 85 "])
def test_targets_are_decimals_written_out(target: str) -> None:
    assert load(with_indicator(target=target))["results"][0]["indicators"][0]["target"] == target.strip()


def test_ids_stand_once() -> None:
    twice = {
        "results": [
            {"id": "r1", "indicators": [{"id": "a"}, {"id": "a"}]},
            {"id": "r1", "indicators": [{"id": "b"}]},
            {"id": "r2", "indicators": [{"id": "b"}]},
        ],
        "behaviours": [{"value": "LOYAL"}, {"value": "ADAPTIVE"}, {"value": "LOYAL"}],
    }
    assert sorted(refused(twice)) == [
        "behaviours.2.value",
        "results.0.indicators.1.id",
        "results.1.id",
        "results.2.indicators.0.id",
    ]


def test_an_id_of_a_result_and_its_indicator_may_stand_twice_together() -> None:
    both = {"results": [{"id": "r1", "indicators": [{"id": "a"}]}, {"id": "r1", "indicators": [{"id": "a"}]}]}
    assert sorted(refused(both)) == ["results.1.id", "results.1.indicators.0.id"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Tersedianya data  ", "Tersedianya data"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u202eTersedia\u202c\u2066 data\u2069\u200f", "Tersedia data"),
        ("\u200b\ufeff ", ""),
        ("kolom\tdua", "kolom dua"),
        ("baris\n", "baris"),
    ],
)
def test_text_is_kept_clean(typed: str, kept: str) -> None:
    assert load(with_result(statement=typed))["results"][0]["statement"] == kept


def test_the_line_breaks_of_forms_become_plain_ones() -> None:
    assert load(with_result(success_measure="satu\r\ndua"))["results"][0]["success_measure"] == "satu\ndua"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text, lines=True)
    except ValidationError:
        return
    assert clean(once, lines=True) == once == once.strip() == unicodedata.normalize("NFC", once)
    once.encode()


def test_a_sentence_names_the_limit_in_both_languages() -> None:
    with pytest.raises(ValidationError) as refusal:
        SCHEMA.load(with_result(statement="a" * 501))
    (problem,) = shape_problems(refusal.value)
    assert (problem.message.id, problem.message.en) == ("Paling banyak 500; sekarang 501.", "At most 500; now 501.")


def test_the_endorsed_part_is_approach_period_and_results(context: Context) -> None:
    document = example(context)
    assert set(protected(document)) == {"approach", "period", "results"}
    altered = {**document, "annex": {"resources": [], "accountability": [], "consequences": []}, "behaviours": []}
    assert protected(altered) == protected(document)
    assert protected({**document, "results": []}) != protected(document)


def test_planned_results_quote_their_indicators_and_keep_their_parent(context: Context) -> None:
    rows = planned_results("c-1", example(context))
    assert [row["place"] for row in rows] == [0, 1, 2]
    assert rows[1] == {
        "case_id": "c-1",
        "id": "r2",
        "place": 1,
        "kind": "MAIN",
        "statement": "Meningkatnya kemampuan kader posyandu dalam pengukuran",
        "measure": "Jumlah kader terlatih: 120 orang; Kader lulus uji praktik: 80 %",
        "parent_kind": "RESULT",
        "parent_id": "b1",
    }


def test_a_told_result_is_quoted_by_its_measure_of_success() -> None:
    told = {"approach": "QUALITATIVE", **with_result(success_measure="Warga puas", parent={"kind": "PENDING"})}
    (row,) = planned_results("c-1", load(told))
    assert (row["measure"], row["parent_kind"], row["parent_id"]) == ("Warga puas", "PENDING", None)


def test_the_seven_values_have_three_statements_each_in_both_languages() -> None:
    assert [behaviour.label.id for behaviour in BEHAVIOURS] == [
        "Berorientasi Pelayanan", "Akuntabel", "Kompeten", "Harmonis", "Loyal", "Adaptif", "Kolaboratif",
    ]  # fmt: skip
    for behaviour in BEHAVIOURS:
        assert len({text.id for text in behaviour.statements}) == len({t.en for t in behaviour.statements}) == 3


def test_codes_carry_their_label() -> None:
    assert Aspect("TIME").label.id == "Waktu"
    assert f"{Aspect.TIME}" == Aspect.TIME == "TIME"


# What a person fills in with a step

LETTER = {"kind": "SK", "number": "800/12/2026", "date": "2026-03-02", "title": "Perpindahan pegawai"}


@pytest.mark.parametrize("reason", ["terlalu: 9", "x" * 2000, "  alasan yang cukup  ", "baris satu\r\nbaris dua"])
def test_a_reason_of_10_to_2000_characters_is_taken(reason: str) -> None:
    assert input_schema(["reason"]).load({"reason": reason}) == {"reason": reason.strip().replace("\r\n", "\n")}


@pytest.mark.parametrize(
    ("names", "given", "path"),
    [
        (["reason"], {}, "reason"),
        (["reason"], {"reason": None}, "reason"),
        (["reason"], {"reason": "x" * 9 + " " * 5}, "reason"),
        (["reason"], {"reason": "\u200b" * 12}, "reason"),
        (["reason"], {"reason": "x" * 2001}, "reason"),
        (["reason"], {"reason": "alasan yang cukup", "ends_on": "2026-06-30"}, "ends_on"),
        ([], {"reason": "alasan yang cukup"}, "reason"),
        (["legal_basis"], {"legal_basis": {**LETTER, "number": " "}}, "legal_basis.number"),
        (["legal_basis"], {"legal_basis": {**LETTER, "date": "2 Maret"}}, "legal_basis.date"),
        (["legal_basis"], {"legal_basis": "SK 800"}, "legal_basis"),
        (["ends_on"], {"ends_on": ""}, "ends_on"),
        (["ends_on"], {"ends_on": "2026-06-31"}, "ends_on"),
        (["ground"], {"ground": "tired"}, "ground"),
        (["patch"], {"patch": [{"op": "replace", "path": "/approach"}]}, "patch"),
    ],
)
def test_a_wrong_input_is_refused_at_the_place(names: list[str], given: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        input_schema(names).load(given)
    assert [problem.path for problem in shape_problems(refusal.value)] == [path]


def test_inputs_load_to_plain_json() -> None:
    given = {"reason": "alasan yang cukup", "legal_basis": LETTER, "ends_on": "2026-06-30"}
    assert input_schema(["reason", "legal_basis", "ends_on"]).load(given) == given


def test_an_input_with_a_question_mark_may_be_left_out() -> None:
    schema = input_schema(["ground", "from?", "until?", "proposed_substitute?", "text?"])
    assert schema.load({"ground": "absent"}) == {
        "ground": "absent",
        "from": None,
        "until": None,
        "proposed_substitute": None,
        "text": None,
    }


def test_the_schema_of_the_same_inputs_is_made_once() -> None:
    assert input_schema(["reason", "ends_on"]) is input_schema(name for name in ("reason", "ends_on"))
    with pytest.raises(KeyError):
        input_schema(["no_such_input"])

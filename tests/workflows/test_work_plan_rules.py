"""What a complete work plan needs: each rule has plans that break it and plans that keep it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from workflows.context import Context, ParentResult
from workflows.kit import Problem
from workflows.work_plan import WORKFLOW
from workflows.work_plan_document import WorkPlanDocument, blank
from workflows.work_plan_example import example
from workflows.work_plan_rules import RULES, RULES_OF_ALIGNMENT

MakeContext = Callable[..., Context]
GOAL = ParentResult("GOAL", "T2", "Menurunnya stunting", "Prevalensi: 18 %", "Dinas Kesehatan")


def problems(document: dict[str, Any], context: Context) -> list[Problem]:
    """The problems of the document as it would be stored."""
    return WORKFLOW.problems(WorkPlanDocument().load(document), context)


def found(document: dict[str, Any], context: Context) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.path, problem.level) for problem in problems(document, context)]


def with_result(context: Context, **parts: Any) -> dict[str, Any]:
    """The example with its first result altered."""
    document = example(context)
    document["results"][0] |= parts
    return document


def with_indicator(context: Context, **parts: Any) -> dict[str, Any]:
    """The example with its first indicator altered."""
    document = example(context)
    document["results"][0]["indicators"][0] |= parts
    return document


FIRST_INDICATOR = "results.0.indicators.0"
LEADER = {"post_class": "JPT_PRATAMA"}
POLITICAL = {"nip": "", "rank": "", "grade": "", "political": True}


# The example


@pytest.mark.parametrize("subject", [{}, LEADER])
def test_the_example_passes_every_rule(subject: dict[str, str], make_context: MakeContext) -> None:
    context = make_context(subject=subject)
    document = WORKFLOW.example(context)
    assert found(document, context) == []
    assert WorkPlanDocument().load(document) == document
    assert len(document["results"]) == 3
    assert all(document["annex"].values())


def test_the_example_supports_the_first_parent_there_is(make_context: MakeContext) -> None:
    document = example(make_context(parents=[GOAL]))
    assert {(result["parent"]["kind"], result["parent"]["id"]) for result in document["results"]} == {("GOAL", "T2")}


def test_without_a_parent_the_example_can_be_submitted_but_not_set(make_context: MakeContext) -> None:
    context = make_context(parents=[])
    assert {code for code, _, _ in found(example(context), context)} == {"V06", "V16"}


def test_the_example_lasts_as_long_as_the_cycle(make_context: MakeContext) -> None:
    context = make_context(starts_on=date(2026, 7, 1))
    assert example(context)["period"] == {"from": "2026-07-01", "to": "2026-12-31"}
    assert found(example(context), context) == []


def test_a_blank_plan_lacks_results_and_annex_and_nothing_else(context: Context) -> None:
    assert {code for code, _, _ in found(blank(context), context)} == {"V05", "V13"}


def test_every_sentence_is_there_in_both_languages_and_none_has_a_gap(make_context: MakeContext) -> None:
    context = make_context(subject={"nip": "1", "unit": ""}, rater=None, overlaps=True, starts_on=date(2026, 2, 1))
    document = example(context) | {"behaviours": [], "annex": {}, "period": {"from": "2026-01-01", "to": "2026-03-01"}}
    document["results"] += [dict(document["results"][0], id=f"r{n}", indicators=[]) for n in range(4, 14)]
    for problem in problems(document, context):
        for sentence in (problem.message.id, problem.message.en):
            assert sentence.strip().endswith(".")
            assert "{" not in sentence
        assert problem.message.id != problem.message.en


def test_rules_are_sixteen_named_functions_with_their_code() -> None:
    codes = [str(rule.__doc__).split(":")[0] for rule in (*RULES, *RULES_OF_ALIGNMENT)]
    assert sorted(codes) == sorted([*(f"V{n:02}" for n in range(1, 17) if n != 14), "W01"])


# V01, V02, V15, V16: people


@pytest.mark.parametrize(
    ("who", "lacking", "path"),
    [
        ("subject", {"name": ""}, "subject.name"),
        ("subject", {"nip": ""}, "subject.nip"),
        ("subject", {"nip": "19000303200001200"}, "subject.nip"),
        ("subject", {"nip": "19000303 20000120"}, "subject.nip"),
        ("subject", {"rank": "", "grade": ""}, "subject.rank"),
        ("subject", {"post": ""}, "subject.post"),
        ("subject", {"unit": ""}, "subject.unit"),
        ("rater", {"name": ""}, "rater.name"),
        ("rater", {"nip": ""}, "rater.nip"),
        ("rater", {"rank": "", "grade": ""}, "rater.rank"),
        ("rater", {"post": ""}, "rater.post"),
        ("rater", {"unit": ""}, "rater.unit"),
    ],
)
def test_v01_both_people_are_fully_named(
    who: str, lacking: dict[str, str], path: str, make_context: MakeContext
) -> None:
    context = make_context(**{who: lacking})
    assert found(example(context), context) == [("V01", path, "E")]


def test_v01_a_grade_alone_is_enough(make_context: MakeContext) -> None:
    context = make_context(subject={"rank": "", "grade": "IX"})
    assert found(example(context), context) == []


def test_v01_only_a_political_rater_has_neither_nip_nor_rank(make_context: MakeContext) -> None:
    context = make_context(rater=POLITICAL)
    assert found(example(context), context) == []


@pytest.mark.parametrize(
    "nip",
    ["190013032000012003", "190003322000012003", "190003032000132003", "190003032000013003", "190003032000002003"],
)
def test_v02_an_odd_nip_is_a_warning(nip: str, make_context: MakeContext) -> None:
    context = make_context(subject={"nip": nip})
    assert found(example(context), context) == [("V02", "subject.nip", "W")]


def test_v02_a_short_nip_of_the_rater_is_a_warning(make_context: MakeContext) -> None:
    context = make_context(rater={"nip": "12345"})
    assert found(example(context), context) == [("V02", "rater.nip", "W")]


def test_v02_a_contract_employee_starts_in_month_21(make_context: MakeContext) -> None:
    context = make_context(subject={"nip": "199003032021211003"})
    assert found(example(context), context) == []


@pytest.mark.parametrize("change", [{"rater_is_subject": True}, {"rater_may_act": False}])
def test_v15_the_rater_is_another_person_who_may_act(change: dict[str, bool], make_context: MakeContext) -> None:
    context = make_context(**change)
    assert found(example(context), context) == [("V15", "rater", "E")]


def test_v15_somebody_is_the_rater(context: Context) -> None:
    nobody = Context(context.subject, None, context.starts_on, context.ends_on, context.parents)
    assert found(example(nobody), nobody) == [("V15", "rater", "E")]


def test_v16_a_rater_without_a_plan_is_a_warning(make_context: MakeContext) -> None:
    context = make_context(parents=[GOAL])
    assert found(example(context), context) == [("V16", "rater", "W")]


def test_v16_a_political_official_has_no_plan(make_context: MakeContext) -> None:
    context = make_context(rater=POLITICAL, parents=[GOAL])
    assert found(example(context), context) == []


# V03, V04: period


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "path"),
    [
        (None, "2026-12-31", "period"),
        ("2026-01-01", None, "period"),
        ("2026-06-30", "2026-06-30", "period.to"),
        ("2026-07-01", "2026-06-30", "period.to"),
        ("2026-07-01", "2027-06-30", "period.to"),
        ("2025-01-01", "2025-12-31", "period"),
    ],
)
def test_v03_a_period_lies_in_one_year_of_the_cycle(
    starts_on: str | None, ends_on: str | None, path: str, context: Context
) -> None:
    document = example(context) | {"period": {"from": starts_on, "to": ends_on}}
    assert found(document, context) == [("V03", path, "E")]


def test_v03_a_part_of_the_year_will_do(context: Context) -> None:
    assert found(example(context) | {"period": {"from": "2026-03-02", "to": "2026-12-31"}}, context) == []


def test_v03_names_the_days_in_words(context: Context) -> None:
    document = example(context) | {"period": {"from": "2025-01-01", "to": "2025-12-31"}}
    (problem,) = problems(document, context)
    assert "1 Januari 2026 dan 31 Desember 2026" in problem.message.id
    assert "1 January 2026 and 31 December 2026" in problem.message.en


def test_v04_one_plan_per_post_and_period(make_context: MakeContext) -> None:
    context = make_context(overlaps=True)
    assert found(example(context), context) == [("V04", "period", "E")]


# V05, V06, V07, V10, V11: rows


def test_v05_a_plan_needs_a_main_result(context: Context) -> None:
    document = example(context)
    for result in document["results"]:
        result["kind"] = "ADDITIONAL"
    assert found(document, context) == [("V05", "results", "E")]


def test_v05_a_row_says_what_is_achieved(context: Context) -> None:
    assert found(with_result(context, statement="  "), context) == [("V05", "results.0.statement", "E")]


@pytest.mark.parametrize(
    "parent",
    [
        None,
        {"kind": "PENDING", "id": None},
        {"kind": "RESULT", "id": None},
        {"kind": "RESULT", "id": "no-longer-in-force"},
        {"kind": "GOAL", "id": "b1"},
    ],
)
def test_v06_a_main_result_supports_something_in_force(parent: Any, context: Context) -> None:
    assert found(with_result(context, parent=parent), context) == [("V06", "results.0.parent", "E")]


def test_v06_an_additional_result_and_a_leaders_result_support_nothing(make_context: MakeContext) -> None:
    context, leader = make_context(), make_context(subject=LEADER)
    assert found(with_result(context, parent=None, kind="ADDITIONAL"), context) == []
    assert found(with_result(leader, parent=None), leader) == []


def test_v07_a_leaders_row_has_a_perspective(make_context: MakeContext) -> None:
    leader = make_context(subject=LEADER)
    assert found(with_result(leader, perspective=None), leader) == [("V07", "results.0.perspective", "E")]
    assert found(with_indicator(leader, aspect=None), leader) == []


def test_v07_everybody_elses_indicator_has_an_aspect(context: Context) -> None:
    assert found(with_indicator(context, aspect=None), context) == [("V07", f"{FIRST_INDICATOR}.aspect", "E")]
    assert found(with_result(context, perspective=None), context) == []


def test_v10_the_same_result_stands_once_under_a_parent(context: Context) -> None:
    second = example(context)["results"][1]["statement"]
    assert found(with_result(context, statement=f"{second.upper()}"), context) == [("V10", "results.1.statement", "E")]


def test_v10_the_same_words_under_another_parent_are_another_result(make_context: MakeContext) -> None:
    context = make_context()
    context = make_context(parents=[*context.parents, ParentResult("GOAL", "T2", "Menurunnya stunting", "", "Dinas")])
    second = example(context)["results"][1]["statement"]
    assert found(with_result(context, statement=second, parent={"kind": "GOAL", "id": "T2"}), context) == []


@pytest.mark.parametrize(("count", "expected"), [(10, []), (11, [("V11", "results", "W")])])
def test_v11_more_than_ten_main_results_are_a_warning(
    count: int, expected: list[tuple[str, str, str]], context: Context
) -> None:
    document = example(context)
    first = document["results"][0]
    document["results"] = [
        {**first, "id": f"r{n}", "statement": f"Tersedianya data ke-{n}",
         "indicators": [{**first["indicators"][0], "id": f"r{n}-1"}]}
        for n in range(count)
    ]  # fmt: skip
    assert found(document, context) == expected


# V08, V09: indicators


def test_v08_a_measured_result_has_an_indicator(context: Context) -> None:
    assert found(with_result(context, indicators=[]), context) == [("V08", "results.0.indicators", "E")]


@pytest.mark.parametrize("part", ["text", "target", "unit"])
def test_v08_an_indicator_is_complete(part: str, context: Context) -> None:
    assert found(with_indicator(context, **{part: ""}), context) == [("V08", f"{FIRST_INDICATOR}.{part}", "E")]


def test_v08_a_told_result_needs_its_measure_and_no_indicator(context: Context) -> None:
    document = with_result(context, indicators=[]) | {"approach": "QUALITATIVE"}
    lacking = [("V08", f"results.{place}.success_measure", "E") for place in range(3)]
    assert found(document, context) == lacking
    for result in document["results"]:
        result["success_measure"] = "Data 10 puskesmas lengkap tiap tanggal 5 dan dipakai bidang."
    assert found(document, context) == []


@pytest.mark.parametrize(
    ("target", "unit", "text"),
    [
        ("0", "laporan", "Jumlah laporan"),
        ("-1", "laporan", "Jumlah laporan"),
        ("-1", "kejadian", "Jumlah kejadian"),
        ("100.1", "%", "Persentase data valid"),
        ("-1", "Persen", "Persentase data valid"),
        ("13", "Bulan", "Lama penyelesaian"),
        ("2", "tahun", "Lama penyelesaian"),
        ("0", "laporan", "Jumlah kasusnya"),
    ],
)
def test_v09_a_target_that_makes_no_sense(target: str, unit: str, text: str, context: Context) -> None:
    document = with_indicator(context, target=target, unit=unit, text=text)
    assert found(document, context) == [("V09", f"{FIRST_INDICATOR}.target", "E")]


@pytest.mark.parametrize(
    ("target", "unit", "text"),
    [
        ("0.5", "laporan", "Jumlah laporan"),
        ("0", "kejadian", "Jumlah kecelakaan kerja"),
        ("0", "%", "Persentase data hilang"),
        ("100", "persentase", "Persentase data valid"),
        ("12", "bulan", "Lama penyelesaian"),
        ("1000000", "rupiah", "Serapan anggaran"),
        ("400", "orang", "Jumlah kader"),
    ],
)
def test_v09_a_target_that_makes_sense(target: str, unit: str, text: str, context: Context) -> None:
    assert found(with_indicator(context, target=target, unit=unit, text=text), context) == []


# V12, V13, W01


def test_v12_all_seven_values_are_there(context: Context) -> None:
    document = example(context)
    del document["behaviours"][4:6]
    (problem,) = problems(document, context)
    assert (problem.code, problem.path, problem.level) == ("V12", "behaviours", "E")
    assert "Loyal, Adaptif" in problem.message.id
    assert "Loyal, Adaptive" in problem.message.en


def test_v12_special_expectations_may_be_empty(context: Context) -> None:
    document = example(context)
    for row in document["behaviours"]:
        row["special_expectation"] = ""
    assert found(document, context) == []


@pytest.mark.parametrize("part", ["resources", "accountability", "consequences"])
def test_v13_an_empty_list_of_the_annex_is_a_warning(part: str, context: Context) -> None:
    for empty in ([], [" "]):
        document = example(context)
        document["annex"][part] = empty
        assert found(document, context) == [("V13", f"annex.{part}", "W")]


@pytest.mark.parametrize(
    "statement",
    [
        "Melaksanakan sosialisasi gizi",
        "menyusun laporan",
        "Membina kader",
        "Mengumpulkan data",
        "Mendata balita",
        "Sosialisasi gizi",
        "Meningkatkan kemampuan kader",
    ],
)
def test_w01_an_activity_is_a_warning(statement: str, context: Context) -> None:
    (problem,) = problems(with_result(context, statement=statement), context)
    assert (problem.code, problem.path, problem.level) == ("W01", "results.0.statement", "W")
    assert statement.split()[0].lower() in problem.message.en


@pytest.mark.parametrize(
    "statement",
    ["Meningkatnya kemampuan kader", "Terlaksananya imunisasi", "Menurunnya stunting", "Mental sehat warga", "Menu"],
)
def test_w01_an_achieved_condition_is_none(statement: str, context: Context) -> None:
    assert found(with_result(context, statement=statement), context) == []

"""What a complete work plan needs: rules V01 to V16 and W01, each finding a sentence that says what to do.

V14 (specific, measurable, realistic, time-bound) is a checklist for the reader. V17 is enforced by the step `amend`,
which demands reason and legal basis. V18 to V20 concern realisation and belong to the evaluation.
"""

from collections.abc import Callable, Iterable
from datetime import date

from workflows.behaviours import BEHAVIOURS
from workflows.context import Context
from workflows.dates import day
from workflows.kit import Document, Problem, Text
from workflows.people_rules import numbers_look_right, people_are_known, rater_may_decide
from workflows.work_plan_document import ResultKind
from workflows.work_plan_result_rules import (
    results,
    results_are_measurable,
    results_are_no_activities,
    results_differ,
    results_support_the_superior,
    rows_have_their_column,
    targets_make_sense,
)

_MOST_MAIN_RESULTS = 10


def check(document: Document, context: Context) -> list[Problem]:
    """What is wrong with the plan by itself; nothing of level E when it may be submitted."""
    return [problem for rule in RULES for problem in rule(document, context)]


def align(document: Document, context: Context) -> list[Problem]:
    """What is wrong between the plan and the plans above it; nothing of level E when it may be set."""
    return [problem for rule in RULES_OF_ALIGNMENT for problem in rule(document, context)]


def period_lies_in_the_cycle(document: Document, context: Context) -> Iterable[Problem]:
    """V03: the period begins before it ends, in one calendar year, inside the cycle."""
    period = document["period"]
    if not period["from"] or not period["to"]:
        yield Problem("V03", "period", "E", _NO_PERIOD)
        return
    starts_on, ends_on = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
    if starts_on >= ends_on:
        yield Problem("V03", "period.to", "E", _BACKWARDS)
    elif starts_on.year != ends_on.year:
        yield Problem("V03", "period.to", "E", _TWO_YEARS)
    elif starts_on < context.starts_on or ends_on > context.ends_on:
        first, last = day(context.starts_on), day(context.ends_on)
        sentence = Text(
            _OUTSIDE_CYCLE.id.format(first=first.id, last=last.id),
            _OUTSIDE_CYCLE.en.format(first=first.en, last=last.en),
        )
        yield Problem("V03", "period", "E", sentence)


def period_is_free(_: Document, context: Context) -> Iterable[Problem]:
    """V04: one plan per person, post and period."""
    if context.overlaps:
        yield Problem("V04", "period", "E", _OVERLAPS)


def has_results(document: Document, _: Context) -> Iterable[Problem]:
    """V05: at least one main result, and every result says what it is."""
    if not _main_results(document):
        yield Problem("V05", "results", "E", _NO_MAIN_RESULT)
    for path, result in results(document):
        if not result["statement"]:
            yield Problem("V05", f"{path}.statement", "E", _NO_STATEMENT)


def results_are_few(document: Document, _: Context) -> Iterable[Problem]:
    """V11: at most ten main results (a custom: no national maximum is known; V05 asks for the first)."""
    if (count := _main_results(document)) > _MOST_MAIN_RESULTS:
        yield Problem("V11", "results", "W", _MANY_RESULTS.format(count=count))


def behaviours_are_complete(document: Document, _: Context) -> Iterable[Problem]:
    """V12: all seven core values are there; the leader's special expectation is optional."""
    present = {row["value"] for row in document["behaviours"]}
    lacking = [behaviour.label for behaviour in BEHAVIOURS if behaviour.value not in present]
    if lacking:
        sentence = Text(
            _FEW_BEHAVIOURS.id.format(names=", ".join(label.id for label in lacking)),
            _FEW_BEHAVIOURS.en.format(names=", ".join(label.en for label in lacking)),
        )
        yield Problem("V12", "behaviours", "E", sentence)


def annex_is_filled(document: Document, _: Context) -> Iterable[Problem]:
    """V13: resources, accountability and consequences each have an item."""
    for part, sentence in _ANNEX_LACKS.items():
        if not any(document["annex"][part]):
            yield Problem("V13", f"annex.{part}", "W", sentence)


def rater_has_a_plan(_: Document, context: Context) -> Iterable[Problem]:
    """V16: the rater's own plan is in force, so that results can support his; a political official has none."""
    if context.rater and not context.rater.political and not context.rater_has_plan:
        yield Problem("V16", "rater", "W", _RATER_WITHOUT_PLAN.format(name=context.rater.name))


RULES: tuple[Callable[[Document, Context], Iterable[Problem]], ...] = (
    people_are_known,
    numbers_look_right,
    period_lies_in_the_cycle,
    period_is_free,
    has_results,
    rows_have_their_column,
    results_are_measurable,
    targets_make_sense,
    results_differ,
    results_are_few,
    behaviours_are_complete,
    annex_is_filled,
    rater_may_decide,
    results_are_no_activities,
)
RULES_OF_ALIGNMENT: tuple[Callable[[Document, Context], Iterable[Problem]], ...] = (
    results_support_the_superior,
    rater_has_a_plan,
)


def _main_results(document: Document) -> int:
    return sum(result["kind"] == ResultKind.MAIN for _, result in results(document))


_NO_PERIOD = Text("Isi awal dan akhir periode penilaian.", "Fill in the first and the last day of the period.")
_BACKWARDS = Text(
    "Akhir periode harus sesudah awalnya. Perbaiki salah satunya.",
    "The period must end after it begins. Correct one of the two days.",
)
_TWO_YEARS = Text(
    "Periode harus dalam satu tahun kalender. Buat rencana tersendiri untuk tahun berikutnya.",
    "The period must lie in one calendar year. Make another plan for the next year.",
)
_OUTSIDE_CYCLE = Text(
    "Periode harus berada di antara {first} dan {last}. Sesuaikan tanggalnya.",
    "The period must lie between {first} and {last}. Adjust its days.",
)
_OVERLAPS = Text(
    "Anda sudah punya rencana kerja untuk jabatan dan periode ini. Ubah rencana itu, atau minta kepegawaian "
    "memperbaiki periodenya.",
    "There is already a work plan for this post and period. Amend that plan, or ask HR to correct the period.",
)
_NO_MAIN_RESULT = Text(
    "Belum ada hasil kerja utama. Tambahkan sekurang-kurangnya satu.",
    "There is no main result. Add at least one.",
)
_NO_STATEMENT = Text(
    "Hasil kerja ini belum dirumuskan. Tuliskan keadaan yang akan dicapai, atau hapus barisnya.",
    "This result has no wording. Write the condition to be achieved, or delete the row.",
)
_MANY_RESULTS = Text(
    "Ada {count} hasil kerja utama; lazimnya paling banyak sepuluh. Pertimbangkan untuk menggabungkannya.",
    "There are {count} main results; ten are usually the most. Consider merging some.",
)
_FEW_BEHAVIOURS = Text(
    "Nilai perilaku berikut belum ada: {names}. Tambahkan; ekspektasi khusus boleh kosong.",
    "These core values are missing: {names}. Add them; the special expectation may stay empty.",
)
_ANNEX_LACKS = {
    "resources": Text(
        "Lampiran dukungan sumber daya kosong. Tuliskan apa yang dibutuhkan untuk mencapai hasil.",
        "The annex names no resources. Write what is needed to reach the results.",
    ),
    "accountability": Text(
        "Lampiran skema pertanggungjawaban kosong. Tuliskan kapan dan kepada siapa Anda melapor.",
        "The annex has no accountability scheme. Write when and to whom you report.",
    ),
    "consequences": Text(
        "Lampiran konsekuensi kosong. Tuliskan akibat bila target tercapai atau tidak.",
        "The annex names no consequences. Write what follows when targets are met or missed.",
    ),
}
_RATER_WITHOUT_PLAN = Text(
    "Rencana kerja {name} (pejabat penilai) belum ditetapkan. Anda dapat mengajukan; tautan ke hasilnya menyusul.",
    "The plan of {name} (the rater) is not in force yet. You may submit; link your results to his later.",
)

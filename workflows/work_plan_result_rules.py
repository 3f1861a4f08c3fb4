"""Rules about the rows of planned results and their indicators (V06 to V10, W01)."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from workflows.context import Context
from workflows.kit import Document, Problem, Text
from workflows.work_plan_document import Approach, ParentKind, ResultKind

_PERCENT = {"%", "persen", "persentase", "percent"}
_IN_A_YEAR = {"tahun": 1, "triwulan": 4, "bulan": 12, "minggu": 53, "hari": 366}
_IN_A_YEAR |= {"year": 1, "quarters": 4, "month": 12, "months": 12, "weeks": 53, "days": 366}
_NONE_WANTED = re.compile(
    r"\b(insiden|kejadian|kasus|kecelakaan|kematian|pengaduan|keluhan|temuan|kesalahan|pelanggaran|nihil|nol"
    r"|incidents?|accidents?|cases?|deaths?|complaints?|findings?|errors?|violations?|zero)\b"
)
_ACTIVE_VERB = re.compile(r"me(?:ng|ny|m|n|l|r|w|y)[a-z]{3,}(?<!nya)")
_ACTIVITIES = {"sosialisasi", "rapat", "koordinasi", "monitoring", "pelaksanaan", "kegiatan"}
_NOT_VERBS = {"mental", "menteri", "menara", "member", "mentor", "memori", "mereka", "merdeka"}


def results_support_the_superior(document: Document, context: Context) -> Iterable[Problem]:
    """V06: every main result of a plan outside the senior leadership supports a superior's result or a goal."""
    known = {(parent.kind, parent.id) for parent in context.parents}
    for path, result in results(document):
        if result["kind"] != ResultKind.MAIN or context.subject.is_leader:
            continue
        parent = result["parent"]
        if not parent or parent["kind"] == ParentKind.PENDING or not parent["id"]:
            yield Problem("V06", f"{path}.parent", "E", _NOT_LINKED)
        elif (parent["kind"], parent["id"]) not in known:
            yield Problem("V06", f"{path}.parent", "E", _LINK_BROKEN)


def rows_have_their_column(document: Document, context: Context) -> Iterable[Problem]:
    """V07: rows of the senior leadership have a perspective; measured rows of everybody else an aspect."""
    if context.subject.is_leader:
        for path, result in results(document):
            if not result["perspective"]:
                yield Problem("V07", f"{path}.perspective", "E", _NO_PERSPECTIVE)
        return
    for path, indicator in _indicators(document):
        if not indicator["aspect"]:
            yield Problem("V07", f"{path}.aspect", "E", _NO_ASPECT)


def results_are_measurable(document: Document, _: Context) -> Iterable[Problem]:
    """V08: a measured result has indicators with text, target and unit (V07 asks for the aspect); a told one says how
    success is known."""
    for path, result in results(document):
        if document["approach"] == Approach.QUALITATIVE:
            if not result["success_measure"]:
                yield Problem("V08", f"{path}.success_measure", "E", _NO_MEASURE)
        elif not result["indicators"]:
            yield Problem("V08", f"{path}.indicators", "E", _NO_INDICATOR)
    for path, indicator in _indicators(document):
        for part, sentence in _INDICATOR_LACKS.items():
            if not indicator[part]:
                yield Problem("V08", f"{path}.{part}", "E", sentence)


def targets_make_sense(document: Document, _: Context) -> Iterable[Problem]:
    """V09: a target is above zero (zero where nothing is to happen), a percentage 0 to 100, a time up to a year."""
    for path, indicator in _indicators(document):
        sentence = _target_fault(indicator) if indicator["target"] else None
        if sentence:
            yield Problem("V09", f"{path}.target", "E", sentence)


def results_differ(document: Document, _: Context) -> Iterable[Problem]:
    """V10: no result stands twice under the same parent."""
    seen = set()
    for path, result in results(document):
        parent = result["parent"] or {"kind": None, "id": None}
        key = (parent["kind"], parent["id"], " ".join(result["statement"].casefold().split()))
        if result["statement"] and key in seen:
            yield Problem("V10", f"{path}.statement", "E", _STANDS_TWICE)
        seen.add(key)


def results_are_no_activities(document: Document, _: Context) -> Iterable[Problem]:
    """W01: a result is an achieved condition ("terlaksananya …"), not an activity ("melaksanakan …")."""
    for path, result in results(document):
        first = (result["statement"].casefold().split() or [""])[0].strip(".,:;")
        if first in _ACTIVITIES or (_ACTIVE_VERB.fullmatch(first) and first not in _NOT_VERBS):
            yield Problem("W01", f"{path}.statement", "W", _ACTIVITY.format(word=first))


def results(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """The planned results with their paths."""
    return ((f"results.{place}", result) for place, result in enumerate(document["results"]))


def _indicators(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """The indicators with their paths; none in a plan that tells its results instead of measuring them."""
    if document["approach"] != Approach.QUANTITATIVE:
        return
    for path, result in results(document):
        for place, indicator in enumerate(result["indicators"]):
            yield f"{path}.indicators.{place}", indicator


def _target_fault(indicator: dict[str, Any]) -> Text | None:
    target, unit = Decimal(indicator["target"]), indicator["unit"].casefold()
    if unit in _PERCENT:
        return None if 0 <= target <= 100 else _NO_PERCENTAGE
    if target > _IN_A_YEAR.get(unit, target):
        return _OVER_A_YEAR.format(most=_IN_A_YEAR[unit], unit=indicator["unit"])
    zero_is_wanted = target == 0 and _NONE_WANTED.search(indicator["text"].casefold())
    return None if target > 0 or zero_is_wanted else _NOT_POSITIVE


_NOT_LINKED = Text(
    "Hasil kerja utama ini belum ditautkan. Pilih hasil kerja pimpinan atau sasaran yang didukungnya; rencana dapat "
    "diajukan dahulu, tetapi baru dapat ditetapkan setelah tertaut.",
    "This main result is not linked. Choose the superior's result or the goal that it supports; the plan may be "
    "submitted before, but set only once it is linked.",
)
_LINK_BROKEN = Text(
    "Hasil pimpinan atau sasaran yang ditautkan tidak berlaku lagi. Pilih yang berlaku sekarang.",
    "The linked result or goal is no longer in force. Choose one that is in force now.",
)
_NO_PERSPECTIVE = Text("Pilih perspektif hasil kerja ini.", "Choose the perspective of this result.")
_NO_ASPECT = Text(
    "Pilih aspek indikator ini: kuantitas, kualitas, waktu, atau biaya.",
    "Choose this indicator's aspect: quantity, quality, time or cost.",
)
_NO_MEASURE = Text(
    "Ceritakan ukuran keberhasilan hasil kerja ini, termasuk targetnya.",
    "Tell how the success of this result is known, its target included.",
)
_NO_INDICATOR = Text(
    "Hasil kerja ini belum punya indikator. Tambahkan sekurang-kurangnya satu.",
    "This result has no indicator. Add at least one.",
)
_INDICATOR_LACKS = {
    "text": Text("Tuliskan apa yang diukur indikator ini.", "Write what this indicator measures."),
    "target": Text("Isi target indikator ini dengan angka.", "Fill in this indicator's target as a number."),
    "unit": Text(
        "Isi satuan target, misalnya laporan atau %.", "Fill in the unit of the target, for example reports or %."
    ),
}
_NO_PERCENTAGE = Text(
    "Target persentase harus 0 sampai 100. Perbaiki target atau satuannya.",
    "A percentage must be 0 to 100. Correct the target or its unit.",
)
_OVER_A_YEAR = Text(
    "Target waktu melebihi satu tahun (paling banyak {most} {unit}). Perkecil target atau ganti satuannya.",
    "The target is longer than a year (at most {most} {unit}). Lower it or change its unit.",
)
_NOT_POSITIVE = Text(
    "Target harus lebih dari nol, kecuali indikatornya menghitung hal yang tidak boleh terjadi (misalnya jumlah "
    "kecelakaan). Perbaiki target atau indikatornya.",
    "A target must be above zero unless the indicator counts what must not happen (for example accidents). Correct the "
    "target or the indicator.",
)
_STANDS_TWICE = Text(
    "Hasil kerja ini sama dengan yang di atas. Gabungkan keduanya atau bedakan rumusannya.",
    "This result is the same as one above. Merge them or word it differently.",
)
_ACTIVITY = Text(
    "“{word}” menyebut kegiatan. Tuliskan keadaan yang dicapai, misalnya “Tersedianya …” atau “Meningkatnya …”.",
    "“{word}” names an activity. Write the condition that is achieved, such as “Tersedianya …” or “Meningkatnya …”.",
)

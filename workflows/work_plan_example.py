"""A complete work plan to start from, show and test with: a nutritionist's year (fictional)."""

from typing import Any

from workflows.context import Context
from workflows.work_plan_document import Aspect, ParentKind, Perspective, ResultKind, blank

_RESULTS: tuple[tuple[str, tuple[tuple[str, Aspect, str, str], ...]], ...] = (
    (
        "Tersedianya data status gizi balita yang akurat dari 10 puskesmas",
        (
            ("Jumlah laporan e-PPGBM bulanan tervalidasi", Aspect.QUANTITY, "12", "laporan"),
            ("Persentase data balita valid", Aspect.QUALITY, "95", "%"),
            ("Laporan terkirim paling lambat tanggal 5", Aspect.TIME, "12", "kali"),
        ),
    ),
    (
        "Meningkatnya kemampuan kader posyandu dalam pengukuran",
        (
            ("Jumlah kader terlatih", Aspect.QUANTITY, "120", "orang"),
            ("Kader lulus uji praktik", Aspect.QUALITY, "80", "%"),
        ),
    ),
    (
        "Tertanganinya balita gizi kurang melalui pemberian makanan tambahan (PMT)",
        (
            ("Balita sasaran menerima PMT", Aspect.QUANTITY, "300", "anak"),
            ("Balita naik berat badan setelah 90 hari", Aspect.QUALITY, "70", "%"),
            ("Serapan anggaran PMT", Aspect.COST, "95", "%"),
        ),
    ),
)


def example(context: Context) -> dict[str, Any]:
    """A document for that person that passes every rule; it awaits a parent where the context offers none."""
    document = blank(context)
    document["results"] = [
        _result(f"r{place}", statement, indicators, context)
        for place, (statement, indicators) in enumerate(_RESULTS, start=1)
    ]
    for row in document["behaviours"]:
        if row["value"] == "COLLABORATIVE":
            row["special_expectation"] = "Melibatkan PKK dan aparat kampung tiap posyandu"
    document["annex"] = {
        "resources": ["10 alat antropometri", "Anggaran Rp 85 juta", "1 enumerator"],
        "accountability": ["Laporan tiap triwulan kepada pejabat penilai"],
        "consequences": [
            "Hasil Sangat Baik: usulan diklat gizi klinis",
            "Hasil Butuh Perbaikan: bimbingan kinerja",
        ],
    }
    return document


def _result(
    id: str,
    statement: str,
    indicators: tuple[tuple[str, Aspect, str, str], ...],
    context: Context,
) -> dict[str, Any]:
    return {
        "id": id,
        "kind": ResultKind.MAIN.value,
        "statement": statement,
        "parent": _parent(context),
        "assigned_by": "",
        "perspective": Perspective.SERVICE_RECIPIENTS.value if context.subject.is_leader else None,
        "success_measure": "",
        "indicators": [
            {"id": f"{id}-{place}", "text": text, "aspect": aspect.value, "target": target, "unit": unit}
            for place, (text, aspect, target, unit) in enumerate(indicators, start=1)
        ],
    }


def _parent(context: Context) -> dict[str, str | None] | None:
    if context.parents:
        return {"kind": context.parents[0].kind, "id": context.parents[0].id}
    return None if context.subject.is_leader else {"kind": ParentKind.PENDING.value, "id": None}

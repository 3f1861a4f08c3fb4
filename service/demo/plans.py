"""What stands in the demo's work plans."""

from collections.abc import Sequence
from typing import Any

from workflows.context import Context
from workflows.work_plan_document import blank

Indicators = tuple[tuple[str, str, str, str], ...]
Results = tuple[tuple[str, Indicators], ...]

_QUANTITY, _QUALITY, _TIME, _COST = "QUANTITY", "QUALITY", "TIME", "COST"

PLANS: dict[str, Results] = {
    "KADINKES": (
        ("Menurunnya prevalensi stunting balita", (("Prevalensi stunting", _QUALITY, "18", "%"),)),
        ("Meningkatnya capaian standar pelayanan minimal kesehatan", (("Indeks SPM kesehatan", _QUALITY, "90", "%"),)),
    ),
    "KADISDIK": (
        (
            "Meningkatnya kemampuan literasi murid sekolah dasar",
            (("Murid di atas batas minimum", _QUALITY, "70", "%"),),
        ),
    ),
    "KABID-KESMAS": (
        (
            "Meningkatnya cakupan pemantauan tumbuh kembang balita di 10 puskesmas",
            (("Persentase balita ditimbang (D/S)", _QUANTITY, "85", "%"),),
        ),
        (
            "Meningkatnya kualitas lingkungan permukiman",
            (("Desa bebas buang air besar sembarangan", _QUANTITY, "24", "desa"),),
        ),
    ),
    "KABID-SD": (
        (
            "Terpenuhinya pendampingan literasi di sekolah dasar",
            (("Sekolah yang didampingi", _QUANTITY, "40", "sekolah"),),
        ),
    ),
    "NUTRI-1": (
        (
            "Tersedianya data status gizi balita yang akurat dari 10 puskesmas",
            (
                ("Jumlah laporan e-PPGBM bulanan tervalidasi", _QUANTITY, "12", "laporan"),
                ("Persentase data balita valid", _QUALITY, "95", "%"),
                ("Terkirim paling lambat tanggal 5", _TIME, "12", "kali"),
            ),
        ),
        (
            "Meningkatnya kemampuan kader posyandu dalam pengukuran",
            (
                ("Jumlah kader terlatih", _QUANTITY, "120", "orang"),
                ("Kader lulus uji praktik", _QUALITY, "80", "%"),
            ),
        ),
        (
            "Tertanganinya balita gizi kurang melalui PMT",
            (
                ("Jumlah balita menerima PMT", _QUANTITY, "300", "anak"),
                ("Balita naik berat badan setelah 90 hari", _QUALITY, "70", "%"),
                ("Serapan anggaran PMT", _COST, "95", "%"),
            ),
        ),
    ),
    "NUTRI-3": (
        (
            "Tersusunnya analisis situasi gizi kabupaten",
            (("Dokumen analisis disetujui", _QUANTITY, "2", "dokumen"),),
        ),
    ),
    "BIDAN-2": (
        (
            "Meningkatnya cakupan kunjungan ibu hamil",
            (("Cakupan kunjungan keenam (K6)", _QUALITY, "88", "%"),),
        ),
    ),
    "SANITARIAN-2": (
        (
            "Terpantaunya kualitas air minum rumah tangga",
            (("Sampel air diperiksa", _QUANTITY, "240", "sampel"),),
        ),
    ),
    "EPID-2": (("Terkendalinya kepadatan jentik nyamuk", (("Angka bebas jentik", _QUALITY, "95", "%"),)),),
    "PERAWAT-1": (("Terlayaninya pasien rawat jalan tepat waktu", (("Waktu tunggu", _TIME, "45", "menit"),)),),
    "GURU-2": (("Tersedianya kajian mutu sekolah dasar", (("Kajian selesai", _QUANTITY, "3", "kajian"),)),),
}
_ADDITIONAL = {"NUTRI-1": ("Tersusunnya laporan aksi konvergensi stunting", (("Dokumen", _QUANTITY, "1", "dokumen"),))}
_BEHAVIOUR = {"NUTRI-1": "Melibatkan PKK dan aparat kampung tiap posyandu"}


def plan(context: Context, code: str) -> dict[str, Any]:
    """The work plan of the post's holder, each result linked to what the superior or the office wants."""
    rows = [("MAIN", *result) for result in PLANS[code]]
    if code in _ADDITIONAL:
        rows.append(("ADDITIONAL", *_ADDITIONAL[code]))
    document = written(context, rows)
    for row in document["behaviours"]:
        if row["value"] == "COLLABORATIVE":
            row["special_expectation"] = _BEHAVIOUR.get(code, "")
    return document


def written(context: Context, rows: Sequence[tuple[str, str, Indicators]]) -> dict[str, Any]:
    """A work plan with these rows (kind, statement, indicators); main results support what lies above."""
    document = blank(context)
    parent = _parent(context)
    document["results"] = [
        {
            "id": f"r{place}", "kind": kind, "statement": statement, "parent": parent if kind == "MAIN" else None,
            "assigned_by": "",
            "perspective": "SERVICE_RECIPIENTS" if context.subject.is_leader else None, "success_measure": "",
            "indicators": [
                {"id": f"r{place}-{below}", "text": text, "aspect": aspect, "target": target, "unit": unit}
                for below, (text, aspect, target, unit) in enumerate(indicators, start=1)
            ],
        }
        for place, (kind, statement, indicators) in enumerate(rows, start=1)
    ]
    document["annex"] = {
        "resources": ["10 alat antropometri", "Anggaran Rp 85 juta", "1 enumerator"],
        "accountability": ["Laporan tiap triwulan kepada pejabat penilai"],
        "consequences": [
            "Hasil Sangat Baik: usulan pendidikan dan pelatihan", "Hasil Butuh Perbaikan: bimbingan kinerja"
        ],
    }
    return document


def _parent(context: Context) -> dict[str, str] | None:
    found = context.parents
    if context.subject.is_leader:
        found = [parent for parent in found if parent.kind == "GOAL"]
    return {"kind": found[0].kind, "id": found[0].id} if found else None

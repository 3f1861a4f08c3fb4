"""How each kind of job is shown. A kind that is not in the table is shown by its numbers and its result's sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.commands.cycles import filling
from workflows.kit import Text

View = Mapping[str, Any]
_OF = Text("{done} dari {total}", "{done} of {total}")
_MY_WORK = ("/", Text("Pekerjaan saya", "My work"))
_REST_NOT_DONE = Text(
    "Yang sudah selesai tetap tersimpan; sisanya tidak dikerjakan.", "What is finished is kept; the rest is not done."
)
_SEE = Text("Lihat hasilnya", "See the result")


def _nowhere(_view: View) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class JobKind:
    """Words and places of one kind: `title` over the page, `counted` for “{done} of {total}”, `back` (address, words)
    of the page it was asked from, `leads_to` the address of what came of it (empty: nowhere) under the words
    `link_label`, `stop_effect` what stopping it leaves behind, and `template` for its result, which reads `job` and
    `result`."""

    title: Text
    counted: Text = _OF
    back: tuple[str, Text] = _MY_WORK
    leads_to: Callable[[View], str] = _nowhere
    link_label: Text = _SEE
    stop_effect: Text = _REST_NOT_DONE
    template: str = "job_result.html"


_CASES_OF_A_CYCLE = JobKind(
    title=Text("Pembuatan kasus siklus", "Making the cases of a cycle"),
    counted=Text("{done} dari {total} pegawai", "{done} of {total} people"),
    back=("/cycles", Text("Siklus", "Cycles")),
    leads_to=lambda view: f"/cycles/{view['details']['cycle_id']}/jobs/{view['id']}",
    link_label=Text("Lihat hasil per pegawai", "See the result per person"),
    template="job_cases.html",
)
OTHER = JobKind(Text("Pekerjaan", "Job"))


def _bulk(view: View) -> str:
    return f"/bulk-actions/{view['result']['bulk_id']}" if view["result"].get("bulk_id") else ""


KINDS: Mapping[str, JobKind] = {
    filling.KIND: _CASES_OF_A_CYCLE,
    "recount": JobKind(
        Text("Menghitung ulang tenggat", "Counting deadlines again"),
        Text("{done} dari {total} kasus", "{done} of {total} cases"),
        back=("/calendar", Text("Kalender kerja", "Working calendar")),
    ),
    "bulk": JobKind(
        Text("Tindakan massal", "Bulk action"), Text("{done} dari {total} kasus", "{done} of {total} cases"),
        back=("/cases", Text("Daftar kasus", "Cases")), leads_to=_bulk,
        link_label=Text("Lihat hasil per kasus", "See the result of each case"),
    ),
    "import": JobKind(
        Text("Impor data kepegawaian", "Import of HR data"),
        counted=Text("{done} dari {total} baris diperiksa", "{done} of {total} rows checked"),
        back=("/people/import", Text("Semua impor", "All imports")),
        leads_to=lambda view: f"/people/import/{view['details']['import_id']}",
        link_label=Text("Lihat laporan impor", "See the import's report"),
        stop_effect=Text("Tidak ada yang diubah.", "Nothing is changed."),
    ),
}

"""The job of an import: one to check, one to apply. Whoever takes it over from a dead worker begins it again: a check
changes nothing, and applying is one transaction that marks itself as done."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from service.actor import Actor
from service.errors import Conflict
from service.jobs import Work
from service.people_import import keeping
from service.people_import.importing import check_files, write_plan
from service.people_import.report import Report
from workflows.kit import Text

_CHECKED = Text("Diperiksa: siap diterapkan.", "Checked: ready to be applied.")
_PROBLEMS = Text("Ditemukan {n} masalah; tidak ada yang diubah.", "{n} problems were found; nothing was changed.")
_APPLIED = Text(
    "Diterapkan: {new} baru, {changed} berubah, {leaving} berhenti, {same} sama.",
    "Applied: {new} new, {changed} changed, {leaving} leaving, {same} the same.",
)
_OTHERWISE = Text(
    "Data kepegawaian berubah sejak pemeriksaan; tidak ada yang diterapkan. Lihat perbedaannya lagi.",
    "HR data changed since the check; nothing was applied. Look at the difference again.",
)
_GONE = Text("Isi berkas sudah dihapus; unggah lagi.", "The files are gone; upload them again.")


def run_import(work: Work) -> Mapping[str, Any]:
    """Checks or applies the import that the job names, and answers what became of it. Raises Conflict, NotYours."""
    import_id, step = work.details["import_id"], work.details["step"]
    with work.runut.database.read() as connection:
        row = keeping.import_row(connection, import_id)
    if row.state == "APPLIED":
        return _result(import_id, "APPLIED", _counted(row.report))
    if row.content is None:
        raise Conflict(_GONE)
    actor = Actor(work.row["asked_by"], "import", work.details["assurance"], work.details["locale"])
    reading, plan = check_files(work.runut, actor, keeping.unpacked(row.content), work.report)
    seen = row.report.get("effect_sha256")
    if step == "check" or plan.report.problems or plan.report.effect_sha256() != seen:
        return _keep(work, import_id, plan.report, asked_to_apply=step == "apply")
    plan, written = write_plan(work.runut, reading, plan, row.name, _marking(work, import_id, actor))
    if not written:
        return _keep(work, import_id, plan.report, asked_to_apply=True)
    return _result(import_id, "APPLIED", _counted(plan.report.as_json()))


def _marking(work: Work, import_id: str, actor: Actor) -> Any:
    def mark(connection: Connection, report: Report) -> None:
        if keeping.import_row(connection, import_id, lock=True).state == "APPLIED":
            raise Conflict(_OTHERWISE)  # a worker that was thought dead was quicker
        keeping.applied(connection, work.runut.pulse(connection).now, import_id, report, actor)

    return mark


def _keep(work: Work, import_id: str, report: Report, *, asked_to_apply: bool) -> Mapping[str, Any]:
    with work.runut.database.write() as connection:
        state = keeping.found(connection, work.runut.pulse(connection).now, import_id, report)
    if report.problems:
        return _result(import_id, state, _PROBLEMS.format(n=len(report.problems)))
    return {**_result(import_id, state, _OTHERWISE if asked_to_apply else _CHECKED), "look_again": asked_to_apply}


def _counted(report: Mapping[str, Any]) -> Text:
    totals = {name: sum(s[name] for s in report["sheets"]) for name in ("new", "changed", "leaving", "same")}
    return _APPLIED.format(**totals)


def _result(import_id: str, state: str, summary: Text) -> Mapping[str, Any]:
    return {"import_id": import_id, "state": state, "summary": {"id": summary.id, "en": summary.en}}

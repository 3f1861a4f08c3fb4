"""The five parts of writing a plan, each with how far it is."""

from typing import Any

from flask import url_for

from service.pages.opened import Opened
from service.pages.web import translate
from workflows.kit import Problem
from workflows.work_plan_document import ParentKind

_LATER = "V06"  # stops only the setting of a plan, see the guard plan_complete


def plan_steps(case: Opened) -> list[dict[str, Any]]:
    """The task list: data, results, behaviours, annex, check and submit."""
    number = case.file.number
    mine = translate("Data saya", "My data") if case.is_own else translate("Data pegawai", "The employee's data")
    steps = [
        ("editor.me", mine, *_data(case)),
        ("results.index", translate("Hasil kerja", "Results"), *_results(case)),
        ("editor.behaviours", translate("Perilaku kerja", "Behaviour"), *_behaviours(case)),
        ("editor.annex", translate("Lampiran", "Annex"), *_annex(case)),
        ("editor.check", translate("Periksa dan ajukan", "Check and submit"), *_check(case)),
    ]
    words = {
        "editor.me": translate("Belum diperiksa", "Not checked yet"),
        "editor.check": translate("Belum diajukan", "Not submitted yet"),
    }
    return [
        {
            "href": url_for(endpoint, number=number), "label": label, "state": state, "hint": hint,
            "word": words.get(endpoint) if state == "todo" else None,
        }
        for endpoint, label, state, hint in steps
    ]


def next_step(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """The first part that is not done."""
    return next((step for step in steps if step["state"] != "done"), steps[-1])


def blocking(case: Opened, *heads: str) -> list[Problem]:
    """What stops the submission in the parts of the document that begin with `heads` (all parts when none is named)."""
    return [
        problem
        for problem in case.problems
        if problem.level == "E" and problem.code != _LATER and (not heads or problem.path.split(".")[0] in heads)
    ]


def _data(case: Opened) -> tuple[str, str]:
    if blocking(case, "subject", "rater", "period"):
        return "problem", translate("Ada data yang perlu diperbaiki", "Some data need a correction")
    if case.file.row["document_version"] == 1 and not case.file.document["results"]:
        return "todo", translate("Nama, jabatan, dan pejabat penilai", "Name, post and rater")
    return "done", ""


def _results(case: Opened) -> tuple[str, str]:
    results = case.file.document["results"]
    if not results:
        return "todo", translate("Apa yang akan Anda capai tahun ini", "What you will achieve this year")
    unfinished = {problem.path.split(".")[1] for problem in blocking(case, "results") if "." in problem.path}
    if unfinished:
        hint = translate(
            "{n} dari {total} hasil belum lengkap", "{n} of {total} results not complete", n=len(unfinished),
            total=len(results),
        )
        return "doing", hint
    if blocking(case, "results"):
        return "doing", translate("Belum ada hasil kerja utama", "There is no main result yet")
    waiting = sum(bool(r["parent"]) and r["parent"]["kind"] == ParentKind.PENDING for r in results)
    hint = translate("{n} hasil kerja", "{n} results", n=len(results))
    if waiting:
        hint += translate("; {n} menunggu rencana pimpinan", "; awaiting the superior's plan: {n}", n=waiting)
    return "done", hint


def _behaviours(case: Opened) -> tuple[str, str]:
    if blocking(case, "behaviours"):
        return "problem", translate("Ada nilai perilaku yang belum ada", "A core value is missing")
    special = sum(bool(row["special_expectation"]) for row in case.file.document["behaviours"])
    if special:
        return "done", translate("7 nilai, {n} ekspektasi khusus", "7 values; special expectations: {n}", n=special)
    return "done", translate("7 nilai; ekspektasi khusus boleh kosong", "7 values; special expectations may stay empty")


def _annex(case: Opened) -> tuple[str, str]:
    filled = sum(any(items) for items in case.file.document["annex"].values())
    if filled == 0:
        return "todo", translate("Dukungan, pertanggungjawaban, konsekuensi", "Support, accountability, consequences")
    if filled < len(case.file.document["annex"]):
        return "doing", translate("{n} dari 3 daftar terisi", "{n} of 3 lists are filled", n=filled)
    return "done", ""


def _check(case: Opened) -> tuple[str, str]:
    count = len(blocking(case))
    if count:
        return "todo", translate(
            "Masih ada {n} hal yang harus dilengkapi", "{n} still to complete", n=count
        )
    return "todo", translate("Siap diajukan", "Ready to submit")

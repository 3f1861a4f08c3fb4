"""Named conditions of steps, each with the sentence that tells a person what is missing.

A guard looks at facts only; who holds a role is decided elsewhere.
"""

from datetime import datetime

from workflows.kit import Facts, Guard, Hands, Role, Text

_EVALUATION_UNDER_WAY = {"in_review", "in_approval", "disclosed", "under_appeal"}
_EVALUATION_OVER = {"final", "not_rated", "cancelled"}
_NO_RESULTS_ABOVE = Text(
    "rencana kerja pejabat penilai belum ditetapkan, jadi hasil kerja belum dapat ditautkan kepadanya (kecuali ke "
    "sasaran perangkat daerah)",
    "the rater's own plan is not in force yet, so results cannot be linked to it (except to a goal of the office)",
)
_UNLINKED = Text(
    "hasil kerja utama belum ditautkan ke hasil pimpinan atau sasaran; pegawai menarik kembali rencana, "
    "menautkannya, lalu mengajukan lagi",
    "a main result is not linked to the superior's result or a goal; the employee recalls the plan, links it and "
    "submits again",
)


def _no_problem_but_alignment(facts: Facts) -> bool:
    return not any(problem.level == "E" and problem.code != "V06" for problem in facts.problems)


def _is_aligned(facts: Facts) -> bool:
    return not any(problem.code == "V06" for problem in facts.alignment)


def _who_links(facts: Facts) -> Hands:
    """While the superior has no results in force (V16) his plan is what lacks; then the employee can link to them."""
    if any(problem.code == "V16" for problem in facts.alignment):
        return Hands(Role.RATER, _NO_RESULTS_ABOVE, own_case=True)
    return Hands(Role.EMPLOYEE, _UNLINKED, due="3wd")


def _is_past(instant: datetime | None, facts: Facts) -> bool:
    return instant is not None and facts.now > instant


def _evaluations(facts: Facts) -> list[str]:
    return [state for workflow, state in facts.children if workflow == "evaluation"]


def _is_over(facts: Facts) -> bool:
    ended = _is_past(facts.ends_at or facts.deadlines.get("end"), facts)
    return ended and all(state in _EVALUATION_OVER for state in _evaluations(facts))


def _is_as_endorsed(facts: Facts) -> bool:
    endorsed = facts.marks.get("endorsed")
    return bool(facts.marks.get("returned_by_rater")) and endorsed == facts.protected_sha256


plan_complete = Guard(
    "plan_complete",
    _no_problem_but_alignment,
    Text("Rencana belum lengkap: lihat daftar masalah.", "The plan is not complete: see the list of problems."),
)
results_aligned = Guard(
    "results_aligned",
    _is_aligned,
    Text("Hasil kerja belum ditautkan ke hasil pimpinan.", "A result is not linked to the superior's result."),
    hands=_who_links,
)
plan_deadline_passed = Guard(
    "plan_deadline_passed",
    lambda facts: _is_past(facts.deadlines.get("plan_default"), facts),
    Text(
        "Waktu pegawai menyusun rencana belum habis; tim baru dapat menyusun dan menetapkannya setelah itu.",
        "The employee's time to make the plan is not over; only then may the team draft and set it.",
    ),
)
no_evaluation_awaiting_rating = Guard(
    "no_evaluation_awaiting_rating",
    lambda facts: not any(state in _EVALUATION_UNDER_WAY for state in _evaluations(facts)),
    Text(
        "Evaluasi atas rencana ini sedang berjalan. Tunggu sampai hasilnya final, lalu ubah rencana.",
        "An evaluation of this plan is under way. Wait until its result is final, then amend the plan.",
    ),
)
has_version_in_force = Guard(
    "has_version_in_force",
    lambda facts: facts.in_force,
    Text(
        "Belum ada versi rencana yang berlaku, jadi tidak ada yang dapat dikembalikan atau ditutup.",
        "No version of this plan is in force, so there is nothing to go back to or to close.",
    ),
)
never_in_force = Guard(
    "never_in_force",
    lambda facts: not facts.in_force,
    Text(
        "Rencana ini sudah pernah berlaku, jadi tidak dapat dibatalkan atau dikecualikan. Batalkan perubahannya saja, "
        "atau minta kepegawaian menutup rencana.",
        "This plan has been in force, so it can be neither cancelled nor exempted. Abandon the amendment, or ask HR to "
        "close the plan.",
    ),
)
not_returned_by_superior = Guard(
    "not_returned_by_superior",
    lambda facts: not facts.marks.get("returned_by_superior"),
    Text(
        "Atasan penilai sudah memeriksa ketidaksepakatan ini dan mengembalikan rencana. Perbaiki, lalu ajukan lagi.",
        "The rater's superior has already examined this dispute and returned the plan. Revise it and submit again.",
    ),
)
endorsed_unchanged = Guard(
    "endorsed_unchanged",
    _is_as_endorsed,
    Text(
        "Hasil kerja berubah sejak direviu, jadi tim pengelola kinerja mereviu lagi sebelum penilai memutuskan.",
        "The results have changed since the review, so the team reviews again before the rater decides.",
    ),
)
cycle_ended = Guard(
    "cycle_ended",
    lambda facts: _is_past(facts.deadlines.get("end"), facts),
    Text("Siklus kinerja belum berakhir.", "The performance cycle has not ended."),
)
evaluations_final = Guard(
    "evaluations_final",
    _is_over,
    Text(
        "Masa rencana belum berakhir, atau masih ada evaluasi yang belum final.",
        "The plan's time is not over, or an evaluation of it is not final.",
    ),
)

"""Every rule that an office may set. An entry needs somebody who reads it: a rule without a reader is no rule.

A later module adds its rules here, with the text that HR reads before it decides; pages, API and command line follow.
"""

from collections.abc import Mapping

from workflows.kit import Text
from workflows.rule import Mark, Reach, Rule, Used

_WORKING_DAYS = Text("hari kerja", "working days")
_PEOPLE = Text("orang", "people")
_ANSWERS = Text("jawaban", "answers")
_YEARS = Text("tahun", "years")
_LOCAL = Text("Tidak ditemukan aturannya", "No rule was found")
_OBJECTION = Text("PP 30/2019 Pasal 59", "PP 30/2019 article 59")
_PATTERN = Text(
    "SE MenPANRB 3/2023; jumlah terkecil tidak diatur", "SE MenPANRB 3/2023, which gives no smallest number"
)
_ARCHIVES = Text(
    "UU 43/2009 dan Peraturan ANRI 22/2017; lamanya menurut jadwal retensi arsip daerah",
    "UU 43/2009 and Peraturan ANRI 22/2017; how long is up to the regency's schedule of records",
)
_PRIVACY = Text("UU 27/2022; jumlahnya kebijakan instansi", "UU 27/2022; the number is local policy")

_REMINDERS = (
    Rule(
        "reminder.before", Text("Pengingat sebelum tenggat", "Reminder before the deadline"),
        Text(
            "Yang harus bertindak diingatkan sekian hari kerja sebelum tenggatnya, dan sekali lagi pada hari tenggat.",
            "Whoever must act is reminded so many working days before the deadline, and again on the day itself.",
        ),
        3, Mark.LOCAL_POLICY, _LOCAL, Used.NOW, Reach.DEADLINES, _WORKING_DAYS, 1, 10,
    ),
    Rule(
        "reminder.superior", Text("Atasan diberi tahu", "The superior is told"),
        Text(
            "Sekian hari kerja sesudah tenggat lewat, atasan dari yang harus bertindak diberi tahu.",
            "So many working days after the deadline passed, the superior of whoever must act is told.",
        ),
        3, Mark.LOCAL_POLICY, _LOCAL, Used.NOW, Reach.DEADLINES, _WORKING_DAYS, 1, 20,
    ),
    Rule(
        "reminder.reroute", Text("Kepegawaian dapat mengalihkan", "HR may re-route"),
        Text(
            "Sekian hari kerja sesudah tenggat lewat, kepegawaian diminta mengalihkan kasus. Tidak ada yang disetujui "
            "otomatis.",
            "So many working days after the deadline passed, HR is asked to re-route the case. Nothing is approved by "
            "silence.",
        ),
        5, Mark.LOCAL_POLICY, _LOCAL, Used.NOW, Reach.DEADLINES, _WORKING_DAYS, 1, 40,
    ),
)

_CORRECTIONS = (
    Rule(
        "correction.answer", Text("Jawaban atas permintaan koreksi data", "Answer to a request for a correction"),
        Text(
            "Kepegawaian menjawab dalam sekian hari kerja bila pegawai atau penilai menyatakan penilai, jabatan, unit, "
            "atau nama keliru. Kasusnya berjalan terus.",
            "HR answers within so many working days when an employee or rater says that the rater, post, unit or name "
            "is wrong. The case goes on meanwhile.",
        ),
        5, Mark.LOCAL_POLICY, _LOCAL, Used.NOW, Reach.NONE, _WORKING_DAYS, 1, 20,
    ),
)

_OBJECTIONS = (
    Rule(
        "objection.window_days", Text("Masa keberatan", "Time to object"),
        Text(
            "Pegawai dapat mengajukan keberatan sampai akhir hari ke sekian sesudah menerima hasil. Tidak dapat lebih "
            "pendek daripada yang diberikan peraturan.",
            "The employee may object until the end of this day after receiving the result. Never shorter than the law "
            "gives.",
        ),
        14, Mark.LAW, _OBJECTION, Used.EVALUATION, Reach.EVALUATIONS, Text("hari", "days"), 14, 60,
    ),
    Rule(
        "objection.day_kind", Text("Jenis hari masa keberatan", "Kind of days of the time to object"),
        Text(
            "Hari kerja adalah bacaan yang lebih panjang, sehingga tidak ada hak yang hilang; tanggal menurut hari "
            "kalender tetap ditampilkan sebagai tanggal aman.",
            "Working days are the longer reading, so that no right is cut off; the date by calendar days is still "
            "shown as the safe date.",
        ),
        "WORKING", Mark.LOCAL_POLICY,
        Text(
            "PP 30/2019 Pasal 59 menyebut “hari” tanpa jenisnya", "PP 30/2019 article 59 says “days” without a kind"
        ),
        Used.EVALUATION, Reach.EVALUATIONS,
        choices={
            "WORKING": Text("hari kerja", "working days"), "CALENDAR": Text("hari kalender", "calendar days"),
        },
    ),
    Rule(
        "objection.receipt_days", Text("Hasil dianggap diterima", "The result counts as received"),
        Text(
            "Hasil yang tidak dibuka dianggap diterima sekian hari kerja sesudah surelnya diterima server penerima.",
            "A result that is not opened counts as received so many working days after the receiving server took its "
            "mail.",
        ),
        3, Mark.LOCAL_POLICY, _LOCAL, Used.EVALUATION, Reach.EVALUATIONS, _WORKING_DAYS, 1, 20,
    ),
    Rule(
        "objection.rater_answer_days", Text("Penjelasan penilai", "The rater's explanation"),
        Text(
            "Penilai menjelaskan penilaiannya dalam sekian hari kerja sejak keberatan diajukan.",
            "The rater explains the rating within so many working days of the filing.",
        ),
        5, Mark.LOCAL_POLICY,
        Text(
            "PP 30/2019 Pasal 59 ayat (3) tanpa batas waktu", "PP 30/2019 article 59 paragraph 3, which sets no time"
        ),
        Used.EVALUATION, Reach.EVALUATIONS, _WORKING_DAYS, 1, 20,
    ),
    Rule(
        "objection.decision_days", Text("Keputusan atas keberatan", "Decision on an objection"),
        Text(
            "Atasan penilai memutuskan dalam sekian hari kerja sejak keberatan diajukan.",
            "The rater's superior decides within so many working days of the filing.",
        ),
        21, Mark.LOCAL_POLICY, Text("PP 30/2019 Pasal 59 tanpa batas waktu", "PP 30/2019 article 59 sets no time"),
        Used.EVALUATION, Reach.EVALUATIONS, _WORKING_DAYS, 5, 60,
    ),
    Rule(
        "objection.late_days", Text("Keberatan terlambat", "Late objections"),
        Text(
            "Sekian hari kerja sesudah masanya lewat, keberatan masih dapat diajukan sebagai terlambat; atasan penilai "
            "yang menerima atau menolaknya. 0 menutup jalan ini.",
            "For so many working days after the time has passed an objection may still be filed as late; the rater's "
            "superior admits it or not. 0 closes this way.",
        ),
        30, Mark.LOCAL_POLICY, _LOCAL, Used.EVALUATION, Reach.EVALUATIONS, _WORKING_DAYS, 0, 120,
    ),
)

_EVALUATION = (
    Rule(
        "distribution.minimum", Text("Kelompok terkecil untuk pola distribusi", "Smallest group for the distribution"),
        Text(
            "Di bawah jumlah ini pola distribusi hanya ditampilkan sebagai panduan dan tidak meminta alasan.",
            "Below this number the distribution is shown as guidance only and asks for no reasons.",
        ),
        10, Mark.LOCAL_POLICY, _PATTERN, Used.EVALUATION, Reach.EVALUATIONS, _PEOPLE, 2, 100,
    ),
    Rule(
        "feedback.k", Text("Jawaban umpan balik paling sedikit", "Fewest answers of a feedback"),
        Text(
            "Umpan balik tanpa nama baru ditampilkan bila sekurang-kurangnya sekian orang menjawab.",
            "Feedback without names is shown only once at least so many people have answered.",
        ),
        5, Mark.LOCAL_POLICY, _PRIVACY, Used.EVALUATION, Reach.EVALUATIONS, _ANSWERS, 3, 20,
    ),
    Rule(
        "retention.after_service_years", Text("Penyimpanan dokumen kinerja", "How long performance papers are kept"),
        Text(
            "Rencana, evaluasi, dan keberatan disimpan sekian tahun sesudah pegawai berhenti.",
            "Plans, evaluations and objections are kept so many years after the employee has left.",
        ),
        5, Mark.RECALLED, _ARCHIVES, Used.EVALUATION, Reach.NONE, _YEARS, 1, 30,
    ),
    Rule(
        "retention.feedback_years", Text("Penyimpanan umpan balik mentah", "How long raw feedback is kept"),
        Text(
            "Sekian tahun sesudah hasil final, umpan balik mentah dilepaskan dari orang yang menulisnya.",
            "So many years after the final result raw feedback is parted from whoever wrote it.",
        ),
        2, Mark.LOCAL_POLICY, _PRIVACY, Used.EVALUATION, Reach.NONE, _YEARS, 1, 10,
    ),
)

RULES: Mapping[str, Rule] = {rule.key: rule for rule in (*_REMINDERS, *_CORRECTIONS, *_OBJECTIONS, *_EVALUATION)}
"""The rules by key, in the order in which people read them."""
BEFORE: tuple[tuple[str, str], ...] = (("reminder.superior", "reminder.reroute"),)
"""Pairs of rules of which the first must stay below the second."""

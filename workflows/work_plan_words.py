"""The words of the work plan's actions: the law's verb on the button, its effect, the timeline's predicate."""

from collections.abc import Mapping

from workflows.kit import Action, Text

ACTIONS: Mapping[str, Action] = {
    "submit": Action(
        Text("Ajukan rencana", "Submit the plan"),
        Text(
            "Rencana dikirim untuk diperiksa; Anda dapat menariknya kembali sebelum diputuskan.",
            "The plan is sent for review; you may recall it before it is decided.",
        ),
        Text("mengajukan rencana kerja", "submitted the work plan"),
    ),
    "set_by_default": Action(
        Text("Tetapkan karena lewat tenggat", "Set the plan in default"),
        Text(
            "Berlaku mulai hari ini tanpa penilai; pegawai, penilai, dan atasannya diberi tahu. Alasan wajib.",
            "In force from today without the rater; the employee, the rater and his superior are told. A reason is "
            "required.",
        ),
        Text("menetapkan rencana kerja karena lewat tenggat", "set the work plan in default"),
    ),
    "abandon": Action(
        Text("Batalkan perubahan", "Abandon the amendment"),
        Text(
            "Perubahan dibuang dan rencana yang terakhir ditetapkan tetap berlaku; penilai diberi tahu.",
            "The changes are dropped and the plan as last set stays in force; the rater is told.",
        ),
        Text("membatalkan perubahan rencana kerja", "abandoned the amendment of the work plan"),
    ),
    "exempt": Action(
        Text("Kecualikan dari kewajiban SKP", "Exempt from the duty to plan"),
        Text(
            "Pegawai tidak wajib berencana pada periode ini; pegawai dan penilai diberi tahu. Dasar hukum wajib.",
            "The employee need not plan in this period; the employee and the rater are told. A legal basis is "
            "required.",
        ),
        Text("mengecualikan pegawai dari kewajiban SKP", "exempted the employee from the duty to plan"),
    ),
    "cancel": Action(
        Text("Batalkan rencana", "Cancel the plan"),
        Text(
            "Rencana ini berakhir tanpa pernah berlaku; alasan wajib.",
            "This plan ends without ever having been in force; a reason is required.",
        ),
        Text("membatalkan rencana kerja", "cancelled the work plan"),
    ),
    "close": Action(
        Text("Tutup rencana kerja", "Close the work plan"),
        Text(
            "Rencana selesai dan tidak dapat diubah lagi; pegawai diberi tahu.",
            "The plan is over and can no longer be changed; the employee is told.",
        ),
        Text("menutup rencana kerja", "closed the work plan"),
    ),
    "lapse_amendment": Action(
        Text("Gugurkan perubahan", "Let the amendment lapse"),
        Text(
            "Siklus berakhir sebelum perubahan ditetapkan; rencana yang terakhir ditetapkan tetap berlaku.",
            "The cycle ended before the amendment was set; the plan as last set stays in force.",
        ),
        Text("menggugurkan perubahan rencana kerja", "let the amendment of the work plan lapse"),
    ),
    "endorse": Action(
        Text("Teruskan kepada penilai", "Pass on to the rater"),
        Text(
            "Reviu selesai; pejabat penilai diminta menetapkan rencana.",
            "The review is done; the rater is asked to set the plan.",
        ),
        Text("mereviu dan meneruskan rencana kerja", "reviewed the work plan and passed it on"),
    ),
    "return": Action(
        Text("Kembalikan untuk diperbaiki", "Return for changes"),
        Text(
            "Pegawai memperbaiki lalu mengajukan lagi; alasan wajib.",
            "The employee revises and resubmits; a reason is required.",
        ),
        Text("mengembalikan rencana kerja untuk diperbaiki", "returned the work plan for changes"),
    ),
    "recall": Action(
        Text("Tarik kembali", "Recall"),
        Text(
            "Rencana kembali menjadi draf; yang sedang memeriksanya diberi tahu.",
            "The plan becomes a draft again; whoever examines it is told.",
        ),
        Text("menarik kembali rencana kerja", "recalled the work plan"),
    ),
    "approve": Action(
        Text("Tetapkan rencana kerja", "Set this work plan"),
        Text("Berlaku mulai hari ini; pegawai diberi tahu.", "In force from today; the employee is told."),
        Text("menetapkan rencana kerja", "set the work plan"),
    ),
    "dispute": Action(
        Text("Nyatakan tidak sepakat", "Declare a dispute"),
        Text(
            "Atasan pejabat penilai diminta memutuskan isi rencana; alasan wajib.",
            "The rater's superior is asked to decide on the plan; a reason is required.",
        ),
        Text("menyatakan tidak sepakat atas rencana kerja", "declared a dispute over the work plan"),
    ),
    "settle": Action(
        Text("Putuskan dan tetapkan rencana kerja", "Settle the dispute and set this work plan"),
        Text(
            "Berlaku mulai hari ini; pegawai dan penilai diberi tahu. Alasan wajib.",
            "In force from today; the employee and the rater are told. A reason is required.",
        ),
        Text("memutuskan ketidaksepakatan dan menetapkan rencana kerja", "settled the dispute and set the work plan"),
    ),
    "amend": Action(
        Text("Ubah rencana kerja", "Amend the work plan"),
        Text(
            "Versi baru disusun; rencana sekarang tetap berlaku sampai yang baru ditetapkan. Alasan dan dasar wajib.",
            "A new version is drafted; the present plan stays in force until the new one is set. A reason and a legal "
            "basis are required.",
        ),
        Text("membuka perubahan rencana kerja", "opened an amendment of the work plan"),
    ),
    "end_early": Action(
        Text("Akhiri lebih awal", "End early"),
        Text(
            "Rencana berlaku hanya sampai tanggal itu, misalnya karena mutasi; pegawai dan penilai diberi tahu.",
            "The plan is in force only until that day, for example on a transfer; the employee and the rater are told.",
        ),
        Text("mengakhiri masa rencana kerja lebih awal", "ended the work plan's time early"),
    ),
}

"""What happened, as a predicate: `{actor} {predicate}` makes the timeline's sentence."""

from collections.abc import Mapping

from workflows.kit import Text, Workflow

COMMAND_PASTS: Mapping[str, Text] = {
    "open": Text("membuka kasus", "opened the case"),
    "save": Text("menyimpan perubahan isi", "saved a change of the text"),
    "comment": Text("memberi catatan", "commented"),
    "copy_reminder": Text("mengingatkan di luar surel", "reminded outside of mail"),
    "remind": Text("mengirim pengingat", "sent a reminder"),
    "escalate": Text("memberi tahu atasan dari yang ditunggu", "told the superior of whoever is awaited"),
    "reroute": Text("mengalihkan kasus kepada pejabat lain", "passed the case to somebody else"),
    "extend": Text("memperpanjang tenggat", "extended the deadline"),
    "recompute": Text("menghitung ulang tenggat menurut kalender kerja", "counted the deadline again by the calendar"),
    "hold": Text("menahan kasus", "put the case on hold"),
    "resume": Text("melanjutkan kasus", "took the case off hold"),
    "propose_correction": Text("mengusulkan koreksi data", "proposed a correction"),
    "correct": Text("mengoreksi isi kasus", "corrected the case"),
    "decline": Text("menyatakan tidak dapat memutuskan", "said that he cannot decide"),
    "hand_over": Text("menulis catatan serah terima", "wrote a hand-over note"),
    "ask": Text("meminta yang berwenang bertindak", "asked whoever may act now"),
    "wait": Text(
        "menarik permintaan karena yang diminta belum dapat bertindak",
        "took the request back because whoever was asked cannot act yet",
    ),
    "assist": Text("memasukkan berkas bertanda tangan", "entered a signed paper"),
    "send_assisted": Text("meminta konfirmasi pegawai atas berkasnya", "asked the employee to confirm his paper"),
    "withdraw_assisted": Text("menarik berkas yang dimasukkan", "withdrew a paper that was entered"),
    "refuse_assisted": Text("menolak berkas yang dimasukkan atas namanya", "refused a paper entered for him"),
    "print_notice": Text("mencetak surat pemberitahuan", "printed a notice"),
    "record_hand_delivery": Text("mencatat penyerahan surat", "recorded that a notice was handed over"),
    "request_correction": Text("meminta koreksi data", "asked for a correction of data"),
    "withdraw_correction_request": Text("menarik permintaan koreksi data", "took back a request for a correction"),
    "decide_correction_request": Text("menjawab permintaan koreksi data", "answered a request for a correction"),
    "authority": Text("mengubah siapa yang berwenang", "changed who may act"),
}
"""What happened to a case beside the steps of its table."""
REGISTER_PASTS: Mapping[str, Text] = {
    "cycle.create": Text("mencatat siklus", "entered a cycle"),
    "cycle.open": Text("membuka siklus", "opened a cycle"),
    "cycle.cases": Text("meminta pembuatan kasus siklus", "asked for the cases of a cycle"),
    "cycle.extend": Text("memperpanjang tanggal siklus", "extended a cycle"),
    "cycle.close": Text("menutup siklus", "closed a cycle"),
    "people.appoint": Text("mencatat pengangkatan dalam jabatan", "recorded an appointment"),
    "people.end_appointment": Text("mengakhiri pengangkatan dalam jabatan", "ended an appointment"),
    "people.delegate": Text("mencatat pelimpahan wewenang", "recorded a delegation"),
    "people.end_delegation": Text("mengakhiri pelimpahan wewenang", "ended a delegation"),
    "people.assign_rater": Text("menetapkan pejabat penilai dengan surat", "assigned a rater by order"),
    "people.end_assignment": Text("mengakhiri penetapan pejabat penilai", "ended the assignment of a rater"),
    "people.join_team": Text("menambah anggota tim pengelola kinerja", "added a member of a performance team"),
    "people.leave_team": Text("mengakhiri keanggotaan tim pengelola kinerja", "ended a membership of a team"),
    "people.grant": Text("memberi hak tetap", "gave a standing right"),
    "people.revoke": Text("mencabut hak tetap", "took back a standing right"),
    "people.lock": Text("mengunci pegawai yang berhenti", "locked somebody who has left"),
    "people.long_leave": Text("mencatat cuti panjang", "recorded a long leave"),
    "people.create": Text("mencatat pegawai", "entered a person"),
    "people.change": Text("mengubah data pegawai", "changed a person's data"),
    "people.change_address": Text("mengganti alamat surel pegawai", "changed a person's address"),
    "people.print_slip": Text("mencetak lembar masuk", "printed a sign-in slip"),
    "people.suppress_address": Text("menghentikan surel ke alamat pegawai", "stopped mail to a person's address"),
    "people.lift_suppression": Text("membuka lagi surel ke alamat pegawai", "let mail to a person's address go again"),
    "people.create_unit": Text("mencatat unit kerja", "entered a unit"),
    "people.change_unit": Text("mengubah unit kerja", "changed a unit"),
    "people.create_post": Text("mencatat jabatan", "entered a post"),
    "people.change_post": Text("mengubah jabatan", "changed a post"),
    "people.import": Text("mengimpor data kepegawaian", "imported HR data"),
    "calendar.load": Text("memuat hari libur", "loaded closed days"),
    "calendar.change": Text("mengubah hari libur", "changed closed days"),
    "calendar.recount": Text("meminta tenggat dihitung ulang", "had deadlines counted again"),
    "calendar.confirm": Text("menegaskan kalender kerja", "confirmed the working calendar"),
    "rule.set": Text("menetapkan nilai aturan", "set the value of a rule"),
    "rule.confirm": Text("menegaskan aturan", "confirmed rules"),
}
"""What happened in a register: event types that belong to no case."""


def predicate(event_type: str, workflow: Workflow) -> Text:
    """The past-tense predicate of an event type: a step's own words, or those of a command."""
    if event_type in REGISTER_PASTS:
        return REGISTER_PASTS[event_type]
    name = event_type.partition(".")[2]
    action = workflow.actions.get(name)
    if action and event_type.startswith(f"{workflow.name}."):
        return action.past
    return COMMAND_PASTS.get(name, Text(name, name))

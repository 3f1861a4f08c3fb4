"""Rules about the people of a document: whom the forms name and who may decide (V01, V02, V15)."""

import re
from collections.abc import Iterable
from datetime import date

from workflows.context import Context, PersonCard
from workflows.kit import Document, Problem, Text

_NIP = re.compile(r"([0-9]{8})[0-9]{4}(?:0[1-9]|1[0-2]|21)[12][0-9]{3}")
_WHO = {
    "subject": Text("pegawai", "the employee"),
    "rater": Text("pejabat penilai", "the rater"),
}
_PARTS = {
    "name": Text("nama", "name"),
    "nip": Text("NIP", "NIP"),
    "rank": Text("pangkat atau golongan", "rank or grade"),
    "post": Text("jabatan", "post"),
    "unit": Text("unit kerja", "unit"),
}


def people_are_known(_: Document, context: Context) -> Iterable[Problem]:
    """V01: the forms name both people with NIP, rank or grade, post and unit; a political rater has no NIP or rank."""
    for role, person in _people(context):
        lacking = _lacking(person)
        yield from (Problem("V01", f"{role}.{part}", "E", _filled(_LACKS, role, _PARTS[part])) for part in lacking)
        if role == "subject" and person.nip and not re.fullmatch("[0-9]{18}", person.nip):
            yield Problem("V01", "subject.nip", "E", _NIP_LENGTH)


def numbers_look_right(_: Document, context: Context) -> Iterable[Problem]:
    """V02: a NIP reads birth date, year and month of start (PPPK: month 21), sex, serial number."""
    for role, person in _people(context):
        wrong_length = role == "subject" and len(person.nip) != 18
        if person.nip and not wrong_length and not _reads_as_nip(person.nip):
            yield Problem("V02", f"{role}.nip", "W", _filled(_NIP_ODD, role, _PARTS["nip"]))


def rater_may_decide(_: Document, context: Context) -> Iterable[Problem]:
    """V15: somebody other than the employee is the rater and may act on the day."""
    if context.rater is None:
        yield Problem("V15", "rater", "E", _NO_RATER)
    elif context.rater_is_subject:
        yield Problem("V15", "rater", "E", _OWN_RATER)
    elif not context.rater_may_act:
        yield Problem("V15", "rater", "E", _IDLE_RATER.format(name=context.rater.name))


def _people(context: Context) -> list[tuple[str, PersonCard]]:
    people = [("subject", context.subject), ("rater", context.rater)]
    return [(role, person) for role, person in people if person is not None]


def _lacking(person: PersonCard) -> list[str]:
    present = {
        "name": person.name,
        "nip": person.nip or person.political,
        "rank": person.rank or person.grade or person.political,
        "post": person.post,
        "unit": person.unit,
    }
    return [part for part, value in present.items() if not value]


def _reads_as_nip(nip: str) -> bool:
    parts = _NIP.fullmatch(nip)
    if not parts:
        return False
    try:
        return bool(date.fromisoformat(parts[1]))
    except ValueError:
        return False


def _filled(sentence: Text, role: str, part: Text) -> Text:
    who = _WHO[role]
    return Text(sentence.id.format(who=who.id, part=part.id), sentence.en.format(who=who.en, part=part.en))


_LACKS = Text(
    "Data {who} belum lengkap: {part}. Minta kepegawaian melengkapi data induk.",
    "The data of {who} lack: {part}. Ask HR to complete the master data.",
)
_NIP_LENGTH = Text(
    "NIP pegawai harus 18 angka. Minta kepegawaian memperbaiki data induk.",
    "The employee's NIP must have 18 digits. Ask HR to correct the master data.",
)
_NIP_ODD = Text(
    "Susunan {part} {who} tidak lazim (tanggal lahir, bulan mulai, jenis kelamin, nomor urut). Periksa dengan "
    "kepegawaian; rencana tetap dapat diajukan.",
    "The {part} of {who} has an unusual form (birth date, month of start, sex, serial). Check it with HR; the plan can "
    "still be submitted.",
)
_NO_RATER = Text(
    "Belum ada pejabat penilai. Minta kepegawaian menetapkan penilai atau pelaksana tugas.",
    "There is no rater. Ask HR to assign one or to name an acting official.",
)
_OWN_RATER = Text(
    "Pejabat penilai sama dengan pegawai. Minta kepegawaian menetapkan penilai lain.",
    "The rater is the employee. Ask HR to assign another rater.",
)
_IDLE_RATER = Text(
    "Pejabat penilai {name} hari ini tidak dapat bertindak. Minta kepegawaian mencatat pelaksana tugas atau "
    "pengalihan.",
    "The rater {name} may not act today. Ask HR to record an acting official or a delegation.",
)

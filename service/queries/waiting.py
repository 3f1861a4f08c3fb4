"""What a case waits for, as sentences: one for every state, so that no open case ever says nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.authority import Holder, Person, explain
from service.authority.words import ROLES
from service.blockers import blocked_sentence, not_asked_because
from service.casefile import CaseFile
from workflows.dates import day, moment
from workflows.kit import Role, Text

_MOST_NAMED = 3
QUEUES = (Role.PERF_TEAM, Role.HR)
QUEUE_MAILS = Text("Antrean ini menerima ringkasan harian.", "This queue gets a daily summary.")
_MAILS: Mapping[str, Text] = {
    "PENDING": Text("masih dalam antrean kirim", "is still waiting to be sent"),
    "LEASED": Text("sedang dikirim", "is being sent"),
    "RETRY": Text("belum diterima server dan dicoba lagi", "was not accepted yet and is being retried"),
    "HELD": Text("ditahan oleh operator", "is held by an operator"),
    "BOUNCED": Text("ditolak: alamatnya tidak menerima surel", "bounced: the address takes no mail"),
    "REFUSED": Text("ditolak server", "was refused by the server"),
    "DEAD": Text("gagal dikirim dan perlu dilihat petugas", "failed and somebody must look"),
    "EXPIRED": Text("tidak dikirim karena sudah kedaluwarsa", "was not sent because it had expired"),
    "CANCELLED": Text("tidak dikirim karena tidak berlaku lagi", "was not sent because it no longer held"),
    "SUMMED": Text("digabung ke dalam ringkasan", "went into a summary"),
    "SUPPRESSED": Text("tidak dikirim", "was not sent"),
}
"""What became of a mail, as the end of *Surel terakhir …*."""


def sentence(file: CaseFile) -> Text:
    """One sentence: who has it, since when, until when; where nobody has it, why and until when that is so."""
    if file.row["held_at"] is not None:
        held = _day(file, file.row["held_at"])
        return Text(f"Ditahan oleh kepegawaian sejak {held.id}.", f"On hold by HR since {held.en}.")
    role = file.awaited
    if role is None and file.row["blocked_by"] is not None:
        return blocked_sentence(file)
    if role is None:
        return _at_rest(file)
    who = file.waiting()
    if not who and file.row["declined_by"]:
        return _all_declined(file)
    if not who:
        return explain(file.present.organisation, file.roles, role, file.present.now, file.workflow.scopes.get(role))
    since, names = _day(file, file.awaited_since), named(file, role, who)
    head = Text(f"Menunggu {names.id} sejak {since.id}", f"Waiting for {names.en} since {since.en}")
    due = _due(file)
    said = Text(f"{head.id}{due.id}.", f"{head.en}{due.en}.")
    if file.row["blocked_by"] is None:
        return said
    missing = not_asked_because(file)
    return Text(f"{said.id} {missing.id}", f"{said.en} {missing.en}")


def _all_declined(file: CaseFile) -> Text:
    people = file.present.organisation.people
    names = "; ".join(people[person_id].name for person_id in file.row["declined_by"] if person_id in people)
    due = _due(file)
    return Text(
        f"{names} menyatakan tidak dapat memutuskan; kasus menunggu kepegawaian mengalihkannya{due.id}.",
        f"{names} said that he cannot decide; the case waits for HR to re-route it{due.en}.",
    )


def named(file: CaseFile, role: Role, who: tuple[Holder, ...]) -> Text:
    """`NAME (pejabat penilai)`, with whom he acts for; a queue is named before its people."""
    people = file.present.organisation.people
    if role in QUEUES:
        listed = "; ".join(people[holder.person_id].name for holder in who[:_MOST_NAMED])
        more = len(who) - _MOST_NAMED
        rest = Text(f"; dan {more} orang lain", f"; and {more} more") if more > 0 else Text("", "")
        return Text(f"{ROLES[role].id} ({listed}{rest.id})", f"the {ROLES[role].en} ({listed}{rest.en})")
    parts = [_one(holder, ROLES[role], people) for holder in who]
    return Text(" atau ".join(p.id for p in parts), " or ".join(p.en for p in parts))


def mail_sentence(file: CaseFile, mail: Mapping[str, Any], name: str = "") -> Text:
    """`Surel terakhir diterima server 19 Januari 2026 pukul 09.02 WIB, dibuka oleh orang 20 Januari 2026.`"""
    zone, whom = file.present.calendar.zone, Text(f" kepada {name}" if name else "", f" to {name}" if name else "")
    if mail["state"] != "ACCEPTED":
        what = _MAILS[mail["state"]]
        return Text(f"Surel terakhir{whom.id} {what.id}.", f"The last mail{whom.en} {what.en}.")
    taken = moment(datetime.fromisoformat(mail["accepted_at"]), zone)
    seen = Text(", belum dibuka", ", not opened yet")
    if mail["opened_at"]:
        on = _day(file, datetime.fromisoformat(mail["opened_at"]))
        seen = Text(f", dibuka oleh orang {on.id}", f", opened by a person {on.en}")
    return Text(
        f"Surel terakhir{whom.id} diterima server {taken.id}{seen.id}.",
        f"The last mail{whom.en} was accepted by the server {taken.en}{seen.en}.",
    )


def late_by(file: CaseFile) -> int:
    """By how many working days the case is late; 0 when it is not, waits for nobody or is on hold."""
    due: datetime | None = file.row["due_at"]
    if due is None or due >= file.present.now or file.awaited is None or file.row["held_at"] is not None:
        return 0
    calendar = file.present.calendar
    return calendar.working_days_between(calendar.civil_date(due), calendar.civil_date(file.present.now))


def _one(holder: Holder, role: Text, people: Mapping[str, Person]) -> Text:
    name = people[holder.person_id].name
    principal = people.get(holder.on_behalf_of) if holder.on_behalf_of else None
    if principal is None:
        return Text(f"{name} ({role.id})", f"{name} ({role.en})")
    return Text(
        f"{name} ({role.id}, atas nama {principal.name})", f"{name} ({role.en}, on behalf of {principal.name})"
    )


def _at_rest(file: CaseFile) -> Text:
    """A case that nobody has to act on: over, or in force until a date of the cycle."""
    due, label = file.row["due_at"], file.state.label
    if file.state.final:
        since = _day(file, file.row["state_since"])
        return Text(
            f"Tidak menunggu siapa pun: {lowered(label.id)} sejak {since.id}.",
            f"It waits for nobody: {lowered(label.en)} since {since.en}.",
        )
    if due is None:
        return Text("Tidak menunggu siapa pun.", "It waits for nobody.")
    until = _day(file, due)
    if due < file.present.now:
        return Text(
            f"Tidak menunggu siapa pun; masa berlakunya habis {until.id} dan sistem atau kepegawaian menutupnya.",
            f"It waits for nobody; its term ended on {until.en} and the system or HR closes it.",
        )
    return Text(
        f"Tidak menunggu siapa pun, berlaku sampai {until.id}.",
        f"It waits for nobody and is in force until {until.en}.",
    )


def _due(file: CaseFile) -> Text:
    if file.row["due_at"] is None:
        return Text("", "")
    due, late = _day(file, file.row["due_at"]), late_by(file)
    late_id = f", lewat {late} hari kerja" if late else ""
    late_en = f", {late} working {'day' if late == 1 else 'days'} late" if late else ""
    return Text(f"; tenggat {due.id}{late_id}", f"; due {due.en}{late_en}")


def _day(file: CaseFile, at: datetime) -> Text:
    return day(file.present.calendar.civil_date(at))


def lowered(words: str) -> str:
    """The words as they stand inside a sentence."""
    return words[:1].lower() + words[1:]

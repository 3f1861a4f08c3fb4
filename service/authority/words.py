"""Why somebody may act, or nobody may, as sentences in both languages.

Names and titles come from people, so sentences are put together from finished parts and never formatted twice.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from service.authority.records import Acting, Person, Position, Reroute, Unit
from workflows.dates import day
from workflows.kit import Role, Text

ROLES: Mapping[Role, Text] = {
    Role.EMPLOYEE: Text("pegawai yang dinilai", "the employee"),
    Role.RATER: Text("pejabat penilai", "rater"),
    Role.RATER_SUPERIOR: Text("atasan pejabat penilai", "rater's superior"),
    Role.PERF_TEAM: Text("tim pengelola kinerja", "performance team"),
    Role.HR: Text("petugas kepegawaian", "HR officer"),
    Role.CLOCK: Text("sistem", "the system"),
    Role.SYSTEM: Text("sistem", "the system"),
}

STANDING: Mapping[str, Text] = {
    "hr": ROLES[Role.HR],
    "auditor": Text("auditor", "auditor"),
    "planner": Text("perencana", "planner"),
    "admin": Text("administrator", "administrator"),
}

ABOVE_SUPERIOR = Text("pejabat di atas atasan pejabat penilai", "official above the rater's superior")
NO_RATER = Text("pejabat penilai belum ditentukan", "no rater is set")
RATER_VACANT = Text("jabatan penilai kosong", "the rater's post is vacant")
RATER_BARRED = Text("pejabat penilai tidak boleh bertindak dalam kasus ini", "the rater may not act in this case")
LETTER_IDLE = Text("yang ditunjuk dengan surat tidak dapat bertindak", "the person named by letter cannot act")
LADDER_ENDS = Text(
    "Kasus menunggu bagian kepegawaian menunjuk seseorang dengan surat.",
    "The case waits for HR to name a person by letter.",
)
EMPTY_POST = Text("kosong", "vacant")
IS_SUBJECT = Text("adalah pegawai yang dinilai dalam kasus ini", "is the employee of this case")
ACTS_FOR_SUBJECT = Text(
    "mewakili pegawai yang dinilai dalam kasus ini", "stands in for the employee of this case"
)
TOOK_PART = Text("ikut menilai atau mengembalikan dalam kasus ini", "took part in rating or returning in this case")
IS_LOCKED = Text("akunnya terkunci", "has a locked account")
NOT_IN_SCOPE = Text("tidak dilimpahi kewenangan ini", "was not handed this power")
CLOCK_ACTS = Text(
    "Langkah ini dijalankan sistem; tidak ada yang perlu bertindak.", "The system takes this step; nobody has to act."
)
EMPLOYEE_LOCKED = Text(
    "Tidak ada yang dapat bertindak: akun pegawai yang dinilai terkunci. Hubungi bagian kepegawaian.",
    "Nobody may act: the employee's account is locked. Contact HR.",
)
NO_HR = Text(
    "Tidak ada yang dapat bertindak: belum ada petugas kepegawaian yang bebas dari kasus ini. Administrator perlu"
    " menunjuk seseorang.",
    "Nobody may act: there is no HR officer who is free in this case. An administrator has to appoint one.",
)


def acting(how: Acting, people: Mapping[str, Person], positions: Mapping[str, Position]) -> Text:
    """`NAME, sebagai Plh dari NAME (TITLE) sampai 3 Februari 2026, nomor surat perintah X`; a definitive holder is
    `NAME, TITLE`."""
    name, title = people[how.person_id].name, _title(positions.get(how.position_id))
    if how.kind == "DEFINITIVE":
        return Text(f"{name}, {title}", f"{name}, {title}")
    until, order = _until(how.ends_on), _order(how.order_number)
    if how.kind == "PLT":
        return _glued(Text(f"{name}, sebagai Plt {title}", f"{name}, as Plt of {title}"), until, order)
    holder = _name(people, how.on_behalf_of)
    by = _name(people, how.handed_by) if how.handed_by != how.on_behalf_of else ""
    as_what = Text("Plh dari", "Plh of") if how.kind == "PLH" else Text("penerima wewenang dari", "delegate of")
    through = Text(f" melalui {by}", f" through {by}") if by else Text("", "")
    whom = Text(f"{name}, sebagai {as_what.id} {holder} ({title})", f"{name}, as {as_what.en} {holder} ({title})")
    return _glued(whom, through, until, order)


def employee(person: Person) -> Text:
    """`NAME, pegawai yang dinilai`."""
    return listed(_same(person.name), ROLES[Role.EMPLOYEE])


def named(person: Person, role: Role, letter: Reroute) -> Text:
    """`NAME, ditunjuk kepegawaian dengan surat sebagai pejabat penilai (LEGAL BASIS)`."""
    return Text(
        f"{person.name}, ditunjuk bagian kepegawaian dengan surat sebagai {ROLES[role].id} ({letter.legal_basis})",
        f"{person.name}, named by HR's letter as {ROLES[role].en} ({letter.legal_basis})",
    )


def in_role(how: Text, role_name: Text, because: Iterable[Text] = ()) -> Text:
    """`NAME, TITLE, atasan pejabat penilai, karena jabatan penilai kosong`."""
    reasons = tuple(dict.fromkeys(because))
    return listed(how, role_name, _because(reasons)) if reasons else listed(how, role_name)


def team(person: Person, unit: Unit | None, standing_for: Unit | None) -> Text:
    """`NAME, tim pengelola kinerja UNIT`; `standing_for` is the unit below that has no team of its own."""
    own = _unit(unit)
    member = Text(
        f"{person.name}, tim pengelola kinerja {own.id}".rstrip(), f"{person.name}, performance team of {own.en}"
    )
    if standing_for is None:
        return member
    below = standing_for.name
    return listed(member, Text(f"karena {below} tidak punya tim", f"because {below} has no team"))


def hr_for_team(person: Person, unit: Unit | None) -> Text:
    """An HR officer in the place of a performance team, and that he may endorse and return only."""
    own = _unit(unit)
    return Text(
        f"{person.name}, petugas kepegawaian, menggantikan tim pengelola kinerja karena {own.id} tidak punya tim;"
        " hanya boleh meneruskan atau mengembalikan",
        f"{person.name}, HR officer, standing in because {own.en} has no performance team; may endorse and return only",
    )


def standing(person: Person, role: str) -> Text:
    """`NAME, petugas kepegawaian`."""
    return listed(_same(person.name), STANDING[role])


def vacant(position: Position) -> Text:
    """That nobody holds this post."""
    return Text(f"jabatan {position.title} kosong", f"the post {position.title} is vacant")


def barred(position: Position) -> Text:
    """That the post is held, but nobody in it is free in this case."""
    return Text(
        f"pemegang jabatan {position.title} tidak boleh bertindak dalam kasus ini",
        f"whoever holds the post {position.title} may not act in this case",
    )


def no_team(unit: Unit) -> Text:
    """That this unit has no performance team of its own that is free in this case."""
    return Text(f"{unit.name} tidak punya tim pengelola kinerja", f"{unit.name} has no performance team")


def at_post(position: Position, what: Text) -> Text:
    """`TITLE: what is the matter there`."""
    return _glued(_same(f"{position.title}: "), what)


def keeps_out(person: Person, why: Text) -> Text:
    """`NAME why`: the reason that keeps one person from acting in a case."""
    return Text(f"{person.name} {why.id}", f"{person.name} {why.en}")


def who_may(explanations: Iterable[Text]) -> Text:
    """`Yang dapat bertindak: A; B.`"""
    found = tuple(explanations)
    return Text(
        f"Yang dapat bertindak: {'; '.join(text.id for text in found)}.",
        f"Who may act: {'; '.join(text.en for text in found)}.",
    )


def nobody(role: Role, because: Iterable[Text]) -> Text:
    """Why the ladder ends without anybody, and what happens next."""
    reasons = tuple(dict.fromkeys(because))
    why = _because(reasons or (Text("tidak ada jabatan di atasnya", "there is no post above"),))
    return Text(
        f"Tidak ada yang dapat bertindak sebagai {ROLES[role].id}, {why.id}. {LADDER_ENDS.id}",
        f"Nobody may act as {ROLES[role].en}, {why.en}. {LADDER_ENDS.en}",
    )


def whose(person: Person) -> Text:
    """A name, the same in both languages."""
    return _same(person.name)


def joined(parts: Iterable[Text]) -> Text:
    """The parts with semicolons between them."""
    found = tuple(parts)
    return Text("; ".join(part.id for part in found), "; ".join(part.en for part in found))


def _because(reasons: tuple[Text, ...]) -> Text:
    return Text(
        "karena " + " dan ".join(reason.id for reason in reasons),
        "because " + " and ".join(reason.en for reason in reasons),
    )


def listed(*parts: Text) -> Text:
    """The parts with commas between them."""
    return Text(", ".join(part.id for part in parts), ", ".join(part.en for part in parts))


def _glued(*parts: Text) -> Text:
    return Text("".join(part.id for part in parts), "".join(part.en for part in parts))


def _same(words: str) -> Text:
    return Text(words, words)


def _until(ends_on: date | None) -> Text:
    if ends_on is None:
        return Text("", "")
    last = day(ends_on)
    return Text(f" sampai {last.id}", f" until {last.en}")


def _order(number: str) -> Text:
    return Text(f", nomor surat perintah {number}", f", order {number}") if number else Text("", "")


def _name(people: Mapping[str, Person], person_id: str | None) -> str:
    person = people.get(person_id) if person_id else None
    return person.name if person else ""


def _title(position: Position | None) -> str:
    return position.title if position else ""


def _unit(unit: Unit | None) -> Text:
    return _same(unit.name) if unit else Text("unit ini", "this unit")

"""The report of a synthetic year, in one of the two languages."""

from collections.abc import Iterator

from workers.simulation.figures import Figures, Spread
from workflows.kit import Locale, Text

_ROLES = {
    "EMPLOYEE": Text("Pegawai", "Employee"),
    "PERF_TEAM": Text("Tim pengelola kinerja", "Performance team"),
    "RATER": Text("Pejabat penilai", "Rater"),
    "RATER_SUPERIOR": Text("Atasan pejabat penilai", "Rater's superior"),
    "HR": Text("Kepegawaian", "HR"),
}


def report(figures: Figures, locale: Locale) -> list[str]:
    """The report's lines. Those about seconds and size are the last ones: only they differ between two runs."""
    return [text.to(locale) for text in _lines(figures, locale)]


def _lines(figures: Figures, locale: Locale) -> Iterator[Text]:
    yield Text(f"Satu tahun kerja dengan {figures.people} orang", f"A working year with {figures.people} people")
    yield Text("", "")
    yield Text("Kasus menurut keadaan", "Cases by state")
    for name, count in figures.cases.items():
        yield _same(f"  {name:<14}{count:>7}")
    yield Text("", "")
    yield Text("Hari kerja per keadaan: banyaknya, median, p90", "Working days per state: count, median, p90")
    for label, spread in figures.states:
        yield _same(f"  {label.to(locale):<32}{_spread(spread)}")
    yield Text("", "")
    yield Text("Paling lama di meja: peran dan dinas", "Longest on a desk: role and office")
    for role, office, spread in figures.slowest:
        yield _same(f"  {_ROLES[role].to(locale) + ', ' + office:<64}{_spread(spread)}")
    yield Text("", "")
    yield from _mail_lines(figures)
    yield from _late_lines(figures)
    yield Text("", "")
    for breach in figures.breaches:
        yield Text(f"  SALAH: {breach}", f"  WRONG: {breach}")
    yield (
        Text(f"{len(figures.breaches)} janji dilanggar.", f"{len(figures.breaches)} promises are broken.")
        if figures.breaches
        else Text("Semua janji ditepati (fsck, verify, tunggu).", "Every promise holds (fsck, verify, waiting).")
    )
    yield Text(
        f"{figures.seconds:.0f} detik, basis data {figures.size_mb:.0f} MB",
        f"{figures.seconds:.0f} seconds, database {figures.size_mb:.0f} MB",
    )


def _mail_lines(figures: Figures) -> Iterator[Text]:
    most, p95 = figures.reminders
    yield Text(
        f"Pengingat per penilai per hari: terbanyak {most}, p95 {p95}",
        f"Reminders per supervisor per day: most {most}, p95 {p95}",
    )
    most, p95, above = figures.mails_a_day
    yield Text(
        f"Surel selain permintaan pertama per orang per hari: terbanyak {most}, p95 {p95}; lebih dari satu: "
        f"{above} kali",
        f"Mails besides first requests per person per day: most {most}, p95 {p95}; more than one: {above} times",
    )
    mails = ", ".join(f"{state} {count}" for state, count in figures.mails.items())
    yield Text(f"Surel: {mails}", f"Mails: {mails}")


def _late_lines(figures: Figures) -> Iterator[Text]:
    yield Text(
        f"Permintaan dijawab lewat tenggat: {figures.late_share:.1%}; rencana diajukan terlambat: "
        f"{figures.late_plans_share:.1%}",
        f"Requests answered late: {figures.late_share:.1%}; plans submitted late: {figures.late_plans_share:.1%}",
    )
    yield Text(
        f"Kasus yang tidak menunggu siapa pun, dengan alasan: {figures.waiting_for_nobody}",
        f"Cases that wait for nobody, each saying why: {figures.waiting_for_nobody}",
    )
    notes = figures.notes
    yield Text(
        f"Cuti dengan Plh {notes.get('leaves', 0)}, mutasi {notes.get('transfers', 0)}, pensiun "
        f"{notes.get('retirements', 0)}, Plt {notes.get('stand_ins', 0)}, ditolak layanan {notes.get('refused', 0)}",
        f"Leave with a Plh {notes.get('leaves', 0)}, transfers {notes.get('transfers', 0)}, retirements "
        f"{notes.get('retirements', 0)}, Plt {notes.get('stand_ins', 0)}, refused by the service "
        f"{notes.get('refused', 0)}",
    )


def _spread(spread: Spread) -> str:
    return f"{spread.count:>7}{spread.median:>6}{spread.p90:>6}"


def _same(line: str) -> Text:
    return Text(line, line)

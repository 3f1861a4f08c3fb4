"""A reminder for somebody's own hand: what a person may send by WhatsApp without giving anything away."""

from service.casefile import CaseFile
from workflows.dates import weekday_day
from workflows.kit import Locale


def reminder_text(file: CaseFile, domain: str, agency: str, locale: Locale) -> str:
    """What is asked in general words, the case's number and the deadline, and where to go.

    Without names, NIPs or links with a secret: a message on a private phone is forwarded, backed up and shown on a
    locked screen. The number tells nothing to whoever may not see the case.
    """
    due = file.row["due_at"] and weekday_day(file.present.calendar.civil_date(file.row["due_at"]))
    state, title = file.state.label.to(locale), file.workflow.title.to(locale)
    if locale == "en":
        until = f", due {due.en}" if due else ""
        return (
            f"A reminder from {agency}: a case awaits your action in Runut.\n"
            f"{title}, number {file.number}: {state}{until}.\n"
            f"Open your office mail, or sign in at {domain} and search for that number.\n"
            "Nothing is approved by silence. If this is not yours to do, say so on the case's page."
        )
    until = f", tenggat {due.id}" if due else ""
    return (
        f"Pengingat dari {agency}: ada kasus yang menunggu tindakan Anda di Runut.\n"
        f"{title}, nomor {file.number}: {state}{until}.\n"
        f"Buka surel dinas Anda, atau masuk di {domain} dan cari nomor itu.\n"
        "Tidak ada yang disetujui otomatis. Bila bukan wewenang Anda, katakan di halaman kasusnya."
    )

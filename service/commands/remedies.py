"""What HR can do about a case that waits: words for each remedy, and which of them are possible now."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from service.actor import CLOCK
from service.casefile import CaseFile
from service.commands.calls import Call
from service.commands.commanding import COMMANDS
from service.errors import NotAvailable, ServiceError
from workflows.kit import Role, Text


@dataclass(frozen=True, slots=True)
class Remedy:
    """One remedy: the button, what it does, and what of it cannot be undone. `inputs` are what it asks for."""

    name: str
    label: Text
    effect: Text
    stays: Text
    inputs: tuple[str, ...] = ()


_SENT = Text("Surel yang sudah terkirim tidak dapat ditarik kembali.", "A mail that was sent cannot be taken back.")
_LINKS = Text(
    "Tautan di surel yang sudah beredar mati dan tidak hidup lagi. Surel yang sudah terkirim tidak dapat ditarik.",
    "Links in mails that are out end for good. A mail that was sent cannot be taken back.",
)
_ALL = (
    Remedy(
        "remind", Text("Ingatkan", "Remind"),
        Text(
            "Yang ditunggu menerima permintaan baru, atau membacanya dalam ringkasan berikutnya bila hari ini sudah "
            "ada surel untuknya.",
            "Whoever is awaited gets a new request, or reads of it in the next summary when mail went to him today.",
        ),
        _SENT,
    ),
    Remedy(
        "reroute", Text("Alihkan", "Re-route"),
        Text(
            "Orang lain bertindak dalam kasus ini, dengan dasar surat; keduanya diberi tahu.",
            "Another person acts in this case, by letter; both are told.",
        ),
        _LINKS, ("reason", "to_person", "legal_basis"),
    ),
    Remedy(
        "substitute", Text("Tetapkan pengganti", "Name a substitute"),
        Text(
            "Plh, Plt, atau penerima wewenang bertindak di semua kasus jabatan ini, dengan surat perintah.",
            "A Plh, Plt or delegate acts in all cases of this post, by an order.",
        ),
        _LINKS,
    ),
    Remedy(
        "extend", Text("Perpanjang tenggat", "Extend the deadline"),
        Text(
            "Tenggat kasus ini berubah; yang ditunggu diberi tahu.",
            "This case's deadline changes; whoever is awaited is told.",
        ),
        Text(
            "Tenggat baru tidak dapat dimajukan lagi, hanya diperpanjang.",
            "The new deadline cannot be brought forward again, only extended.",
        ),
        ("reason", "letter_number", "due_on"),
    ),
    Remedy(
        "hold", Text("Tahan", "Put on hold"),
        Text(
            "Tidak ada yang dapat bertindak sampai dilanjutkan; pegawai dan penilai diberi tahu.",
            "Nobody may act until it is resumed; the employee and the rater are told.",
        ),
        _LINKS, ("reason",),
    ),
    Remedy(
        "resume_case", Text("Lanjutkan", "Resume"),
        Text(
            "Kasus berjalan lagi; yang ditunggu menerima surel baru.",
            "The case goes on; whoever is awaited gets a new mail.",
        ),
        _SENT, ("reason",),
    ),
    Remedy(
        "copy_reminder", Text("Salin pesan WhatsApp", "Copy a WhatsApp text"),
        Text(
            "Teks tanpa nama dan tanpa tautan rahasia, untuk Anda kirim sendiri; dicatat sebagai pengingat.",
            "A text without names or secret links for you to send yourself; it is recorded as a reminder.",
        ),
        Text("Catatan bahwa Anda mengingatkan tetap ada.", "The record that you reminded stays."),
    ),
    Remedy(
        "suppress_address", Text("Hentikan surel ke alamat ini", "Stop mail to this address"),
        Text(
            "Tidak ada surel lagi ke alamat yang salah atau mental, sampai Anda membukanya atau alamatnya diganti.",
            "No more mail to an address that is wrong or bounces, until you let it or the address changes.",
        ),
        Text(
            "Surel yang dihentikan tidak dikirim menyusul; mintalah lagi setelah alamatnya benar.",
            "Mails that were stopped are not sent later; ask again once the address is right.",
        ),
        ("reason",),
    ),
    Remedy(
        "lift_suppression", Text("Buka lagi surel ke alamat ini", "Let mail go to this address again"),
        Text("Surel berikutnya ke alamat ini dikirim lagi.", "The next mails to this address are sent again."),
        Text("Surel yang sempat dihentikan tidak dikirim menyusul.", "Mails that were stopped are not sent later."),
        ("reason",),
    ),
)
REMEDIES: Mapping[str, Remedy] = {remedy.name: remedy for remedy in _ALL}
"""The remedies by name, the quickest first."""

OF_ADDRESSES = frozenset({"suppress_address", "lift_suppression"})
"""Remedies for one person's mails, wherever they come from."""


def possible(connection: Connection, file: CaseFile) -> list[Remedy]:
    """What HR could do now so that the case goes on, in the order in which to try it; nothing where nothing waits.

    Commands are asked themselves: what is not available as the case stands is not offered.
    """
    if file.row["held_at"] is not None:
        return [REMEDIES["resume_case"]]
    if file.state.waits_for is None:
        return []
    return [remedy for remedy in _ALL if _is_possible(connection, file, remedy.name)]


def substituted_post(file: CaseFile) -> tuple[str, str] | None:
    """(person, post) of the decision that the case waits for, for which a substitute may be named; None otherwise."""
    role = file.state.waits_for
    if role not in (Role.RATER, Role.RATER_SUPERIOR) or file.row["held_at"] is not None:
        return None
    assert role is not None
    own = (holder for holder in file.holders(role) if holder.position_id and holder.on_behalf_of is None)
    return next(((holder.person_id, holder.position_id) for holder in own if holder.position_id), None)


def _is_possible(connection: Connection, file: CaseFile, name: str) -> bool:
    if name in OF_ADDRESSES:
        return False  # depends on each person's address, see `queries.why`
    if name == "substitute":
        return substituted_post(file) is not None
    try:
        COMMANDS[name](Call(connection, file, CLOCK, {}))
    except NotAvailable:
        return False
    except ServiceError:
        return True
    return True

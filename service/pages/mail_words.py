"""Words of the delivery ledger: what a mail is, and what became of it with its tone."""

from collections.abc import Mapping

from workflows.kit import Text

MAIL_STATES: Mapping[str, tuple[Text, str]] = {
    "PENDING": (Text("Menunggu dikirim", "Waiting to be sent"), "neutral"),
    "LEASED": (Text("Sedang dikirim", "Being sent"), "info"),
    "RETRY": (Text("Dicoba lagi", "Being retried"), "warning"),
    "ACCEPTED": (Text("Diterima server", "Accepted by the server"), "success"),
    "BOUNCED": (Text("Ditolak: alamat tidak menerima", "Bounced: the address takes no mail"), "danger"),
    "REFUSED": (Text("Ditolak server", "Refused by the server"), "danger"),
    "DEAD": (Text("Gagal; perlu dilihat orang", "Failed; somebody must look"), "danger"),
    "HELD": (Text("Ditahan", "Held"), "warning"),
    "EXPIRED": (Text("Kedaluwarsa", "Expired"), "neutral"),
    "CANCELLED": (Text("Tidak perlu lagi", "No longer needed"), "neutral"),
    "GATHERED": (Text("Menunggu ringkasan berikutnya", "Waits for the next summary"), "neutral"),
    "SUMMED": (Text("Masuk ringkasan harian", "In a daily summary"), "neutral"),
    "SUPPRESSED": (Text("Tidak dikirim", "Not sent"), "neutral"),
}
MAIL_KINDS: Mapping[str, Text] = {
    "asked": Text("Permintaan", "Request"),
    "told": Text("Pemberitahuan", "News"),
    "digest": Text("Ringkasan harian", "Daily summary"),
    "signin": Text("Tautan masuk", "Sign-in link"),
    "code": Text("Kode konfirmasi", "Confirmation code"),
    "reminder": Text("Pengingat", "Reminder"),
    "superior": Text("Kabar untuk atasan", "News for the superior"),
    "reroute": Text("Dapat dialihkan", "May be re-routed"),
    "undelivered": Text("Surel tidak sampai", "A mail did not arrive"),
}

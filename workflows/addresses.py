"""E-mail addresses by their looks: one that belongs to a desk instead of a person, and two that end in one mailbox."""

import re

_DESKS = frozenset({
    "admin", "administrasi", "administrator", "bagian", "balai", "bappeda", "bidang", "bkd", "bkpsdm", "bkpp", "bupati",
    "camat", "contact", "desa", "dinas", "disdik", "dinkes", "helpdesk", "hr", "hrd", "humas", "info", "inspektorat",
    "kantor", "kecamatan", "kelurahan", "kepegawaian", "keuangan", "kontak", "mail", "noreply", "office", "operator",
    "pengaduan", "persuratan", "postmaster", "ppid", "puskesmas", "root", "rsud", "satpol", "sekda", "sekolah",
    "sekretariat", "seksi", "setda", "staf", "staff", "subbag", "support", "surat", "tim", "tu", "umum", "upt", "uptd",
    "webmaster",
})  # fmt: skip
_GLUED = ("dinas", "kepegawaian", "puskesmas", "kecamatan", "kelurahan", "sekretariat", "inspektorat", "bkpsdm", "rsud")
_WORD = re.compile(r"[a-z]+")


def is_role_address(address: str) -> bool:
    """Whether the address reads like that of a desk: kepegawaian@, dinas.kesehatan@, admin2@, puskesmasbaru@."""
    name = mailbox(address).partition("@")[0]
    first = _WORD.match(name)
    return bool(first and (first.group() in _DESKS or first.group().startswith(_GLUED)))


def mailbox(address: str) -> str:
    """The mailbox that an address leads to: lower case, without the tag after a plus sign (RFC 5233)."""
    name, at, domain = address.strip().lower().partition("@")
    return f"{name.partition('+')[0]}{at}{domain}"

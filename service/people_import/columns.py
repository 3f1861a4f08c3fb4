"""The kinds of files and the names their columns go by, in our own exchange files and in exports of HR systems."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: which columns it must and may have, each with the names it goes by, and which tell it apart."""

    name: str
    required: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]

    def match(self, header: list[str]) -> dict[str, int] | None:
        """Our name of each column with its place in the header; None when a required one is missing."""
        places = {simple(title): place for place, title in reversed(list(enumerate(header)))}
        found = {
            name: places[synonym]
            for name, synonyms in {**self.required, **self.optional}.items()
            for synonym in reversed(synonyms)
            if synonym in places
        }
        return found if self.required.keys() <= found.keys() else None


def simple(title: str) -> str:
    """A column's title as it is compared: lower case, words joined by `_`."""
    return re.sub(r"[^a-z0-9]+", "_", title.strip().lower()).strip("_")


_UNIT = ("unor_id", "kode_unor", "id_unor", "kode_unit", "unit_code")
_POSITION = ("jabatan_id", "kode_jabatan", "id_jabatan", "position_code")
_NIP = ("nip", "nip_baru", "nip_pegawai")
_FROM = ("mulai", "tmt", "tmt_jabatan", "berlaku_mulai", "starts_on")
_UNTIL = ("selesai", "sampai", "berlaku_sampai", "ends_on")

RATERS = Kind(
    "raters",
    {
        "rater_position": ("penilai_jabatan_id", "jabatan_penilai_id", "kode_jabatan_penilai", "rater_position_code"),
        "legal_basis": ("dasar_hukum", "dasar", "nomor_sk", "sk", "legal_basis"),
    },
    {"nip": _NIP, "position": _POSITION, "starts_on": _FROM, "ends_on": _UNTIL},
)
PEOPLE = Kind(
    "people",
    {
        "name": ("nama", "nama_lengkap", "nama_pegawai", "name"),
        "email": ("surel", "email", "alamat_surel", "e_mail"),
        "nip": _NIP,
    },
    {
        "rank": ("pangkat", "rank"),
        "grade": ("golongan", "gol", "golongan_ruang", "gol_ruang", "grade"),
        "locale": ("bahasa", "locale"),
        "position": _POSITION,
        "starts_on": _FROM,
        "order_number": ("nomor_sk", "sk_jabatan", "no_sk", "order_number"),
    },
)
POSITIONS = Kind(
    "positions",
    {
        "code": (*_POSITION, "kode"),
        "title": ("jabatan", "nama_jabatan", "title"),
        "unit": _UNIT,
        "post_class": ("jenis_jabatan", "kelas", "kelompok_jabatan", "post_class"),
    },
    {"above": ("atasan_jabatan_id", "jabatan_atasan_id", "kode_jabatan_atasan", "atasan", "reports_to")},
)
UNITS = Kind(
    "units",
    {"code": (*_UNIT, "kode"), "name": ("unor", "nama_unor", "nama_unit", "nama", "name")},
    {"above": ("induk_id", "unor_induk_id", "kode_induk", "induk", "id_induk", "parent")},
)
KINDS = (RATERS, PEOPLE, POSITIONS, UNITS)

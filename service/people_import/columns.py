"""The kinds of sheets and the names their columns go by, in our own exchange files and in exports of HR systems."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.kit import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet: its words, which columns it must and may have, each with the names it goes by."""

    name: str
    label: Text
    required: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]

    def match(self, header: Sequence[str]) -> dict[str, int] | None:
        """Our name of each column with its place in the header; None when a required one is missing."""
        found = self.places(header)
        return found if self.required.keys() <= found.keys() else None

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Our name of each column that the header has, with its place."""
        places = {simple(title): place for place, title in reversed(list(enumerate(header)))}
        return {
            name: places[synonym]
            for name, synonyms in {**self.required, **self.optional}.items()
            for synonym in reversed(synonyms)
            if synonym in places
        }

    def missing(self, header: Sequence[str]) -> list[str]:
        """The titles to add to the header so that it becomes one of this kind."""
        found = self.places(header)
        return [synonyms[0] for name, synonyms in self.required.items() if name not in found]


def simple(title: str) -> str:
    """A column's title as it is compared: lower case, words joined by `_`."""
    return re.sub(r"[^a-z0-9]+", "_", title.strip().lower()).strip("_")


_UNIT = ("unor_id", "kode_unor", "id_unor", "kode_unit", "id_unit", "unit_id", "unit_code")
_POSITION = ("jabatan_id", "kode_jabatan", "id_jabatan", "position_id", "position_code")
_NIP = ("nip", "nip_baru", "nip_pegawai")
_FROM = ("mulai", "tmt", "tmt_jabatan", "tanggal_mulai", "berlaku_mulai", "starts_on")
_UNTIL = ("selesai", "sampai", "tanggal_selesai", "berlaku_sampai", "ends_on")
_ORDER = ("nomor_sk", "sk_jabatan", "no_sk", "nomor_sk_jabatan", "order_number")
_LEFT_ON = ("tanggal_berhenti", "tmt_berhenti", "tmt_pensiun", "tanggal_pensiun", "left_on")
_STATUS = (
    "status", "status_pegawai", "status_aktif", "kedudukan_hukum", "kedudukan_hukum_nama", "kedudukan_pegawai",
)

UNITS = Kind(
    "units",
    Text("Unit kerja", "Units"),
    {"code": (*_UNIT, "kode"), "name": ("unor", "nama_unor", "nama_unit", "unit_kerja", "nama", "name")},
    {"above": (
        "induk_id", "unor_induk_id", "kode_unor_induk", "kode_induk", "diatasan_id", "unor_atasan_id", "induk",
        "id_induk", "parent_id", "parent",
    )},
)
POSITIONS = Kind(
    "positions",
    Text("Jabatan", "Posts"),
    {
        "code": (*_POSITION, "kode"),
        "title": ("jabatan", "nama_jabatan", "jabatan_nama", "title"),
        "unit": _UNIT,
        "post_class": ("jenis_jabatan", "jenis_jabatan_nama", "kelas", "kelompok_jabatan", "post_class"),
    },
    {"above": (
        "atasan_jabatan_id", "jabatan_atasan_id", "kode_jabatan_atasan", "id_jabatan_atasan", "atasan", "reports_to",
    )},
)
PEOPLE = Kind(
    "people",
    Text("Pegawai", "People"),
    {
        "nip": _NIP,
        "name": ("nama", "nama_lengkap", "nama_pegawai", "name"),
        "email": ("surel", "email", "alamat_surel", "e_mail", "email_dinas", "email_gov"),
    },
    {
        "front": ("gelar_depan",),
        "back": ("gelar_belakang", "gelar_blk"),
        "rank": ("pangkat", "pangkat_nama", "rank"),
        "grade": ("golongan", "gol", "golongan_ruang", "gol_ruang", "gol_akhir_nama", "golongan_nama", "grade"),
        "locale": ("bahasa", "locale"),
        "position": _POSITION,
        "starts_on": _FROM,
        "order_number": _ORDER,
        "status": _STATUS,
        "left_on": _LEFT_ON,
    },
)
APPOINTMENTS = Kind(
    "appointments",
    Text("Pengangkatan", "Appointments"),
    {"nip": _NIP, "position": _POSITION},
    {
        "kind": ("jenis", "jenis_pengangkatan", "jenis_penugasan", "sifat", "kind"),
        "order_number": _ORDER,
        "starts_on": _FROM,
        "ends_on": _UNTIL,
    },
)
RATERS = Kind(
    "raters",
    Text("Penugasan penilai", "Rater assignments"),
    {
        "rater_position": ("penilai_jabatan_id", "jabatan_penilai_id", "kode_jabatan_penilai", "rater_position_code"),
        "legal_basis": ("dasar_hukum", "dasar", "nomor_sk", "sk", "legal_basis"),
    },
    {"nip": _NIP, "position": _POSITION, "starts_on": _FROM, "ends_on": _UNTIL},
)
LEAVERS = Kind(
    "leavers", Text("Pegawai berhenti", "Leavers"), {"nip": _NIP, "status": _STATUS}, {"left_on": _LEFT_ON}
)

TOLD_APART = (RATERS, PEOPLE, APPOINTMENTS, LEAVERS, POSITIONS, UNITS)
"""The kinds in the order in which a header is tried: the first that fits is meant."""
IN_ORDER = (UNITS, POSITIONS, PEOPLE, APPOINTMENTS, RATERS, LEAVERS)
"""The kinds in the order in which they build on each other."""


def kind_of(header: Sequence[str]) -> Kind | None:
    """The kind that this header is of."""
    return next((kind for kind in TOLD_APART if kind.match(header)), None)


def nearest_kind(header: Sequence[str]) -> Kind | None:
    """The kind of which at least two required columns are there and fewest are missing."""
    near = [
        (len(kind.missing(header)), place, kind)
        for place, kind in enumerate(TOLD_APART)
        if len(kind.required) - len(kind.missing(header)) >= 2
    ]
    return min(near)[2] if near else None

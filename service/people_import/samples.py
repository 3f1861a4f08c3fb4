"""Samples to download: a small fictional office that can be imported as it is, in one workbook or a CSV per kind."""

import csv
import io
from collections.abc import Mapping, Sequence

from service.people_import.columns import IN_ORDER, Kind

_ROWS: Mapping[str, Sequence[Sequence[str]]] = {
    "units": (
        ("unor_id", "unor", "induk_id"),
        ("CONTOH-1", "Dinas Contoh", ""),
        ("CONTOH-1-1", "Bidang Contoh Satu", "CONTOH-1"),
    ),
    "positions": (
        ("jabatan_id", "jabatan", "unor_id", "jenis_jabatan", "atasan_jabatan_id"),
        ("CONTOH-J1", "Kepala Dinas Contoh", "CONTOH-1", "JPT PRATAMA", ""),
        ("CONTOH-J2", "Kepala Bidang Contoh Satu", "CONTOH-1-1", "ADMINISTRATOR", "CONTOH-J1"),
        ("CONTOH-J3", "Analis Contoh", "CONTOH-1-1", "PELAKSANA", "CONTOH-J2"),
    ),
    "people": (
        ("nip", "nama", "surel", "pangkat", "golongan", "status"),
        ("190001012020011901", "dr. Ani Contoh, M.Kes", "ani.contoh@contoh.example", "Pembina Tk. I", "IV/b", "AKTIF"),
        ("190002022020012902", "Badu Misalnya, SKM", "badu.misalnya@contoh.example", "Penata", "III/c", "AKTIF"),
        ("190003032020011903", "Citra Umpama, S.Gz", "citra.umpama@contoh.example", "Penata Muda", "III/a", "AKTIF"),
    ),
    "appointments": (
        ("nip", "jabatan_id", "jenis", "nomor_sk", "mulai", "selesai"),
        ("190001012020011901", "CONTOH-J1", "DEFINITIF", "821/1/2025", "2025-01-02", ""),
        ("190002022020012902", "CONTOH-J2", "DEFINITIF", "821/2/2025", "2025-01-02", ""),
        ("190003032020011903", "CONTOH-J3", "DEFINITIF", "821/3/2025", "2025-01-02", ""),
    ),
    "raters": (
        ("nip", "penilai_jabatan_id", "dasar_hukum", "mulai", "selesai"),
        ("190003032020011903", "CONTOH-J1", "SK 800/4/2025", "2025-01-02", ""),
    ),
    "leavers": (
        ("nip", "status", "tanggal_berhenti"),
        ("190009092020011909", "PENSIUN", "2025-12-31"),
    ),
}
_TEXT = "@"
_WIDE = 28
_FORMATTED_ROWS = 200


def sample_csv(kind: Kind) -> str:
    """The sample of one kind, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(_ROWS[kind.name])
    return "\ufeff" + text.getvalue()


def sample_workbook() -> bytes:
    """All kinds in one workbook, a sheet each; every column is formatted as text, so that no digit of a NIP is lost."""
    from openpyxl import Workbook  # only here: it costs a third of a second

    book = Workbook()
    book.remove(book.active)
    for kind in IN_ORDER:
        rows = _ROWS[kind.name]
        sheet = book.create_sheet(kind.label.id)
        for row in rows:
            sheet.append(row)
        for column in range(1, len(rows[0]) + 1):
            sheet.column_dimensions[sheet.cell(1, column).column_letter].width = _WIDE
            for number in range(1, _FORMATTED_ROWS):
                sheet.cell(number, column).number_format = _TEXT
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()

"""Spreadsheets to import, honest and hostile, made in memory."""

import io
import os
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

_TYPES = "[Content_Types].xml"
_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PEOPLE = ("nip", "nama", "surel")


def workbook(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """An XLSX with these sheets: rows by title."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with these parts put in, or in the place of those of the same name."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            if entry.filename not in parts:
                after.writestr(entry.filename, before.read(entry))
        for name, part in parts.items():
            after.writestr(name, part)
    return made.getvalue()


def with_sheet(data: bytes, before: bytes = b"") -> bytes:
    """A workbook whose one sheet has this `sheetData`, after `before` in the XML's prologue."""
    xml = b'<?xml version="1.0" encoding="UTF-8"?>%s<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (
        before, _MAIN.encode(), data,
    )
    return with_parts(workbook({"Pegawai": [PEOPLE]}), {_SHEET: xml})


def zip_bomb() -> bytes:
    """A small file whose sheet unpacks to 60 MB of empty rows."""
    return with_sheet(b"<row/>" * 10_000_000)


def many_columns_xlsx() -> bytes:
    """A sheet with one row of 10⁶ cells."""
    return with_sheet(b"<row>" + b"".join(b"<c><v>%s</v></c>" % digits for digits in _noise(1_000_000)) + b"</row>")


def far_column_xlsx() -> bytes:
    """A sheet with a cell in Excel's last column."""
    return with_sheet(b'<row r="1"><c r="XFD1"><v>1</v></c></row>')


def far_row_xlsx() -> bytes:
    """A sheet with a row further down than any computer counts."""
    return with_sheet(b'<row r="99999999999999"><c><v>1</v></c></row>')


def many_columns_csv() -> bytes:
    """A CSV whose header has 10⁶ columns."""
    return b"nip;nama;surel" + b";x" * 1_000_000 + b"\n1;2;3\n"


def outside_entity() -> bytes:
    """A workbook whose XML asks for a file of this machine (XXE)."""
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return with_sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>', entity)


def laughing_entities() -> bytes:
    """A workbook whose entities grow when they are read (billion laughs)."""
    levels = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    return with_sheet(b"<row><c><v>&a9;</v></c></row>", b'<!DOCTYPE x [<!ENTITY a0 "ha">%s]>' % levels)


def entity_in_utf16() -> bytes:
    """The same, in an encoding in which nobody looks for it."""
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet/>'
    return with_parts(workbook({"Pegawai": [PEOPLE]}), {_SHEET: xml.encode("utf-16")})


def nested_zip() -> bytes:
    """A workbook with an archive in it."""
    return with_parts(workbook({"Pegawai": [PEOPLE]}), {"xl/media/image1.png": workbook({"In": [("x",)]})})


def external_link() -> bytes:
    """A workbook that takes values from another one."""
    return with_parts(workbook({"Pegawai": [PEOPLE]}), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


def many_entries() -> bytes:
    """A workbook of ten thousand parts."""
    return with_parts(workbook({"Pegawai": [PEOPLE]}), {f"xl/theme/t{n}.xml": b"<x/>" for n in range(10_000)})


def many_texts() -> bytes:
    """One text of a thousand letters, shown by 380,000 cells: 380 MB out of a small file."""
    cells = b"".join(b'<row spans="%s">%s</row>' % (n, b'<c t="s"><v>0</v></c>' * 20) for n in _noise(19_000))
    shared = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (_MAIN.encode(), b"a" * 1000)
    book = with_sheet(cells)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        types = archive.read(_TYPES)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    known = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    return with_parts(book, {"xl/sharedStrings.xml": shared, _TYPES: types.replace(b"</Types>", known)})


def _noise(number: int) -> list[bytes]:
    """So many short words that do not compress: an honest file is no more than a hundred times its packed size."""
    digits = os.urandom(2 * number).hex().encode()
    return [digits[start : start + 4] for start in range(0, len(digits), 4)]


def office(people: int, seed: int = 7) -> dict[str, list[Sequence[str]]]:
    """The sheets of a fictional government of so many people: a unit to every twelve, a tree of leading posts, one post
    and one appointment each, and an order about the rater for one in fifty. The same for the same seed."""
    dice = random.Random(seed)
    units: list[Sequence[str]] = [("unor_id", "unor", "induk_id"), ("U0", "Kabupaten Contoh", "")]
    posts: list[Sequence[str]] = [("jabatan_id", "jabatan", "unor_id", "jenis_jabatan", "atasan_jabatan_id")]
    staff: list[Sequence[str]] = [("nip", "nama", "surel", "pangkat", "golongan", "status")]
    held: list[Sequence[str]] = [("nip", "jabatan_id", "jenis", "nomor_sk", "mulai")]
    raters: list[Sequence[str]] = [("nip", "penilai_jabatan_id", "dasar_hukum", "mulai")]
    for number in range(1, people // 12 + 1):
        units.append((f"U{number}", f"Bidang Contoh {number}", f"U{(number - 1) // 6}"))
    for number in range(people):
        unit = number % max(1, people // 12) + 1 if people >= 12 else 0
        leads = number < people // 12
        above = f"J{(number - 1) // 6}" if leads and number else f"J{number % (people // 12)}" if number else ""
        kind = "ADMINISTRATOR" if leads else "PELAKSANA"
        posts.append((f"J{number}", f"Jabatan Contoh {number}", f"U{unit}", kind, above))
        nip = f"19{dice.randrange(10**13):013d}{number % 899 + 100}"
        staff.append((nip, f"Pegawai Contoh {number}, S.Tr", f"p{number}@contoh.example", "Penata", "III/c", "AKTIF"))
        held.append((nip, f"J{number}", "DEFINITIF", f"821/{number}/2025", "2025-01-02"))
        if number % 50 == 49:
            raters.append((nip, "J0", "SK 800/1/2025", "2025-01-02"))
    sheets = {"Unit": units, "Jabatan": posts, "Pegawai": staff, "Pengangkatan": held, "Penilai": raters}
    return {title: list(rows) for title, rows in sheets.items()}

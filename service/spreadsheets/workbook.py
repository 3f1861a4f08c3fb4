"""XLSX: what its zip directory and its XML promise is checked before any of it is parsed."""

import io
import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from service.spreadsheets import budgets
from service.spreadsheets.budgets import Refused

Cell = tuple[str, str]
"""(what the cell says, the code of what is wrong with it or empty)"""

_CHUNK = 1 << 20
_CELL = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?c[\s/>]")
_PLACE = re.compile(rb"""<(?:[A-Za-z_][\w.-]*:)?c\s[^<>]{0,200}?\br\s*=\s*["']([A-Za-z]{1,9})[0-9]""")
_ROW = re.compile(rb"""<(?:[A-Za-z_][\w.-]*:)?row\s[^<>]{0,200}?\br\s*=\s*["']([0-9]{1,30})""")
_ENCODING = re.compile(rb"""^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*["']([^"']*)["']""")
_OVERLAP = 200
_DIGITS_KEPT = 15
_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".pptx", ".jar", ".7z", ".rar", ".gz", ".tar")
_OUTSIDE = ("xl/externallinks/", "xl/connections", "xl/querytables/")
_INSIDE = ("xl/embeddings/", "xl/activex/")
_LONG = ("xl/worksheets/", "xl/sharedstrings", "xl/media/")


def sheets(content: bytes) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]]]]:
    """(title, rows) of each visible sheet of a workbook that keeps within the budgets. Raises Refused."""
    _check(content)
    from openpyxl import load_workbook  # only here: it costs a third of a second

    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()
            yield sheet.title, _rows(sheet)


def _check(content: bytes) -> None:
    """Raises Refused for a zip that is no honest workbook, without parsing any of its XML."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_directory(entries, len(content))
            cells = sum(_check_entry(archive, entry) for entry in entries)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise Refused("broken") from None
    if cells > budgets.MOST_CELLS:
        raise Refused("cells")


def _check_directory(entries: list[ZipInfo], packed: int) -> None:
    if len(entries) > budgets.MOST_ENTRIES:
        raise Refused("entries")
    names = {entry.filename.lower() for entry in entries}
    if "mimetype" in names and "content.xml" in names:
        raise Refused("ods")
    for entry in entries:
        name = entry.filename.lower()
        if entry.flag_bits & 1:
            raise Refused("encrypted")
        if name.startswith(_OUTSIDE):
            raise Refused("external")
        if name.endswith(_ARCHIVES) or name.startswith(_INSIDE):
            raise Refused("nested")
        if "vbaproject" in name:
            raise Refused("macros")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Refused("broken")
    unpacked = sum(entry.file_size for entry in entries)
    bulky = unpacked > budgets.RATIO_COUNTS_FROM_BYTES and unpacked > packed * budgets.MOST_RATIO
    if bulky or unpacked > budgets.MOST_UNPACKED_BYTES:
        raise Refused("bomb")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Refused("not_workbook")


def _check_entry(archive: ZipFile, entry: ZipInfo) -> int:
    """How many cells the entry holds. Reads it piece by piece: directories may lie about sizes, names about content."""
    is_long = entry.filename.lower().startswith(_LONG)
    most_bytes = budgets.MOST_UNPACKED_BYTES if is_long else budgets.MOST_SHORT_PART_BYTES
    read, cells, tags, tail, is_xml = 0, 0, 0, b"", False
    with archive.open(entry) as part:
        while piece := part.read(_CHUNK):
            is_xml = is_xml or (not read and _is_xml(piece))
            read += len(piece)
            if read > most_bytes:
                raise Refused("bomb")
            window = tail + piece
            if is_xml and (b"\x00" in piece or b"<!DOCTYPE" in window or b"<!ENTITY" in window):
                raise Refused("doctype")
            tags += piece.count(b"<")
            cells += len(_CELL.findall(window)) - len(_CELL.findall(tail))
            if cells > budgets.MOST_CELLS or tags > budgets.MOST_TAGS + budgets.TAGS_OF_A_CELL * cells:
                raise Refused("cells")
            _check_places(window)
            tail = window[-_OVERLAP:]
    return cells


def _is_xml(piece: bytes) -> bool:
    """Whether a part begins as XML. Raises Refused for an archive in the archive and for XML that is not UTF-8."""
    if piece.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Refused("nested")
    text = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _ENCODING.match(text)
    if piece.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<")) or (
        declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    ):
        raise Refused("doctype")
    return text.startswith(b"<")


def _check_places(window: bytes) -> None:
    for letters in set(_PLACE.findall(window)):
        if _number_of(letters) > budgets.MOST_COLUMNS:
            raise Refused("columns")
    if any(int(number) > budgets.LAST_ROW for number in _ROW.findall(window)):
        raise Refused("rows")


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    for number, cells in enumerate(sheet.iter_rows(max_col=budgets.MOST_COLUMNS), 1):
        yield number, [_cell(cell.value, cell.data_type) for cell in cells]


def _cell(value: Any, kind: str) -> Cell:
    if value is None:
        return "", ""
    if kind == "f":
        return "", "formula"
    if kind == "e":
        return str(value), "error_value"
    if isinstance(value, bool):
        return str(value).upper(), ""
    if isinstance(value, datetime):
        return (value.date() if value.time() == datetime.min.time() else value).isoformat(), ""
    if isinstance(value, date):
        return value.isoformat(), ""
    if isinstance(value, int | float):
        return _number(value)
    return str(value), ""


def _number(value: float) -> Cell:
    """A number as people typed it. Excel keeps fifteen digits; what is longer is not what was typed."""
    whole = int(value) if value == value and abs(value) < 1e30 else 0  # NaN is not itself
    if whole != value:
        return repr(value), ""
    return str(whole), "digits" if len(str(abs(whole))) > _DIGITS_KEPT else ""

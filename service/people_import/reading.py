"""From bytes to rows: budgets before parsing, encoding, separator, kind, and what spreadsheets destroy."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from service.people_import.columns import KINDS, Kind
from service.people_import.report import NOTHING, Problem
from workflows.kit import Text

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
MOST_CHARACTERS = 1_000
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_DATES = ("starts_on", "ends_on")

_TOO_BIG = Text("Berkas lebih besar dari 5 MB.", "The file is larger than 5 MB.")
_SPLIT = Text("Bagi menjadi beberapa berkas.", "Split it into several files.")
_TOO_MANY = Text("Berkas berisi lebih dari 20.000 baris.", "The file has more than 20,000 rows.")
_TOO_LONG = Text("Sel ini lebih dari 1.000 karakter.", "This cell has more than 1,000 characters.")
_SHORTEN = Text("Persingkat isinya.", "Shorten it.")
_WORKBOOK = Text("Ini berkas Excel, bukan CSV.", "This is an Excel workbook, not a CSV file.")
_SAVE_AS = Text("Simpan sebagai «CSV UTF-8», lalu impor lagi.", "Save it as “CSV UTF-8” and import again.")
_NOT_UTF8 = Text("Berkas ini bukan UTF-8.", "The file is not UTF-8.")
_NUL = Text("Berkas ini berisi karakter NUL.", "The file contains NUL characters.")
_EMPTY = Text("Berkas ini kosong.", "The file is empty.")
_NO_KIND = Text(
    "Judul kolom tidak dikenal sebagai data pegawai, unit, jabatan, atau penugasan penilai.",
    "The column titles are not those of people, units, posts or rater assignments.",
)
_TITLES = Text(
    "Pegawai: nip;nama;surel. Unit: unor_id;unor. Jabatan: jabatan_id;jabatan;unor_id;jenis_jabatan. Penilai: "
    "nip;penilai_jabatan_id;dasar_hukum.",
    "People: nip;nama;surel. Units: unor_id;unor. Posts: jabatan_id;jabatan;unor_id;jenis_jabatan. Raters: "
    "nip;penilai_jabatan_id;dasar_hukum.",
)
_UNREADABLE = Text("Baris ini tidak terbaca sebagai CSV.", "This row cannot be read as CSV.")
_QUOTES = Text("Periksa tanda kutip yang tidak ditutup.", "Look for a quotation mark that is not closed.")
_LEFT_OVER = Text("Baris ini punya lebih banyak sel daripada judul kolom.", "This row has more cells than titles.")
_SEPARATOR = Text("Beri tanda kutip pada sel yang berisi pemisah.", "Quote cells that contain the separator.")
_DESTROYED = Text(
    "NIP ini dirusak Excel: angka panjang ditulis sebagai {given}.", "Excel destroyed this NIP: it wrote {given}."
)
_AS_TEXT = Text(
    "Impor ulang kolom NIP sebagai teks dari sumbernya; angka terakhirnya sudah hilang.",
    "Take the NIP column from its source again, as text; its last digits are lost.",
)
_ROUNDED = Text(
    "NIP berakhir 000: Excel membulatkan angka sesudah 15 digit.", "The NIP ends in 000: Excel rounds after 15 digits."
)
_NO_DATE = Text("Tanggal ditulis tahun-bulan-hari.", "Dates are written year-month-day.")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet and its cells under our names; columns the file lacks are not there."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be read: its kind, its rows, and the file's own title of each of our columns."""

    kind: Kind
    rows: list[Row]
    titles: dict[str, str]


def read(content: bytes) -> tuple[Table | None, list[Problem]]:
    """(the table, what is wrong with single cells), or (None, why the file cannot be read)."""
    if len(content) > MOST_BYTES:
        return None, [Problem(1, "", _TOO_BIG, _SPLIT)]
    if content.startswith(b"PK\x03\x04"):
        return None, [Problem(1, "", _WORKBOOK, _SAVE_AS)]
    if content.count(b"\n") > MOST_ROWS + 1:
        return None, [Problem(1, "", _TOO_MANY, _SPLIT)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [Problem(content.count(b"\n", 0, error.start) + 1, "", _NOT_UTF8, _SAVE_AS)]
    if "\x00" in text:
        return None, [Problem(1, "", _NUL, _SAVE_AS)]
    return _table(text)


def _table(text: str) -> tuple[Table | None, list[Problem]]:
    first_line = text.partition("\n")[0]
    separator = ";" if first_line.count(";") >= max(1, first_line.count(",")) else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        records = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error:
        return None, [Problem(reader.line_num, "", _UNREADABLE, _QUOTES)]
    if not records:
        return None, [Problem(1, "", _EMPTY, _TITLES)]
    header = records[0][1]
    for kind in KINDS:
        if places := kind.match(header):
            return _read_rows(kind, header, places, records[1:])
    return None, [Problem(1, "", _NO_KIND, _TITLES)]


def _read_rows(
    kind: Kind, header: list[str], places: dict[str, int], records: list[tuple[int, list[str]]]
) -> tuple[Table | None, list[Problem]]:
    titles = {name: header[place].strip() for name, place in places.items()}
    rows, problems = [], list[Problem]()
    for number, cells in records:
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.append(Problem(number, "", _LEFT_OVER, _SEPARATOR))
        found = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        row = Row(number, {name: _unwrapped(name, cell) for name, cell in found.items()})
        problems += (
            Problem(number, titles[name], *wrong) for name, cell in row.cells.items() if (wrong := _wrong(name, cell))
        )
        rows.append(row)
    return Table(kind, rows, titles), problems


def _unwrapped(name: str, cell: str) -> str:
    """The cell without what people put around a NIP to keep Excel from it: `'1900…`, `="1900…"`, blanks."""
    if name != "nip":
        return cell
    return re.sub(r"\s", "", cell.removeprefix("=").strip("'\""))


def _wrong(name: str, cell: str) -> tuple[Text, Text] | None:
    if len(cell) > MOST_CHARACTERS:
        return _TOO_LONG, _SHORTEN
    if name == "nip" and _SCIENTIFIC.fullmatch(cell):
        return _DESTROYED.format(given=cell), _AS_TEXT
    if name == "nip" and len(cell) == 18 and cell.endswith("000"):
        return _ROUNDED, _AS_TEXT
    if name in _DATES and cell and (parts := _DAY_FIRST.fullmatch(cell)):
        return _NO_DATE, _as_iso(*parts.groups())
    return None


def _as_iso(day: str, month: str, year: str) -> Text:
    try:
        on = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return NOTHING
    return Text(f"Maksudnya {on}?", f"Do you mean {on}?")

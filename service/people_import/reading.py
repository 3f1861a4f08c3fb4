"""From the files to tables: which kind a sheet is of, its cells under our names, and what spreadsheets destroy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from service.people_import.columns import IN_ORDER, Kind, kind_of, nearest_kind
from service.people_import.report import NOTHING, Problem
from service.spreadsheets.asking import Finding, Sheet, read_sheets
from workflows.kit import Text

_HEADER_WITHIN = 10
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_FORMULA = re.compile(r"[=@]|[+-].*[(!|]")
_KEPT_FROM_EXCEL = re.compile(r"=?\"?'?([0-9\s]+)'?\"?")
_DATES = ("starts_on", "ends_on", "left_on")

_EMPTY = Text("Berkas ini kosong.", "The file is empty.")
_ONLY_TITLES = Text("Lembar ini hanya berisi judul kolom.", "This sheet has column titles only.")
_NO_KIND = Text(
    "Judul kolom tidak dikenal sebagai data unit, jabatan, pegawai, pengangkatan, atau penugasan penilai.",
    "The column titles are not those of units, posts, people, appointments or rater assignments.",
)
_TITLES = Text(
    "Unit: unor_id, unor. Jabatan: jabatan_id, jabatan, unor_id, jenis_jabatan. Pegawai: nip, nama, surel. "
    "Pengangkatan: nip, jabatan_id. Penilai: nip, penilai_jabatan_id, dasar_hukum. Unduh contohnya di halaman impor.",
    "Units: unor_id, unor. Posts: jabatan_id, jabatan, unor_id, jenis_jabatan. People: nip, nama, surel. "
    "Appointments: nip, jabatan_id. Raters: nip, penilai_jabatan_id, dasar_hukum. The import page has samples.",
)
_MISSING = Text(
    "Ini tampaknya data «{kind}», tetapi kolom ini tidak ada: {columns}.",
    "This looks like data of the kind “{kind}”, but these columns are missing: {columns}.",
)
_ADD_COLUMNS = Text("Tambahkan kolom itu.", "Add these columns.")
_SKIPPED = Text(
    "Lembar ini dilewati: judul kolomnya bukan salah satu jenis data.",
    "This sheet was left out: its column titles are of none of the kinds.",
)
_SAMPLES = Text("Contoh di halaman impor memuat judul yang dikenal.", "The samples have the titles that are known.")
_LEFT_OVER = Text("Baris ini punya lebih banyak sel daripada judul kolom.", "This row has more cells than titles.")
_SEPARATOR = Text("Beri tanda kutip pada sel yang berisi pemisah.", "Quote cells that contain the separator.")
_IS_FORMULA = Text("Sel ini berisi rumus.", "This cell holds a formula.")
_AS_VALUE = Text("Tulis nilainya, bukan rumusnya.", "Write the value, not the formula.")
_DESTROYED = Text(
    "NIP ini dirusak Excel: angka panjang ditulis sebagai {given}.", "Excel destroyed this NIP: it wrote {given}."
)
_AS_TEXT = Text(
    "Format kolom NIP sebagai Teks, lalu isi lagi dari sumbernya; angka terakhirnya sudah hilang.",
    "Format the NIP column as Text and fill it again from its source; its last digits are lost.",
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
    """A sheet that could be read: its kind, what it goes by, its rows, the sheet's own title of each of our columns,
    and the numbers of rows that cannot be used."""

    kind: Kind
    label: str
    rows: list[Row]
    titles: dict[str, str]
    broken: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Reading:
    """What the files hold: tables in the order in which they build on each other, problems, and notices."""

    tables: list[Table] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)


def read(files: Sequence[bytes]) -> Reading:
    """The tables of all files, and everything wrong with files, sheets and single cells."""
    sheets, refusals = read_sheets(files)
    reading = Reading(problems=[_refused(finding, len(files)) for finding in refusals])
    for sheet in sheets:
        _read_sheet(reading, sheet, _label(sheet, len(files)))
    if not reading.tables and not reading.problems:
        reading.problems = [
            Problem(1, "", _NO_KIND, _TITLES, notice.sheet) for notice in reading.notices
        ] or [Problem(1, "", _EMPTY, _TITLES)]
        reading.notices = []
    reading.tables.sort(key=lambda table: IN_ORDER.index(table.kind))
    return reading


def _label(sheet: Sheet, files: int) -> str:
    """What the sheet goes by: its title, the file's place, or both."""
    title = "".join(c if c.isprintable() else " " for c in sheet.title).strip()
    return ", ".join(part for part in (_file(sheet.file) if files > 1 else "", title) if part)


def _file(place: int) -> str:
    return f"#{place + 1}"


def _refused(finding: Finding, files: int) -> Problem:
    return Problem(finding.row, "", finding.message, finding.suggestion, _file(finding.file) if files > 1 else "")


def _read_sheet(reading: Reading, sheet: Sheet, label: str) -> None:
    if not sheet.rows:
        return
    for place, (_number, header) in enumerate(sheet.rows[:_HEADER_WITHIN]):
        if kind := kind_of(header):
            _read_rows(reading, kind, sheet, place, label)
            return
    number, header = sheet.rows[0]
    if near := nearest_kind(header):
        columns = ", ".join(near.missing(header))
        message = Text(
            _MISSING.id.format(kind=near.label.id, columns=columns),
            _MISSING.en.format(kind=near.label.en, columns=columns),
        )
        reading.problems.append(Problem(number, "", message, _ADD_COLUMNS, label))
    else:
        reading.notices.append(Problem(number, "", _SKIPPED, _SAMPLES, label))


def _read_rows(reading: Reading, kind: Kind, sheet: Sheet, header_place: int, label: str) -> None:
    number, header = sheet.rows[header_place]
    places = kind.places(header)
    titles = {name: header[place].strip() for name, place in places.items()}
    table = Table(kind, label, [], titles)
    for row_number, cells in sheet.rows[header_place + 1 :]:
        found = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        wrong = [
            Problem(row_number, titles[name], message, suggestion, label)
            for name, place in places.items()
            for message, suggestion in _wrong(sheet, row_number, place, name, found[name])
        ]
        if any(cell.strip() for cell in cells[len(header) :]):
            wrong.append(Problem(row_number, "", _LEFT_OVER, _SEPARATOR, label))
        if wrong:
            reading.problems += wrong
            table.broken.add(row_number)
        table.rows.append(Row(row_number, {name: _unwrapped(name, cell) for name, cell in found.items()}))
    if not table.rows:
        reading.notices.append(Problem(number, "", _ONLY_TITLES, NOTHING, label))
    reading.tables.append(table)


def _wrong(sheet: Sheet, row: int, place: int, name: str, cell: str) -> list[tuple[Text, Text]]:
    if finding := sheet.wrong.get((row, place)):
        return [(finding.message, finding.suggestion)]
    if name == "nip":
        return _wrong_nip(_unwrapped(name, cell))
    if _FORMULA.match(cell):
        return [(_IS_FORMULA, _AS_VALUE)]
    if name in _DATES and cell and (parts := _DAY_FIRST.fullmatch(cell)):
        return [(_NO_DATE, _as_iso(*parts.groups()))]
    return []


def _wrong_nip(nip: str) -> list[tuple[Text, Text]]:
    if _SCIENTIFIC.fullmatch(nip):
        return [(_DESTROYED.format(given=nip), _AS_TEXT)]
    if len(nip) == 18 and nip.endswith("000"):
        return [(_ROUNDED, _AS_TEXT)]
    if _FORMULA.match(nip):
        return [(_IS_FORMULA, _AS_VALUE)]
    return []


def _unwrapped(name: str, cell: str) -> str:
    """The cell without what people put around a NIP to keep Excel from it: `'1900…`, `="1900…"`, blanks."""
    kept = _KEPT_FROM_EXCEL.fullmatch(cell) if name == "nip" else None
    return re.sub(r"\s", "", kept[1]) if kept else cell


def _as_iso(day: str, month: str, year: str) -> Text:
    try:
        on = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return NOTHING
    return Text(f"Maksudnya {on}?", f"Do you mean {on}?")

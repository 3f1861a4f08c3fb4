"""What strangers hand in: refused within seconds, by budgets that hold before anything is parsed."""

import time
from collections.abc import Callable

import pytest

from service.spreadsheets import budgets
from service.spreadsheets.asking import Finding, Sheet, read_sheets
from tests import spreadsheets as made

WITHIN_S = 5


def read_in_time(content: bytes) -> tuple[list[Sheet], list[Finding]]:
    began_s = time.monotonic()
    found = read_sheets([content])
    assert time.monotonic() - began_s < WITHIN_S
    return found


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (made.zip_bomb, "far larger than its file"),
        (made.many_columns_xlsx, "400,000 cells"),
        (made.far_column_xlsx, "100 columns"),
        (made.far_row_xlsx, "20,000 rows"),
        (made.many_columns_csv, "100 columns"),
        (made.outside_entity, "XML definitions"),
        (made.laughing_entities, "XML definitions"),
        (made.entity_in_utf16, "XML definitions"),
        (made.nested_zip, "another file inside"),
        (made.external_link, "other files"),
        (made.many_entries, "too many parts"),
        (made.many_texts, "says too much"),
    ],
)
def test_a_hostile_workbook_is_refused_in_time_with_a_reason(make: Callable[[], bytes], word: str) -> None:
    _sheets, refusals = read_in_time(make())

    assert [word in finding.message.en for finding in refusals] == [True]
    assert refusals[0].suggestion.id and refusals[0].suggestion.en


@pytest.mark.parametrize(
    ("content", "word", "row"),
    [
        (b"PK\x03\x04rest", "cannot be read", 1),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old Excel", 1),
        (b"%PDF-1.7", "neither CSV nor", 1),
        ("nip;nama;surel\n1;André;a@b.example\n".encode("cp1252"), "Windows-1252", 2),
        ("nip;nama;surel\n".encode("utf-16"), "UTF-16", 1),
        ("nip;nama;surel\n1;Ali;a@b.example\n".encode("utf-16-le"), "UTF-16", 1),
        (b"nip;nama;surel\n1;A\x00;b@c.example\n", "NUL", 2),
        (b'nip;nama;surel\n1;"Andi;a@b.example\n', "CSV", 2),
        (b"x" * (budgets.MOST_BYTES + 1), "5 MB", 1),
        (b"nip;nama;surel\n" + b"1;2;3\n" * budgets.MOST_ROWS, "20,000 rows", budgets.MOST_ROWS + 1),
    ],
)
def test_what_is_no_readable_spreadsheet_is_refused_with_its_row(content: bytes, word: str, row: int) -> None:
    _sheets, refusals = read_in_time(content)

    assert [(word in finding.message.en, finding.row) for finding in refusals] == [(True, row)]


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "WALL_CLOCK_S", 0.01)

    _sheets, refusals = read_in_time(b"nip;nama;surel\n")

    assert "too much time or memory" in refusals[0].message.en


def test_formulas_and_numbers_that_lost_digits_are_found_by_row_and_column() -> None:
    rows = [made.PEOPLE, (190003032010012777, "=A1", "a@b.example"), ("190003032010012777", "Ali", "x" * 1001)]

    (sheet,), refusals = read_in_time(made.workbook({"Pegawai": rows}))

    assert refusals == [] and sorted(sheet.wrong) == [(2, 0), (2, 1), (3, 2)]
    assert [sheet.wrong[place].message.en.split()[3] for place in sorted(sheet.wrong)] == ["a", "a", "more"]
    assert "Format the column as Text" in sheet.wrong[2, 0].suggestion.en


def test_cells_are_read_as_they_are_typed() -> None:
    from datetime import date, datetime

    row = (date(2026, 1, 2), datetime(2026, 1, 2, 8, 30), 12, 1.5, True, None, "  ‘Ali’  ")

    (sheet,), _ = read_in_time(made.workbook({"S": [row]}))

    assert sheet.rows == [(1, ["2026-01-02", "2026-01-02T08:30:00", "12", "1.5", "TRUE", "", "  ‘Ali’  "])]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found_out_and_rows_count_as_in_the_spreadsheet(separator: str) -> None:
    text = "\ufeffnip;nama\r\n\r\n1;\"A\nB\"\r\n2;C\r\n".replace(";", separator)

    (sheet,), _ = read_in_time(text.encode())

    assert sheet.rows == [(1, ["nip", "nama"]), (3, ["1", "A\nB"]), (4, ["2", "C"])]


def test_the_parser_cannot_read_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it may have is decided where it starts: an environment of one word."""
    seen = {}

    def run(*_args: object, **given: object) -> object:
        seen.update(given)
        raise AssertionError("started")

    monkeypatch.setenv("RUNUT_SECRET_KEY", "secret")
    monkeypatch.setattr("service.spreadsheets.asking.subprocess.run", run)
    with pytest.raises(AssertionError, match="started"):
        read_sheets([b"a;b\n"])

    assert seen["env"] == {"LANG": "C.UTF-8"}

"""CSV that a spreadsheet shows as it is: no cell of it is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""

_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def plain_cell(value: object) -> str:
    """The value as a cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_LEADS) else text


def line(cells: Iterable[object]) -> str:
    """One record (RFC 4180) of plain cells."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([plain_cell(cell) for cell in cells])
    return buffer.getvalue()


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A whole file, record by record."""
    yield MARK
    for row in rows:
        yield line(row)

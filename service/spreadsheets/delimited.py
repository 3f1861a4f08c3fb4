"""CSV: one sheet, its encoding and separator found out, row by row."""

import csv
import io
from collections.abc import Iterator

from service.spreadsheets import budgets
from service.spreadsheets.budgets import Refused

_SEPARATORS = ";\t,"
_NAMED = "sep="


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(the row's number as a spreadsheet counts it, its cells). Raises Refused."""
    text = decoded(content)
    lines = io.StringIO(text, newline="")
    first = text.partition("\n")[0].strip("\r")
    passed = 0
    if first.lower().startswith(_NAMED) and first[len(_NAMED) :] in tuple(_SEPARATORS):
        separator, passed = first[len(_NAMED) :], 1
        lines.readline()
    else:
        separator = max(_SEPARATORS, key=first.count)
    if first.count(separator) >= budgets.MOST_COLUMNS:
        raise Refused("columns")
    csv.field_size_limit(budgets.MOST_BYTES)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = passed
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused("quotes", number + 1) from None
        number += 1
        yield number, cells


def decoded(content: bytes) -> str:
    """The text of a CSV file. Raises Refused for every encoding but UTF-8, with the row of the first wrong byte."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("utf16")
    if b"\x00" in content:
        sample = content[:2000]
        every_other = max(sample[::2].count(0), sample[1::2].count(0)) > len(sample) // 4
        raise Refused("utf16" if every_other else "nul", content.count(b"\n", 0, content.index(0)) + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", content.count(b"\n", 0, error.start) + 1) from None

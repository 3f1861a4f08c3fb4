"""The process that parses: spreadsheets on its standard input, one JSON line per sheet, row and finding on its output.

    {"files": [1234, 99]}\n<1234 bytes><99 bytes>   →   {"file": 0, "sheet": "Pegawai"}
                                                        [1, ["nip", "nama", "surel"], {}]
                                                        [2, ["", "Sari", "sari@contoh.example"], {"0": "digits"}]
                                                        {"file": 1, "refused": "utf16", "row": 1}

It limits its own memory, processor time and files first. Whatever else goes wrong ends it, which refuses the file.
"""

import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from service.spreadsheets import budgets, delimited, workbook
from service.spreadsheets.budgets import Refused

_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"


def main() -> None:
    """Parses what stands on the standard input."""
    limit_myself()
    say = sys.stdout.write
    budget = Budget()
    for place, content in enumerate(_files(sys.stdin.buffer)):
        try:
            for line in read(content, budget):
                say(json.dumps({"file": place, **line} if isinstance(line, dict) else line) + "\n")
        except Refused as refusal:
            say(json.dumps({"file": place, "refused": refusal.code, "row": refusal.row}) + "\n")
    say('{"end": true}\n')


def limit_myself() -> None:
    """No more memory, processor time and files than the budgets give (setrlimit(2)), and after the service itself."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (budgets.MEMORY_BYTES, budgets.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (budgets.PROCESSOR_S, budgets.PROCESSOR_S + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class Budget:
    """What the files may still say together."""

    def __init__(self) -> None:
        self.rows, self.cells, self.characters = (
            budgets.MOST_ROWS, budgets.MOST_CELLS, budgets.MOST_CHARACTERS_TOGETHER
        )

    def spend(self, number: int, cells: list[str]) -> None:
        """Counts a row. Raises Refused when it is one too many."""
        self.rows -= 1
        self.cells -= len(cells)
        self.characters -= sum(map(len, cells))
        for left, code in ((self.rows, "rows"), (self.cells, "cells"), (self.characters, "characters")):
            if left < 0:
                raise Refused(code, number)


def read(content: bytes, budget: Budget) -> Iterator[Any]:
    """The lines for one file. Raises Refused."""
    if len(content) > budgets.MOST_BYTES:
        raise Refused("bytes")
    if content.startswith(_OLD_EXCEL):
        raise Refused("old_excel")
    if content.startswith(_PDF):
        raise Refused("not_workbook")
    if content.startswith(_ZIP):
        for title, rows in workbook.sheets(content):
            yield {"sheet": title[:40]}
            yield from _lines(rows, budget)
    else:
        yield {"sheet": ""}
        plain = ((number, [(cell, "") for cell in cells]) for number, cells in delimited.rows(content))
        yield from _lines(plain, budget)


def _lines(rows: Iterable[tuple[int, list[workbook.Cell]]], budget: Budget) -> Iterator[Any]:
    for number, cells in rows:
        while cells and cells[-1] == ("", ""):
            cells.pop()
        if not any(text.strip() or code for text, code in cells):
            continue
        if len(cells) > budgets.MOST_COLUMNS:
            raise Refused("columns", number)
        found = {str(place): code for place, (_, code) in enumerate(cells) if code}
        said = []
        for place, (text, _) in enumerate(cells):
            if len(text) > budgets.MOST_CHARACTERS:
                found[str(place)] = "long"
            said.append(text[: budgets.MOST_CHARACTERS])
        budget.spend(number, said)
        yield [number, said, found]


def _files(stream: BinaryIO) -> Iterator[bytes]:
    for size in json.loads(stream.readline())["files"]:
        yield stream.read(size)


if __name__ == "__main__":
    main()

"""The service's side: hands files to a process of their own and reads back sheets, rows and what is wrong."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.spreadsheets import budgets
from service.spreadsheets.words import CELLS, REFUSALS
from workflows.kit import Text

_COMMAND = (sys.executable, "-I", "-m", "service.spreadsheets.child")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a file or one of its cells, and what to do. `column` counts from 0; None is the whole row."""

    file: int
    sheet: str
    row: int
    column: int | None
    message: Text
    suggestion: Text


@dataclass(slots=True)
class Sheet:
    """One sheet: which file it is of, its title (empty for CSV), and its rows that say anything, by their numbers."""

    file: int
    title: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    wrong: Mapping[tuple[int, int], Finding] = field(default_factory=dict)


def read_sheets(files: Sequence[bytes]) -> tuple[list[Sheet], list[Finding]]:
    """(the sheets of all files, why files were refused). A file that takes too long or too much is refused as well."""
    if len(files) > budgets.MOST_FILES:
        return [], [_refusal(0, "files", 1)]
    if sum(map(len, files)) > budgets.MOST_BYTES_TOGETHER:
        return [], [_refusal(0, "bytes", 1)]
    for place, content in enumerate(files):
        if len(content) > budgets.MOST_BYTES:
            return [], [_refusal(place, "bytes", 1)]
    header = json.dumps({"files": [len(content) for content in files]}).encode()
    try:
        # The environment stays out: it holds secrets.
        answer = subprocess.run(  # noqa: S603 - our own interpreter and module; files go in as bytes
            _COMMAND, input=b"\n".join((header, b"".join(files))), capture_output=True, timeout=budgets.WALL_CLOCK_S,
            check=False, env={"LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return [], [_refusal(0, "heavy", 1)]
    return _read(answer.stdout, ended=answer.returncode == 0, killed=answer.returncode < 0)


def _read(said: bytes, *, ended: bool, killed: bool) -> tuple[list[Sheet], list[Finding]]:
    sheets: list[Sheet] = []
    refusals: list[Finding] = []
    wrong: dict[tuple[int, int], Finding] = {}
    for line in _lines(said):
        if isinstance(line, dict) and "refused" in line:
            refusals.append(_refusal(line["file"], line["refused"], line["row"]))
        elif isinstance(line, dict):
            wrong = {}
            sheets.append(Sheet(line["file"], line["sheet"], wrong=wrong))
        else:
            number, cells, found = line
            sheet = sheets[-1]
            sheet.rows.append((number, cells))
            for place, code in found.items():
                wrong[number, int(place)] = Finding(sheet.file, sheet.title, number, int(place), *CELLS[code])
    if not ended:
        refusals.append(_refusal(sheets[-1].file if sheets else 0, "heavy" if killed else "broken", 1))
    return sheets, refusals


def _lines(said: bytes) -> Iterator[Any]:
    """What the process said; a last line that its end cut off is not one."""
    for line in said.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            return
        if found == {"end": True}:
            return
        yield found


def _refusal(file: int, code: str, row: int) -> Finding:
    return Finding(file, "", row, None, *REFUSALS[code])

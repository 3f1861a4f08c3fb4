"""What an import found: problems by row and column, and the difference to what was there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.canonical import canonical, sha256
from workflows.kit import Text

NOTHING = Text("", "")
MOST_KEPT = 2_000
"""Problems and differences that a report keeps; what is more is counted."""
OUTCOMES = ("new", "changed", "same", "leaving")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a sheet: the row as the spreadsheet counts it (the header is row 1), the column as the sheet
    names it (empty: the whole row), what is wrong, and what to do."""

    row: int
    column: str
    message: Text
    suggestion: Text = NOTHING
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row does: `outcome` is new, changed or leaving; `about` is the name or title of what it concerns; `fields`
    are (column, what is there, what the file says). For a new row what is there is empty."""

    sheet: str
    row: int
    kind: str
    outcome: str
    about: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass
class SheetCount:
    """How many rows of a sheet do what. `label` is what the sheet goes by in the report."""

    label: str
    kind: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    leaving: int = 0


@dataclass
class Report:
    """The outcome. Nobody is ever removed by an import: who is missing in the file stays as he is."""

    dry_run: bool = True
    sheets: list[SheetCount] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows the sheets have together."""
        return sum(sheet.rows for sheet in self.sheets)

    def total(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return sum(getattr(sheet, outcome) for sheet in self.sheets)

    @property
    def kinds(self) -> list[str]:
        """The kinds of the sheets, each once."""
        return list(dict.fromkeys(sheet.kind for sheet in self.sheets))

    def effect_sha256(self) -> str:
        """A digest of what the import would do; another one after a second look means that something has changed."""
        counts = [[s.kind, s.rows, s.new, s.changed, s.same, s.leaving] for s in self.sheets]
        rows = [[d.sheet, d.row, d.outcome, [list(each) for each in d.fields]] for d in self.differences]
        return sha256(canonical({"counts": counts, "rows": rows}))

    def as_json(self) -> dict[str, Any]:
        """What is kept of it: counts, problems, and of differences only where they are, never what they say."""
        shown = self.differences[:MOST_KEPT]
        return {
            "sheets": [vars(sheet) for sheet in self.sheets],
            "problems": [problem_json(problem) for problem in self.problems[:MOST_KEPT]],
            "problem_count": len(self.problems),
            "notices": [problem_json(notice) for notice in self.notices[:MOST_KEPT]],
            "changes": [
                {"sheet": d.sheet, "row": d.row, "kind": d.kind, "outcome": d.outcome,
                 "columns": [column for column, _, _ in d.fields]}
                for d in shown
            ],
            "change_count": len(self.differences),
            "effect_sha256": self.effect_sha256(),
        }

    def differences_json(self) -> list[dict[str, Any]]:
        """What the differences say, for the eyes of HR until the import is done."""
        return [
            {"sheet": d.sheet, "row": d.row, "kind": d.kind, "outcome": d.outcome, "about": d.about,
             "fields": [{"column": column, "old": old, "new": new} for column, old, new in d.fields]}
            for d in self.differences[:MOST_KEPT]
        ]


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as plain JSON, in both languages."""
    return {
        "sheet": problem.sheet, "row": problem.row, "column": problem.column,
        "message": {"id": problem.message.id, "en": problem.message.en},
        "suggestion": {"id": problem.suggestion.id, "en": problem.suggestion.en},
    }


def in_order(problems: Sequence[Problem], labels: Sequence[str]) -> Iterator[Problem]:
    """Problems by sheet, row and column, each once."""
    places = {label: place for place, label in enumerate(labels)}
    yield from dict.fromkeys(sorted(problems, key=lambda p: (places.get(p.sheet, -1), p.row, p.column)))

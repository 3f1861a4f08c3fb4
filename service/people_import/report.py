"""What an import found: problems by row and column, and the difference to what was there."""

from dataclasses import dataclass, field

from workflows.kit import Text

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the file: the row as the spreadsheet counts it (the header is row 1), the column as the file
    names it (empty: the whole row), what is wrong, and what to do."""

    row: int
    column: str
    message: Text
    suggestion: Text = NOTHING


@dataclass
class Report:
    """The outcome. `kind` is people, units, positions or raters, empty when the file could not be told; nobody is
    ever removed by an import: who is missing in the file stays as he is."""

    kind: str
    dry_run: bool
    new: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)

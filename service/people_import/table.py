"""A report as a table to download: a line per problem and per value that changes."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.people_import.columns import IN_ORDER
from workflows.kit import Locale, Text

OUTCOMES: Mapping[str, Text] = {
    "new": Text("baru", "new"), "changed": Text("berubah", "changed"), "same": Text("sama", "same"),
    "leaving": Text("berhenti", "leaving"), "problem": Text("masalah", "problem"), "notice": Text("catatan", "note"),
}
KINDS: Mapping[str, Text] = {kind.name: kind.label for kind in IN_ORDER}
_HEADER = (
    Text("lembar", "sheet"), Text("baris", "row"), Text("tentang", "about"), Text("kolom", "column"),
    Text("keadaan", "outcome"), Text("masalah", "problem"), Text("saran", "suggestion"),
    Text("sebelumnya", "before"), Text("di berkas", "in file"),
)


def report_rows(view: Mapping[str, Any], locale: Locale) -> Iterator[list[Any]]:
    """The header, then problems, notices and differences; old and new values while they are kept."""
    yield [title.to(locale) for title in _HEADER]
    report = view["report"]
    for outcome in ("problem", "notice"):
        for found in report.get(f"{outcome}s", ()):
            yield [
                found["sheet"], found["row"], "", found["column"], OUTCOMES[outcome].to(locale),
                found["message"][locale], found["suggestion"][locale], "", "",
            ]
    if view["differences"] is None and not report.get("problems"):
        for change in report.get("changes", ()):
            said = ", ".join(change["columns"])
            yield [change["sheet"], change["row"], "", said, OUTCOMES[change["outcome"]].to(locale), "", "", "", ""]
    for change in view["differences"] or ():
        for field in change["fields"]:
            yield [
                change["sheet"], change["row"], change["about"], field["column"],
                OUTCOMES[change["outcome"]].to(locale), "", "", field["old"], field["new"],
            ]

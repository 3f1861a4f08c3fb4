"""Rows of units and posts, and what is known by its code or NIP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from service.commands.people import Change, change_position, change_unit, create_position, create_unit
from service.models import Person, Position, Unit
from service.people_import.reading import Row, Table
from service.people_import.report import Problem
from workflows.kit import Text

_NO_UNIT = Text("Tidak ada unit dengan kode {code}.", "There is no unit with the code {code}.")
_NO_POSITION = Text("Tidak ada jabatan dengan kode {code}.", "There is no post with the code {code}.")
_LOOP = Text("Induk baris ini melingkar kembali ke dirinya.", "What stands above this row leads back to it.")
_TWICE = Text("Kode ini ada dua kali dalam berkas.", "This code is in the file twice.")
_ONCE = Text("Hapus salah satu barisnya.", "Delete one of the rows.")
_CORRECT = Text("Perbaiki kolom induknya.", "Correct its parent column.")


@dataclass
class Known:
    """What exists, by what files call it; grows while the file is imported."""

    units: dict[str, Any]
    positions: dict[str, Any]
    people: dict[str, Any]

    @classmethod
    def of(cls, change: Change) -> "Known":
        """Everything that is there before the file."""

        def rows(model: Any, key: str) -> dict[str, Any]:
            found = change.connection.execute(select(*(column for column in model.__table__.columns)))
            return {getattr(row, key): dict(row._mapping) for row in found if getattr(row, key)}

        return cls(rows(Unit, "code"), rows(Position, "code"), rows(Person, "nip"))

    def unit(self, change: Change, code: str, path: str) -> str | None:
        """The id of the unit with this code, None for an empty cell. Raises InvalidInput."""
        return _id_of(change, self.units, code, path, _NO_UNIT)

    def position(self, change: Change, code: str, path: str) -> str | None:
        """The id of the post with this code, None for an empty cell. Raises InvalidInput."""
        return _id_of(change, self.positions, code, path, _NO_POSITION)


def import_unit(change: Change, known: Known, row: Row) -> str:
    """Whether the unit is new, changed or the same. Raises InvalidInput."""
    cells = row.cells
    given = {"name": cells["name"], "parent_id": known.unit(change, cells.get("above", ""), "parent_id")}
    there = known.units.get(cells["code"])
    if there is None:
        unit_id = create_unit(change, {"code": cells["code"], **given})
        known.units[cells["code"]] = {"id": unit_id, **given}
        return "new"
    if new := different(given, there):
        change_unit(change, {"unit_id": there["id"], **new})
    return "changed" if new else "same"


def import_position(change: Change, known: Known, row: Row) -> str:
    """Whether the post is new, changed or the same. Raises InvalidInput."""
    cells = row.cells
    given = {
        "title": cells["title"],
        "unit_id": known.unit(change, cells["unit"], "unit_id") or "",
        "post_class": cells["post_class"].upper().replace(" ", "_"),
        "reports_to_id": known.position(change, cells.get("above", ""), "reports_to_id"),
    }
    there = known.positions.get(cells["code"])
    if there is None:
        position_id = create_position(change, {"code": cells["code"], **given})
        known.positions[cells["code"]] = {"id": position_id, **given}
        return "new"
    if new := different(given, there):
        change_position(change, {"position_id": there["id"], **new})
    return "changed" if new else "same"


def different(given: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says and says differently; an empty cell says nothing."""
    return {name: value for name, value in given.items() if value not in (None, "") and there[name] != value}


def parents_first(table: Table) -> tuple[list[Row], list[Problem]]:
    """(the rows, each after the one it stands under; problems of codes that stand twice or lead back to themselves)."""
    if table.kind.name not in ("units", "positions"):
        return table.rows, []
    by_code: dict[str, Row] = {}
    problems = []
    for row in table.rows:
        if by_code.setdefault(row.cells["code"], row) is not row:
            problems.append(Problem(row.number, table.titles["code"], _TWICE, _ONCE))
    ordered: dict[int, Row] = {}
    for row in table.rows:
        path = [row]
        while (above := by_code.get(path[-1].cells.get("above", ""))) and above.number not in ordered:
            if above in path:
                problems.append(Problem(row.number, table.titles["above"], _LOOP, _CORRECT))
                break
            path.append(above)
        ordered.update((each.number, each) for each in reversed(path))
    return list(ordered.values()), problems


def _id_of(change: Change, known: Mapping[str, Any], code: str, path: str, unknown: Text) -> str | None:
    if not code:
        return None
    if code not in known:
        change.refuse(path, unknown.format(code=code))
    return str(known[code]["id"])

"""Loading HR data in bulk: rows that were checked before are written set by set, and open cases follow as always."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, update

from service.commands.people.changing import Change
from service.commands.people.leaving import lock_person
from service.commands.people.persons import end_links
from service.models import Base, Person, Position, Unit
from service.models.authority import Appointment, RaterAssignment

Rows = list[dict[str, Any]]
_MODELS: Mapping[str, type[Base]] = {
    "units": Unit, "positions": Position, "people": Person, "appointments": Appointment, "assignments": RaterAssignment,
}


@dataclass
class Load:
    """What a load of HR data adds, changes and ends. `added` are whole rows by table, parents before children;
    `changed` maps a table's row ids to new values; `leavers` are ids of people."""

    added: dict[str, Rows] = field(default_factory=lambda: {name: [] for name in _MODELS})
    changed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {name: {} for name in _MODELS})
    leavers: list[str] = field(default_factory=list)
    posts: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    reassigned: set[str] = field(default_factory=set)

    def change(self, table: str, row_id: str, **values: Any) -> None:
        """Changes values of a row that is there."""
        self.changed[table].setdefault(row_id, {}).update(values)

    def reassign(self, concerned: str, starts_on: date, today: date) -> None:
        """Lets open cases of this person or post follow an order that is in force by now."""
        if starts_on <= today:
            self.reassigned.add(concerned)


def load_rows(change: Change, load: Load, facts: Mapping[str, Any]) -> None:
    """Writes everything in the change's transaction: a few statements per table, whatever their number of rows.

    The rows must have been checked against the organisation that `change.present` holds. Links of people whose address
    changes die, leavers are locked like single ones; the register's event holds `facts` and the leavers' ids. Raises
    NotYours, Conflict as `lock_person` does.
    """
    change.check_hr()
    addresses = {row_id: {"email": v["email"]} for row_id, v in load.changed["people"].items() if "email" in v}
    end_links(change, list(addresses), "address")
    _update(change, Person, addresses)  # first, and in the file's order: one may take what another has given up
    for name, model in _MODELS.items():
        change.add(model, load.added[name])
        _update(change, model, load.changed[name])
    change.touched.positions |= load.posts
    change.touched.units |= load.units
    change.touched.reassigned |= load.reassigned
    noted = len(change.notes)
    for person_id in load.leavers:
        lock_person(change, {"person_id": person_id})
    del change.notes[noted:]  # one event tells of all
    change.note("people.import", **facts, left=load.leavers)


def _update(change: Change, model: type[Base], changed: Mapping[str, Mapping[str, Any]]) -> None:
    table = model.__table__
    assert isinstance(table, Table)
    for columns, rows in _by_columns(changed):
        change.connection.execute(
            update(table)
            .where(table.c.id == bindparam("row_id"))
            .values({column: bindparam(f"new_{column}") for column in columns}),
            [{"row_id": row_id, **{f"new_{c}": values[c] for c in columns}} for row_id, values in rows],
        )


def _by_columns(
    changed: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[tuple[str, ...], Sequence[tuple[str, Mapping[str, Any]]]]]:
    """The changed rows by which columns they change, in the order in which they came."""
    groups: dict[tuple[str, ...], list[tuple[str, Mapping[str, Any]]]] = {}
    for row_id, values in changed.items():
        groups.setdefault(tuple(sorted(values)), []).append((row_id, values))
    yield from groups.items()



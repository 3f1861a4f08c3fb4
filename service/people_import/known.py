"""What is there before the file, by what files call it; grows while the file is planned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from service.authority import Organisation
from service.models import Person, Position, Unit


@dataclass(slots=True)
class Term:
    """An appointment or an order about a rater, there already or planned. `values` are its columns as they will be;
    `row` is the number of the row that plans it, 0 for one that is there."""

    values: dict[str, Any]
    row: int = 0
    sheet: str = ""

    def overlaps(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether both hold on some day; terms are inclusive, and one that ends before it begins holds on none."""
        mine = self.values["ends_on"]
        if mine is not None and mine < self.values["starts_on"]:
            return False
        return (ends_on is None or self.values["starts_on"] <= ends_on) and (mine is None or mine >= starts_on)


@dataclass
class Known:
    """Units and posts by code, people by NIP and by address, terms by whom and what they concern."""

    organisation: Organisation
    today: date
    units: dict[str, dict[str, Any]]
    positions: dict[str, dict[str, Any]]
    people: dict[str, dict[str, Any]]
    addresses: dict[str, dict[str, Any]]
    codes: dict[str, str] = field(default_factory=dict)
    terms_of: dict[str, list[Term]] = field(default_factory=dict)
    terms_at: dict[str, list[Term]] = field(default_factory=dict)
    orders: dict[str, list[Term]] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, organisation: Organisation, today: date) -> "Known":
        """Everything that is there now."""
        units, positions = _rows(connection, Unit), _rows(connection, Position)
        people = [
            dict(row._mapping)
            for row in connection.execute(
                select(
                    Person.id, Person.nip, Person.name, Person.rank, Person.grade, Person.email, Person.locale,
                    Person.locked_at,
                )
            )
        ]
        known = cls(
            organisation, today, _by(units, "code"), _by(positions, "code"), _by(people, "nip"), _by(people, "email"),
            codes={row["id"]: row["code"] for row in (*units, *positions)},
        )
        for held in organisation.index.appointments_of.values():
            for record in held:
                known.enter_term(Term(_values(record)))
        index = organisation.index
        for groups in (index.assignments_of_person, index.assignments_of_position):
            for concerned, records in groups.items():
                known.orders[concerned] = [Term(_values(record)) for record in records]
        return known

    def called(self, cells: Mapping[str, str]) -> str:
        """The name or title of what a row is about: its person, else its post or unit."""
        if person := self.people.get(cells.get("nip", "")):
            return str(person["name"])
        own = self.positions if "title" in cells else self.units
        if row := own.get(cells.get("code", "")) or self.positions.get(cells.get("position", "")):
            return str(row.get("title") or row.get("name"))
        return ""

    def enter_term(self, term: Term) -> None:
        """Makes an appointment known under its person and its post."""
        self.terms_of.setdefault(term.values["person_id"], []).append(term)
        self.terms_at.setdefault(term.values["position_id"], []).append(term)


def _rows(connection: Connection, model: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(*model.__table__.columns))]


def _by(rows: Iterable[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows if row[key]}


def _values(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}

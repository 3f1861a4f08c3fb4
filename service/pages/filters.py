"""Filters of the list of cases: read from the address, shown as chips, each bad one named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from service.pages.case_words import STAGES, state_labels, workflow_titles
from service.queries.cases import CaseFilter
from service.queries.cycles import cycle, cycle_title
from service.runut import Present
from workflows.kit import Text

_YES = frozenset({"1", "true", "yes", "on"})
_LONGEST, _SHOWN = 100, 40
_NOT_FILTERS = frozenset({"cursor", "lang"})
_UNKNOWN_NAME = Text("Saringan “{name}” tidak dikenal; lepas dari alamat.", "There is no filter “{name}”; remove it.")
_UNKNOWN_VALUE = Text(
    "Saringan “{label}” tidak mengenal nilai “{value}”.", "The filter “{label}” does not know “{value}”."
)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force: its parameter, words for it and its value, and the address of the list without it."""

    name: str
    label: Text
    value: Text
    href: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. `problems` are (parameter, sentence) of filters that could not be taken."""

    wanted: CaseFilter
    given: Mapping[str, str]
    chips: tuple[Chip, ...]
    problems: tuple[tuple[str, Text], ...]

    def without(self, name: str) -> CaseFilter:
        """The filter without one of its parts."""
        field = _FIELDS[name][1]
        empty = CaseFilter()
        return replace(self.wanted, **{field: getattr(empty, field)})

    def href(self, path: str, **changes: str | None) -> str:
        """The address of `path` with these filters and changes; None drops one."""
        return address(path, {**self.given, **changes})


def address(path: str, query: Mapping[str, str | None]) -> str:
    """`path` with the parts of the query that are not empty."""
    named = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{named}" if named else path


def read_filters(args: MultiDict[str, str], connection: Connection, present: Present) -> Filters:
    """The filters in the address, bad ones with a chip to remove them; empty ones are left out, as forms send them."""
    given = {name: value.strip() for name, value in args.items() if value.strip() and name not in _NOT_FILTERS}
    chips, problems, wanted = [], [], dict[str, Any]()
    for name, value in given.items():
        rest = address("/cases", {other: text for other, text in given.items() if other != name})
        label, field, read = _FIELDS.get(name, (Text(name, name), "", _nothing))
        found = read(connection, present, value)
        if found:
            wanted[field], words = found
            chips.append(Chip(name, label, words, rest))
        else:
            problems.append((name, _unknown_value(label, value) if field else _unknown_name(name)))
            chips.append(Chip(name, label, Text(value[:_SHOWN], value[:_SHOWN]), rest))
    return Filters(CaseFilter(**wanted), given, tuple(chips), tuple(problems))


_Read = Callable[[Connection, Present, str], tuple[Any, Text] | None]


def _unknown_name(name: str) -> Text:
    return Text(_UNKNOWN_NAME.id.format(name=name[:_SHOWN]), _UNKNOWN_NAME.en.format(name=name[:_SHOWN]))


def _unknown_value(label: Text, value: str) -> Text:
    shown = value[:_SHOWN]
    return Text(
        _UNKNOWN_VALUE.id.format(label=label.id, value=shown), _UNKNOWN_VALUE.en.format(label=label.en, value=shown)
    )


def _listed(known: Callable[[], Mapping[str, Text]]) -> _Read:
    def read(_connection: Connection, _present: Present, value: str) -> tuple[str, Text] | None:
        return (value, known()[value]) if value in known() else None

    return read


def _unit(_connection: Connection, present: Present, value: str) -> tuple[str, Text] | None:
    unit = present.organisation.units.get(value)
    return (value, Text(unit.name, unit.name)) if unit else None


def _cycle(connection: Connection, present: Present, value: str) -> tuple[str, Text] | None:
    found = cycle(connection, present, value)
    return (value, cycle_title(found)) if found else None


def _person(_connection: Connection, present: Present, value: str) -> tuple[str, Text] | None:
    person = present.organisation.people.get(value)
    return (value, Text(person.name, person.name)) if person else None


def _nothing(_connection: Connection, _present: Present, _value: str) -> None:
    return None


def _yes(_connection: Connection, _present: Present, value: str) -> tuple[bool, Text] | None:
    return (True, Text("ya", "yes")) if value.lower() in _YES else None


def _text(_connection: Connection, _present: Present, value: str) -> tuple[str, Text] | None:
    return (value, Text(value, value)) if len(value) <= _LONGEST else None


# parameter: (label, field of CaseFilter, how to read it)
_FIELDS: Mapping[str, tuple[Text, str, _Read]] = {
    "q": (Text("Cari", "Search"), "q", _text),
    "workflow": (Text("Alur kerja", "Workflow"), "workflow", _listed(workflow_titles)),
    "stage": (Text("Tahap", "Stage"), "stage", _listed(lambda: STAGES)),
    "state": (Text("Keadaan", "State"), "state", _listed(state_labels)),
    "unit": (Text("Unit kerja", "Unit"), "unit", _unit),
    "cycle": (Text("Siklus", "Cycle"), "cycle", _cycle),
    "subject": (Text("Pegawai", "Employee"), "subject", _person),
    "waits_for": (Text("Menunggu", "Waits for"), "waits_for", _person),
    "waits_for_me": (Text("Menunggu saya", "Waits for me"), "waits_for_me", _yes),
    "overdue": (Text("Lewat tenggat", "Overdue"), "overdue", _yes),
}

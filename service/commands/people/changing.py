"""One change of people or authority: rows and, with them, every open case that they touch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from service.actor import Actor
from service.authority import Organisation
from service.authority.load import load_organisation, load_text_keys
from service.commands.people.resettling import Touched, resettle
from service.counters import ORGANISATION, bump
from service.errors import FieldError, InvalidInput, NotYours
from service.models import Base, Person, Position, Unit
from service.registering import enter
from service.runut import Present, Runut
from workflows.kit import Text

_ONE_DAY = timedelta(days=1)
_MOST_NOTES = 20
_KINDS: Mapping[str, type[Base]] = {"people": Person, "units": Unit, "positions": Position}
_UNKNOWN = Text("Tidak dikenal: tidak ada data dengan id ini.", "Not known: there is nothing with this id.")
_INVALID = Text(
    "Ada isian yang belum benar; tidak ada yang diubah. Perbaiki isian yang disebut, lalu kirim lagi.",
    "Some fields are not right; nothing was changed. Correct the fields named and send again.",
)
_NOT_HR = Text(
    "Perubahan ini hanya dapat dilakukan oleh kepegawaian.", "Only an HR officer may make this change."
)
_OWN_AUTHORITY = Text(
    "Anda tidak dapat mengubah wewenang Anda sendiri. Mintalah petugas kepegawaian lain melakukannya.",
    "You cannot change your own authority. Ask another HR officer to do it.",
)


@dataclass
class Change:
    """What is being changed. `present` is what was true before; `order` is the letter or reason it rests on."""

    connection: Connection
    actor: Actor
    present: Present
    order: str = ""
    touched: Touched = field(default_factory=Touched)
    made: set[str] = field(default_factory=set)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def organisation(self) -> Organisation:
        """The organisation as it was before this change."""
        return self.present.organisation

    @property
    def today(self) -> date:
        """The office's civil date now."""
        return self.present.calendar.civil_date(self.present.now)

    @property
    def yesterday(self) -> date:
        """The last day of anything that ends at once: terms are inclusive."""
        return self.today - _ONE_DAY

    def note(self, type_: str, **facts: Any) -> None:
        """What was done, for the register of the year: ids, orders and dates, never a name or an address."""
        said = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
        self.notes.append((type_, {name: value for name, value in said.items() if value is not None}))

    def add(self, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
        """Inserts rows; what refers to them later in this change may do so."""
        found = [dict(row) for row in rows]
        if found:
            self.connection.execute(insert(_table(model)), found)
            self.made.update(row["id"] for row in found if "id" in row)

    def set(self, model: type[Base], row_id: str, **values: Any) -> None:
        """Changes one row."""
        table = _table(model)
        self.connection.execute(update(table).where(table.c.id == row_id).values(**values))

    def row(self, model: type[Base], row_id: str, path: str = "id") -> Any:
        """The row with this id. Raises InvalidInput."""
        table = _table(model)
        found = self.connection.execute(select(table).where(table.c.id == row_id)).one_or_none() if row_id else None
        if found is None:
            self.refuse(path, _UNKNOWN)
        return found

    def check_known(self, kind: str, row_id: str | None, path: str) -> None:
        """Raises InvalidInput unless there is a person, unit or position (`kind`) with this id; None passes."""
        if row_id is None or row_id in self.made or row_id in getattr(self.organisation, kind):
            return
        self.row(_KINDS[kind], row_id, path)

    def check_hr(self, *, concerns: str | None = None, roles: Iterable[str] = ("hr", "admin")) -> None:
        """Raises NotYours unless an HR officer or administrator asks, and not for his own authority.

        An import or a command line acts for nobody in particular and may.
        """
        me = self.actor.person_id
        if me is None:
            return
        if self.organisation.roles_of(me, self.today).isdisjoint(roles):
            raise NotYours(_NOT_HR, extra={"who_may": [role.upper() for role in roles]})
        if concerns == me:
            raise NotYours(_OWN_AUTHORITY)

    def check_term(self, starts_on: date, ends_on: date | None) -> None:
        """Raises InvalidInput when a term ends before it begins."""
        if ends_on is not None and ends_on < starts_on:
            self.refuse(
                "ends_on", Text("Tanggal akhir mendahului tanggal mulai.", "The last day is before the first one.")
            )

    def refuse(self, path: str, sentence: Text) -> None:
        """Raises InvalidInput for one field."""
        raise InvalidInput(_INVALID, [FieldError(path, sentence)])


@contextmanager
def changing(runut: Runut, actor: Actor, order: str = "") -> Iterator[Change]:
    """One transaction for people and authority; what the block leaves undone on an error is everything.

    The counter of the organisation is locked first, so changes queue and each sees what the one before it did.
    """
    with runut.database.write() as connection, changing_within(runut, connection, actor, order) as change:
        yield change
    runut.wake()


@contextmanager
def changing_within(runut: Runut, connection: Connection, actor: Actor, order: str = "") -> Iterator[Change]:
    """The same inside a transaction that has more to write; it must not have locked a case before."""
    generation = bump(connection, ORGANISATION)
    pulse = replace(runut.pulse(connection), organisation=generation - 1)
    change = Change(connection, actor, runut.present(connection, pulse), order)
    yield change
    after = replace(
        change.present,
        organisation=load_organisation(connection, generation, runut.settings.timezone),
        text_keys=load_text_keys(connection),
    )
    moved = resettle(connection, actor, change.present, after, change.touched, order)
    _enter(change, after, len(moved))


def _enter(change: Change, after: Present, cases_moved: int) -> None:
    """The notes as events of the year's register; those of a long import as one, with how many there were of each."""
    register, notes = f"PEGAWAI-{change.today.year}", change.notes
    if len(notes) > _MOST_NOTES:
        notes = [("people.import", dict(Counter(type_ for type_, _ in notes)))]
    for type_, facts in notes:
        enter(
            change.connection, after, change.actor, register, type_, {**facts, "cases_moved": cases_moved},
            reason=change.order,
        )


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table

"""The people of a synthetic year: how soon each of them does what, and what happens to whom; the same for a seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from service.demo.bulk.people import add_people
from service.demo.organisation import found
from service.models import Person
from service.runut import Runut

CROWD = "pegawai."
NO_PLAN = -1
_YEAR = 240  # working days, roughly
_REGENCY = 36
_SOON, _USUAL, _LAST, _LATE, _NEVER = (1, 5), (6, 14), (15, 15), (16, 32), (0, 0)


@dataclass(frozen=True, slots=True)
class Habits:
    """What one person is like. Days are working days: of the year, or after he was asked."""

    writes_on: int
    """The day on which he writes and submits his plan; 0 never, -1 where he needs none."""
    answers_after: int
    """How long somebody's request lies on his desk."""
    away: range
    """When he is on leave."""
    has_substitute: bool
    """Whether a Plh is named for his leave."""
    moves_on: int
    """The day on which he goes to another post; 0 never."""
    leaves_on: int
    """The day on which he retires; 0 never."""
    amends_on: int
    """The day on which he changes his plan in force; 0 never."""
    has_mailbox: bool


@dataclass(frozen=True)
class Cast:
    """Everybody, by address, which is the same for every run; ids are not."""

    ids: Mapping[str, str]
    habits: Mapping[str, Habits]
    seed: int

    def draw(self, *what: object) -> random.Random:
        """Chance for one question; the same question gets the same answer in every run."""
        return random.Random(" ".join(map(str, (self.seed, *what))))  # noqa: S311 - repeatable, nothing secret

    def addresses(self) -> Mapping[str, str]:
        """Everybody's address by id."""
        return {person_id: address for address, person_id in self.ids.items()}


def assemble(runut: Runut, people: int, seed: int) -> Cast:
    """Enters a regency with `people` people and answers who they are."""
    found(runut, 0, seed)
    if people > _REGENCY:
        add_people(runut, people - _REGENCY, seed, 1)
    with runut.database.read() as connection:
        rows = connection.execute(select(Person.email, Person.id, Person.political).order_by(Person.email)).all()
    cast = Cast({row.email: row.id for row in rows}, {}, seed)
    habits = {
        row.email: _habits(
            cast.draw(row.email), is_fixed=not row.email.startswith(CROWD), has_plan=not row.political
        )
        for row in rows
    }
    return Cast(cast.ids, habits, seed)


def _habits(draw: random.Random, *, is_fixed: bool, has_plan: bool) -> Habits:
    """`is_fixed`: heads of offices, HR and their like stay where they are all year; political officials have no plan.
    """
    first, last = draw.choices((_SOON, _USUAL, _LAST, _LATE, _NEVER), (25, 50, 12, 10, 3))[0]
    away = _leave(draw)
    fate = draw.random()
    return Habits(
        writes_on=draw.randint(first, last) if has_plan else NO_PLAN,
        answers_after=_latency(draw),
        away=away,
        has_substitute=draw.random() < 0.7,
        moves_on=draw.randint(20, _YEAR - 40) if fate < 0.02 and not is_fixed else 0,
        leaves_on=draw.randint(10, _YEAR - 20) if fate > 0.985 and not is_fixed else 0,
        amends_on=draw.randint(45, _YEAR - 40) if draw.random() < 0.05 else 0,
        has_mailbox=is_fixed or draw.random() > 0.01,
    )


def _leave(draw: random.Random) -> range:
    start = draw.choice((draw.randint(1, 30), draw.randint(31, _YEAR)))
    return range(start, start + draw.randint(3, 12))


def _latency(draw: random.Random) -> int:
    first, last = draw.choices(((0, 1), (2, 4), (5, 10), (11, 20)), (55, 30, 11, 4))[0]
    return draw.randint(first, last)


def one_of(draw: random.Random, shares: Sequence[tuple[int, str]]) -> str:
    """A word, each as likely as its share."""
    return draw.choices([word for _, word in shares], [share for share, _ in shares])[0]

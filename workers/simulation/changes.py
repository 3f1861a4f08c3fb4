"""What the year does to the organisation: leave with a Plh, transfers, retirements and who stands in afterwards."""

from collections.abc import Iterator
from datetime import date

from service.actor import Actor
from service.commands.people import (
    Change,
    appoint,
    changing,
    create_position,
    delegate,
    end_appointment,
    lock_person,
)
from service.errors import ServiceError
from service.runut import Runut
from workers.simulation.cast import CROWD, Cast

_HR = "maya.karangan@muara-contoh.example"
_PLT_AFTER = 10
_ORDER = "SK 800/{number}/{year}"


class Changes:
    """Carries out what the habits say for a day, in one change of people per kind."""

    def __init__(self, runut: Runut, cast: Cast, days: list[date]) -> None:
        self._runut, self._cast, self._days = runut, cast, days
        with runut.database.read() as connection:
            organisation = runut.present(connection).organisation
        led = {position.reports_to_id for position in organisation.positions.values()}
        posts = {address: organisation.post_of(person_id, days[0]) for address, person_id in cast.ids.items()}
        self.heads = {address: post[0].id for address, post in posts.items() if post and post[0].id in led}
        self._posts = {address: post[0] for address, post in posts.items() if post}
        self.gone: set[str] = set()
        self.counts = {"leaves": 0, "transfers": 0, "retirements": 0}

    def happen_on(self, day: int) -> bool:
        """Whether anything is to be changed on that working day."""
        return any(True for _ in self._due(day))

    def apply(self, day: int) -> None:
        """Changes what is due; an order that the rules refuse is not given."""
        for kind, address in list(self._due(day)):
            try:
                with changing(self._runut, Actor(self._cast.ids[_HR], "page", "session"), self._order(day)) as change:
                    getattr(self, f"_{kind}")(change, address, day)
            except ServiceError:
                continue
            self.counts[kind] = self.counts.get(kind, 0) + 1

    def _due(self, day: int) -> Iterator[tuple[str, str]]:
        for address in sorted(self._cast.habits):
            habits = self._cast.habits[address]
            if address in self.gone:
                if address in self.heads and day == habits.leaves_on + _PLT_AFTER:
                    yield "stand_ins", address
                continue
            if address in self.heads and habits.has_substitute and day == habits.away.start:
                yield "leaves", address
            if habits.moves_on == day and address not in self.heads:
                yield "transfers", address
            if habits.leaves_on == day:
                yield "retirements", address

    def _leaves(self, change: Change, address: str, day: int) -> None:
        substitute = self._colleague(address, day)
        last = min(self._cast.habits[address].away.stop - 1, len(self._days) - 1)
        delegate(
            change,
            {
                "from_person_id": self._cast.ids[address], "to_person_id": self._cast.ids[substitute],
                "position_id": self.heads[address], "type": "PLH", "order_number": change.order,
                "order_date": self._days[day].isoformat(), "starts_on": self._days[day].isoformat(),
                "ends_on": self._days[last].isoformat(), "accept_conflicts": True,
            },
        )

    def _transfers(self, change: Change, address: str, day: int) -> None:
        person_id, old = self._cast.ids[address], self._posts[address]
        head = self._colleague(address, day)
        above = self._posts[head]
        post_id = create_position(
            change,
            {
                "code": f"M{address.split('.')[1].split('@')[0]}", "title": old.title, "unit_id": above.unit_id,
                "post_class": old.post_class, "reports_to_id": above.id,
            },
        )
        for held in change.organisation.appointments_of(person_id, change.today):
            end_appointment(change, {"id": held.id})
        appoint(
            change,
            {
                "person_id": person_id, "position_id": post_id, "order_number": change.order,
                "starts_on": self._days[day].isoformat(),
            },
        )

    def _retirements(self, change: Change, address: str, day: int) -> None:
        lock_person(change, {"person_id": self._cast.ids[address]})
        self.gone.add(address)

    def _stand_ins(self, change: Change, address: str, day: int) -> None:
        stand_in = self._colleague(address, day)
        appoint(
            change,
            {
                "person_id": self._cast.ids[stand_in], "position_id": self.heads[address], "kind": "PLT",
                "order_number": change.order, "starts_on": self._days[day].isoformat(), "accept_conflicts": True,
            },
        )

    def _colleague(self, address: str, day: int) -> str:
        there = [
            head for head in sorted(self.heads)
            if head != address and head.startswith(CROWD) and head not in self.gone
            and day not in self._cast.habits[head].away
        ]
        return self._cast.draw(address, "colleague", day).choice(there or [_HR])

    def _order(self, day: int) -> str:
        return _ORDER.format(number=day, year=self._days[day].year)

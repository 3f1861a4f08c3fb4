"""The year, one working day after the other; days on which nothing can happen are skipped."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

import workflows
from service.clock import set_clock
from service.models import Case, Cycle, Delivery, Timer
from service.runut import Runut
from workers import clock
from workers.simulation.agenda import Agenda
from workers.simulation.cast import Cast, assemble
from workers.simulation.changes import Changes
from workers.simulation.deciding import Decider
from workers.simulation.figures import Figures, measure
from workers.simulation.post import Post
from workers.simulation.scratch import scratch_service

_MORNING, _FORENOON, _AFTERNOON = "07:30", "09:00", "16:00"
_DEFAULT_AFTER = 3
_DRAFTS_ON = 12
_ONE_DAY = timedelta(days=1)
Progress = Callable[[date], None]


def simulate(
    people: int, seed: int, year: int, *, server_url: str | None = None, progress: Progress = lambda _: None
) -> Figures:
    """Lives through `year` with so many people on a database of its own, and answers what came of it.

    The same seed gives the same figures, but for seconds and size. `progress` hears of each day that was lived.
    """
    started_s = time.monotonic()
    with scratch_service(year, server_url) as runut:
        this_year = _Year(runut, assemble(runut, people, seed), year, progress)
        this_year.live()
        return measure(runut, this_year.cast, this_year.notes(), lambda: time.monotonic() - started_s)


class _Year:
    """Who does what when. Days are counted by working days; day 1 is the first after the clock's beginning."""

    def __init__(self, runut: Runut, cast: Cast, year: int, progress: Progress) -> None:
        self._runut, self.cast, self._progress = runut, cast, progress
        with runut.database.read() as connection:
            present = runut.present(connection)
            dates = connection.scalars(select(Cycle.dates)).one()
        self._zone = present.calendar.zone
        calendar, first = present.calendar, present.calendar.civil_date(present.now)
        every = (first + place * _ONE_DAY for place in range((date(year, 12, 31) - first).days + 1))
        self._days = [on for on in every if calendar.is_working_day(on)]
        default_on = date.fromisoformat(dates["plan_default"])
        self._default_day = next(n for n, on in enumerate(self._days) if on > default_on) + _DEFAULT_AFTER
        self._decider = Decider(runut, cast, workflows.get("work_plan"))
        self._changes = Changes(runut, cast, self._days)
        self._post = Post({address for address, habits in cast.habits.items() if not habits.has_mailbox})
        self._agenda = Agenda()
        self._plans: dict[str, str] = {}

    def live(self) -> None:
        """All days of the year and the first of the next one."""
        for day in range(1, len(self._days)):
            if self._is_busy(day):
                self._live_through(day)
                self._progress(self._days[day])
        for on in (self._days[-1].replace(month=12, day=31) + _ONE_DAY * place for place in (2, 5)):
            self._set(on, _MORNING)
            self._look_at_the_clock()
            self._post.carry(self._runut)

    def notes(self) -> dict[str, int]:
        """What cannot be read from the database afterwards."""
        return {**self._changes.counts, "refused": self._decider.refused, "mail_bytes": self._post.bytes}

    def _live_through(self, day: int) -> None:
        on = self._days[day]
        self._set(on, _MORNING)
        self._look_at_the_clock()
        self._post.carry(self._runut)
        self._set(on, _FORENOON)
        self._changes.apply(day)
        self._write_plans(day)
        for number in self._agenda.take(day):
            self._plan(number, self._decider.look(number, day))
        if day == self._default_day:
            self._set_by_default()
        self._amend(day)
        self._set(on, _AFTERNOON)
        self._post.carry(self._runut)

    def _write_plans(self, day: int) -> None:
        for address in self._writers(day):
            is_draft = not self.cast.habits[address].writes_on
            number = self._decider.write_plan(address, submits=not is_draft)
            if number:
                self._plans[address] = number
                if not is_draft:
                    self._plan(number, self._decider.next_day(number, day))

    def _writers(self, day: int) -> list[str]:
        return [
            address for address, habits in sorted(self.cast.habits.items())
            if address not in self._changes.gone and self._writes(address, habits.writes_on) == day
        ]

    def _writes(self, address: str, on: int) -> int:
        """Of those who never submit, half at least begin a draft."""
        if on:
            return on
        return _DRAFTS_ON if self.cast.draw(address, "draft").random() < 0.5 else 0

    def _set_by_default(self) -> None:
        with self._runut.database.read() as connection:
            drafts = connection.scalars(
                select(Case.number).where(Case.state == "draft", Case.submitted_at.is_(None)).order_by(Case.number)
            ).all()
        for number in drafts:
            self._decider.set_by_default(number)

    def _amend(self, day: int) -> None:
        for address in sorted(self._plans):
            if self.cast.habits[address].amends_on == day and address not in self._changes.gone:
                number = self._plans[address]
                if self._decider.amend(number):
                    self._plan(number, day + 2)

    def _plan(self, number: str, day: int | None) -> None:
        if day is not None:
            self._agenda.put(number, max(day, 1))

    def _is_busy(self, day: int) -> bool:
        if not self._agenda.is_empty(day) or day == self._default_day or self._changes.happen_on(day):
            return True
        if self._writers(day) or any(habits.amends_on == day for habits in self.cast.habits.values()):
            return True
        return self._is_anything_due(day)

    def _is_anything_due(self, day: int) -> bool:
        until = self._at(self._days[day], _AFTERNOON)
        with self._runut.database.read() as connection:
            timer = connection.scalar(select(func.min(Timer.due_at)).where(Timer.done_at.is_(None)))
            mail = connection.scalar(
                select(func.min(Delivery.next_at)).where(Delivery.state.in_(("PENDING", "RETRY")))
            )
        return any(at is not None and at <= until for at in (timer, mail))

    def _look_at_the_clock(self) -> None:
        clock.tick(self._runut)
        while clock.fire_due(self._runut):
            pass

    def _set(self, on: date, time_of_day: str) -> None:
        if self._at(on, time_of_day) > self._now():
            set_clock(self._runut, f"{on.isoformat()}T{time_of_day}")

    def _at(self, on: date, time_of_day: str) -> datetime:
        return datetime.fromisoformat(f"{on.isoformat()}T{time_of_day}").replace(tzinfo=self._zone)

    def _now(self) -> datetime:
        with self._runut.database.read() as connection:
            return self._runut.pulse(connection).now


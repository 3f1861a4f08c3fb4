"""The demo's past: plans that went their way by the real commands, at instants of the last weeks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from service.actor import Actor
from service.casefile import CaseFile, load_case
from service.commands.acting import act
from service.commands.opening import open_case
from service.commands.people import changing, delegate
from service.commands.saving import save
from service.demo.people import POSTS, Post
from service.demo.plans import plan
from service.models import Case, Person, Position
from service.models.authority import Delegation
from service.runut import Present, Pulse, Runut
from service.surroundings import context_of

_ONE_DAY = timedelta(days=1)
_WORKFLOW = "work_plan"
_UNCLEAR = "Indikator kedua belum terukur. Mohon cantumkan satuan dan angka targetnya, lalu ajukan lagi."
_TOO_LOW = "Target lebih rendah dari capaian tahun lalu dan pegawai tidak bersedia menaikkannya."
_Way = tuple[tuple[str, str, str], ...]
# (who, action, reason); the days lie between the steps
_SUBMITTED: _Way = (("subject", "save", ""), ("subject", "submit", ""))
_ENDORSED: _Way = (*_SUBMITTED, ("team", "endorse", ""))
_IN_FORCE: _Way = (*_ENDORSED, ("rater", "approve", ""))


@dataclass(frozen=True, slots=True)
class Story:
    """One plan: whose post, how many working days ago it was opened, what has been done since."""

    code: str
    days_ago: int
    way: _Way


STORIES = (
    Story("KADINKES", 24, _IN_FORCE),
    Story("KADISDIK", 23, _IN_FORCE),
    Story("KABID-KESMAS", 19, _IN_FORCE),
    Story("KABID-SD", 18, _IN_FORCE),
    Story("NUTRI-1", 14, _IN_FORCE),
    Story("NUTRI-3", 9, _SUBMITTED),
    Story("BIDAN-2", 8, _ENDORSED),
    Story("SANITARIAN-2", 10, (*_ENDORSED, ("rater", "return", _UNCLEAR))),
    Story("EPID-2", 11, (*_ENDORSED, ("rater", "dispute", _TOO_LOW))),
    Story("PERAWAT-1", 3, (("subject", "save", ""),)),
    Story("GURU-2", 4, _SUBMITTED),
)


def tell_history(runut: Runut) -> int:
    """Makes what is not there yet of the demo's past; answers how many steps were taken."""
    teller = _Teller(runut)
    taken = sum(teller.tell(story) for story in STORIES)
    return taken + teller.name_a_plh()


class _Teller:
    def __init__(self, runut: Runut) -> None:
        self.runut = runut
        self.posts: Mapping[str, Post] = {post.code: post for post in POSTS}
        with runut.database.read() as connection:
            ids = {row.email: row.id for row in connection.execute(select(Person.email, Person.id))}
            self.positions = {row.code: row.id for row in connection.execute(select(Position.code, Position.id))}
        self.people = {post.code: ids[post.email] for post in POSTS}

    def tell(self, story: Story) -> int:
        """Opens the case if there is none and takes the steps it has not seen; each step is one event."""
        with self.runut.database.read() as connection:
            present = self.runut.present(connection)
            pulse = self.runut.pulse(connection)
            case = connection.execute(
                select(Case.id, Case.position).where(
                    Case.subject_id == self.people[story.code], Case.workflow == _WORKFLOW
                )
            ).first()
        seen = case.position - 1 if case else 0
        way = story.way[seen:]
        if case is None:
            self._open(story, replace(pulse, now=_past(present, story.days_ago, 0)))
        for place, (who, action, reason) in enumerate(way, start=seen + 1):
            then = _past(present, story.days_ago - place + 1, place)
            self._step(story, who, action, reason, replace(pulse, now=then))
        return len(way) + (case is None)

    def name_a_plh(self) -> int:
        """The order by which somebody acts for the rater since yesterday, for thirty days."""
        with self.runut.database.read() as connection:
            if connection.execute(select(Delegation.id)).first():
                return 0
            present = self.runut.present(connection)
        yesterday = present.calendar.civil_date(present.now) - _ONE_DAY
        with changing(self.runut, self._actor("BKPSDM-1"), "Surat perintah 800.1.11.1/57") as change:
            delegate(
                change,
                {
                    "from_person_id": self.people["KABID-KESMAS"], "to_person_id": self.people["KABID-P2P"],
                    "position_id": self.positions["KABID-KESMAS"], "type": "PLH",
                    "order_number": "800.1.11.1/57", "order_date": (yesterday - _ONE_DAY).isoformat(),
                    "starts_on": yesterday.isoformat(), "ends_on": (yesterday + 29 * _ONE_DAY).isoformat(),
                },
            )
        return 1

    def _open(self, story: Story, pulse: Pulse) -> None:
        open_case(self.runut, self._actor(story.code), _WORKFLOW, pulse=pulse)

    def _step(self, story: Story, who: str, action: str, reason: str, pulse: Pulse) -> None:
        file = self._file(story, pulse)
        if action == "save":
            with self.runut.database.read() as connection:
                document = plan(context_of(connection, file), story.code)
            save(self.runut, self._actor(story.code), file.id, document, if_match=file.row["version"], pulse=pulse)
            return
        given: dict[str, Any] = {"reason": reason} if reason else {}
        actor = self._actor(self._code(story, who))
        act(self.runut, actor, file.id, action, given, if_match=file.row["version"], pulse=pulse)

    def _file(self, story: Story, pulse: Pulse) -> CaseFile:
        with self.runut.database.read() as connection:
            case_id = connection.scalar(
                select(Case.id).where(Case.subject_id == self.people[story.code], Case.workflow == _WORKFLOW)
            )
            return load_case(connection, self.runut.present(connection, pulse), str(case_id))

    def _code(self, story: Story, who: str) -> str:
        if who == "team":
            return "DISDIK-1" if self.posts[story.code].unit.startswith("1003") else "SEKDIN-1"
        return story.code if who == "subject" else str(self.posts[story.code].reports_to)

    def _actor(self, code: str) -> Actor:
        return Actor(self.people[code], "import", "system")


def _past(present: Present, working_days: int, place: int) -> datetime:
    """A moment of the office's day so many working days ago; the later the step, the later in the day."""
    calendar = present.calendar
    on = calendar.civil_date(present.now)
    for _ in range(max(working_days, 1)):
        on = calendar.last_working_day_before_or_on(on - _ONE_DAY)
    return datetime.combine(on, time(8 + 2 * place, 7 * place + 5), calendar.zone)

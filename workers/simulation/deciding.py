"""What people do with a case that waits for them."""

from collections.abc import Mapping
from typing import Any

from service.actor import Actor
from service.authority import Holder
from service.casefile import CaseFile, load_case
from service.commands.acting import act
from service.commands.commanding import command
from service.commands.opening import open_case, unopened
from service.errors import ServiceError
from service.runut import Runut
from service.surroundings import context_of
from workers.simulation.cast import CROWD, Cast, one_of
from workflows.kit import Role, Workflow

_PATIENCE = 3
_AGAIN_AFTER = 10
_REASON = "Uraian hasil kerja perlu diperjelas dengan satuan dan target yang terukur."
_CHOICES: Mapping[Role, tuple[tuple[int, str], ...]] = {
    Role.PERF_TEAM: ((93, "endorse"), (7, "return")),
    Role.RATER: ((85, "approve"), (11, "return"), (3, "dispute"), (1, "decline")),
    Role.RATER_SUPERIOR: ((60, "settle"), (40, "return")),
}


class Decider:
    """Lets the right person do something sensible; answers the working day on which somebody looks again."""

    def __init__(self, runut: Runut, cast: Cast, workflow: Workflow) -> None:
        self._runut, self._cast, self._workflow = runut, cast, workflow
        self._address = cast.addresses()
        self.refused = 0

    def write_plan(self, address: str, *, submits: bool) -> str | None:
        """The person opens a plan and, where he `submits`, hands it in; its number, None when the service refuses."""
        person_id = self._cast.ids[address]
        try:
            with self._runut.database.read() as connection:
                present = self._runut.present(connection)
                file = unopened(connection, present, self._workflow, person_id)
                document = self._workflow.example(context_of(connection, file))
            case = open_case(self._runut, _page(person_id), self._workflow.name, document=document)["case"]
        except ServiceError:
            self.refused += 1
            return None
        if submits:
            self._act(case["number"], person_id, "submit")
        return str(case["number"])

    def look(self, number: str, day: int) -> int | None:
        """Somebody who holds the case does what he would do; the day of the next look, None when nobody has to act."""
        file = self._file(number)
        role = file.state.waits_for
        if role is None:
            return None
        holder = self._present_holder(file, role, day)
        if holder is None:
            return self._nobody_there(file, role, day)
        if not self._decide(file, role, holder.person_id):
            return day + _AGAIN_AFTER
        return self.next_day(number, day)

    def set_by_default(self, number: str) -> None:
        """The team sets a plan whose time is over without it."""
        file = self._file(number)
        team = sorted(file.holders(Role.PERF_TEAM), key=lambda who: self._address[who.person_id])
        if team:
            self._act(number, team[0].person_id, "set_by_default", reason=_REASON)

    def amend(self, number: str) -> bool:
        """The employee opens a change of his plan in force; whether he could."""
        letter = {"kind": "LETTER", "number": f"800/{number[-6:]}", "date": "2026-01-05", "title": "Perubahan tugas"}
        subject = self._file(number).row["subject_id"]
        return self._act(number, subject, "amend", reason=_REASON, legal_basis=letter)

    def _decide(self, file: CaseFile, role: Role, person_id: str) -> bool:
        """Whether the service took it."""
        draw = self._cast.draw(file.number, file.row["position"])
        if role is Role.EMPLOYEE:
            return self._act(file.number, person_id, "submit")
        choice = one_of(draw, _CHOICES[role]) if file.row["round"] < _PATIENCE else _CHOICES[role][0][1]
        if choice == "decline":
            done = self._command(file.number, person_id, "decline", ground="conflict")
            self._reroute(file)
            return done
        given = {} if choice in ("endorse", "approve") else {"reason": _REASON}
        return self._act(file.number, person_id, choice, **given)

    def _nobody_there(self, file: CaseFile, role: Role, day: int) -> int:
        """Everybody is away, or there is nobody; HR names somebody where it can."""
        if not file.holders(role):
            self._reroute(file)
        return day + 2

    def _reroute(self, file: CaseFile) -> None:
        officer = self._officer(file)
        section = self._cast.draw(file.number, "reroute")
        heads = [address for address in sorted(self._cast.ids) if not address.startswith(CROWD)]
        letter = {"kind": "LETTER", "number": "800/5", "date": "2026-01-05", "title": "Penunjukan penilai pengganti"}
        for address in section.sample(heads, len(heads))[:5]:
            named = self._cast.ids[address]
            if self._command(file.number, officer, "reroute", reason=_REASON, to_person=named, legal_basis=letter):
                return

    def _officer(self, file: CaseFile) -> str:
        officers = sorted((h.person_id for h in file.holders(Role.HR)), key=lambda who: self._address[who])
        return officers[0]

    def _present_holder(self, file: CaseFile, role: Role, day: int) -> Holder | None:
        there = [h for h in file.holders(role) if day not in self._cast.habits[self._address[h.person_id]].away]
        return min(there, key=lambda holder: self._address[holder.person_id], default=None)

    def next_day(self, number: str, day: int) -> int | None:
        """The working day on which whoever holds the case now gets to it; None when nobody has to act."""
        file = self._file(number)
        role = file.state.waits_for
        if role is None:
            return None
        holder = self._present_holder(file, role, day)
        habits = self._cast.habits[self._address[holder.person_id]] if holder else None
        return day + max(1, habits.answers_after if habits else 2)

    def _file(self, number: str) -> CaseFile:
        with self._runut.database.read() as connection:
            return load_case(connection, self._runut.present(connection), number)

    def _act(self, number: str, person_id: str, action: str, **given: Any) -> bool:
        try:
            act(self._runut, _page(person_id), number, action, given, if_match="any")
        except ServiceError:
            self.refused += 1
            return False
        return True

    def _command(self, number: str, person_id: str, name: str, **given: Any) -> bool:
        try:
            command(self._runut, _page(person_id), number, name, given, if_match="any")
        except ServiceError:
            self.refused += 1
            return False
        return True


def _page(person_id: str) -> Actor:
    return Actor(person_id, "page", "session")

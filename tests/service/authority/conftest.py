"""A small office to write sentences about: add people, posts and papers, then ask."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.authority import (
    Appointment,
    CaseRoles,
    Delegation,
    Grant,
    Holder,
    Organisation,
    Person,
    Position,
    RaterAssignment,
    Reroute,
    TeamMember,
    Unit,
    holders,
)
from workflows.kit import Role

ZONE = ZoneInfo("Asia/Jakarta")
NOON = datetime(2026, 1, 19, 5, 0, tzinfo=UTC)
NEW_YEAR = date(2026, 1, 1)
TITLES = {"bupati": "Bupati", "kadis": "Kepala Dinas", "kabid": "Kepala Bidang", "staf": "Nutrisionis"}


@dataclass
class Office:
    """Bupati over Kepala Dinas over Kepala Bidang over staf, each post held; `add` and `without` change it."""

    records: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, kind: str, record: Any) -> "Office":
        self.records.setdefault(kind, []).append(record)
        return self

    def person(self, id: str, locked: bool = False) -> "Office":
        return self.add("people", Person(id, id.title(), "", "", "", f"{id}@example.test", "id", locked, False))

    def unit(self, id: str, parent: str | None = None) -> "Office":
        return self.add("units", Unit(id, id.title(), parent))

    def position(self, id: str, above: str | None = None, unit: str = "bidang") -> "Office":
        return self.add("positions", Position(id, TITLES.get(id, id.title()), unit, "FUNGSIONAL", above))

    def appoint(
        self, person: str, position: str, kind: Any = "DEFINITIVE", since: date = NEW_YEAR, until: date | None = None
    ) -> "Office":
        count = len(self.records.get("appointments", ()))
        return self.add("appointments", Appointment(f"a{count:02}", person, position, kind, "SK/1", since, until))

    def delegate(
        self,
        giver: str,
        taker: str,
        position: str,
        kind: Any = "PLH",
        since: date = NEW_YEAR,
        until: date = date(2026, 2, 3),
        scope: tuple[str, ...] = ("approve", "rate", "decide"),
    ) -> "Office":
        return self.add("delegations", self.order(giver, taker, position, kind, since, until, scope))

    def order(
        self,
        giver: str,
        taker: str,
        position: str,
        kind: Any = "PLH",
        since: date = NEW_YEAR,
        until: date = date(2026, 2, 3),
        scope: tuple[str, ...] = ("approve", "rate", "decide"),
    ) -> Delegation:
        id = f"d{len(self.records.get('delegations', ())):02}"
        return Delegation(id, giver, taker, position, kind, "SP/7", since, since, until, frozenset(scope))

    def assign(
        self,
        rater: str,
        *,
        person: str | None = None,
        position: str | None = None,
        since: date = NEW_YEAR,
        until: date | None = None,
    ) -> "Office":
        id = f"r{len(self.records.get('assignments', ())):02}"
        return self.add("assignments", RaterAssignment(id, position, person, rater, "SK Bupati", since, until))

    def team(self, person: str, unit: str, since: date = NEW_YEAR, until: date | None = None) -> "Office":
        return self.add("team_members", TeamMember(person, unit, since, until))

    def grant(self, person: str, role: Any, since: date = NEW_YEAR, until: date | None = None) -> "Office":
        return self.add("grants", Grant(person, role, since, until))

    def letter(self, role: Role, person: str, since: datetime = NOON) -> "Office":
        return self.add("reroutes", Reroute("case", role, person, "Surat 12/2026", since))

    def vacate(self, position: str) -> "Office":
        self.records["appointments"] = [a for a in self.records["appointments"] if a.position_id != position]
        return self

    def lock(self, person: str) -> "Office":
        self.records["people"] = [p for p in self.records["people"] if p.id != person]
        return self.person(person, locked=True)

    def organisation(self) -> Organisation:
        return Organisation.of(1, ZONE, **self.records)

    def holders(
        self, role: Role, scope: str | None = None, at: datetime = NOON, took_part: tuple[str, ...] = ()
    ) -> tuple[Holder, ...]:
        return holders(self.organisation(), case_of("sari", took_part=took_part), role, at, scope)

    def who(
        self, role: Role, scope: str | None = None, at: datetime = NOON, took_part: tuple[str, ...] = ()
    ) -> list[Any]:
        """The holders, each as his id, or as (id, id of the one he acts for)."""
        found = self.holders(role, scope, at, took_part)
        return [(h.person_id, h.on_behalf_of) if h.on_behalf_of else h.person_id for h in found]


def case_of(
    subject: str,
    rater: str | None = "kabid",
    superior: str | None = "kadis",
    took_part: tuple[str, ...] = (),
    unit: str = "bidang",
) -> CaseRoles:
    return CaseRoles("case", "work_plan", subject, unit, rater, superior, frozenset(took_part))


@pytest.fixture
def office() -> Office:
    """Teuku is Bupati, Cut heads the office, Rahmat the division, Sari works there; Budi and Dewi are free to help."""
    here = Office()
    for name in ("teuku", "cut", "rahmat", "sari", "budi", "dewi"):
        here.person(name)
    here.unit("kabupaten").unit("dinas", "kabupaten").unit("bidang", "dinas").unit("seksi", "bidang")
    here.position("bupati", None, "kabupaten").position("kadis", "bupati", "dinas")
    here.position("kabid", "kadis").position("staf", "kabid")
    return here.appoint("teuku", "bupati").appoint("cut", "kadis").appoint("rahmat", "kabid").appoint("sari", "staf")

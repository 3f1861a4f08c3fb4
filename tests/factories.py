"""A small regency to write stories about, and cases walked to where a story begins. All people are fictional.

People are called by label: `employee` (Sari), `newcomer` and `peer` beside her, `rater` (Rahmat), `rater_superior`
(dr. Cut), `ppk` (the Bupati), `perf_team`, `perf_team2`, `hr`, `hr2`, `auditor`, `planner`, `outsider` in another
office, and `plh`, who may act for the rater only once `appoint_plh` says so.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text
from werkzeug.test import TestResponse

import workflows
from service import counters
from service.actor import Actor
from service.commands.acting import act
from service.commands.opening import open_case, unopened
from service.commands.saving import save
from service.ids import new_id, new_person_id
from service.models import CalendarDay, CalendarYear, Cycle, Person, Position, RoleGrant, StrategicGoal, Unit
from service.models.authority import Appointment, Delegation, TeamMember
from service.runut import Runut
from service.surroundings import context_of

MONDAY = "2026-01-19T09:00:00+07:00"
NEW_YEAR = date(2026, 1, 1)
REASON = "Alasan yang cukup panjang untuk dicatat."
LETTER = {
    "reason": REASON,
    "legal_basis": {"kind": "LETTER", "number": "800/12/2026", "date": "2026-01-19", "title": "Surat kepegawaian"},
}
DATES = {
    "plan_submit": "2026-01-30",
    "plan_default": "2026-02-06",
    "report": "2027-01-08",
    "rate": "2027-01-15",
    "end": "2026-12-31",
}

# label of the unit: (name, unit above)
_UNITS = {
    "kabupaten": ("Kabupaten Muara Contoh", None),
    "dinkes": ("Dinas Kesehatan", "kabupaten"),
    "kesmas": ("Bidang Kesehatan Masyarakat", "dinkes"),
    "bkpsdm": ("BKPSDM", "kabupaten"),
    "inspektorat": ("Inspektorat", "kabupaten"),
    "bappeda": ("Bappeda", "kabupaten"),
    "disdik": ("Dinas Pendidikan", "kabupaten"),
}
# label of the post: (title, unit, class, post above)
_POSITIONS = {
    "bupati": ("Bupati Muara Contoh", "kabupaten", "POLITICAL", None),
    "kadis": ("Kepala Dinas Kesehatan", "dinkes", "JPT_PRATAMA", "bupati"),
    "kabid": ("Kepala Bidang Kesehatan Masyarakat", "kesmas", "ADMINISTRATOR", "kadis"),
    "nutritionist": ("Nutrisionis Terampil", "kesmas", "FUNGSIONAL", "kabid"),
    "sanitarian": ("Sanitarian Terampil", "kesmas", "FUNGSIONAL", "kabid"),
    "midwife": ("Bidan Koordinator", "kesmas", "FUNGSIONAL", "kabid"),
    "secretary": ("Sekretaris Dinas Kesehatan", "dinkes", "ADMINISTRATOR", "kadis"),
    "planner": ("Analis Perencanaan", "dinkes", "PELAKSANA", "secretary"),
    "analyst": ("Analis Kinerja", "dinkes", "PELAKSANA", "secretary"),
    "disease_control": ("Kepala Bidang Pencegahan Penyakit", "dinkes", "ADMINISTRATOR", "kadis"),
    "hr_head": ("Kepala BKPSDM", "bkpsdm", "JPT_PRATAMA", "bupati"),
    "hr_analyst": ("Analis Kepegawaian", "bkpsdm", "PELAKSANA", "hr_head"),
    "auditor": ("Auditor Pertama", "inspektorat", "FUNGSIONAL", "bupati"),
    "strategist": ("Perencana Ahli Muda", "bappeda", "FUNGSIONAL", "bupati"),
    "teacher": ("Pengawas Sekolah", "disdik", "FUNGSIONAL", "bupati"),
}
# label of the person: (name, NIP, rank, grade, post)
_PEOPLE = {
    "ppk": ("Teuku Fiktif", None, "", "", "bupati"),
    "rater_superior": ("dr. Cut Contoh Maharani", "190001012000012001", "Pembina Utama Muda", "IV/c", "kadis"),
    "rater": ("Rahmat Rekaan, SKM", "190002022000011002", "Pembina", "IV/a", "kabid"),
    "employee": ("Sari Misal, A.Md.Gz", "190003032000012003", "Penata Muda", "III/a", "nutritionist"),
    "newcomer": ("Budi Umpama, A.Md.KL", "190004042000011004", "Pengatur", "II/c", "sanitarian"),
    "peer": ("Dewi Andaian, A.Md.Keb", "190005052000012005", "Penata", "III/c", "midwife"),
    "perf_team": ("Hasan Perandaian, SE", "190006062000011006", "Penata", "III/c", "planner"),
    "perf_team2": ("Nurul Ibarat, S.Sos", "190007072000012007", "Penata Muda", "III/a", "analyst"),
    "plh": ("Yusuf Permisalan, M.Kes", "190008082000011008", "Pembina", "IV/a", "disease_control"),
    "hr": ("Ratna Contohwati, S.Psi", "190009092000012009", "Penata Tingkat I", "III/d", "hr_analyst"),
    "hr2": ("Ilham Teladan, SH", "190010102000011010", "Penata", "III/c", "hr_head"),
    "auditor": ("Fatimah Rekaan, Ak", "190011112000012011", "Penata", "III/c", "auditor"),
    "planner": ("Agus Umpamanya, ST", "190012122000011012", "Pembina", "IV/a", "strategist"),
    "outsider": ("Lina Seumpama, S.Pd", "190001132000012013", "Penata", "III/c", "teacher"),
}
_TEAM = ("perf_team", "perf_team2")
_GRANTS = {"hr": "hr", "hr2": "hr", "auditor": "auditor", "planner": "planner"}
# (level, unit, statement, indicator, target); each below the one before
_GOALS = (
    ("RPJMD", "kabupaten", "Meningkatnya derajat kesehatan masyarakat", "Umur harapan hidup", "69,4 tahun"),
    ("RENSTRA", "dinkes", "Menurunnya stunting", "Prevalensi stunting", "≤ 18 %"),
    ("PK", "dinkes", "Menurunnya prevalensi stunting balita", "Prevalensi stunting", "≤ 18 %"),
)
_HOLIDAYS = {
    "HOLIDAY": "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25",
    "JOINT_LEAVE": "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24",
}
# where a plan may stand: who did what to bring it there from `draft`
_TO_APPROVAL = (("employee", "submit", {}), ("perf_team", "endorse", {}))
_WAYS: Mapping[str, tuple[tuple[str, str, Mapping[str, Any]], ...]] = {
    "draft": (),
    "in_review": _TO_APPROVAL[:1],
    "in_approval": _TO_APPROVAL,
    "returned": (*_TO_APPROVAL, ("rater", "return", {"reason": REASON})),
    "in_dispute": (*_TO_APPROVAL, ("rater", "dispute", {"reason": REASON})),
    "in_force": (*_TO_APPROVAL, ("rater", "approve", {})),
    "closed": (*_TO_APPROVAL, ("rater", "approve", {}), ("hr", "close", LETTER)),
    "cancelled": (("employee", "cancel", {"reason": REASON}),),
    "exempt": (("hr", "exempt", LETTER),),
}


@dataclass(frozen=True)
class Org:
    """The regency in one service: ids by label, and people who do things."""

    runut: Runut
    people: Mapping[str, str]
    positions: Mapping[str, str]
    units: Mapping[str, str]
    goals: tuple[str, ...]
    cycle_id: str

    def actor(self, label: str) -> Actor:
        """The person as the API knows him."""
        return Actor(self.people[label], "api", "api-key")

    def act(self, label: str, case: Mapping[str, Any], action: str, **given: Any) -> dict[str, Any]:
        """The receipt for what the person did to the case as he saw it. Raises what the command raises."""
        return act(self.runut, self.actor(label), case["id"], action, given, if_match=case["version"])

    def save(self, label: str, case: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
        """The receipt for a new text of the case. Raises what the command raises."""
        return save(self.runut, self.actor(label), case["id"], document, if_match=case["version"])

    def example(self, label: str, workflow: str = "work_plan") -> dict[str, Any]:
        """A document for that person that passes every rule."""
        rules = workflows.get(workflow)
        with self.runut.database.read() as connection:
            present = self.runut.present(connection)
            file = unopened(connection, present, rules, self.people[label], self.cycle_id)
            return rules.example(context_of(connection, file))


def create_organisation(runut: Runut, *, now: str | None = MONDAY) -> Org:
    """The regency in an empty database, on Monday 19 January 2026 at nine (None: at the real time)."""
    org = Org(
        runut,
        people={label: new_person_id() for label in _PEOPLE},
        positions={label: new_id() for label in _POSITIONS},
        units={label: new_id() for label in _UNITS},
        goals=tuple(new_id() for _ in _GOALS),
        cycle_id=new_id(),
    )
    with runut.database.write() as connection:
        _insert_units(connection, org)
        _insert_people(connection, org)
        _insert_year(connection, org)
        counters.bump(connection, counters.ORGANISATION)
        counters.bump(connection, counters.CALENDAR)
    if now:
        set_now(runut, now)
    return org


def set_now(runut: Runut, now: str) -> None:
    """Moves the service's clock to an ISO instant; it goes on from there."""
    with runut.database.write() as connection:
        ahead = datetime.fromisoformat(now) - runut.pulse(connection).now
        milliseconds = round(ahead / timedelta(milliseconds=1))
        connection.execute(
            text("UPDATE clock_offset SET milliseconds = milliseconds + :ahead"), {"ahead": milliseconds}
        )


def create_plan(
    org: Org, state: str = "draft", *, label: str = "employee", document: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The person's work plan in `state`, walked there by the real commands; answers the case as last told."""
    document = org.example(label) if document is None else document
    case = open_case(org.runut, org.actor(label), "work_plan", document=document)["case"]
    for who, action, given in _WAYS[state]:
        case = org.act(label if who == "employee" else who, case, action, **given)["case"]
    assert case["state"] == state
    return case


def appoint_plh(org: Org, starts_on: date = date(2026, 1, 18), ends_on: date = date(2026, 2, 16)) -> str:
    """The id of the delegation by which `plh` acts for the rater on those days."""
    with org.runut.database.write() as connection:
        delegation_id = new_id()
        connection.execute(
            insert(Delegation).values(
                id=delegation_id, from_person_id=org.people["rater"], to_person_id=org.people["plh"],
                position_id=org.positions["kabid"], kind="PLH", order_number="SP/7/2026", order_date=starts_on,
                starts_on=starts_on, ends_on=ends_on, scope=["approve", "rate", "decide"],
            )
        )
        counters.bump(connection, counters.ORGANISATION)
    return delegation_id


@dataclass
class Api:
    """One person's API client: a bearer key on every call, JSON both ways."""

    client: Any
    key: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._call("get", path, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self._call("post", path, headers, json={} if body is None else body)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self._call("put", path, headers, json=body)

    def _call(self, method: str, path: str, headers: Mapping[str, str], **kwargs: Any) -> TestResponse:
        """`if_match="3"` becomes the header If-Match: "3"."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        if "If-Match" in named:
            named["If-Match"] = f'"{named["If-Match"]}"'
        named["Authorization"] = f"Bearer {self.key}"
        response: TestResponse = getattr(self.client, method)(f"/api/v1{path}", headers=named, **kwargs)
        return response


def api(org: Org, label: str) -> Api:
    """The API as this person reaches it, with a new key."""
    from service.app import create_app
    from service.signin import new_api_key

    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        key = new_api_key(org.runut, connection, org.people[label], "test", now)
    return Api(create_app(org.runut).test_client(), key)


def _insert_units(connection: Connection, org: Org) -> None:
    for label, (name, above) in _UNITS.items():
        parent_id = org.units[above] if above else None
        connection.execute(insert(Unit).values(id=org.units[label], code=label, name=name, parent_id=parent_id))
    for label, (title, unit, post_class, above) in _POSITIONS.items():
        connection.execute(
            insert(Position).values(
                id=org.positions[label], code=label, title=title, unit_id=org.units[unit], post_class=post_class,
                reports_to_id=org.positions[above] if above else None,
            )
        )


def _insert_people(connection: Connection, org: Org) -> None:
    people, appointments = [], []
    for label, (name, nip, rank, grade, post) in _PEOPLE.items():
        people.append({
            "id": org.people[label], "nip": nip, "name": name, "rank": rank, "grade": grade, "locale": "id",
            "email": f"{label.replace('_', '-')}@muara.example", "political": nip is None, "text_key": os.urandom(32),
        })
        appointments.append({
            "id": new_id(), "person_id": org.people[label], "position_id": org.positions[post], "kind": "DEFINITIVE",
            "order_number": "SK/1/2025", "starts_on": date(2025, 1, 1), "ends_on": None,
        })
    team = [
        {"id": new_id(), "person_id": org.people[label], "unit_id": org.units["kesmas"], "starts_on": NEW_YEAR}
        for label in _TEAM
    ]
    grants = [
        {"id": new_id(), "person_id": org.people[label], "role": role, "starts_on": NEW_YEAR}
        for label, role in _GRANTS.items()
    ]
    connection.execute(insert(Person), people)
    connection.execute(insert(Appointment), appointments)
    connection.execute(insert(TeamMember), team)
    connection.execute(insert(RoleGrant), grants)


def _insert_year(connection: Connection, org: Org) -> None:
    connection.execute(
        insert(CalendarYear),
        [
            {"year": 2026, "provisional": False, "basis": "SKB 1497/2025, 2/2025, 5/2025"},
            {"year": 2027, "provisional": True, "basis": "usulan"},
        ],
    )
    days = [
        {"on": date.fromisoformat(f"2026-{day}"), "kind": kind, "name": "Cuti bersama" if kind[0] == "J" else "Libur"}
        for kind, listed in _HOLIDAYS.items()
        for day in listed.split()
    ]
    connection.execute(insert(CalendarDay), days)
    opened_at = datetime.fromisoformat("2026-01-02T08:00:00+07:00")
    connection.execute(
        insert(Cycle).values(id=org.cycle_id, kind="ANNUAL", year=2026, period=0, dates=DATES, opened_at=opened_at)
    )
    for place, (level, unit, statement, indicator, target) in enumerate(_GOALS):
        connection.execute(
            insert(StrategicGoal).values(
                id=org.goals[place], level=level, parent_id=org.goals[place - 1] if place else None,
                unit_id=org.units[unit], year=2026, statement=statement, indicator=indicator, target=target,
            )
        )

"""The regency's people, posts, units, year and goals, and how they get into an empty database. All are fictional."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert

from service import counters
from service.ids import new_id, new_person_id
from service.models import CalendarDay, CalendarYear, Cycle, Person, Position, RoleGrant, StrategicGoal, Unit
from service.models.authority import Appointment, TeamMember

NEW_YEAR = date(2026, 1, 1)
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
_CLOSED = {
    "HOLIDAY": "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25",
    "JOINT_LEAVE": "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24",
}


@dataclass(frozen=True)
class Regency:
    """The ids of everybody and everything, by label."""

    people: Mapping[str, str]
    positions: Mapping[str, str]
    units: Mapping[str, str]
    goals: tuple[str, ...]
    cycle_id: str


def insert_regency(connection: Connection) -> Regency:
    """Puts the regency into an empty database."""
    regency = Regency(
        people={label: new_person_id() for label in _PEOPLE},
        positions={label: new_id() for label in _POSITIONS},
        units={label: new_id() for label in _UNITS},
        goals=tuple(new_id() for _ in _GOALS),
        cycle_id=new_id(),
    )
    _insert_units(connection, regency)
    _insert_people(connection, regency)
    _insert_year(connection, regency)
    counters.bump(connection, counters.ORGANISATION)
    counters.bump(connection, counters.CALENDAR)
    return regency


def _insert_units(connection: Connection, regency: Regency) -> None:
    for label, (name, above) in _UNITS.items():
        parent_id = regency.units[above] if above else None
        row = {"id": regency.units[label], "code": label, "name": name, "parent_id": parent_id}
        connection.execute(insert(Unit).values(row))
    for label, (title, unit, post_class, above) in _POSITIONS.items():
        connection.execute(
            insert(Position).values(
                id=regency.positions[label], code=label, title=title, unit_id=regency.units[unit],
                post_class=post_class, reports_to_id=regency.positions[above] if above else None,
            )
        )


def _insert_people(connection: Connection, regency: Regency) -> None:
    people, appointments = [], []
    for label, (name, nip, rank, grade, post) in _PEOPLE.items():
        people.append({
            "id": regency.people[label], "nip": nip, "name": name, "rank": rank, "grade": grade, "locale": "id",
            "email": f"{label.replace('_', '-')}@muara.example", "political": nip is None, "text_key": os.urandom(32),
        })
        appointments.append({
            "id": new_id(), "person_id": regency.people[label], "position_id": regency.positions[post],
            "kind": "DEFINITIVE", "order_number": "SK/1/2025", "starts_on": date(2025, 1, 1), "ends_on": None,
        })
    team = [
        {"id": new_id(), "person_id": regency.people[label], "unit_id": regency.units["kesmas"], "starts_on": NEW_YEAR}
        for label in _TEAM
    ]
    grants = [
        {"id": new_id(), "person_id": regency.people[label], "role": role, "starts_on": NEW_YEAR}
        for label, role in _GRANTS.items()
    ]
    connection.execute(insert(Person), people)
    connection.execute(insert(Appointment), appointments)
    connection.execute(insert(TeamMember), team)
    connection.execute(insert(RoleGrant), grants)


def _insert_year(connection: Connection, regency: Regency) -> None:
    connection.execute(
        insert(CalendarYear),
        [
            {"year": 2026, "provisional": False, "basis": "SKB 1497/2025, 2/2025, 5/2025"},
            {"year": 2027, "provisional": True, "basis": "usulan"},
        ],
    )
    days = [
        {"on_date": date.fromisoformat(f"2026-{day}"), "kind": kind, "name": "Hari libur"}
        for kind, listed in _CLOSED.items()
        for day in listed.split()
    ]
    connection.execute(insert(CalendarDay), days)
    opened_at = datetime.fromisoformat("2026-01-02T08:00:00+07:00")
    connection.execute(
        insert(Cycle).values(id=regency.cycle_id, kind="ANNUAL", year=2026, period=0, dates=DATES, opened_at=opened_at)
    )
    for place, (level, unit, statement, indicator, target) in enumerate(_GOALS):
        connection.execute(
            insert(StrategicGoal).values(
                id=regency.goals[place], level=level, parent_id=regency.goals[place - 1] if place else None,
                unit_id=regency.units[unit], year=2026, statement=statement, indicator=indicator, target=target,
            )
        )

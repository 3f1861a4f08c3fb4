"""What *why* says about the places that were passed over on the way to whoever may act."""

from datetime import UTC, datetime
from typing import Any

from service.authority import CaseRoles, rungs
from workflows.kit import Role

NOON = datetime(2026, 1, 19, 5, 0, tzinfo=UTC)


def walked(office: Any, role: Role, scope: str | None = None, took_part: tuple[str, ...] = ()) -> list[str]:
    case = CaseRoles("case", "work_plan", "sari", "bidang", "kabid", "kadis", frozenset(took_part))
    return [text.id for text in rungs(office.organisation(), case, role, NOON, scope)]


def test_an_employee_who_is_acting_head_of_his_own_rater_is_named_as_the_obstacle(office: Any) -> None:
    office.vacate("kabid").appoint("sari", "kabid", "PLT")

    assert walked(office, Role.RATER) == ["Kepala Bidang: Sari adalah pegawai yang dinilai dalam kasus ini"]


def test_whoever_took_part_is_named_with_the_rule_that_keeps_him_out(office: Any) -> None:
    assert walked(office, Role.RATER_SUPERIOR, took_part=("cut",)) == [
        "Kepala Dinas: Cut ikut menilai atau mengembalikan dalam kasus ini"
    ]


def test_a_locked_holder_is_told_from_an_empty_post(office: Any) -> None:
    office.lock("rahmat").vacate("kadis")

    assert walked(office, Role.RATER) == ["Kepala Bidang: Rahmat akunnya terkunci", "Kepala Dinas: kosong"]


def test_a_letter_that_leads_nowhere_names_whom_it_named(office: Any) -> None:
    office.letter(Role.RATER, "budi").lock("budi")

    assert walked(office, Role.RATER) == ["yang ditunjuk dengan surat tidak dapat bertindak, Budi"]


def test_units_without_a_team_are_listed_on_the_way_up(office: Any) -> None:
    office.team("dewi", "kabupaten")

    assert walked(office, Role.PERF_TEAM) == [
        "Bidang tidak punya tim pengelola kinerja", "Dinas tidak punya tim pengelola kinerja"
    ]

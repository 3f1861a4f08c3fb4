"""Who may act: one sentence per rule."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from service.authority import CaseRoles, explain, holders
from workflows.kit import Role, Text

NOON = datetime(2026, 1, 19, 5, 0, tzinfo=UTC)
ON = date(2026, 1, 19)
DAY = timedelta(days=1)
CASE = CaseRoles("case", "work_plan", "sari", "bidang", "kabid", "kadis")


def test_the_employee_is_the_subject(office: Any) -> None:
    assert office.who(Role.EMPLOYEE) == ["sari"]
    assert office.holders(Role.EMPLOYEE)[0].explanation == Text("Sari, pegawai yang dinilai", "Sari, the employee")


def test_a_locked_employee_does_nothing(office: Any) -> None:
    assert office.lock("sari").who(Role.EMPLOYEE) == []
    assert "terkunci" in explain(office.organisation(), CASE, Role.EMPLOYEE, NOON, None).id


def test_nobody_acts_as_clock_or_system(office: Any) -> None:
    office.grant("budi", "hr")
    assert office.who(Role.CLOCK) == office.who(Role.SYSTEM) == []


def test_the_rater_is_whoever_holds_the_post(office: Any) -> None:
    assert office.who(Role.RATER) == ["rahmat"]
    assert office.holders(Role.RATER)[0].explanation == Text(
        "Rahmat, Kepala Bidang, pejabat penilai", "Rahmat, Kepala Bidang, rater"
    )


def test_a_new_rater_inherits_and_the_one_who_left_decides_nothing(office: Any) -> None:
    office.vacate("kabid").appoint("rahmat", "kabid", until=ON - DAY).appoint("budi", "kabid", since=ON)
    assert office.who(Role.RATER) == ["budi"]
    assert office.who(Role.RATER, at=NOON - DAY) == ["rahmat"]


def test_a_day_begins_at_midnight_of_the_office(office: Any) -> None:
    office.vacate("kabid").appoint("budi", "kabid", since=date(2026, 1, 20), until=date(2026, 1, 20))
    midnight = datetime(2026, 1, 19, 17, 0, tzinfo=UTC)
    assert office.who(Role.RATER, at=midnight - timedelta(seconds=1)) == ["cut"]
    assert office.who(Role.RATER, at=midnight) == ["budi"]
    assert office.who(Role.RATER, at=midnight + DAY) == ["cut"]


def test_an_instant_without_a_zone_is_refused(office: Any) -> None:
    with pytest.raises(ValueError, match="time zone"):
        office.who(Role.RATER, at=datetime(2026, 1, 19))


def test_a_plt_acts_in_his_own_name_after_the_definitive_holder(office: Any) -> None:
    office.appoint("budi", "kabid", "PLT", since=date(2025, 12, 1), until=date(2026, 3, 1))
    assert office.who(Role.RATER) == ["rahmat", "budi"]
    assert office.holders(Role.RATER)[1].explanation == Text(
        "Budi, sebagai Plt Kepala Bidang sampai 1 Maret 2026, nomor surat perintah SK/1, pejabat penilai",
        "Budi, as Plt of Kepala Bidang until 1 March 2026, order SK/1, rater",
    )


def test_a_plh_acts_for_the_holder_who_may_still_act_too(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid")
    assert office.who(Role.RATER) == ["rahmat", ("budi", "rahmat")]
    assert office.holders(Role.RATER)[1].explanation == Text(
        "Budi, sebagai Plh dari Rahmat (Kepala Bidang) sampai 3 Februari 2026, nomor surat perintah SP/7",
        "Budi, as Plh of Rahmat (Kepala Bidang) until 3 February 2026, order SP/7",
    )


def test_a_plh_acts_on_the_last_day_of_his_order_and_not_after(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid", until=ON)
    assert office.who(Role.RATER) == ["rahmat", ("budi", "rahmat")]
    assert office.who(Role.RATER, at=NOON + DAY) == ["rahmat"]


def test_a_delegate_acts_only_within_his_scope(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid", "DELEGATE", scope=("approve",))
    assert office.who(Role.RATER, "approve") == ["rahmat", ("budi", "rahmat")]
    assert office.who(Role.RATER, "rate") == ["rahmat"]
    assert office.who(Role.RATER, None) == ["rahmat", ("budi", "rahmat")]


def test_substitutes_stand_in_order_of_their_first_day(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid", since=ON).delegate("rahmat", "dewi", "kabid", since=ON - DAY)
    assert office.who(Role.RATER) == ["rahmat", ("dewi", "rahmat"), ("budi", "rahmat")]


def test_a_chain_does_not_change_the_order_of_first_days(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid", since=ON).delegate("budi", "dewi", "kabid", since=ON - DAY)
    assert office.who(Role.RATER) == ["rahmat", ("dewi", "rahmat"), ("budi", "rahmat")]


def test_a_delegation_for_another_post_gives_nothing_here(office: Any) -> None:
    assert office.appoint("rahmat", "staf").delegate("rahmat", "budi", "staf").who(Role.RATER) == ["rahmat"]


def test_a_delegation_from_somebody_who_holds_nothing_gives_nothing(office: Any) -> None:
    assert office.delegate("dewi", "budi", "kabid").who(Role.RATER) == ["rahmat"]


def test_a_delegation_ends_with_the_appointment_of_its_giver(office: Any) -> None:
    office.vacate("kabid").appoint("rahmat", "kabid", until=ON - DAY).delegate("rahmat", "budi", "kabid")
    assert office.who(Role.RATER) == ["cut"]


def test_a_power_handed_on_stays_the_holders(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid").delegate("budi", "dewi", "kabid")
    assert office.who(Role.RATER) == ["rahmat", ("budi", "rahmat"), ("dewi", "rahmat")]
    assert office.holders(Role.RATER)[2].explanation.en == (
        "Dewi, as Plh of Rahmat (Kepala Bidang) through Budi until 3 February 2026, order SP/7"
    )


def test_every_link_of_a_chain_must_allow_the_scope(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid", scope=("approve",)).delegate("budi", "dewi", "kabid")
    assert office.who(Role.RATER, "rate") == ["rahmat"]


def test_powers_that_go_in_a_circle_end(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid").delegate("budi", "rahmat", "kabid").delegate("budi", "budi", "kabid")
    assert office.who(Role.RATER) == ["rahmat", ("budi", "rahmat")]


def test_a_power_is_handed_on_five_times_at_most(office: Any) -> None:
    chain = ["rahmat", *(f"helper{n}" for n in range(1, 7))]
    for giver, taker in pairwise(chain):
        office.person(taker).delegate(giver, taker, "kabid")
    assert office.who(Role.RATER) == ["rahmat", *((f"helper{n}", "rahmat") for n in range(1, 6))]


def test_a_locked_person_neither_acts_nor_is_acted_for(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid").delegate("budi", "dewi", "kabid")
    office.lock("budi")
    assert office.who(Role.RATER) == ["rahmat"]
    assert office.lock("rahmat").who(Role.RATER) == ["cut"]


def test_the_subject_never_rates_himself_as_plt_of_his_own_boss(office: Any) -> None:
    office.vacate("kabid").appoint("sari", "kabid", "PLT")
    assert office.who(Role.RATER) == ["cut"]
    assert office.holders(Role.RATER)[0].explanation == Text(
        "Cut, Kepala Dinas, atasan pejabat penilai, karena pejabat penilai tidak boleh bertindak dalam kasus ini",
        "Cut, Kepala Dinas, rater's superior, because the rater may not act in this case",
    )


def test_nobody_acts_for_the_subject_through_any_chain(office: Any) -> None:
    office.vacate("kabid").appoint("sari", "kabid", "PLT")
    office.delegate("sari", "budi", "kabid").delegate("budi", "dewi", "kabid")
    assert office.who(Role.RATER) == ["cut"]


def test_the_subject_is_no_link_between_the_holder_and_a_substitute(office: Any) -> None:
    office.delegate("rahmat", "sari", "kabid").delegate("sari", "budi", "kabid")
    assert office.who(Role.RATER) == ["rahmat"]


def test_a_vacant_raters_post_falls_to_his_superior(office: Any) -> None:
    assert office.vacate("kabid").who(Role.RATER) == ["cut"]
    assert office.holders(Role.RATER)[0].explanation == Text(
        "Cut, Kepala Dinas, atasan pejabat penilai, karena jabatan penilai kosong",
        "Cut, Kepala Dinas, rater's superior, because the rater's post is vacant",
    )


def test_a_vacant_raters_post_falls_to_the_superiors_plh_as_well(office: Any) -> None:
    office.vacate("kabid").delegate("cut", "budi", "kadis")
    assert office.who(Role.RATER) == ["cut", ("budi", "cut")]


def test_two_vacant_posts_lead_to_the_top(office: Any) -> None:
    assert office.vacate("kabid").vacate("kadis").who(Role.RATER) == ["teuku"]
    assert office.holders(Role.RATER)[0].explanation == Text(
        "Teuku, Bupati, pejabat di atas atasan pejabat penilai, karena jabatan penilai kosong dan jabatan Kepala Dinas"
        " kosong",
        "Teuku, Bupati, official above the rater's superior, because the rater's post is vacant and the post Kepala"
        " Dinas is vacant",
    )


def test_where_the_ladder_ends_the_case_waits_for_a_letter(office: Any) -> None:
    office.vacate("kabid").vacate("kadis").vacate("bupati").grant("budi", "hr").team("dewi", "bidang")
    assert office.who(Role.RATER) == office.who(Role.RATER_SUPERIOR) == []
    assert explain(office.organisation(), CASE, Role.RATER, NOON, None) == Text(
        "Tidak ada yang dapat bertindak sebagai pejabat penilai, karena jabatan penilai kosong dan jabatan Kepala Dinas"
        " kosong dan jabatan Bupati kosong. Kasus menunggu bagian kepegawaian menunjuk seseorang dengan surat.",
        "Nobody may act as rater, because the rater's post is vacant and the post Kepala Dinas is vacant and the post"
        " Bupati is vacant. The case waits for HR to name a person by letter.",
    )


def test_posts_that_report_in_a_circle_end_the_ladder(office: Any) -> None:
    office.position("a", "b").position("b", "a")
    case = CaseRoles("case", "work_plan", "sari", "bidang", None, "a")
    assert holders(office.organisation(), case, Role.RATER_SUPERIOR, NOON, None) == ()


def test_without_a_superiors_post_nobody_decides(office: Any) -> None:
    case = CaseRoles("case", "work_plan", "sari", "bidang", "bupati", None)
    assert holders(office.organisation(), case, Role.RATER_SUPERIOR, NOON, None) == ()
    assert "no post above" in explain(office.organisation(), case, Role.RATER_SUPERIOR, NOON, None).en


def test_a_letter_replaces_the_rater_and_his_substitutes(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid").letter(Role.RATER, "dewi")
    assert office.who(Role.RATER) == ["dewi"]
    assert office.who(Role.RATER, at=NOON - DAY) == ["rahmat", ("budi", "rahmat")]
    assert office.holders(Role.RATER)[0].explanation == Text(
        "Dewi, ditunjuk bagian kepegawaian dengan surat sebagai pejabat penilai (Surat 12/2026)",
        "Dewi, named by HR's letter as rater (Surat 12/2026)",
    )


def test_the_newest_letter_counts(office: Any) -> None:
    office.letter(Role.RATER, "dewi").letter(Role.RATER, "budi", since=NOON - DAY)
    assert office.who(Role.RATER) == ["dewi"]


def test_a_letter_that_names_the_subject_leads_upward_and_not_back(office: Any) -> None:
    assert office.letter(Role.RATER, "sari").who(Role.RATER) == ["cut"]


def test_a_letter_for_the_superior_does_not_make_a_rater(office: Any) -> None:
    office.vacate("kabid").letter(Role.RATER_SUPERIOR, "budi")
    assert office.who(Role.RATER) == ["cut"]
    assert office.who(Role.RATER_SUPERIOR) == ["budi"]


def test_a_superiors_letter_that_names_somebody_barred_leads_past_his_post(office: Any) -> None:
    assert office.letter(Role.RATER_SUPERIOR, "rahmat").who(Role.RATER_SUPERIOR) == ["teuku"]


def test_the_raters_superior_holds_the_post_above(office: Any) -> None:
    office.delegate("cut", "budi", "kadis", scope=("decide",))
    assert office.who(Role.RATER_SUPERIOR, "decide") == ["cut", ("budi", "cut")]
    assert office.who(Role.RATER_SUPERIOR, "approve") == ["cut"]


def test_who_determined_never_decides_the_objection(office: Any) -> None:
    office.vacate("kadis").vacate("kabid").appoint("rahmat", "kadis").appoint("budi", "kabid")
    assert office.who(Role.RATER_SUPERIOR, took_part=("rahmat",)) == ["teuku"]
    assert office.who(Role.RATER_SUPERIOR) == ["rahmat"]


def test_nobody_decides_for_somebody_who_took_part(office: Any) -> None:
    office.delegate("cut", "budi", "kadis")
    assert office.who(Role.RATER_SUPERIOR, took_part=("cut",)) == ["teuku"]
    assert office.who(Role.RATER_SUPERIOR, took_part=("budi",)) == ["cut"]


def test_having_taken_part_does_not_keep_anybody_from_rating_on(office: Any) -> None:
    assert office.who(Role.RATER, took_part=("rahmat",)) == ["rahmat"]
    assert office.vacate("kabid").who(Role.RATER, took_part=("cut",)) == ["cut"]


def test_the_raters_plh_does_not_decide_as_the_superiors_plh(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid", scope=("approve",)).delegate("cut", "budi", "kadis", scope=("decide",))
    assert office.who(Role.RATER_SUPERIOR, "decide") == ["cut"]


def test_a_superior_who_rates_because_the_post_is_vacant_does_not_decide(office: Any) -> None:
    office.vacate("kabid")
    assert office.who(Role.RATER_SUPERIOR) == ["teuku"]
    assert office.holders(Role.RATER_SUPERIOR)[0].explanation.en == (
        "Teuku, Bupati, official above the rater's superior, because whoever holds the post Kepala Dinas may not act in"
        " this case"
    )


def test_who_rates_by_letter_does_not_decide(office: Any) -> None:
    assert office.letter(Role.RATER, "cut").who(Role.RATER_SUPERIOR) == ["teuku"]


def test_the_team_of_the_unit_comes_first(office: Any) -> None:
    office.team("budi", "bidang").team("dewi", "dinas").grant("teuku", "hr")
    assert office.who(Role.PERF_TEAM) == ["budi"]
    assert office.holders(Role.PERF_TEAM)[0].explanation.id == "Budi, tim pengelola kinerja Bidang"


def test_without_a_team_that_of_the_unit_above_acts(office: Any) -> None:
    office.team("dewi", "dinas").team("budi", "bidang", until=ON - DAY).grant("teuku", "hr")
    assert office.who(Role.PERF_TEAM) == ["dewi"]
    assert office.holders(Role.PERF_TEAM)[0].explanation.id == (
        "Dewi, tim pengelola kinerja Dinas, karena Bidang tidak punya tim"
    )


def test_a_team_that_is_only_the_subject_is_none(office: Any) -> None:
    assert office.team("sari", "bidang").team("dewi", "dinas").who(Role.PERF_TEAM) == ["dewi"]


def test_without_any_team_hr_stands_in_and_its_sentence_says_how_far(office: Any) -> None:
    office.grant("budi", "hr").grant("sari", "hr").grant("dewi", "auditor")
    assert office.who(Role.PERF_TEAM) == ["budi"]
    assert office.holders(Role.PERF_TEAM)[0].explanation.en == (
        "Budi, HR officer, standing in because Bidang has no performance team; may endorse and return only"
    )


def test_units_that_contain_each_other_lead_to_hr(office: Any) -> None:
    office.unit("u", "v").unit("v", "u").grant("budi", "hr")
    case = CaseRoles("case", "work_plan", "sari", "u", None, None)
    assert [h.person_id for h in holders(office.organisation(), case, Role.PERF_TEAM, NOON, None)] == ["budi"]


def test_every_hr_officer_may_act_except_on_his_own_case(office: Any) -> None:
    office.grant("dewi", "hr").grant("budi", "hr", since=date(2025, 1, 1)).grant("sari", "hr").grant("cut", "hr")
    office.lock("cut")
    assert office.who(Role.HR) == ["budi", "dewi"]
    assert office.holders(Role.HR)[0].explanation == Text("Budi, petugas kepegawaian", "Budi, HR officer")


def test_why_names_everybody_who_may_act(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid")
    assert explain(office.organisation(), CASE, Role.RATER, NOON, None) == Text(
        "Yang dapat bertindak: Rahmat, Kepala Bidang, pejabat penilai; Budi, sebagai Plh dari Rahmat (Kepala Bidang)"
        " sampai 3 Februari 2026, nomor surat perintah SP/7.",
        "Who may act: Rahmat, Kepala Bidang, rater; Budi, as Plh of Rahmat (Kepala Bidang) until 3 February 2026,"
        " order SP/7.",
    )


def test_a_name_with_braces_is_left_alone(office: Any) -> None:
    office.vacate("kabid").person("{0} {name}").appoint("{0} {name}", "kabid")
    assert office.holders(Role.RATER)[0].explanation.en == "{0} {Name}, Kepala Bidang, rater"

"""What HR hears before a delegation is saved."""

from datetime import date
from typing import Any

from service.authority import Appointment, CaseRoles, conflicts
from workflows.kit import Text


def case_of(subject: str, took_part: tuple[str, ...] = ()) -> CaseRoles:
    return CaseRoles(f"of-{subject}", "work_plan", subject, "bidang", "kabid", "kadis", frozenset(took_part))


def test_an_ordinary_substitute_meets_no_objection(office: Any) -> None:
    assert conflicts(office.organisation(), office.order("rahmat", "budi", "kabid"), [case_of("sari")]) == []


def test_a_substitute_would_judge_himself(office: Any) -> None:
    found = conflicts(
        office.organisation(), office.order("rahmat", "sari", "kabid"), [case_of("sari"), case_of("budi")]
    )
    assert found == [
        Text(
            "Sari sendiri adalah pegawai yang dinilai dalam 1 kasus jabatan ini; di kasus itu ia tidak dapat"
            " bertindak.",
            "Sari is the employee in 1 of this post's cases and cannot act there.",
        )
    ]


def test_a_substitute_would_act_for_the_subject(office: Any) -> None:
    office.vacate("kabid").appoint("sari", "kabid", "PLT")
    found = conflicts(office.organisation(), office.order("sari", "budi", "kabid", "DELEGATE"), [case_of("sari")])
    assert [text.en for text in found] == [
        "Sari is the employee in 1 of this post's cases; Budi cannot act for him there."
    ]


def test_a_rater_would_decide_over_his_own_rating(office: Any) -> None:
    order = office.order("cut", "rahmat", "kadis")
    found = conflicts(office.organisation(), order, [case_of("sari")])
    assert [text.en for text in found] == [
        "Rahmat takes part in rating Sari and so cannot decide there as the rater's superior."
    ]


def test_one_who_took_part_would_decide(office: Any) -> None:
    order = office.order("cut", "budi", "kadis")
    found = conflicts(office.organisation(), order, [case_of("sari", ("budi",)), case_of("dewi")])
    assert [text.en for text in found] == [
        "Budi takes part in rating Sari and so cannot decide there as the rater's superior."
    ]


def test_cases_of_other_posts_do_not_matter(office: Any) -> None:
    other = CaseRoles("case", "work_plan", "sari", "bidang", "kadis", "bupati")
    assert conflicts(office.organisation(), office.order("rahmat", "sari", "kabid"), [other]) == []


def test_days_on_which_the_substitute_is_away_himself_are_not_covered(office: Any) -> None:
    office.appoint("budi", "staf").delegate("budi", "dewi", "staf", since=date(2026, 1, 10), until=date(2026, 1, 12))
    found = conflicts(office.organisation(), office.order("rahmat", "budi", "kabid"), [])
    assert found == [
        Text(
            "Dari 10 Januari 2026 sampai 12 Januari 2026 tidak ada yang menjalankan jabatan Kepala Bidang.",
            "From 10 January 2026 until 12 January 2026 nobody is there for the post Kepala Bidang.",
        )
    ]


def test_days_after_the_givers_appointment_are_not_covered(office: Any) -> None:
    office.vacate("kabid").appoint("rahmat", "kabid", until=date(2026, 1, 31))
    found = conflicts(office.organisation(), office.order("rahmat", "budi", "kabid"), [])
    assert [text.en for text in found] == [
        "From 1 February 2026 until 3 February 2026 nobody is there for the post Kepala Bidang."
    ]


def test_a_locked_substitute_covers_nothing_while_the_holder_is_away(office: Any) -> None:
    office.lock("budi")
    order = office.order("rahmat", "budi", "kabid", until=date(9999, 12, 31))
    assert [text.en for text in conflicts(office.organisation(), order, [])] == [
        "From 1 January 2026 until 31 December 9999 nobody is there for the post Kepala Bidang."
    ]


def test_a_holder_who_only_shares_his_powers_is_there_himself(office: Any) -> None:
    office.lock("budi")
    assert conflicts(office.organisation(), office.order("rahmat", "budi", "kabid", "DELEGATE"), []) == []


def plt_order(person: str, position: str, until: date | None = date(2026, 3, 31)) -> Appointment:
    return Appointment("new", person, position, "PLT", "SP/8", date(2026, 1, 1), until)


def test_a_substitute_would_decide_over_the_one_who_rates_him(office: Any) -> None:
    order = office.order("cut", "sari", "kadis")
    case = CaseRoles("case", "work_plan", "rahmat", "bidang", "kadis", "bupati")
    assert [text.en for text in conflicts(office.organisation(), order, [case])] == [
        "Rahmat rates Sari, and Sari would decide in the case of Rahmat."
    ]


def test_a_second_substitute_for_the_same_days_is_named(office: Any) -> None:
    office.delegate("rahmat", "dewi", "kabid", since=date(2026, 1, 20), until=date(2026, 3, 1))
    found = conflicts(office.organisation(), office.order("rahmat", "budi", "kabid"), [])
    assert [text.en for text in found] == [
        "Dewi is Plh of this post already, from 20 January 2026 until 3 February 2026."
    ]
    later = office.order("rahmat", "budi", "kabid", since=date(2026, 3, 2), until=date(2026, 3, 9))
    assert conflicts(office.organisation(), later, []) == []


def test_a_delegate_beside_a_plh_only_shares_powers(office: Any) -> None:
    office.delegate("rahmat", "dewi", "kabid")
    assert conflicts(office.organisation(), office.order("rahmat", "budi", "kabid", "DELEGATE"), []) == []


def test_a_plt_is_asked_the_same_questions(office: Any) -> None:
    office.vacate("kabid")
    assert conflicts(office.organisation(), plt_order("budi", "kabid"), [case_of("sari")]) == []
    assert [text.en for text in conflicts(office.organisation(), plt_order("sari", "kabid"), [case_of("sari")])] == [
        "Sari is the employee in 1 of this post's cases and cannot act there."
    ]
    office.appoint("dewi", "kabid", "PLT")
    assert "Dewi is Plt of this post already" in conflicts(office.organisation(), plt_order("budi", "kabid"), [])[0].en


def test_a_plt_who_is_away_covers_nothing(office: Any) -> None:
    office.vacate("kabid").appoint("budi", "staf").delegate(
        "budi", "dewi", "staf", since=date(2026, 1, 10), until=date(2026, 1, 12)
    )
    assert [text.en for text in conflicts(office.organisation(), plt_order("budi", "kabid"), [])] == [
        "From 10 January 2026 until 12 January 2026 nobody is there for the post Kepala Bidang."
    ]


def test_a_plt_lasts_three_months_and_three_more(office: Any) -> None:
    office.vacate("kabid")
    assert conflicts(office.organisation(), plt_order("budi", "kabid", date(2026, 6, 30)), []) == []
    for until in (date(2026, 8, 1), None):
        (found,) = conflicts(office.organisation(), plt_order("budi", "kabid", until), [])
        assert found.en.startswith("A Plt lasts 3 months")

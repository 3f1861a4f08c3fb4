from datetime import date
from typing import Any

import pytest

from service.commands.people import changing, lock_person
from service.runut import Runut
from tests.factories import REASON, Org, api, appoint_plh, create_organisation, create_plan, set_now
from tests.post_office import carry
from tests.smtp_sink import SmtpSink


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def why(org: Org, case: dict[str, Any], label: str = "hr") -> dict[str, Any]:
    answer = api(org, label).get(f"/cases/{case['id']}/why")
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("draft", "Menunggu Sari Misal, A.Md.Gz (pegawai yang dinilai) sejak 19 Januari 2026; tenggat"),
        ("in_review", "Menunggu tim pengelola kinerja ("),
        ("in_approval", "Menunggu Rahmat Rekaan, SKM (pejabat penilai) sejak 19 Januari 2026; tenggat 26 Januari"),
        ("returned", "Menunggu Sari Misal, A.Md.Gz (pegawai yang dinilai) sejak"),
        ("in_dispute", "(atasan pejabat penilai) sejak 19 Januari 2026; tenggat"),
        ("in_force", "Tidak menunggu siapa pun, berlaku sampai 31 Desember 2026."),
        ("closed", "Tidak menunggu siapa pun: selesai sejak 19 Januari 2026."),
        ("cancelled", "Tidak menunggu siapa pun: dibatalkan sejak 19 Januari 2026."),
        ("exempt", "Tidak menunggu siapa pun: dikecualikan sejak 19 Januari 2026."),
    ],
)
def test_every_state_says_what_it_waits_for(org: Org, state: str, sentence: str) -> None:
    assert sentence in why(org, create_plan(org, state))["sentence"]


def test_a_substitute_is_explained_by_whom_until_when_and_by_which_order(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    appoint_plh(org, date(2026, 1, 18), date(2026, 2, 16))

    found = why(org, plan)["explanations"]

    assert any(
        "sebagai Plh dari Rahmat Rekaan, SKM" in text
        and "sampai 16 Februari 2026" in text and "nomor surat perintah SP/7/2026" in text
        for text in found
    ), found


def test_the_ladder_names_each_place_that_was_passed_over(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    with changing(org.runut, org.actor("hr"), REASON) as change:
        lock_person(change, {"person_id": org.people["rater"]})

    found = why(org, plan)

    assert found["ladder"] == ["Kepala Bidang Kesehatan Masyarakat: kosong"]
    assert "karena jabatan penilai kosong" in found["explanations"][0]


def test_where_the_first_asked_holds_the_role_nobody_was_passed_over(org: Org) -> None:
    assert why(org, create_plan(org, "in_approval"))["ladder"] == []


def test_it_says_whether_the_mail_reached_him_and_was_opened(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    assert "Surel terakhir masih dalam antrean kirim." in why(org, plan)["sentence"]

    carry(org.runut)

    found = why(org, plan)
    assert found["mails"][0]["state"] == "ACCEPTED" and found["mails"][0]["person_id"] == org.people["rater"]
    assert "Surel terakhir diterima server 19 Januari 2026 pukul 09.0" in found["sentence"]
    assert "belum dibuka. Berikutnya: pengingat sebelum tenggat, 21 Januari 2026." in found["sentence"]


def test_lateness_counts_working_days(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    assert why(org, plan)["late_working_days"] == 0

    set_now(org.runut, "2026-02-02T09:00:00+07:00")

    assert why(org, plan)["late_working_days"] == 5


def test_when_everybody_declined_the_case_waits_for_hr(org: Org) -> None:
    plan = create_plan(org, "in_approval")
    declined = api(org, "rater").post(
        f"/cases/{plan['id']}/actions/decline", {"ground": "conflict"}, if_match=str(plan["version"])
    )
    assert declined.status_code == 200, declined.get_json()

    assert "kasus menunggu kepegawaian mengalihkannya" in why(org, plan)["sentence"]

"""People without a mailbox: suppressed mails, printed notices, hand delivery, whom to visit, slips and passwords."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.people import change_address, changing, create_person
from service.models import Case, Delivery, Event, OneTimeCode, PrintedNotice, WorkItem
from tests.afterwards import check_log
from tests.factories import Org, api, create_plan, set_now
from tests.post_office import carry
from tests.smtp_sink import SmtpSink

NIP = "190003032000012003"


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


def take_mailbox(org: Org, label: str) -> None:
    with changing(org.runut, org.actor("hr"), "Tidak punya surel") as change:
        change_address(change, {"person_id": org.people[label], "email": ""})


def one(org: Org, query: Any) -> Any:
    with org.runut.database.read() as connection:
        return connection.execute(query).one()


def test_two_people_without_an_address_can_be_entered(org: Org) -> None:
    with changing(org.runut, org.actor("hr")) as change:
        ids = [create_person(change, {"name": name}) for name in ("Abdul Misal", "Aminah Misal")]
    with changing(org.runut, org.actor("hr")) as change:
        ids.append(create_person(change, {"name": "Umar Misal", "email": ""}))
    with org.runut.database.read() as connection:
        people = org.runut.present(connection).organisation.people
    assert [people[i].email for i in ids] == ["", "", ""]
    assert api(org, "hr").post("/people", {"name": "Ali Misal", "email": "", "nip": ""}).status_code == 201


def test_a_mail_to_somebody_without_a_mailbox_is_suppressed_and_why_says_so(
    org: Org, smtp_sink: SmtpSink, visit: Any
) -> None:
    take_mailbox(org, "employee")
    plan = create_plan(org, "returned")
    carry(org.runut)

    row = one(org, select(Delivery.state, Delivery.answer).where(
        Delivery.person_id == org.people["employee"], Delivery.rule == "asked"))
    assert (row.state, row.answer) == ("SUPPRESSED", "tidak mempunyai alamat surel")
    told = api(org, "hr").get(f"/cases/{plan['id']}/why").json["sentence"]
    assert "Sari Misal, A.Md.Gz tidak mempunyai alamat surel; cetak surat pemberitahuan" in told
    assert "tidak mempunyai alamat surel" in visit("perf_team").get(f"/cases/{plan['number']}").text
    check_log(org.runut)


def test_a_notice_is_printed_with_number_deadline_and_place_and_no_text_of_the_plan(org: Org, visit: Any) -> None:
    take_mailbox(org, "employee")
    plan = create_plan(org, "returned")
    team = visit("perf_team").get(f"/cases/{plan['number']}/notice")

    team.press(f"/cases/{plan['number']}/notice", person=org.people["employee"])

    assert "SURAT-2026-000001" in team.text and plan["number"] in team.text
    assert "Kamis, 22 Januari 2026" in team.text, "three working days"
    assert "Hasan Perandaian" in team.text and "/signin" not in team.text
    assert plan["document"]["results"][0]["statement"] not in team.text
    assert "rnt_" not in team.source
    again = team.get(f"/cases/{plan['number']}/notice")
    again.press(f"/cases/{plan['number']}/notice", person=org.people["employee"])
    assert "SURAT-2026-000002" in again.text
    check_log(org.runut)


def test_the_deadline_runs_from_the_day_on_the_receipt(org: Org, visit: Any) -> None:
    take_mailbox(org, "employee")
    plan = create_plan(org, "returned")
    path = f"/cases/{plan['number']}/notice"
    hr = visit("hr").get(path)
    hr.press(path, person=org.people["employee"])
    set_now(org.runut, "2026-01-23T10:00:00+07:00")
    form = f"/cases/{plan['number']}/notices/SURAT-2026-000001/delivery"

    hr = visit("hr").get(path)
    hr.press(form, handed_on="2026-01-24")
    assert hr.page.status_code == 422 and "Tidak boleh sesudah hari ini" in hr.text
    hr.press(form, handed_on="2026-01-18")
    assert hr.page.status_code == 422 and "sebelum surat dicetak" in hr.text
    hr.press(form, handed_on="2026-01-21", handed_by="Hasan")

    assert "Diserahkan 21 Januari 2026 oleh Hasan Perandaian" in hr.text.replace("pada ", "")
    due = datetime(2026, 1, 26, 16, 59, 59, 999999, tzinfo=UTC)
    assert one(org, select(Case.due_at))[0] == due
    assert one(org, select(WorkItem.due_at).where(WorkItem.done_at.is_(None)))[0] == due
    kept = one(org, select(PrintedNotice.__table__))
    assert str(kept.handed_on) == "2026-01-21" and kept.handed_by == org.people["perf_team"]
    check_log(org.runut)


def test_a_deadline_of_the_cycle_does_not_move_with_the_receipt(org: Org, visit: Any) -> None:
    take_mailbox(org, "employee")
    plan = create_plan(org, "draft")
    before = one(org, select(Case.due_at))[0]
    path = f"/cases/{plan['number']}/notice"
    hr = visit("hr").get(path)
    hr.press(path, person=org.people["employee"])

    hr.get(path).press(f"/cases/{plan['number']}/notices/SURAT-2026-000001/delivery", handed_on="2026-01-19")

    assert one(org, select(Case.due_at))[0] == before


def test_whom_to_visit_is_listed_until_nobody_waits_for_him(org: Org, visit: Any) -> None:
    take_mailbox(org, "employee")
    plan = create_plan(org, "draft")
    hr = visit("hr").get("/")
    assert "Pegawai tanpa surel" in hr.text and 'href="/visits"' in hr.source
    assert "Belum dicetak" in hr.get("/visits").text
    path = f"/cases/{plan['number']}/notice"
    hr.get(path).press(path, person=org.people["employee"])
    assert "Dicetak, belum diserahkan" in visit("perf_team").get("/visits").text
    assert visit("rater").get("/visits").page.status_code == 403

    org.act("employee", plan, "submit")

    assert "Tidak ada yang perlu dikunjungi" in hr.get("/visits").text


def test_only_hr_and_the_team_print_and_only_for_whom_the_case_waits(org: Org, visit: Any) -> None:
    plan = create_plan(org, "returned")
    given = {"person": org.people["employee"]}
    answer = api(org, "rater").post(f"/cases/{plan['id']}/actions/print_notice", given, if_match=str(plan["version"]))
    assert answer.status_code == 403
    assert visit("rater").get(f"/cases/{plan['number']}/notice").page.status_code == 403
    given = {"person": org.people["rater"]}
    answer = api(org, "hr").post(f"/cases/{plan['id']}/actions/print_notice", given, if_match=str(plan["version"]))
    assert answer.status_code == 409


def slip(org: Org, visit: Any, label: str = "employee") -> str:
    hr = visit("hr").get(f"/people/{org.people[label]}")
    hr.press(f"/people/{org.people[label]}/slip")
    found = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", hr.text)
    assert found, hr.text
    return found[0]


def test_a_slip_signs_in_once_and_leads_to_a_password(org: Org, visit: Any) -> None:
    take_mailbox(org, "employee")
    code = slip(org, visit)
    stranger = visit("").get("/signin/slip")

    stranger.press("/signin/slip", name=NIP, code=code.lower().replace("-", " "))
    assert stranger.page.request.path == "/password"
    stranger.press("/password", new="tujuh gajah terbang", again="tujuh gajah terbang")
    assert "Kata sandi disimpan" in stranger.text

    again = visit("").get("/signin/slip").press("/signin/slip", name=NIP, code=code)
    assert again.page.status_code == 422 and "tidak cocok" in again.text
    later = visit("").get("/signin").press("/signin", email=NIP, password="tujuh gajah terbang", do="password")
    assert "Pekerjaan saya" in later.text


def test_a_slip_needs_the_nip_a_new_one_ends_the_old_and_it_lasts_14_days(org: Org, visit: Any) -> None:
    take_mailbox(org, "employee")
    first = slip(org, visit)
    wrong = visit("").get("/signin/slip").press("/signin/slip", name="190008082000011008", code=first)
    assert wrong.page.status_code == 422
    second = slip(org, visit)
    old = visit("").get("/signin/slip").press("/signin/slip", name=NIP, code=first)
    assert old.page.status_code == 422
    set_now(org.runut, "2026-02-02T09:30:00+07:00")
    late = visit("").get("/signin/slip").press("/signin/slip", name=NIP, code=second)
    assert late.page.status_code == 422


def test_the_code_of_a_slip_is_on_record_nowhere_and_that_it_was_printed_is(
    org: Org, visit: Any, caplog: pytest.LogCaptureFixture
) -> None:
    take_mailbox(org, "employee")
    code = slip(org, visit)

    with org.runut.database.read() as connection:
        kept = str(connection.execute(select(OneTimeCode.__table__)).all())
        types = connection.scalars(select(Event.type)).all()
    assert code not in kept and code.replace("-", "") not in kept
    assert "people.print_slip" in types
    assert code not in caplog.text
    check_log(org.runut)


def test_who_has_a_mailbox_gets_no_slip_and_hr_prints_none_for_himself(org: Org, visit: Any) -> None:
    hr = visit("hr").get(f"/people/{org.people['employee']}")
    assert "Cetak lembar masuk" not in hr.text
    hr.press(f"/people/{org.people['employee']}/slip")
    assert hr.page.status_code == 409 and "masuk dengan tautan surel" in hr.text
    hr.get(f"/people/{org.people['hr']}").press(f"/people/{org.people['hr']}/slip")
    assert hr.page.status_code == 403


def test_a_password_is_long_enough_typed_twice_and_needs_the_present_one(org: Org, visit: Any) -> None:
    page = visit("employee").get("/password")
    for given, says in (
        ({"new": "pendek", "again": "pendek"}, "sekurang-kurangnya 12 karakter"),
        ({"new": NIP, "again": NIP}, "Jangan memakai NIP"),
        ({"new": "tujuh gajah terbang", "again": "tujuh gajah"}, "tidak sama"),
    ):
        page.press("/password", **given)
        assert page.page.status_code == 422 and says in page.text
    page.press("/password", new="tujuh gajah terbang", again="tujuh gajah terbang")
    page.get("/password").press("/password", new="delapan gajah lagi", again="delapan gajah lagi", current="salah")
    assert page.page.status_code == 422 and "Kata sandi sekarang tidak cocok" in page.text

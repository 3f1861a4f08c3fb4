"""Somebody without a mailbox: opened, told on paper, handed over, entered from the scan, confirmed, reviewed, set."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from service.canonical import parse
from service.commands.people import change_address, changing
from service.commands.saving import save
from service.errors import NotYours, Refused
from service.models import AssistedEntry, Attachment, Case, Delivery, Event
from service.queries.events import texts_of
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import REASON, Org, api, create_organisation, create_plan, set_now
from tests.post_office import carry
from tests.scans import HTML, JPEG, PDF, PNG
from tests.service.pages.conftest import Browser
from tests.service.pages.conftest import visit as visit
from tests.smtp_sink import SmtpSink

NIP = "190003032000012003"
Visit = Callable[[str], Browser]


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def org(runut: Runut) -> Org:
    made = create_organisation(runut)
    with changing(runut, made.actor("hr"), "Tidak punya surel") as change:
        change_address(change, {"person_id": made.people["employee"], "email": ""})
    return made


def one(org: Org, query: Any) -> Any:
    with org.runut.database.read() as connection:
        return connection.execute(query).one()


def entry(org: Org) -> Any:
    return one(org, select(AssistedEntry.__table__).order_by(AssistedEntry.entered_at.desc()).limit(1))


def hand_in(
    org: Org, visit: Visit, number: str, content: bytes = PDF, name: str = "surat.pdf", **given: str
) -> Browser:
    path = f"/cases/{number}/paper"
    team = visit("perf_team").get(path)
    fields = {"step": "submit", "paper_date": "2026-01-19", **given}
    return team.press(path, file=(io.BytesIO(content), name), **fields)


def last_event(org: Org) -> tuple[dict[str, Any], dict[str, str]]:
    with org.runut.database.read() as connection:
        row = connection.execute(select(Event.id, Event.canonical).order_by(Event.seq.desc()).limit(1)).one()
        return parse(row.canonical), texts_of(connection, org.runut.present(connection), [row.id])[row.id]


def test_the_whole_way_on_paper(org: Org, visit: Visit, smtp_sink: SmtpSink) -> None:
    opened = api(org, "hr").post("/cases", {"workflow": "work_plan", "subject_id": org.people["employee"]}).json
    number = opened["number"]
    notice = f"/cases/{number}/notice"
    hr = visit("hr").get(notice)
    hr.press(notice, person=org.people["employee"])
    assert "SURAT-2026-000001" in hr.text
    hr.get(notice).press(f"/cases/{number}/notices/SURAT-2026-000001/delivery", handed_on="2026-01-19")
    hr.get(f"/people/{org.people['employee']}").press(f"/people/{org.people['employee']}/slip")
    code = hr.text.split("Kode ")[1].split()[0]

    set_now(org.runut, "2026-02-10T09:00:00+07:00")  # after every date by which plans are due
    team = hand_in(org, visit, number, paper_date="2026-01-28")
    assert "Ketik isi rencana dari berkas" in team.text, team.text
    save(org.runut, org.actor("perf_team"), number, org.example("employee"), if_match=1)
    team.get(f"/cases/{number}/paper").press(f"/cases/{number}/paper/send")
    assert "Menunggu konfirmasi pegawai" in team.text
    with pytest.raises(Refused, match="paper dated 28 January 2026"):
        org.act("perf_team", {"id": opened["id"], "version": 2}, "set_by_default", reason=REASON)

    slip = visit("").get("/signin/slip")
    slip.press("/signin/slip", name=NIP, code=code)
    assert slip.page is not None and slip.page.status_code == 422, "14 days are over"
    hr = visit("hr").get(f"/people/{org.people['employee']}")
    hr.press(f"/people/{org.people['employee']}/slip")
    him = visit("").get("/signin/slip")
    him.press("/signin/slip", name=NIP, code=hr.text.split("Kode ")[1].split()[0])
    him.press("/password", new="tujuh gajah terbang", again="tujuh gajah terbang")
    assert "Baca dan konfirmasi" in him.get("/").text
    him.get(f"/cases/{number}/paper").press(f"/cases/{number}/paper/confirm")
    assert "/receipt/" in him.page.request.path

    says, texts = last_event(org)
    assert (says["type"], says["actor"]) == ("work_plan.submit", org.people["employee"])
    assert (says["channel"], says["assurance"], says["capacity"]) == ("paper", "paper", "EMPLOYEE")
    scan = one(org, select(Attachment.sha256, Attachment.name))
    assert texts["paper_date"] == "2026-01-28" and texts["scan_sha256"] == scan.sha256
    assert scan.name == f"{number}-pindaian-1.pdf"
    assert one(org, select(Case.submitted_at))[0] == datetime(2026, 1, 28, 16, 59, 59, 999999, tzinfo=UTC)
    assert entry(org).state == "CONFIRMED"

    version = one(org, select(Case.version))[0]
    endorsed = org.act("perf_team", {"id": opened["id"], "version": version}, "endorse")["case"]
    approved = org.act("rater", endorsed, "approve")["case"]
    assert approved["state"] == "in_force"
    set_now(org.runut, "2026-02-11T09:00:00+07:00")
    carry(org.runut)
    with org.runut.database.read() as connection:
        mails = select(Delivery.state).where(Delivery.person_id == org.people["employee"], Delivery.channel == "mail")
        states = set(connection.scalars(mails))
    assert states and not states & {"ACCEPTED", "DEAD", "RETRY"} and smtp_sink.to("") == []
    assert "di atas kertas bertanda tangan" in visit("rater").get(f"/cases/{number}").text
    check_log(org.runut)


def test_until_he_confirms_nothing_happens_and_he_may_refuse(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    hand_in(org, visit, plan["number"], JPEG, step="recall")
    page = visit("rater").get(f"/cases/{plan['number']}")
    assert "Menunggu konfirmasi pegawai atas berkas tertanggal 19 Januari 2026" in page.text
    assert one(org, select(Case.state, Case.version)) == ("in_approval", plan["version"])

    him = visit("employee").get(f"/cases/{plan['number']}/paper")
    him.press(f"/cases/{plan['number']}/paper/refuse", reason="pendek")
    assert him.page is not None and him.page.status_code == 422
    him.press(f"/cases/{plan['number']}/paper/refuse", reason="Itu bukan tanda tangan saya.")

    assert "tidak ada yang dilakukan atas nama Anda" in him.text and entry(org).state == "REFUSED"
    assert one(org, select(Case.state))[0] == "in_approval"
    check_log(org.runut)


def test_a_recall_on_paper_is_carried_out_as_his_own(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "in_approval")
    hand_in(org, visit, plan["number"], PNG, step="recall")
    visit("employee").get(f"/cases/{plan['number']}/paper").press(f"/cases/{plan['number']}/paper/confirm")

    assert one(org, select(Case.state))[0] == "draft" and last_event(org)[0]["channel"] == "paper"
    check_log(org.runut)


def test_a_dispute_on_paper_carries_its_reason(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "returned")
    team = hand_in(org, visit, plan["number"], step="dispute")
    assert team.page is not None and team.page.status_code == 422 and "Alasan pada berkas" in team.text
    assert "Pindaian sudah tersimpan" in team.text, "the scan need not be sent again"
    team.press(f"/cases/{plan['number']}/paper", step="dispute", paper_date="2026-01-19", reason=REASON)
    visit("employee").get(f"/cases/{plan['number']}/paper").press(f"/cases/{plan['number']}/paper/confirm")

    assert one(org, select(Case.state))[0] == "in_dispute" and last_event(org)[1]["reason"] == REASON
    check_log(org.runut)


def test_what_changed_after_it_was_sent_is_not_confirmed_blindly(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "draft")
    team = hand_in(org, visit, plan["number"])
    team.press(f"/cases/{plan['number']}/paper/send")
    him = visit("employee").get(f"/cases/{plan['number']}/paper")
    org.save("employee", plan, org.example("employee"))

    him.press(f"/cases/{plan['number']}/paper/confirm")

    assert him.page is not None and him.page.status_code in (409, 422)
    answer = api(org, "employee").post(
        f"/cases/{plan['id']}/actions/confirm_assisted", {"entry": entry(org).id}, if_match=str(plan["version"] + 1)
    )
    assert answer.status_code == 409 and answer.json["code"] == "refused"
    assert one(org, select(Case.state))[0] == "draft"


def test_the_team_types_only_while_a_paper_is_being_typed(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "draft")
    with pytest.raises(NotYours):
        org.save("perf_team", plan, org.example("employee"))
    team = hand_in(org, visit, plan["number"])
    saved = org.save("perf_team", plan, org.example("employee"))["case"]
    team.get(f"/cases/{plan['number']}/paper").press(f"/cases/{plan['number']}/paper/send")
    with pytest.raises(NotYours):
        org.save("perf_team", saved, org.example("employee"))
    check_log(org.runut)


def test_an_unfinished_plan_is_not_sent_and_a_paper_can_be_withdrawn(org: Org, visit: Visit) -> None:
    opened = api(org, "hr").post("/cases", {"workflow": "work_plan", "subject_id": org.people["employee"]}).json
    path = f"/cases/{opened['number']}/paper"
    team = hand_in(org, visit, opened["number"])
    team.press(f"{path}/send")
    assert team.page is not None and team.page.status_code == 409 and "Rencana belum lengkap" in team.text

    team.press(f"{path}/withdraw", reason="Berkasnya milik pegawai lain.")

    assert entry(org).state == "WITHDRAWN"
    assert "Simpan berkas" in team.get(path).text
    check_log(org.runut)


@pytest.mark.parametrize(("on", "says"), [("2026-01-20", "sesudah hari ini"), ("2025-12-31", "sebelum")])
def test_the_date_on_the_paper_is_possible(org: Org, visit: Visit, on: str, says: str) -> None:
    plan = create_plan(org, "draft")
    team = hand_in(org, visit, plan["number"], paper_date=on)
    assert team.page is not None and team.page.status_code == 422 and says in team.text


@pytest.mark.parametrize(
    ("content", "name"),
    [(HTML, "surat.pdf"), (PDF + HTML, "surat.pdf"), (b"", "surat.pdf"), (b"\0" * 9, "surat.png")],
)
def test_hostile_files_are_refused_in_words_and_nothing_is_kept(
    org: Org, visit: Visit, content: bytes, name: str
) -> None:
    plan = create_plan(org, "draft")
    team = hand_in(org, visit, plan["number"], content, name)

    assert team.page is not None and team.page.status_code == 422 and "Pindaian:" in team.text
    with org.runut.database.read() as connection:
        assert connection.execute(select(Attachment.id)).all() == []


@pytest.mark.parametrize(("more", "status"), [(0, 201), (5 * 1024 * 1024, 422), (7 * 1024 * 1024, 413)])
def test_a_scan_may_have_five_megabytes(org: Org, more: int, status: int) -> None:
    plan, team = create_plan(org, "draft"), api(org, "perf_team")
    content = PDF.replace(b"xref", b"%" + b" " * more + b"\nxref", 1)
    answer = team.client.post(
        f"/api/v1/cases/{plan['id']}/attachments", data=content, headers={"Authorization": f"Bearer {team.key}"}
    )
    assert answer.status_code == status


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\0b.pdf", "x" * 5000 + ".pdf", "<script>.pdf", "surat.html"])
def test_the_senders_name_for_a_file_is_never_used(org: Org, visit: Visit, name: str) -> None:
    plan = create_plan(org, "draft")
    team = hand_in(org, visit, plan["number"], PDF, name)

    kept = one(org, select(Attachment.id, Attachment.name))
    assert kept.name == f"{plan['number']}-pindaian-1.pdf"
    answer = team.client.get(f"/cases/{plan['number']}/attachments/{kept.id}")
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{kept.name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_only_who_may_see_the_case_gets_the_scan_and_only_the_team_sends_one(org: Org, visit: Visit) -> None:
    plan = create_plan(org, "draft")
    hand_in(org, visit, plan["number"])
    scan_id = one(org, select(Attachment.id))[0]
    path = f"/cases/{plan['number']}/attachments/{scan_id}"
    assert visit("employee").get(path).page.status_code == 200
    assert visit("outsider").get(path).page.status_code == 404
    assert visit("rater").get(path).page.status_code == 404, "a draft that was never submitted"
    assert "Masuk" in visit("").get(path).text
    other = create_plan(org, "draft", label="peer")
    assert visit("hr").get(f"/cases/{other['number']}/attachments/{scan_id}").page.status_code == 404
    for label, status in (("employee", 403), ("outsider", 404)):
        client = api(org, label)
        answer = client.client.post(
            f"/api/v1/cases/{plan['id']}/attachments", data=PDF, headers={"Authorization": f"Bearer {client.key}"}
        )
        assert answer.status_code == status


def test_the_api_enters_a_paper_too(org: Org) -> None:
    plan = create_plan(org, "in_review")
    team = api(org, "perf_team")
    path = f"/api/v1/cases/{plan['id']}/attachments"
    sent = team.client.post(path, data=PDF, headers={"Authorization": f"Bearer {team.key}"})
    again = team.client.post(path, data=PDF, headers={"Authorization": f"Bearer {team.key}"})
    assert sent.status_code == 201 and sent.json == again.json
    entered = team.post(
        f"/cases/{plan['id']}/actions/assist",
        {"step": "recall", "paper_date": "2026-01-19", "scan": sent.json["id"]}, if_match=str(plan["version"]),
    )
    assert entered.status_code == 200, entered.json
    given = {"entry": entry(org).id}
    for label in ("rater", "perf_team"):
        refused = api(org, label).post(
            f"/cases/{plan['id']}/actions/confirm_assisted", given, if_match=str(plan["version"])
        )
        assert refused.status_code == 403
    done = api(org, "employee").post(
        f"/cases/{plan['id']}/actions/confirm_assisted", given, if_match=str(plan["version"])
    )
    assert done.status_code == 200 and done.json["case"]["state"] == "draft"
    check_log(org.runut)

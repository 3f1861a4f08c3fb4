"""A rater who changes: both hear of it, the one who goes leaves a note, the one who comes reads it where he decides."""

import pytest
from sqlalchemy import select

from service.commands.commanding import command
from service.commands.people import appoint, changing, end_appointment
from service.errors import InvalidInput, NotAvailable, NotFound
from service.models import Event
from service.runut import Runut
from tests.afterwards import check_log
from tests.browsing import browse
from tests.factories import Org, api, create_organisation, create_plan, set_now
from tests.post_office import Browser, carry, link_in, newest_to
from tests.smtp_sink import SmtpSink

NOTE = "Capaian sampai Mei sesuai rencana; jadwal posyandu disepakati lisan."


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def new_rater(org: Org) -> None:
    """Yusuf takes Rahmat's post from today."""
    with org.runut.database.read() as connection:
        held = org.runut.present(connection).organisation.index.appointments_of[org.people["rater"]][0]
    with changing(org.runut, org.actor("hr"), "SK 800/12/2026") as change:
        end_appointment(change, {"id": held.id})
        appoint(change, {
            "person_id": org.people["plh"], "position_id": org.positions["kabid"], "starts_on": "2026-01-19",
            "order_number": "SK 800/12/2026",
        })


def test_who_goes_is_asked_for_a_note_and_who_comes_reads_it(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_force")
    carry(org.runut)
    new_rater(org)
    set_now(org.runut, "2026-01-20T07:01:00+07:00")
    carry(org.runut)
    asked, told = newest_to(org, smtp_sink, "rater"), newest_to(org, smtp_sink, "plh")
    assert f"{case['number']}: pejabat lain meneruskan penilaiannya; mohon tulis catatan serah terima" in asked.text
    assert f"{case['number']}: mulai sekarang Anda menilai" in told.text

    rahmat, place = browse(org, "rater"), f"/cases/{case['number']}/hand-over"
    assert "Belum ada catatan" in rahmat.read(place)
    assert rahmat.post(place, place, text="").status_code == 422
    assert rahmat.post(place, place, text=NOTE).status_code == 303

    assert NOTE in browse(org, "plh").read(f"/cases/{case['number']}")
    assert NOTE in browse(org, "employee").read(f"/cases/{case['number']}")
    with org.runut.database.read() as connection:
        note = connection.execute(select(Event.canonical).where(Event.type == "case.hand_over")).scalar_one()
    assert NOTE not in note and '"capacity":"RATER"' in note
    check_log(org.runut)


def test_the_new_rater_reads_the_note_where_his_link_leads(org: Org, smtp_sink: SmtpSink) -> None:
    case = create_plan(org, "in_approval")
    command(org.runut, org.actor("rater"), case["id"], "hand_over", {"text": NOTE}, if_match="any")
    new_rater(org)
    carry(org.runut)
    browser = Browser(org)
    browser.follow(link_in(newest_to(org, smtp_sink, "plh")))
    browser.press_open()

    assert NOTE in browser.text and "Rahmat Rekaan" in browser.text
    assert browser.decide("approve").status_code == 200
    check_log(org.runut)


def test_a_note_decides_nothing_and_is_for_raters_only(org: Org) -> None:
    case = create_plan(org, "in_approval")
    receipt = api(org, "rater").post(f"/cases/{case['id']}/actions/hand_over", {"text": NOTE}, if_match=case["version"])
    assert receipt.status_code == 200
    assert receipt.json["case"]["version"] == case["version"] and receipt.json["case"]["state"] == "in_approval"

    for label in ("employee", "hr", "perf_team", "rater_superior"):
        refused = api(org, label).post(
            f"/cases/{case['id']}/actions/hand_over", {"text": NOTE}, if_match=case["version"]
        )
        assert refused.status_code == 403, label
    with pytest.raises(NotFound):
        command(org.runut, org.actor("plh"), case["id"], "hand_over", {"text": NOTE}, if_match="any")
    with pytest.raises(InvalidInput):
        command(org.runut, org.actor("rater"), case["id"], "hand_over", {"text": ""}, if_match="any")
    over = create_plan(org, "cancelled", label="newcomer", document=org.example("newcomer"))
    with pytest.raises((NotAvailable, NotFound)):
        command(org.runut, org.actor("rater"), over["id"], "hand_over", {"text": NOTE}, if_match="any")

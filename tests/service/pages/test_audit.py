from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update

from service.models import Event
from service.runut import Runut
from tests import factories
from tests.browsing import browse
from tests.factories import Org


@pytest.fixture
def org(runut: Runut) -> Org:
    return factories.create_organisation(runut)


def _events(org: Org) -> list[Any]:
    with org.runut.database.read() as connection:
        return list(connection.execute(select(Event.id, Event.type, Event.hash).order_by(Event.seq)))


def _without_guard(connection: Connection) -> None:
    """Takes the triggers away that keep the log from being changed, as somebody with the database in hand could."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        return
    names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"))
    for name in names.all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def _tamper(org: Org, event_id: str) -> None:
    with org.runut.database.write() as connection:
        _without_guard(connection)
        connection.execute(
            update(Event)
            .where(Event.id == event_id)
            .values(canonical=func.replace(Event.canonical, '"round":1', '"round":2'))
        )


def test_the_log_reads_as_sentences_newest_first(org: Org) -> None:
    case = factories.create_plan(org, "in_force")
    page = browse(org, "auditor").read("/audit")

    newest = f"Rahmat Rekaan, SKM menetapkan rencana kerja. {case['number']}"
    oldest = f"Sari Misal, A.Md.Gz membuka kasus. {case['number']}"
    assert 0 < page.index(newest) < page.index(oldest)
    assert "sebagai pejabat penilai; Menunggu penetapan → Ditetapkan; lewat API; kunci API" in page


def test_ready_questions_are_counted_and_lead_to_their_events(org: Org) -> None:
    factories.appoint_plh(org)
    case = factories.create_plan(org, "in_approval")
    org.act("plh", case, "approve")
    auditor = browse(org, "auditor")

    assert "Keputusan oleh pengganti 1" in auditor.read("/audit")
    page = auditor.read("/audit?question=delegate")
    assert "Yusuf Permisalan, M.Kes atas nama Rahmat Rekaan, SKM menetapkan rencana kerja" in page
    assert "mengajukan rencana kerja" not in page.split("Saring peristiwa")[1].split("Terapkan")[1]


def test_what_hr_did_is_one_of_the_questions(org: Org) -> None:
    factories.create_plan(org, "exempt")
    page = browse(org, "auditor", "en").read("/audit?question=hr")

    assert "Interventions by HR 1" in page and "exempted the employee from the duty to plan" in page


def test_the_log_is_filtered_by_case_type_and_person(org: Org) -> None:
    first = factories.create_plan(org, "in_review")
    second = factories.create_plan(org, "draft", label="newcomer")
    auditor = browse(org, "auditor")

    assert second["number"] not in auditor.read(f"/audit?case={first['number']}")
    assert first["number"] not in auditor.read("/audit?name=budi")
    assert first["number"] not in auditor.read(f"/audit?actor={org.people['newcomer']}")
    submitted = auditor.read("/audit?type=work_plan.submit")
    assert first["number"] in submitted and second["number"] not in submitted
    assert "Tidak ada peristiwa yang cocok." in auditor.read("/audit?name=nobody")


def test_pages_of_the_log_leave_nothing_out(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    for label in ("employee", "newcomer", "peer"):
        factories.create_plan(org, "in_review", label=label)
    monkeypatch.setattr("service.pages.audit.PER_PAGE", 4)
    auditor, seen, path = browse(org, "auditor"), list[str](), "/audit"
    while path:
        page = auditor.get(path).text
        seen += [part.split('"')[0] for part in page.split("/audit/events/")[1:]]
        path = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0] if 'rel="next"' in page else ""

    assert seen == [row.id for row in reversed(_events(org))]


@pytest.mark.parametrize("query", ["type=nothing", "question=why", "actor=he", "after=x"])
def test_a_bad_filter_of_the_log_is_named(org: Org, query: str) -> None:
    assert browse(org, "auditor").read(f"/audit?{query}", 422).startswith("Kesalahan:")


def test_an_event_shows_its_bytes_and_that_they_fit(org: Org) -> None:
    factories.create_plan(org, "in_force")
    approved = _events(org)[-1]
    page = browse(org, "auditor", "en").read(f"/audit/events/{approved.id}")

    assert "Proven: the event fits its fingerprint and its neighbours." in page
    assert approved.hash in page and '"type": "work_plan.approve"' in page
    assert "Rahmat Rekaan, SKM set the work plan." in page and "Kepala Bidang Kesehatan Masyarakat" in page


def test_a_changed_event_and_the_one_after_it_do_not_fit(org: Org) -> None:
    factories.create_plan(org, "in_force")
    changed = _events(org)[1]
    _tamper(org, changed.id)
    auditor = browse(org, "auditor", "en")

    page = auditor.read(f"/audit/events/{changed.id}")
    assert "Not proven: this event does not fit." in page and "Does not fit" in page and "counted again:" in page


def test_checking_now_says_proven_when_the_log_is_whole(org: Org) -> None:
    factories.create_plan(org, "in_force")
    answer = browse(org, "auditor").post("/audit/verify", "/audit")

    assert answer.status_code == 200
    assert "Terbukti: jejak ini utuh." in answer.text and "Tidak terbukti" not in answer.text


def test_checking_now_names_the_first_broken_place_and_leads_there(org: Org) -> None:
    case = factories.create_plan(org, "in_force")
    changed = _events(org)[1]
    _tamper(org, changed.id)
    answer = browse(org, "auditor").post("/audit/verify", "/audit")

    assert "Tidak terbukti: ada tempat yang rusak." in answer.text and "tone-danger" in answer.text
    assert case["number"] in answer.text and f'href="/audit/events/{changed.id}"' in answer.text


@pytest.mark.parametrize("label", ["hr", "rater", "planner"])
def test_the_log_is_for_auditors(org: Org, label: str) -> None:
    factories.create_plan(org)
    somebody = browse(org, label)

    assert somebody.get("/audit").status_code == 403
    assert somebody.get(f"/audit/events/{_events(org)[0].id}").status_code == 403


def test_an_unknown_event_is_not_found(org: Org) -> None:
    assert browse(org, "auditor").get(f"/audit/events/{org.cycle_id}").status_code == 404

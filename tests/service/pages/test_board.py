import csv
import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from service.models import Delivery, Person
from service.plain_csv import plain_cell
from service.runut import Runut
from tests import factories
from tests.browsing import browse
from tests.factories import Org


@pytest.fixture
def org(runut: Runut) -> Org:
    return factories.create_organisation(runut)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("label", ["hr", "auditor"])
def test_the_board_counts_in_force_waiting_late_and_never_opened(org: Org, label: str) -> None:
    factories.create_plan(org, "in_force")
    factories.create_plan(org, "in_approval", label="newcomer")
    factories.set_now(org.runut, "2026-01-28T09:00:00+07:00")
    page = browse(org, label).read("/board")

    # 13 people hold a post and are no political officials; two of them have a plan
    assert "1 rencana berlaku, 1 menunggu keputusan, 0 masih disusun, 1 lewat tenggat" in page
    assert "11 pegawai belum memulai" in page
    assert "Angka per 28 Januari 2026" in page


def test_a_cell_of_the_map_leads_to_exactly_its_cases(org: Org) -> None:
    case = factories.create_plan(org, "in_review")
    factories.create_plan(org, "in_force", label="newcomer")
    hr = browse(org, "hr")
    href = f"/cases?unit={org.units['kesmas']}&amp;stage=review&amp;cycle={org.cycle_id}"

    assert f'href="{href}"' in hr.get("/board").text
    page = hr.get(href.replace("&amp;", "&")).text
    assert case["number"] in page and "SKP-2026-000002" not in page


@pytest.mark.parametrize("label", ["employee", "rater", "planner"])
def test_the_board_is_not_for_others(org: Org, label: str) -> None:
    page = browse(org, label).read("/board", 403)

    assert "Halaman ini untuk petugas kepegawaian, auditor" in page


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in_and_back(org: Org) -> None:
    answer = org.app.test_client().get("/board")

    assert answer.status_code == 303 and answer.headers["Location"] == "/signin?next=/board"


def test_the_board_says_when_mail_is_held_up_and_when_mails_failed(org: Org) -> None:
    factories.create_plan(org, "in_approval")
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        connection.execute(update(Delivery).values(next_at=now - timedelta(minutes=9)))
        connection.execute(update(Delivery).where(Delivery.rule == "asked").values(state="DEAD"))
    page = browse(org, "hr", "en").read("/board")

    assert "Mail is not going out" in page and "the oldest for 9 minutes" in page
    assert "1 deliveries failed and need a look." in page


def test_the_list_shows_what_the_reader_may_see_and_nothing_else(org: Org) -> None:
    own = factories.create_plan(org, "draft")
    other = factories.create_plan(org, "in_review", label="newcomer")

    assert own["number"] in browse(org, "employee").read("/cases")
    assert other["number"] not in browse(org, "employee").read("/cases")
    assert "Belum ada kasus yang dapat Anda lihat." in browse(org, "outsider").read("/cases")


def test_filters_stand_in_the_address_and_are_chips_that_can_be_removed(org: Org) -> None:
    factories.create_plan(org, "in_review")
    page = browse(org, "hr").get("/cases?stage=review&q=sari").text

    assert "Tahap: <b>Reviu</b>" in page and "Cari: <b>sari</b>" in page
    assert 'href="/cases?q=sari"' in page and 'href="/cases?stage=review"' in page


@pytest.mark.parametrize(("query", "sentence"), [
    ("stage=somewhere", "Saringan “Tahap” tidak mengenal nilai “somewhere”."),
    ("unit=0", "Saringan “Unit kerja” tidak mengenal nilai “0”."),
    ("overdue=maybe", "Saringan “Lewat tenggat” tidak mengenal nilai “maybe”."),
    ("colour=red", "Saringan “colour” tidak dikenal; lepas dari alamat."),
    ("cursor=abc", "Penanda halaman tidak dikenal."),
    ("cursor=WyJhIiwgImIiXQ", "Penanda halaman tidak dikenal."),
])
def test_a_bad_filter_is_named_and_nothing_is_listed(org: Org, query: str, sentence: str) -> None:
    case = factories.create_plan(org, "in_review")
    page = browse(org, "hr").read(f"/cases?{query}", 422)

    assert sentence in page and page.startswith("Kesalahan:") and case["number"] not in page


def test_an_empty_list_says_which_filter_to_drop(org: Org) -> None:
    factories.create_plan(org, "in_review")
    page = browse(org, "hr").get("/cases?stage=appeal&q=sari").text

    assert "Ada hasilnya bila salah satu ini dilepas:" in page
    kept = page.split("salah satu ini dilepas:")[1]
    assert 'href="/cases?q=sari"' in kept and 'href="/cases?stage=appeal"' not in kept


def test_overdue_cases_and_those_that_wait_for_somebody_can_be_asked_for(org: Org) -> None:
    case = factories.create_plan(org, "in_approval")
    hr = browse(org, "hr")
    assert "Tidak ada kasus yang cocok" in hr.read("/cases?overdue=true")
    factories.set_now(org.runut, "2026-01-28T09:00:00+07:00")
    hr = browse(org, "hr")

    assert case["number"] in hr.read("/cases?overdue=true")
    assert case["number"] in hr.read(f"/cases?waits_for={org.people['rater']}")
    assert case["number"] not in hr.read(f"/cases?waits_for={org.people['employee']}")
    assert case["number"] in browse(org, "rater").read("/cases?waits_for_me=true")


def test_the_export_holds_the_same_rows_and_no_formula(org: Org) -> None:
    case = factories.create_plan(org, "in_review")
    factories.create_plan(org, "in_force", label="newcomer")
    with org.runut.database.write() as connection:
        connection.execute(
            update(Person).where(Person.id == org.people["employee"]).values(name='=HYPERLINK("http://x")')
        )
    answer = browse(org, "hr").get("/cases.csv?stage=review")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="runut-cases.csv"'
    assert answer.mimetype == "text/csv"
    rows = _rows(answer.text)
    assert [row["number"] for row in rows] == [case["number"]]
    assert rows[0]["subject"] == "'=HYPERLINK(\"http://x\")"
    assert datetime.fromisoformat(rows[0]["due_at"])


def test_the_export_goes_on_past_a_page_and_stops_at_its_limit(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    for label in ("employee", "newcomer", "peer", "perf_team"):
        factories.create_plan(org, label=label)
    hr = browse(org, "hr")
    monkeypatch.setattr("service.pages.case_list._BATCH", 1)
    assert len(_rows(hr.get("/cases.csv").text)) == 4
    monkeypatch.setattr("service.pages.case_list.MOST_EXPORTED", 3)

    assert len(_rows(hr.get("/cases.csv").text)) == 3


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(lead: str) -> None:
    assert plain_cell(f"{lead}1+1") == f"'{lead}1+1"
    assert plain_cell("SKP-2026-000001") == "SKP-2026-000001" and plain_cell(None) == ""


def test_people_without_a_plan_are_listed_for_hr(org: Org) -> None:
    factories.create_plan(org)
    page = browse(org, "hr").read(f"/people?without={org.cycle_id}&q=kesehatan masyarakat")

    assert "Budi Umpama" in page and "Sari Misal" not in page


def test_hr_records_a_substitute_by_name_and_ends_it(org: Org) -> None:
    hr, place = browse(org, "hr"), f"/people/{org.people['rater']}"
    fields = {"type": "PLH", "position_id": org.positions["kabid"], "to": "yusuf", "order_number": "SP/9/2026",
              "order_date": "2026-01-19", "starts_on": "2026-01-19", "ends_on": "2026-02-03"}
    answer = hr.post(f"{place}/delegations", place, **fields)

    assert answer.status_code == 303
    page = hr.get(answer.headers["Location"]).text
    assert "Rahmat Rekaan, SKM → Yusuf Permisalan, M.Kes" in page
    ending = page.split(f"{place}/delegations/")[1].split('"')[0]
    assert hr.post(f"{place}/delegations/{ending}", place).status_code == 303
    assert "Tidak berlaku" in hr.read(place)


@pytest.mark.parametrize(("change", "status", "sentence"), [
    ({"to": "a"}, 422, "Ada beberapa yang cocok:"),
    ({"to": "nobody at all"}, 422, "Tidak ada pegawai dengan NIP, surel, atau nama ini."),
    ({"to": "190003032000012003"}, 409, "Sari Misal, A.Md.Gz sendiri adalah pegawai yang dinilai"),
    ({"ends_on": "2026-01-01"}, 422, "Tanggal akhir mendahului tanggal mulai."),
])
def test_a_substitute_that_cannot_be_is_explained_and_what_was_typed_is_kept(
    org: Org, change: dict[str, str], status: int, sentence: str
) -> None:
    factories.create_plan(org, "in_approval")
    place = f"/people/{org.people['rater']}"
    fields = {"type": "PLH", "position_id": org.positions["kabid"], "to": "yusuf", "order_number": "SP/9/2026",
              "order_date": "2026-01-19", "starts_on": "2026-01-19", "ends_on": "2026-02-03"}
    answer = browse(org, "hr").post(f"{place}/delegations", place, **{**fields, **change})

    assert answer.status_code == status
    assert sentence in answer.text and 'value="SP/9/2026"' in answer.text


def test_hr_may_record_an_order_whose_conflicts_were_read(org: Org) -> None:
    factories.create_plan(org, "in_approval")
    hr, place = browse(org, "hr"), f"/people/{org.people['rater']}"
    fields = {"type": "PLH", "position_id": org.positions["kabid"], "to": "190003032000012003",
              "order_number": "SP/9/2026", "order_date": "2026-01-19", "starts_on": "2026-01-19",
              "ends_on": "2026-02-03"}
    assert "accept_conflicts" not in hr.read(place)
    assert 'name="accept_conflicts" value="true"' in hr.post(f"{place}/delegations", place, **fields).text

    assert hr.post(f"{place}/delegations", place, **fields, accept_conflicts="true").status_code == 303
    assert "Rahmat Rekaan, SKM → Sari Misal, A.Md.Gz" in hr.read(place)


def test_planners_see_which_goals_no_plan_serves_and_no_names(org: Org) -> None:
    factories.create_plan(org, "in_force")
    for_planner, for_hr = browse(org, "planner").read("/goals"), browse(org, "hr").read("/goals")

    assert "Menurunnya stunting" in for_planner
    assert "sasaran didukung hasil kerja" in for_planner
    assert "Sari Misal" not in for_planner and "SKP-2026-000001" not in for_planner
    assert "Sari Misal" in for_hr and "SKP-2026-000001" in for_hr


@pytest.mark.parametrize("path", ["/help", "/privacy", "/api/v1/docs"])
def test_help_privacy_and_the_api_are_described_to_anybody_in_both_languages(org: Org, path: str) -> None:
    nobody = org.app.test_client()

    assert nobody.get(path).status_code == 200
    assert nobody.get(f"{path}?lang=en").text != nobody.get(f"{path}?lang=id").text

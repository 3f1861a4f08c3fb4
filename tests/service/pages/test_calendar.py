"""The calendar page: everybody reads which days are closed, HR changes them behind a check page."""

from datetime import date
from typing import Any

import pytest

from service.runut import Runut
from tests.browsing import browse, words_of
from tests.factories import REASON, Org, create_organisation, create_plan
from tests.service.commands.test_recounting import due, work

LETTER = {"basis": "Perbup 3/2026", "reason": REASON}
FLOOD: dict[str, Any] = {"from_on": "2026-01-21", "until_on": "", "kind": "LOCAL", "name": "Banjir", **LETTER}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def is_closed(org: Org, on: date) -> bool:
    with org.runut.database.read() as connection:
        return on in org.runut.present(connection).calendar.closed


def test_everybody_reads_the_year_by_month_and_only_hr_sees_what_changes_it(org: Org) -> None:
    page = browse(org, "employee").read("/calendar")
    assert "Kalender kerja 2026" in page and "Sudah ditegaskan: SKB 1497/2025" in page
    assert page.index("Januari 2026 20 hari kerja") < page.index("Jumat, 16 Januari 2026") < page.index("Februari 2026")
    assert "Minggu, 22 Maret 2026 Hari libur Hari libur nasional, jatuh pada akhir pekan" in page
    assert "Liburkan" not in page
    assert "Liburkan hari" in browse(org, "hr").read("/calendar")
    assert browse(org, "employee").client.post("/calendar/2026/close", data={}).status_code == 403


def test_a_year_that_is_only_proposed_says_so_and_one_that_is_not_loaded_too(org: Org) -> None:
    employee = browse(org, "employee")
    assert "Masih usulan" in employee.read("/calendar?year=2027")
    assert "Kalender 2028 belum dimuat" in employee.read("/calendar?year=2028")
    assert "Kalender kerja 2026" in employee.read("/calendar?year=two")


def test_the_next_year_is_checked_loaded_and_later_confirmed_by_its_decree(org: Org) -> None:
    hr = browse(org, "hr")
    check = words_of(hr.post("/calendar/2028/load", "/calendar?year=2028", do="check").text)
    assert "Kamis, 17 Agustus 2028" in check and not is_closed(org, date(2028, 8, 17))

    saved = hr.post("/calendar/2028/load", "/calendar?year=2028", do="save")
    assert saved.status_code == 303 and is_closed(org, date(2028, 8, 17))
    assert "dimuat sebagai usulan" in hr.read(saved.headers["Location"])

    confirmed = hr.post("/calendar/2028/confirm", "/calendar?year=2028", do="save", basis="SKB 1/2027")
    assert "Sudah ditegaskan: SKB 1/2027" in hr.read(confirmed.headers["Location"])
    again = hr.post("/calendar/2028/load", "/calendar?year=2028", do="save")
    assert again.status_code == 409 and "sudah dimuat" in again.text


def test_closing_days_shows_which_deadlines_it_reaches_and_moves_none(org: Org) -> None:
    case = create_plan(org, "in_approval")
    hr = browse(org, "hr")

    check = words_of(hr.post("/calendar/2026/close", "/calendar", do="check", **FLOOD).text)
    assert "Rabu, 21 Januari 2026 Banjir" in check and "1 tenggat: mundur" in check
    assert not is_closed(org, date(2026, 1, 21))

    saved = hr.post("/calendar/2026/close", "/calendar", do="save", **FLOOD)
    after = hr.read(saved.headers["Location"])
    assert "1 tenggat yang sudah diberikan belum mengikuti kalender ini" in after
    assert is_closed(org, date(2026, 1, 21)) and due(org, case) == "2026-01-26"


def test_counting_again_shows_from_and_to_first_and_then_runs_as_a_job(org: Org) -> None:
    case = create_plan(org, "in_approval")
    hr = browse(org, "hr")
    hr.post("/calendar/2026/close", "/calendar", do="save", **FLOOD)

    page = hr.read("/calendar/recount")
    assert f"{case['number']} Senin, 26 Januari 2026 Selasa, 27 Januari 2026 mundur" in page
    refused = hr.post("/calendar/recount", "/calendar/recount", reason="banjir")
    assert refused.status_code == 422 and "banjir" in refused.text

    started = hr.post("/calendar/recount", "/calendar/recount", reason=REASON)
    assert started.status_code == 303
    work(org)
    assert "1 tenggat berpindah menurut kalender" in hr.read(started.headers["Location"])
    assert due(org, case) == "2026-01-27"
    assert "Semua tenggat terbuka mengikuti kalender" in hr.read("/calendar/recount")


def test_a_range_closes_the_working_days_in_it_and_opens_again_by_letter(org: Org) -> None:
    hr = browse(org, "hr")
    hr.post("/calendar/2026/close", "/calendar", do="save", **{**FLOOD, "until_on": "2026-01-26"})
    closed = [on for on in range(21, 27) if is_closed(org, date(2026, 1, on))]
    assert closed == [21, 22, 23, 26]

    hr.post("/calendar/2026/open", "/calendar", do="save", remove=["2026-01-22", "2026-01-26"], **LETTER)
    assert [on for on in range(21, 27) if is_closed(org, date(2026, 1, on))] == [21, 23]


@pytest.mark.parametrize(("form", "fields", "says"), [
    ("close", {**FLOOD, "from_on": ""}, "close-from_on"),
    ("close", {**FLOOD, "from_on": "2027-01-21"}, "close-until_on"),
    ("close", {**FLOOD, "until_on": "2026-01-20"}, "close-until_on"),
    ("close", {**FLOOD, "until_on": "2026-12-20"}, "close-until_on"),
    ("close", {**FLOOD, "from_on": "2026-01-24", "until_on": "2026-01-25"}, "close-from_on"),
    ("close", {**FLOOD, "basis": ""}, "close-basis"),
    ("close", {**FLOOD, "reason": "banjir"}, "close-reason"),
    ("close", {**FLOOD, "name": ""}, "close-name"),
    ("open", {**LETTER}, "open-remove"),
    ("open", {"remove": "2026-01-22", **LETTER}, "open-remove"),
    ("confirm", {"basis": ""}, "confirm-basis"),
])
def test_what_is_wrong_is_named_at_its_field_and_nothing_changes(
    org: Org, form: str, fields: dict[str, Any], says: str
) -> None:
    hr, year = browse(org, "hr"), 2027 if form == "confirm" else 2026
    answer = hr.post(f"/calendar/{year}/{form}", f"/calendar?year={year}", do="check", **fields)
    assert answer.status_code == 422 and f'href="#f-{says}"' in answer.text
    assert f'id="f-{says}"' in answer.text
    assert not is_closed(org, date(2026, 1, 21))

"""A team's queue on the pages: who works on a case, taking it, taking it over after a look, putting it back."""

from collections.abc import Callable
from typing import Any

from tests.factories import Org, create_plan

Visit = Callable[[str], Any]


def test_a_member_takes_a_case_and_another_takes_it_over_only_after_a_look(org: Org, visit: Visit) -> None:
    number = create_plan(org, "in_review")["number"]
    claim, release = f"/cases/{number}/claim", f"/cases/{number}/release"
    hasan, nurul = visit("perf_team"), visit("perf_team2")
    assert "Anda mengerjakan kasus ini sejak 19 Januari 2026" in hasan.get(f"/cases/{number}").press(claim).text
    assert "Dikerjakan oleh Hasan Perandaian, SE" in nurul.get(f"/cases/{number}").text
    assert "Hasan Perandaian, SE" in nurul.get("/").text and "Anda" in hasan.get("/").text
    assert "Wewenang siapa pun tidak berubah" in nurul.get(claim).text
    assert "Anda mengerjakan kasus ini sejak" in nurul.press(claim).text
    assert "Dikerjakan oleh Nurul Ibarat, S.Sos" in hasan.get(f"/cases/{number}").text
    assert "Saya kerjakan" in nurul.press(release).text


def test_who_was_slower_is_shown_who_works_on_it_and_nothing_changed(org: Org, visit: Visit) -> None:
    number = create_plan(org, "in_review")["number"]
    claim = f"/cases/{number}/claim"
    hasan, nurul = visit("perf_team").get(f"/cases/{number}"), visit("perf_team2").get(f"/cases/{number}")
    hasan.press(claim)
    assert "Ambil alih pekerjaan ini?" in nurul.press(claim).text
    assert "Anda mengerjakan" in hasan.get(f"/cases/{number}").text


def test_nobody_outside_the_queue_sees_the_button(org: Org, visit: Visit) -> None:
    number = create_plan(org, "in_review")["number"]
    assert "Saya kerjakan" in visit("perf_team").get(f"/cases/{number}").text
    for label in ("employee", "hr"):
        assert "Saya kerjakan" not in visit(label).get(f"/cases/{number}").text


def test_pages_say_that_a_decision_is_not_asked_for_yet_and_never_that_it_is_late(org: Org, visit: Visit) -> None:
    document = org.example("employee")
    for result in document["results"]:
        result["parent"] = {"kind": "PENDING", "id": None}
    number = create_plan(org, "in_approval", document=document)["number"]
    for page in ("/", f"/cases/{number}", f"/cases/{number}/why"):
        text = visit("employee").get(page).text
        assert "Keputusan belum diminta, karena rencana kerja pejabat penilai belum ditetapkan" in text
        assert "Rahmat Rekaan, SKM" in text and "tenggat 30 Januari 2026" in text
    assert number not in visit("rater").get("/").text

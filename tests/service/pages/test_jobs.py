from typing import Any

import pytest
from sqlalchemy import update

from service.jobs import ask
from service.models import Job
from service.runut import Runut
from tests.browsing import browse
from tests.factories import Org, api, create_organisation


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def asked(org: Org, **values: Any) -> str:
    """The id of a job that HR asked for, changed so."""
    with org.runut.database.write() as connection:
        job_id = ask(connection, org.runut.pulse(connection), "count", org.people["hr"], {"up_to": 5000})
        if values:
            connection.execute(update(Job).where(Job.id == job_id).values(**values))
    return job_id


def test_the_page_tells_how_far_a_job_is_and_reloads_itself_until_it_has_ended(org: Org) -> None:
    running, ended = asked(org, state="RUNNING", done=1250, total=5000), asked(org, state="DONE", done=5, total=5)
    hr = browse(org, "hr")

    page = hr.get(f"/jobs/{running}")
    assert page.headers["Refresh"] == "2" and '<progress value="1250" max="5000">' in page.text
    assert "1.250 dari 5.000" in hr.read(f"/jobs/{running}")
    assert "1,250 of 5,000" in browse(org, "hr", "en").read(f"/jobs/{running}")
    assert "Refresh" not in hr.get(f"/jobs/{ended}").headers and "Selesai" in hr.read(f"/jobs/{ended}")


def test_a_job_that_nobody_can_measure_yet_shows_a_bar_without_a_value(org: Org) -> None:
    assert "<progress>" in browse(org, "hr").get(f"/jobs/{asked(org)}").text


@pytest.mark.parametrize("label", ["employee", "auditor", "rater"])
def test_a_job_of_somebody_else_does_not_exist_for_others(org: Org, label: str) -> None:
    job_id = asked(org)

    assert api(org, label).get(f"/jobs/{job_id}").status_code == 404
    assert api(org, label).post(f"/jobs/{job_id}/stop").status_code == 404
    assert browse(org, label).get(f"/jobs/{job_id}").status_code == 404
    assert api(org, "hr").get(f"/jobs/{job_id}").json["state"] == "WAITING"


def test_the_other_hr_officer_sees_and_stops_it(org: Org) -> None:
    job_id = asked(org, state="RUNNING", done=1, total=5)

    assert api(org, "hr2").get(f"/jobs/{job_id}").json["details"] == {"up_to": 5000}
    assert api(org, "hr2").post(f"/jobs/{job_id}/stop").json["state"] == "STOPPED"
    assert api(org, "hr2").post(f"/jobs/{job_id}/stop").json["state"] == "STOPPED"


def test_the_button_stops_a_job_and_goes_with_it(org: Org) -> None:
    job_id, hr = asked(org, state="RUNNING", done=1, total=5), browse(org, "hr")

    answer = hr.post(f"/jobs/{job_id}/stop", f"/jobs/{job_id}")
    page = hr.get(answer.headers["Location"])

    assert "Dihentikan" in page.text and f"/jobs/{job_id}/stop" not in page.text


def test_a_job_that_failed_says_why_in_the_readers_language(org: Org) -> None:
    problem = {"id": "Berkas ini sudah diimpor.", "en": "This file was imported before."}
    job_id = asked(org, state="FAILED", result={"problem": problem, "reasons": [{"id": "Sebab.", "en": "Because."}]})

    assert "Berkas ini sudah diimpor. Sebab." in browse(org, "hr").read(f"/jobs/{job_id}")
    assert "This file was imported before. Because." in browse(org, "hr", "en").read(f"/jobs/{job_id}")


def test_what_is_no_job_is_not_there(org: Org) -> None:
    assert api(org, "hr").get("/jobs/00000000-0000-7000-8000-000000000000").status_code == 404

"""HR imports by pages: upload, look at the difference or the problems, apply, read the report."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import select

from service import outbox
from service.models import Import, Person
from service.pages import imports
from service.people_import import keeping
from service.people_import.columns import IN_ORDER
from service.runut import Runut
from service.spreadsheets import budgets
from tests.browsing import Visitor, browse
from tests.factories import Org, api, create_organisation, set_now
from workers.clock import clean
from workers.jobs import do_jobs

PEOPLE = "nip;nama;surel;pangkat\n190003032010012777;Wati Umpamanya;wati@muara.example;Penata\n"


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def work(org: Org) -> None:
    """What the worker does with the jobs that are due."""
    with org.runut.database.write() as connection:
        lease, rows = outbox.lease(connection, org.runut.pulse(connection).now, limit=10)
    do_jobs(org.runut, [row.id for row in rows if row.channel == "job"], lease)


def upload(visitor: Visitor, *contents: str | bytes) -> str:
    """Uploads files as the form does; answers where it leads."""
    files = [
        (io.BytesIO(content.encode() if isinstance(content, str) else content), f"data{place}.csv")
        for place, content in enumerate(contents)
    ]
    answer = visitor.post("/people/import", "/people/import", files=files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def kept(org: Org) -> Any:
    with org.runut.database.read() as connection:
        return connection.execute(select(*Import.__table__.columns)).one()


def test_hr_imports_in_steps_and_nothing_changes_before_the_last(org: Org) -> None:
    hr = browse(org, "hr")
    page = upload(hr, PEOPLE)
    assert hr.get(page).headers["Refresh"] == "2"

    work(org)
    assert "Refresh" not in hr.get(page).headers
    assert "1 baris baru" in hr.read(page) and "Wati Umpamanya" in hr.read(page)
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Person.id).where(Person.email == "wati@muara.example")) is None

    assert hr.post(f"{page}/apply", page).status_code == 303
    work(org)
    assert "Diterapkan seluruhnya" in hr.read(page)
    assert "Wati" not in hr.read(page), "what the files say is gone with the import"
    assert "IMPOR-2026-000001" in hr.read("/people/import")
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Person.nip).where(Person.email == "wati@muara.example"))


def test_the_difference_shows_old_and_new_and_who_leaves(org: Org) -> None:
    hr = browse(org, "hr", "en")
    page = upload(hr, (
        "nip;nama;surel;pangkat;status\n190004042000011004;Budi Umpama, A.Md.KL;newcomer@muara.example;Penata;AKTIF\n"
        "190008082000011008;Yusuf Permisalan, M.Kes;plh@muara.example;;PENSIUN\n"
    ))
    work(org)

    words = hr.read(page)
    assert "pangkat: Pengatur → becomes Penata" in words
    assert "Budi Umpama, A.Md.KL Row 2" in words and "Yusuf Permisalan, M.Kes Row 3" in words
    assert "Leaving" in words and "People to be locked: 1. Their links and authority end at once" in words


def test_problems_are_listed_by_row_with_what_to_do_and_can_be_downloaded(org: Org) -> None:
    hr = browse(org, "hr", "en")
    page = upload(hr, PEOPLE + "1,9E+17;Budi;budi@muara.example;=A1\n190003032010012777;Wati;x@muara.example;\n")
    work(org)

    words = hr.read(page)
    assert "3 problems were found. Nothing was changed." in words
    assert "Row 3 nip Excel destroyed this NIP" in words and "Row 4 nip This row repeats row 2." in words
    assert f"{page}/apply" not in hr.get(page).text
    lines = hr.get(f"{page}/report.csv").get_data(as_text=True).splitlines()
    assert lines[0].startswith("\ufeffsheet,row,about,column") and len(lines) == 4
    assert kept(org).content is None and "190003032010012777" not in str(kept(org).report)


def test_the_report_to_download_is_no_formula_in_any_cell(org: Org) -> None:
    hr = browse(org, "hr", "en")
    page = upload(hr, "nip;nama;surel;pangkat\n190003032010012777;+62 Wati;wati@muara.example;-Penata\n")
    work(org)

    report = hr.get(f"{page}/report.csv").get_data(as_text=True)
    assert "'+62 Wati" in report and not re.search(r"(^|,)[=+@-]", report, re.M)


def test_the_same_files_say_that_they_were_applied_before(org: Org) -> None:
    hr = browse(org, "hr", "en")
    first = upload(hr, PEOPLE)
    work(org)
    hr.post(f"{first}/apply", first)
    page = upload(hr, PEOPLE)
    work(org)

    words = hr.read(page)
    assert "The same files were applied on 19 January 2026" in words
    assert "There is no difference to apply" in words


def test_what_changed_meanwhile_is_shown_again_before_it_is_applied(org: Org) -> None:
    hr = browse(org, "hr", "en")
    page = upload(hr, PEOPLE)
    work(org)
    other = upload(hr, PEOPLE.replace("Penata", "Pembina"))
    work(org)
    hr.post(f"{other}/apply", other)
    work(org)

    hr.post(f"{page}/apply", page)
    work(org)

    words = hr.read(page)
    assert "HR data changed since the check; nothing was applied" in words and "Pembina → becomes Penata" in words


def test_a_stopped_check_can_be_begun_again(org: Org) -> None:
    hr = browse(org, "hr", "en")
    page = upload(hr, PEOPLE)
    hr.post(f"/jobs/{kept(org).job_id}/stop", page)
    work(org)
    assert "The check stopped" in hr.read(page)

    hr.post(f"{page}/check", page)
    work(org)
    assert "The files are right" in hr.read(page)


def test_files_are_forgotten_after_seven_days_and_then_not_applied(org: Org) -> None:
    hr = browse(org, "hr", "en")
    page = upload(hr, PEOPLE)
    work(org)
    set_now(org.runut, "2026-01-26T09:01:00+07:00")
    assert clean(org.runut)
    hr = browse(org, "hr", "en")

    assert kept(org).content is None and kept(org).difference is None
    assert "Wati" not in hr.read(page)
    assert api(org, "hr").post(f"/imports/{kept(org).id}/apply").status_code == 409


def test_every_sample_can_be_imported_as_it_stands(org: Org) -> None:
    hr = browse(org, "hr", "en")
    assert "Sample files" in hr.read("/people/import")
    csvs = [hr.get(f"/people/import/samples/{kind.name}.csv").data for kind in IN_ORDER]
    for files in ([hr.get("/people/import/samples/sample.xlsx").data], csvs):
        page = upload(hr, *files)
        work(org)
        assert "The files are right" in hr.read(page), hr.read(page)
    hr.post(f"{page}/apply", page)
    work(org)
    assert "Applied, all of it." in hr.read(page)


@pytest.mark.parametrize("label", ["employee", "rater", "auditor", "planner"])
def test_only_hr_sees_and_makes_imports(org: Org, label: str) -> None:
    page = upload(browse(org, "hr"), PEOPLE)
    stranger, caller = browse(org, label), api(org, label)

    assert [stranger.get(path).status_code for path in ("/people/import", page, f"{page}/report.csv")] == [403] * 3
    import_id = kept(org).id
    assert [caller.get(path).status_code for path in ("/imports", f"/imports/{import_id}")] == [403] * 2
    assert caller.post("/imports").status_code == 403 and caller.post(f"/imports/{import_id}/apply").status_code == 403


def test_no_file_or_too_much_of_it_is_answered_at_once(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MOST_BYTES", 60_000)
    monkeypatch.setattr(imports, "MOST_UPLOADED", 120_000)
    hr = browse(org, "hr", "en")
    assert "Choose at least one file" in hr.post("/people/import", "/people/import").text
    too_big = (io.BytesIO(b"x" * 60_001), "big.csv")
    assert "larger than 5 MB" in hr.post("/people/import", "/people/import", files=[too_big]).text
    beyond = (io.BytesIO(b"x" * 120_001), "big.csv")
    assert hr.post("/people/import", "/people/import", files=[beyond]).status_code == 413
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Import.id)) is None


def test_the_api_takes_files_checks_and_applies_them(org: Org) -> None:
    hr = api(org, "hr")
    answer = hr.client.post(
        "/api/v1/imports", headers={"Authorization": f"Bearer {hr.key}"},
        data={"files": [(io.BytesIO(PEOPLE.encode()), "a.csv")]},
    )
    assert answer.status_code == 201 and answer.json["state"] == "UPLOADED"
    path = answer.headers["Location"].removeprefix("/api/v1")
    assert hr.post(f"{path}/apply").status_code == 409
    work(org)
    found = hr.get(path).json
    assert (found["state"], found["new"], found["problem_count"]) == ("CHECKED", 1, 0)
    assert found["differences"][0]["fields"][0] == {"column": "nama", "old": "", "new": "Wati Umpamanya"}

    begun = hr.post(f"{path}/apply")
    assert begun.status_code == 202
    work(org)
    job = hr.get(f"/jobs/{begun.json['job_id']}").json
    assert (job["state"], job["result"]["state"], job["total"]) == ("DONE", "APPLIED", 1)
    assert "Wati" not in str(job) and "wati" not in str(job), "a job tells nothing about people"
    assert [each["state"] for each in hr.get("/imports").json["items"]] == ["APPLIED"]
    assert hr.post(f"{path}/apply").status_code == 409
    assert hr.get(f"{path}/report.csv").mimetype == "text/csv"


def test_the_names_of_imports_are_made_here(org: Org) -> None:
    hr = browse(org, "hr")
    secret = (io.BytesIO(PEOPLE.encode()), "../../Gaji Wati Umpamanya.csv")
    hr.post("/people/import", "/people/import", files=[secret])
    assert kept(org).name == "IMPOR-2026-000001"
    assert keeping.unpacked(kept(org).content) == [PEOPLE.encode()]

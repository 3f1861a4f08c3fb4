"""HR runs a cycle by its pages: made, checked, opened, its cases made, extended by letter, closed."""

import re

import pytest
from sqlalchemy import delete, select

from service.models import Case, Cycle, Delivery, Event, Job
from service.runut import Runut
from tests.browsing import browse, words_of
from tests.factories import LETTER, REASON, Org, create_organisation, create_plan, set_now
from tests.service.commands.test_filling import work_on_jobs

LETTER_FORM = {"letter_number": "800/15/2026", "reason": REASON}
QUARTER = {
    "kind": "QUARTER", "year": "2026", "period": "2", "dates.report": "2026-07-07", "dates.rate": "2026-07-14",
    "dates.end": "2026-06-30",
}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def place(org: Org) -> str:
    return f"/cycles/{org.cycle_id}"


def test_hr_makes_opens_and_closes_a_cycle(org: Org) -> None:
    hr = browse(org, "hr")
    made = hr.post("/cycles/new", "/cycles/new", **QUARTER).headers["Location"]
    page = hr.read(made)
    assert "Triwulan II 2026" in page and "Belum dibuka" in page and "Selasa, 7 Juli 2026" in page

    opened = hr.post(f"{made}/open", f"{made}/preflight").headers["Location"]
    assert "Siklus dibuka" in hr.read(opened) and "belum ada surel yang dikirim" in hr.read(opened)
    closed = hr.post(f"{made}/close", f"{made}/close").headers["Location"]
    assert "Siklus ditutup" in hr.read(closed)
    with org.runut.database.read() as connection:
        types = list(connection.scalars(select(Event.type).order_by(Event.at, Event.position)))
    assert types == ["cycle.create", "cycle.open", "cycle.close"]


def test_a_form_with_mistakes_comes_back_with_what_was_typed(org: Org) -> None:
    hr = browse(org, "hr")
    answer = hr.post("/cycles/new", "/cycles/new", **{**QUARTER, "period": "7", "dates.end": "2025-06-30"})

    assert answer.status_code == 422 and 'value="2025-06-30"' in answer.text and "Kesalahan:" in answer.text
    assert 'href="#f-period"' in answer.text
    same = hr.post("/cycles/new", "/cycles/new", kind="ANNUAL", year="2026", **{
        f"dates.{name}": on for name, on in _dates(org).items()
    })
    assert same.status_code == 409 and "sudah ada" in words_of(same.text)


def test_the_preflight_page_names_each_finding_with_the_way_to_mend_it(org: Org) -> None:
    page = browse(org, "hr").get(f"{place(org)}/preflight").text

    assert f'href="/people/{org.people["hr"]}"' in page and "kepegawaian@" in page
    assert f'{place(org)}/preflight/no-team"' in page and "Kalender kerja 2027 masih usulan" in page
    assert 'href="/rules"' in page and 'href="/calendar"' in page and "13" in words_of(page)


def test_everybody_of_a_finding_is_listed_with_a_link(org: Org) -> None:
    page = browse(org, "hr").get(f"{place(org)}/preflight/role-address").text

    assert f'href="/people/{org.people["hr"]}"' in page and "hr@muara.example" in page
    assert browse(org, "hr").get(f"{place(org)}/preflight/no-address").status_code == 303


def test_a_cycle_that_cannot_be_opened_says_why_beside_the_button(org: Org) -> None:
    hr = browse(org, "hr")
    dates = {"plan_submit": "2028-01-31", "plan_default": "2028-02-07", "end": "2028-12-31", "report": "2029-01-15",
             "rate": "2029-01-31"}
    made = hr.post("/cycles/new", "/cycles/new", kind="ANNUAL", year="2028",
                   **{f"dates.{name}": on for name, on in dates.items()}).headers["Location"]

    page = hr.get(f"{made}/preflight").text
    assert "disabled" in page and "Kalender kerja 2028 belum dimuat" in page
    refused = hr.post(f"{made}/open", f"{made}/preflight", for_whom="nobody")
    assert refused.status_code == 409 and "2029" in words_of(refused.text)


def test_cases_are_made_behind_the_page_of_a_job_and_shown_person_by_person(org: Org) -> None:
    own = create_plan(org)
    hr = browse(org, "hr")
    job = hr.post(f"{place(org)}/cases", f"{place(org)}/preflight", for_whom="everybody").headers["Location"]
    assert "Kasus sedang dibuat" in hr.read(place(org)) and "Pembuatan kasus siklus" in hr.read(job)
    work_on_jobs(org)

    page = hr.get(job).text
    assert "13 dari 13 pegawai" in words_of(page)
    listed = re.search(r'href="(/cycles/[^"]+/jobs/[^"]+)"', page)
    assert listed is not None
    all_of_them = hr.read(listed[1])
    assert "Kasus dibuat 12" in all_of_them and "Sudah mempunyai kasus 1" in all_of_them
    left = hr.get(f"{listed[1]}?outcome=EXISTS").text
    assert own["number"] in left and "Sari Misal" in left and "Dewi" not in left
    assert "13 dari 13 pegawai" in hr.read(place(org))


def test_only_the_offices_ticked_get_cases_and_none_ticked_is_a_mistake(org: Org) -> None:
    hr = browse(org, "hr")
    none = hr.post(f"{place(org)}/cases", f"{place(org)}/preflight", for_whom="offices")
    assert none.status_code == 409 and "Pilih sekurang-kurangnya satu kantor" in none.text
    hr.post(f"{place(org)}/cases", f"{place(org)}/preflight", for_whom="offices", unit_ids=org.units["bkpsdm"],
            carry_over="yes")
    work_on_jobs(org)

    with org.runut.database.read() as connection:
        assert set(connection.scalars(select(Case.subject_id))) == {org.people["hr"], org.people["hr2"]}
        details = connection.scalar(select(Job.details))
    assert details["carry_over"] is True


def test_the_check_page_of_an_extension_tells_what_the_extension_then_does(org: Org) -> None:
    create_plan(org)
    create_plan(org, "returned", label="peer")
    create_plan(org, "in_review", label="newcomer")
    hr, form = browse(org, "hr"), {**LETTER_FORM, "dates.plan_submit": "2026-02-06", "dates.plan_default": "2026-02-13"}
    before = _mails(org)
    check = words_of(hr.post(f"{place(org)}/extend", f"{place(org)}/extend", do="check", **form).text)
    assert "Kasus yang mengikuti 1" in check and "Kasus terbuka yang tetap 2" in check
    assert "Surel pemberitahuan 1" in check and "6 Februari 2026" in check
    assert _mails(org) == before and _dates(org)["plan_submit"] == "2026-01-30"

    done = hr.post(f"{place(org)}/extend", f"{place(org)}/extend", do="save", **form).headers["Location"]
    assert "1 kasus mengikuti" in hr.read(done) and _mails(org) == before + 1
    assert _dates(org)["plan_submit"] == "2026-02-06"


@pytest.mark.parametrize("state", ["draft", "in_force", "in_dispute"])
def test_the_check_counts_exactly_what_follows(org: Org, state: str) -> None:
    create_plan(org, state)
    hr = browse(org, "hr")
    form = {**LETTER_FORM, "dates.plan_submit": "2026-02-06", "dates.plan_default": "2026-02-13",
            "dates.end": "2027-01-05"}
    before = _mails(org)
    check = words_of(hr.post(f"{place(org)}/extend", f"{place(org)}/extend", do="check", **form).text)
    hr.post(f"{place(org)}/extend", f"{place(org)}/extend", do="save", **form)

    with org.runut.database.read() as connection:
        followed = len(list(connection.scalars(select(Event.id).where(Event.type == "case.extend"))))
    assert f"Kasus yang mengikuti {followed} " in check
    assert f"Surel pemberitahuan {_mails(org) - before} " in check


def test_an_earlier_date_is_refused_at_its_field(org: Org) -> None:
    hr = browse(org, "hr")
    answer = hr.post(f"{place(org)}/extend", f"{place(org)}/extend", do="check", **LETTER_FORM,
                     **{"dates.plan_submit": "2026-01-20"})

    assert answer.status_code == 422 and 'href="#f-dates-plan_submit"' in answer.text and REASON in answer.text


def test_a_cycle_closes_only_after_all_is_over_and_names_what_is_not(org: Org) -> None:
    case = create_plan(org, "in_review")
    hr = browse(org, "hr")
    page = hr.get(f"{place(org)}/close").text
    assert case["number"] in page and "Hasan Perandaian" in words_of(page) and "/close\"" not in page.split("<main")[1]
    refused = hr.post(f"{place(org)}/close", f"{place(org)}/extend")
    assert refused.status_code == 409 and "1 kasus masih terbuka" in words_of(refused.text)

    org.act("hr", case, "cancel", reason=REASON)
    assert "dapat ditutup" in hr.read(f"{place(org)}/close")
    hr.post(f"{place(org)}/close", f"{place(org)}/close")
    assert "Ditutup" in hr.read(place(org))


def test_a_late_plan_keeps_the_cycle_open_until_hr_closes_it(org: Org) -> None:
    case = create_plan(org, "in_force")
    set_now(org.runut, "2026-06-01T09:00:00+07:00")
    hr = browse(org, "hr")

    assert case["number"] in hr.get(f"{place(org)}/close").text
    org.act("hr", case, "close", **LETTER)
    assert "dapat ditutup" in hr.read(f"{place(org)}/close")


@pytest.mark.parametrize("path", ["", "/preflight", "/preflight/no-team", "/extend", "/close"])
@pytest.mark.parametrize("label", ["employee", "auditor"])
def test_the_pages_are_for_hr(org: Org, label: str, path: str) -> None:
    assert browse(org, label).get(f"{place(org)}{path}").status_code == 403


def test_an_empty_board_leads_to_making_a_cycle(org: Org) -> None:
    with org.runut.database.write() as connection:
        connection.execute(delete(Cycle))

    page = browse(org, "hr").get("/board").text
    assert 'href="/cycles/new"' in page and "Buka siklus" in page
    assert "/cycles/new" not in browse(org, "auditor").get("/board").text


@pytest.mark.parametrize("locale", ["id", "en"])
def test_no_page_mixes_the_languages(org: Org, locale: str) -> None:
    create_plan(org)
    hr = browse(org, "hr", locale)
    for path in ("/cycles", "/cycles/new", place(org), f"{place(org)}/preflight", f"{place(org)}/extend",
                 f"{place(org)}/close"):
        page = hr.read(path)
        assert ("Siklus" in page) is (locale == "id"), path


def _mails(org: Org) -> int:
    with org.runut.database.read() as connection:
        return len(list(connection.scalars(select(Delivery.id).where(Delivery.channel == "mail",
                                                                     Delivery.rule == "told"))))


def _dates(org: Org) -> dict[str, str]:
    with org.runut.database.read() as connection:
        return dict(connection.scalar(select(Cycle.dates).where(Cycle.id == org.cycle_id)))

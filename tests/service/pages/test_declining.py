"""*I cannot decide this*: by link, page and API; HR re-routes with one click."""

from typing import Any

import pytest
from sqlalchemy import select

from service.models import Case, Event, WorkItem
from service.queries.events import texts_of
from tests.afterwards import check_log
from tests.factories import Org, api, create_plan, set_now
from tests.post_office import Browser, carry, link_in, newest_to
from tests.smtp_sink import SmtpSink

PLH_NIP = "190008082000011008"
GROUNDS = ("not_mine", "absent", "conflict")


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


def types(org: Org) -> list[str]:
    with org.runut.database.read() as connection:
        return list(connection.scalars(select(Event.type).order_by(Event.seq)))


def waiting(org: Org) -> set[str]:
    """Labels of everybody who has to act on something."""
    labels = {person_id: label for label, person_id in org.people.items()}
    with org.runut.database.read() as connection:
        return {labels[p] for p in connection.scalars(select(WorkItem.person_id).where(WorkItem.done_at.is_(None)))}


def texts_of_last(org: Org) -> dict[str, str]:
    with org.runut.database.read() as connection:
        event_id = connection.scalar(select(Event.id).order_by(Event.seq.desc()).limit(1))
        return texts_of(connection, org.runut.present(connection), [str(event_id)])[str(event_id)]


def by_page(org: Org, visit: Any, plan: dict[str, Any], **given: str) -> Any:
    path = f"/cases/{plan['number']}/decline"
    browser = visit("rater").get(f"/cases/{plan['number']}")
    assert f'href="{path}"' in browser.source, "the case page offers it"
    assert "tidak ada yang diputuskan" in browser.get(path).text
    return browser.press(path, action="decline", **given)


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_is_declared_on_the_page_and_decides_nothing(
    org: Org, visit: Any, ground: str
) -> None:
    plan = create_plan(org, "in_approval")

    browser = by_page(org, visit, plan, ground=ground, text="Lihat catatan saya.")

    assert "/receipt/" in browser.page.request.path
    assert types(org)[-1] == "case.decline"
    assert texts_of_last(org)["ground"] == ground
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Case.state)) == "in_approval"
    assert waiting(org) == {"hr", "hr2"}
    check_log(org.runut)


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_is_declared_by_link_without_signing_in(
    org: Org, smtp_sink: SmtpSink, ground: str
) -> None:
    create_plan(org, "in_approval")
    carry(org.runut)
    browser = Browser(org)
    browser.follow(link_in(newest_to(org, smtp_sink, "rater")))
    browser.press_open()
    document = browser.page and browser.page.request.path
    browser._see(browser.client.get(str(document).replace("/document", "/decline")))
    assert "NIP atau nama" in browser.text

    answer = browser.decide(
        "decline", ground=ground, **{"from": "2026-01-19", "until": "2026-02-06", "proposed_substitute": "Yusuf"}
    )

    assert answer.status_code == 200 and "menyatakan tidak dapat memutuskan" in browser.text
    assert texts_of_last(org)["proposed_substitute"] == org.people["plh"]
    assert waiting(org) == {"hr", "hr2"}
    again = Browser(org)
    again.follow(link_in(newest_to(org, smtp_sink, "rater")))
    assert again.press_open().status_code == 410 and "Kirim tautan baru" not in again.text


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_is_declared_through_the_api(org: Org, ground: str) -> None:
    plan = create_plan(org, "in_approval")
    answer = api(org, "rater").post(
        f"/cases/{plan['id']}/actions/decline", {"ground": ground, "proposed_substitute": org.people["plh"]},
        if_match=str(plan["version"]),
    )

    assert answer.status_code == 200 and answer.json["case"]["waits_for"] == []
    told = api(org, "employee").get(f"/cases/{plan['id']}/why").json
    assert "menyatakan tidak dapat memutuskan; kasus menunggu kepegawaian mengalihkannya" in told["sentence"]


def test_a_mistake_on_the_page_by_link_keeps_what_was_typed(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    carry(org.runut)
    browser = Browser(org)
    browser.follow(link_in(newest_to(org, smtp_sink, "rater")))
    browser.press_open()

    answer = browser.decide("decline", ground="absent", proposed_substitute="a", text="Cuti besar")

    assert answer.status_code == 422
    assert "Ada beberapa yang cocok" in browser.text and "Cuti besar" in browser.text
    assert "19000" not in browser.text, "who holds a link learns no NIP"
    assert "case.decline" not in types(org)


def test_who_declined_has_nothing_left_to_be_reminded_of(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")
    by_page(org, visit, plan, ground="not_mine")

    assert plan["number"] not in visit("rater").get("/").text
    answer = api(org, "hr").post(f"/cases/{plan['id']}/actions/remind", {}, if_match=str(plan["version"] + 1))
    assert answer.status_code == 409


def test_hr_re_routes_to_the_proposed_substitute_with_one_click_from_the_inbox(
    org: Org, visit: Any
) -> None:
    plan = create_plan(org, "in_approval")
    by_page(org, visit, plan, ground="absent", until="2026-02-06", proposed_substitute=PLH_NIP)

    hr = visit("hr").get("/")
    assert "Alihkan kepada Yusuf Permisalan" in hr.text and "Saya sedang tidak di tempat" in hr.text
    hr.press(f"/cases/{plan['number']}/actions/reroute", action="reroute")

    assert "/receipt/" in hr.page.request.path
    assert types(org)[-1] == "case.reroute" and waiting(org) == {"plh"}
    assert texts_of_last(org)["reason"].startswith("Pernyataan pejabat penilai: saya sedang tidak di tempat")
    assert f"{plan['number']}/4" in texts_of_last(org)["legal_basis"]
    assert visit("plh").get(f"/cases/{plan['number']}").source.count('value="approve"') == 1
    check_log(org.runut)


@pytest.mark.parametrize("place", ["", "/why"])
def test_without_a_proposal_the_next_free_official_up_the_ladder_is_offered(
    org: Org, visit: Any, place: str
) -> None:
    plan = create_plan(org, "in_approval")
    by_page(org, visit, plan, ground="conflict")

    hr = visit("hr").get(f"/cases/{plan['number']}{place}")
    assert "Alihkan kepada dr. Cut Contoh Maharani" in hr.text
    hr.press(f"/cases/{plan['number']}/actions/reroute", action="reroute")

    assert waiting(org) == {"rater_superior"}


def test_who_may_not_take_it_over_is_not_offered_though_proposed(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")
    by_page(org, visit, plan, ground="conflict", proposed_substitute="Sari Misal")

    assert "Alihkan kepada dr. Cut" in visit("hr").get("/").text
    assert "Alihkan kepada" not in visit("employee").get(f"/cases/{plan['number']}").text


def test_the_proposal_fills_in_hrs_form_of_a_delegation(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")
    away = {"from": "2026-01-20", "until": "2026-02-06"}
    by_page(org, visit, plan, ground="absent", proposed_substitute=PLH_NIP, **away)
    hr = visit("hr").get("/")
    href = hr.source.split('href="/people/')[1].split('"')[0].replace("&amp;", "&")

    form = hr.get(f"/people/{href}").source

    assert f'value="{PLH_NIP}"' in form and 'value="2026-01-20"' in form and 'value="2026-02-06"' in form
    assert "Yusuf" not in href


def test_the_next_step_ends_hrs_part_too(org: Org, visit: Any) -> None:
    plan = create_plan(org, "in_approval")
    by_page(org, visit, plan, ground="not_mine")

    api(org, "employee").post(f"/cases/{plan['id']}/actions/recall", {}, if_match=str(plan["version"] + 1))

    assert waiting(org) == {"employee"}
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Case.declined_by)) == []


def test_hr_reads_of_it_in_the_daily_summary(org: Org, visit: Any, smtp_sink: SmtpSink) -> None:
    plan = create_plan(org, "in_approval")
    by_page(org, visit, plan, ground="not_mine")
    set_now(org.runut, "2026-01-20T08:00:00+07:00")
    carry(org.runut)

    assert plan["number"] in newest_to(org, smtp_sink, "hr").text

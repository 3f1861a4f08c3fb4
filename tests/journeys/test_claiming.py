"""The queue of a group: a member takes a case, others see it and may take it over; it gives no right and takes none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.commands.claiming import claim
from service.commands.people import changing, end_team_member
from service.errors import Conflict
from service.models import Claim, Event
from service.models.authority import TeamMember
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import Api, Org, api, create_organisation, create_plan
from tests.mailing import wait
from workers.clock import tick


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


@pytest.fixture
def hasan(org: Org) -> Api:
    return api(org, "perf_team")


@pytest.fixture
def nurul(org: Org) -> Api:
    return api(org, "perf_team2")


def working_on(client: Api, case: dict[str, Any]) -> str | None:
    found = client.get(f"/cases/{case['id']}").get_json()["claimed_by"]
    return found and str(found["person"]["name"])


def test_others_see_who_works_on_a_case_and_cannot_take_it_without_naming_him(
    org: Org, hasan: Api, nurul: Api
) -> None:
    case = create_plan(org, "in_review")
    taken = hasan.post(f"/cases/{case['id']}/claim")
    assert taken.status_code == 200 and taken.get_json()["claimed_by"]["role"] == "PERF_TEAM"
    assert working_on(nurul, case) == working_on(api(org, "hr"), case) == "Hasan Perandaian, SE"
    refused = nurul.post(f"/cases/{case['id']}/claim")
    assert refused.status_code == 409
    assert refused.get_json()["claimed_by"] == org.people["perf_team"]
    over = nurul.post(f"/cases/{case['id']}/claim", {"over": org.people["perf_team"]})
    assert over.status_code == 200
    assert working_on(hasan, case) == "Nurul Ibarat, S.Sos"


def test_a_claim_takes_no_right_from_anybody_and_is_no_event(org: Org, hasan: Api) -> None:
    case = create_plan(org, "in_review")
    with org.runut.database.read() as connection:
        before = connection.scalar(select(func.count()).select_from(Event))
    hasan.post(f"/cases/{case['id']}/claim")
    with org.runut.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Event)) == before
    assert org.act("perf_team2", case, "endorse")["case"]["state"] == "in_approval"
    check_log(org.runut)


def test_a_claim_gives_no_right(org: Org, nurul: Api) -> None:
    case = create_plan(org, "in_approval")
    for label in ("perf_team", "rater", "employee", "hr"):
        assert api(org, label).post(f"/cases/{case['id']}/claim").status_code == 409
    assert api(org, "outsider").post(f"/cases/{case['id']}/claim").status_code == 404


def test_a_claim_ends_when_the_case_moves(org: Org, hasan: Api, nurul: Api) -> None:
    case = create_plan(org, "in_review")
    hasan.post(f"/cases/{case['id']}/claim")
    draft = org.act("employee", case, "recall")["case"]
    assert working_on(hasan, case) is None
    org.act("employee", draft, "submit")
    assert working_on(hasan, case) is None
    assert nurul.post(f"/cases/{case['id']}/claim").status_code == 200
    assert hasan.post(f"/cases/{case['id']}/release").status_code == 403
    wait(org.runut, timedelta(hours=2))
    tick(org.runut)
    with org.runut.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Claim)) == 1


def test_a_claim_ends_when_the_member_leaves_the_team(org: Org, hasan: Api) -> None:
    case = create_plan(org, "in_review")
    hasan.post(f"/cases/{case['id']}/claim")
    with org.runut.database.read() as connection:
        member = connection.scalar(
            select(TeamMember.id).where(TeamMember.person_id == org.people["perf_team"]).limit(1)
        )
    with changing(org.runut, org.actor("hr"), "SK 800/12/2026") as change:
        end_team_member(change, {"id": member})
    assert working_on(api(org, "perf_team2"), case) is None


def test_a_released_case_is_in_the_queue_again(org: Org, hasan: Api, nurul: Api) -> None:
    case = create_plan(org, "in_review")
    hasan.post(f"/cases/{case['id']}/claim")
    assert hasan.post(f"/cases/{case['id']}/claim").status_code == 200, "taking it twice is no error"
    assert nurul.post(f"/cases/{case['id']}/release").status_code == 403
    assert hasan.post(f"/cases/{case['id']}/release").get_json()["claimed_by"] is None
    assert nurul.post(f"/cases/{case['id']}/claim").status_code == 200


def test_of_members_who_take_a_case_at_once_one_wins(org: Org) -> None:
    case = create_plan(org, "in_review")
    labels = ["perf_team", "perf_team2"] * 4

    def take(label: str) -> str | None:
        try:
            claim(org.runut, org.actor(label), case["id"])
        except Conflict:
            return None
        return label

    with ThreadPoolExecutor(8) as crowd:
        winners = {label for label in crowd.map(take, labels) if label}
    assert len(winners) == 1
    assert working_on(api(org, "hr"), case) is not None

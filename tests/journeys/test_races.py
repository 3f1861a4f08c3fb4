"""Thirty-two at once on one case: one wins, there is one event and one set of mails, the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.acting import act
from service.commands.people import changing, end_delegation
from service.errors import CaseMovedOn, NotAvailable, NotYours, ServiceError
from service.models import Delivery, Event, WorkItem
from service.runut import Runut
from tests.factories import REASON, Org, appoint_plh, create_organisation, create_plan

THREADS = 32
Try = Callable[[], Any]


def race(tries: list[Try]) -> list[Any]:
    """What each of the tries answered or raised, all started at the same moment."""
    barrier = Barrier(len(tries))

    def run(attempt: Try) -> Any:
        barrier.wait()
        try:
            return attempt()
        except ServiceError as error:
            return error

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(run, tries))


def taking(org: Org, who: str, case: dict[str, Any], action: str, **given: Any) -> Try:
    return lambda: act(org.runut, org.actor(who), case["id"], action, given, if_match=case["version"])


def editing(org: Org, case: dict[str, Any]) -> Try:
    document = {key: value for key, value in case["document"].items() if key != "nonce"}
    return lambda: org.save("employee", case, document)


def assert_one_winner(org: Org, case: dict[str, Any], results: list[Any]) -> dict[str, Any]:
    """One receipt; its event is the only one at the next version; every mail of it is there once."""
    won = [result for result in results if isinstance(result, dict)]
    lost = [result for result in results if not isinstance(result, dict)]
    assert len(won) == 1, results
    assert all(isinstance(error, CaseMovedOn | NotAvailable | NotYours) for error in lost), lost
    with org.runut.database.read() as connection:
        events = connection.execute(
            select(Event.id, Event.position).where(Event.case_id == case["id"]).order_by(Event.position)
        ).all()
        mails = connection.execute(
            select(Delivery.person_id, Delivery.rule).where(Delivery.event_id == won[0]["event_id"])
        ).all()
        open_items = connection.execute(
            select(WorkItem.person_id).where(WorkItem.case_id == case["id"], WorkItem.done_at.is_(None))
        ).all()
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert events[-1].id == won[0]["event_id"]
    assert won[0]["case"]["version"] == case["version"] + 1
    assert len(mails) == len(set(mails))
    assert len(open_items) == len(set(open_items))
    return won[0]


@pytest.mark.parametrize("others", ["return", "recall", "approve"])
def test_of_many_who_decide_at_once_one_wins(runut: Runut, others: str) -> None:
    org = create_organisation(runut)
    case = create_plan(org, "in_approval")
    other = {
        "return": taking(org, "rater", case, "return", reason=REASON),
        "recall": taking(org, "employee", case, "recall"),
        "approve": taking(org, "rater", case, "approve"),
    }[others]
    results = race([taking(org, "rater", case, "approve"), other] * (THREADS // 2))
    assert_one_winner(org, case, results)


def test_a_submission_and_an_edit_at_once_leave_one_of_them(runut: Runut) -> None:
    org = create_organisation(runut)
    case = create_plan(org)
    results = race([taking(org, "employee", case, "submit"), editing(org, case)] * (THREADS // 2))
    assert_one_winner(org, case, results)


def test_the_end_of_a_delegation_and_the_approval_that_rests_on_it_do_not_both_win(runut: Runut) -> None:
    org = create_organisation(runut)
    delegation = appoint_plh(org)
    case = create_plan(org, "in_approval")

    def ending() -> None:
        with changing(runut, org.actor("hr"), REASON) as change:
            end_delegation(change, {"id": delegation})

    results = race([taking(org, "plh", case, "approve")] * (THREADS - 1) + [ending])
    decided = [result for result in results[:-1] if isinstance(result, dict)]
    assert len(decided) <= 1
    with runut.database.read() as connection:
        types = connection.execute(
            select(Event.type).where(Event.case_id == case["id"]).order_by(Event.position)
        ).scalars().all()
    assert types.count("case.authority") == 1
    if decided:
        # The delegation may end after the approval; never may the approval come after its end.
        assert types.index("work_plan.approve") < types.index("case.authority")


def test_the_same_request_repeated_by_its_key_is_done_once(runut: Runut) -> None:
    org = create_organisation(runut)
    case = create_plan(org, "in_approval")
    again = lambda: act(  # noqa: E731
        runut, org.actor("rater"), case["id"], "approve", {}, if_match=case["version"], key="one-key"
    )
    results = race([again] * THREADS)
    assert {result["event_id"] for result in results} == {results[0]["event_id"]}
    assert all(result == results[0] for result in results)

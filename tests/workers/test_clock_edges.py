"""The clock's steps at the second at which they become due, ticked by two, and by one that dies in between."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.actor import CLOCK
from service.commands.acting import act
from service.ladders import RUNGS
from service.models import Event, Timer
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import LETTER, Org, create_organisation, create_plan, set_now
from workers.clock import fire_due, tick

YEAR_ENDS = "2027-01-01T00:00:00+07:00"
TEN_SECONDS_EARLY = "2027-01-01T00:00:50+07:00"
DUE = "2027-01-01T00:01:00+07:00"
_STEP = Event.actor_id.is_(None) & Event.type.like("work_plan.%")  # what the ladder does is case.remind, case.escalate


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def clocks_events(org: Org) -> Counter[str]:
    """How often the clock took each of its steps."""
    with org.runut.database.read() as connection:
        return Counter(connection.scalars(select(Event.type).where(_STEP)))


def fired(org: Org) -> list[tuple[str, str]]:
    with org.runut.database.read() as connection:
        fired = Timer.outcome.in_(("fired", "late")), Timer.kind.not_in(RUNGS)
        query = select(Timer.kind, Timer.outcome).where(*fired).order_by(Timer.kind)
        return [tuple(row) for row in connection.execute(query)]


def plans(org: Org) -> dict[str, dict[str, Any]]:
    """One plan in force and one that is being amended."""
    return {
        "close": create_plan(org, "in_force", label="newcomer"),
        "lapse_amendment": org.act("employee", create_plan(org, "in_force"), "amend", **LETTER)["case"],
    }


def acted_at(org: Org) -> list[datetime]:
    """When the clock took its steps."""
    with org.runut.database.read() as connection:
        return sorted(connection.scalars(select(Event.at).where(_STEP)))


def both_tick(org: Org) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: tick(org.runut), range(2)))


def test_both_steps_become_due_a_minute_after_the_years_end_and_not_before(org: Org) -> None:
    plans(org)
    for too_early in (YEAR_ENDS, TEN_SECONDS_EARLY):
        set_now(org.runut, too_early)
        both_tick(org)
    assert clocks_events(org) == {}
    set_now(org.runut, DUE)
    both_tick(org)
    both_tick(org)
    # The amendment lapsed first; its plan, in force again, was closed with the other one.
    assert clocks_events(org) == {"work_plan.lapse_amendment": 1, "work_plan.close": 2}
    assert acted_at(org)[0] >= datetime.fromisoformat(DUE)
    assert fired(org) == [("close", "fired"), ("close", "fired"), ("lapse_amendment", "fired")]
    check_log(org.runut)


def test_a_tick_that_dies_between_the_step_and_its_mark_takes_no_second_step(org: Org) -> None:
    case = plans(org)["close"]
    set_now(org.runut, DUE)
    with org.runut.database.read() as connection:
        timer = connection.execute(select(Timer).where(Timer.case_id == case["id"], Timer.done_at.is_(None))).one()
    act(org.runut, CLOCK, case["id"], timer.kind, {}, if_match="any")
    both_tick(org)
    both_tick(org)
    assert clocks_events(org)["work_plan.close"] == 2
    check_log(org.runut)


def test_everything_that_fell_due_in_a_long_outage_fires_once_and_is_marked_late(org: Org) -> None:
    plans(org)
    set_now(org.runut, "2027-01-12T09:00:00+07:00")
    for _ in range(3):
        both_tick(org)
    assert clocks_events(org) == {"work_plan.lapse_amendment": 1, "work_plan.close": 2}
    assert {outcome for _, outcome in fired(org)} == {"late"}
    assert fire_due(org.runut) == 0
    assert acted_at(org)[-1] - acted_at(org)[0] < timedelta(minutes=1)
    check_log(org.runut)

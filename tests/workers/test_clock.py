from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from service import heartbeats, outbox
from service.models import Case, Event, IdempotencyKey, Timer
from service.runut import Runut
from tests.factories import LETTER, Org, create_organisation, create_plan, set_now
from workers.clock import IDEMPOTENCY_KEYS_KEPT, clean, fire_due, tick

YEAR_IS_OVER = "2027-01-01T00:01:30+07:00"


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def amending(org: Org) -> dict[str, Any]:
    """A plan whose amendment is being drafted: the year's end lets it lapse."""
    return org.act("employee", create_plan(org, "in_force"), "amend", **LETTER)["case"]


def state_of(org: Org, case: dict[str, Any]) -> str:
    with org.runut.database.read() as connection:
        return str(connection.scalar(select(Case.state).where(Case.id == case["id"])))


def outcomes(org: Org, case: dict[str, Any], kind: str) -> list[Any]:
    with org.runut.database.read() as connection:
        query = select(Timer.outcome).where(Timer.case_id == case["id"], Timer.kind == kind).order_by(Timer.id)
        return list(connection.scalars(query))


def events(org: Org, case: dict[str, Any], type_: str) -> int:
    with org.runut.database.read() as connection:
        query = select(func.count()).where(Event.case_id == case["id"], Event.type == type_)
        return int(connection.scalar(query) or 0)


def test_a_due_timer_takes_the_clocks_step_once(org: Org) -> None:
    case = amending(org)
    set_now(org.runut, YEAR_IS_OVER)
    assert fire_due(org.runut) == 1
    assert state_of(org, case) == "in_force"
    assert fire_due(org.runut) == 1  # nothing hangs on the plan, so the year's end closes it
    assert fire_due(org.runut) == 0
    assert state_of(org, case) == "closed"
    assert outcomes(org, case, "lapse_amendment")[-1] == "fired"
    assert events(org, case, "work_plan.lapse_amendment") == 1


def test_nothing_happens_a_minute_before_its_instant(org: Org) -> None:
    case = amending(org)
    set_now(org.runut, "2026-12-31T23:59:30+07:00")
    assert fire_due(org.runut) == 0
    assert state_of(org, case) == "draft"


def test_a_timer_that_fires_late_says_so(org: Org) -> None:
    case = amending(org)
    set_now(org.runut, "2027-01-04T09:00:00+07:00")
    fire_due(org.runut)
    assert outcomes(org, case, "lapse_amendment")[-1] == "late"


def test_ticks_at_the_same_time_take_one_step(org: Org) -> None:
    case = amending(org)
    set_now(org.runut, YEAR_IS_OVER)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tick(org.runut), range(4)))
    assert events(org, case, "work_plan.lapse_amendment") == 1


def test_a_step_that_guards_refuse_is_looked_at_again_later(org: Org) -> None:
    case = amending(org)
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        connection.execute(update(Timer).where(Timer.done_at.is_(None)).values(due_at=now))
    assert fire_due(org.runut) == 0
    assert state_of(org, case) == "draft"
    assert outcomes(org, case, "lapse_amendment")[-1] is None
    set_now(org.runut, YEAR_IS_OVER)
    assert fire_due(org.runut) == 1


def test_a_timer_of_a_case_on_hold_waits(org: Org) -> None:
    case = amending(org)
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        connection.execute(update(Case).where(Case.id == case["id"]).values(held_at=now))
    set_now(org.runut, YEAR_IS_OVER)
    assert fire_due(org.runut) == 0
    assert outcomes(org, case, "lapse_amendment")[-1] is None


def test_a_timer_whose_case_went_elsewhere_is_moot(org: Org) -> None:
    case = amending(org)
    with org.runut.database.write() as connection:
        connection.execute(update(Case).where(Case.id == case["id"]).values(state="in_force", stage="done"))
    set_now(org.runut, YEAR_IS_OVER)
    assert fire_due(org.runut) == 0
    assert outcomes(org, case, "lapse_amendment")[-1] == "moot"


def test_old_answers_are_deleted_once_an_hour(org: Org) -> None:
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        for age in (IDEMPOTENCY_KEYS_KEPT + timedelta(seconds=1), timedelta(hours=1)):
            connection.execute(
                IdempotencyKey.__table__.insert().values(  # type: ignore[attr-defined]
                    person_id=org.people["hr"], key=str(age), fingerprint="", answer={}, created_at=now - age
                )
            )
    assert clean(org.runut)
    assert not clean(org.runut)
    with org.runut.database.read() as connection:
        assert list(connection.scalars(select(IdempotencyKey.key))) == [str(timedelta(hours=1))]


def test_a_tick_leaves_a_sign_of_life_and_ends_what_is_of_no_use(org: Org) -> None:
    create_plan(org, "in_force")
    set_now(org.runut, "2026-03-02T09:00:00+07:00")
    tick(org.runut)
    with org.runut.database.read() as connection:
        assert "beat" in heartbeats.last_beats(connection)
        assert "EXPIRED" in {count.state for count in outbox.status(connection)}

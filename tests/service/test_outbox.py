from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from service import outbox
from service.ids import new_id
from service.models import Delivery
from service.outbox import Taken
from service.runut import Runut
from service.telling import LANE_CODES, LANE_NEWS, LANE_REQUESTS, delivery


@pytest.fixture
def connection(runut: Runut) -> Iterator[Connection]:
    with runut.database.write() as connection:
        yield connection


@pytest.fixture
def now(runut: Runut) -> datetime:
    with runut.database.read() as connection:
        return runut.pulse(connection).now


def add(connection: Connection, now: datetime, lane: int = LANE_NEWS, **changes: Any) -> str:
    row = delivery(dedupe=new_id(), rule="told", person_id=None, now=now, lane=lane)
    connection.execute(insert(Delivery).values({**row, **changes}))
    return str(row["id"])


def row(connection: Connection, delivery_id: str) -> Any:
    return connection.execute(select(*Delivery.__table__.columns).where(Delivery.id == delivery_id)).one()


def take_one(connection: Connection, now: datetime, delivery_id: str) -> Taken:
    lease, _ = outbox.lease(connection, now, limit=50)
    (held,) = outbox.take(connection, now, [delivery_id], lease)
    return held


def test_due_rows_are_leased_urgent_lanes_first_then_the_oldest(connection: Connection, now: datetime) -> None:
    news, asked, code = (add(connection, now, lane) for lane in (LANE_NEWS, LANE_REQUESTS, LANE_CODES))
    later_code = add(connection, now, LANE_CODES)
    add(connection, now, next_at=now + timedelta(seconds=1))
    _, rows = outbox.lease(connection, now, limit=3)
    assert [leased.id for leased in rows] == [code, later_code, asked]
    _, rows = outbox.lease(connection, now, limit=3)
    assert [leased.id for leased in rows] == [news]


def test_a_lease_may_be_limited_to_lanes(connection: Connection, now: datetime) -> None:
    add(connection, now, LANE_NEWS)
    code = add(connection, now, LANE_CODES)
    _, rows = outbox.lease(connection, now, limit=9, lanes=[LANE_CODES])
    assert [leased.id for leased in rows] == [code]


def test_relays_at_the_same_time_never_lease_a_row_twice(runut: Runut, now: datetime) -> None:
    with runut.database.write() as connection:
        expected = {add(connection, now) for _ in range(120)}

    def relay(_number: int) -> list[str]:
        got = []
        while True:
            with runut.database.statement() as connection:
                _, rows = outbox.lease(connection, now, limit=7)
            if not rows:
                return got
            got += [leased.id for leased in rows]

    with ThreadPoolExecutor(4) as pool:
        leased = [delivery_id for ids in pool.map(relay, range(4)) for delivery_id in ids]
    assert sorted(leased) == sorted(expected)


def test_a_doorbell_that_rings_three_times_is_answered_once(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    lease, _ = outbox.lease(connection, now, limit=1)
    taken = [outbox.take(connection, now, [delivery_id], lease) for _ in range(3)]
    assert [len(rows) for rows in taken] == [1, 0, 0]


def test_a_late_doorbell_takes_nothing_once_the_row_was_rung_for_again(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    first, _ = outbox.lease(connection, now, limit=1)
    later = first + timedelta(seconds=1)
    second, rows = outbox.lease(connection, later, limit=1)
    assert [leased.id for leased in rows] == [delivery_id]
    assert not outbox.take(connection, later, [delivery_id], first)
    assert outbox.take(connection, later, [delivery_id], second)


def test_ringing_in_vain_is_no_attempt(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    for minute in range(10):
        outbox.lease(connection, now + timedelta(minutes=minute), limit=1)
    assert row(connection, delivery_id).attempts == 0
    assert outbox.sweep(connection, now + timedelta(hours=1)) == 0


def test_a_row_nobody_could_be_told_of_is_due_at_once(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    lease, _ = outbox.lease(connection, now, limit=1)
    outbox.unlease(connection, [delivery_id], lease)
    assert row(connection, delivery_id).state == "PENDING"
    assert outbox.lease(connection, now, limit=1)[1]
    assert not outbox.take(connection, now, [delivery_id], lease - timedelta(seconds=1))


def test_what_a_worker_does_not_touch_goes_back_uncounted(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    outbox.put_back(connection, [take_one(connection, now, delivery_id)])
    back = row(connection, delivery_id)
    assert (back.state, back.attempts, back.lease_until) == ("PENDING", 0, None)


def test_a_postponed_row_is_tried_again_only_after_its_delay(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    outbox.postpone(connection, take_one(connection, now, delivery_id), now, "451 try later")
    postponed = row(connection, delivery_id)
    assert (postponed.state, postponed.answer, postponed.attempts) == ("RETRY", "451 try later", 1)
    assert not outbox.lease(connection, now + timedelta(seconds=3), limit=1)[1]
    assert outbox.lease(connection, now + timedelta(seconds=7), limit=1)[1]


def test_delays_grow_to_an_hour_and_never_meet() -> None:
    def seconds(attempts: int) -> float:
        return outbox.delay_after(attempts).total_seconds()

    for attempts, usual in ((1, 5), (2, 15), (3, 45), (4, 135), (20, 3600), (99, 3600)):
        assert usual * 0.75 <= seconds(attempts) <= usual * 1.25
    assert len({seconds(30) for _ in range(50)}) > 40


def test_a_row_is_given_up_when_its_use_ends_before_the_next_attempt(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now, expires_at=now + timedelta(seconds=2))
    outbox.postpone(connection, take_one(connection, now, delivery_id), now, "451 try later")
    assert row(connection, delivery_id).state == "EXPIRED"


def test_an_expired_row_is_never_leased_and_is_swept(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now, expires_at=now)
    assert not outbox.lease(connection, now, limit=1)[1]
    assert outbox.sweep(connection, now) == 1
    assert row(connection, delivery_id).state == "EXPIRED"


def test_a_row_that_kills_its_workers_is_dead_after_three_leases_without_an_answer(
    connection: Connection, now: datetime
) -> None:
    poison, other = add(connection, now), add(connection, now)
    for attempt in range(outbox.MOST_SILENT_ATTEMPTS):
        at = now + timedelta(minutes=2 * attempt)
        lease, rows = outbox.lease(connection, at, limit=9)
        assert {leased.id: leased.is_suspect for leased in rows}[poison] is (attempt > 0)
        outbox.take(connection, at, [poison], lease)
    end = now + timedelta(minutes=10)
    assert [leased.id for leased in outbox.lease(connection, end, limit=9)[1]] == [other]
    assert outbox.sweep(connection, end) == 1
    dead = row(connection, poison)
    assert (dead.state, dead.answer) == ("DEAD", "no answer from the worker that took it")


def test_rows_of_a_worker_that_was_never_heard_of_again_are_due_one_by_one(
    connection: Connection, now: datetime
) -> None:
    ids = [add(connection, now) for _ in range(3)]
    lease, _ = outbox.lease(connection, now, limit=9)
    outbox.take(connection, now, ids, lease)
    rung_only = add(connection, now)
    outbox.lease(connection, now, limit=9)
    later = now + timedelta(minutes=2)
    assert outbox.disperse(connection, later) == 3
    assert outbox.disperse(connection, later) == 0
    due = []
    for second in range(3):
        _, rows = outbox.lease(connection, later + timedelta(seconds=second), limit=9)
        due.append([(leased.is_suspect, leased.id == rung_only) for leased in rows])
    assert due == [[(True, False), (False, True)], [(True, False)], [(True, False)]]


def test_a_row_is_dead_after_the_last_attempt(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now, attempts=outbox.MOST_ATTEMPTS - 1, answer="451")
    outbox.postpone(connection, take_one(connection, now, delivery_id), now, "451 try later")
    assert row(connection, delivery_id).state == "DEAD"


def test_what_has_left_stays_accepted_though_the_lease_ran_out(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    slow = take_one(connection, now, delivery_id)
    later = now + timedelta(minutes=5)
    second = take_one(connection, later, delivery_id)
    outbox.accepted(connection, slow, later, "250 ok")
    outbox.postpone(connection, second, later, "451 try later")
    assert row(connection, delivery_id).state == "ACCEPTED"


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (outbox.bounced, "BOUNCED"), (outbox.refused, "REFUSED"), (outbox.cancel, "CANCELLED"), (outbox.bury, "DEAD"),
    ],
)
def test_an_end_says_when_and_why(connection: Connection, now: datetime, end: Any, state: str) -> None:
    delivery_id = add(connection, now)
    end(connection, take_one(connection, now, delivery_id), now, "x" * 500)
    ended = row(connection, delivery_id)
    assert (ended.state, ended.done_at, ended.lease_until, len(ended.answer)) == (state, now, None, 200)
    assert not outbox.lease(connection, now + timedelta(days=1), limit=1)[1]


def test_dead_rows_are_revived_as_if_never_tried(connection: Connection, now: datetime) -> None:
    dead = add(connection, now, state="DEAD", attempts=100, answer="451", done_at=now)
    bounced = add(connection, now, state="BOUNCED")
    assert outbox.retry(connection, now) == 1
    revived = row(connection, dead)
    assert (revived.state, revived.attempts, revived.answer, revived.done_at) == ("PENDING", 0, None, None)
    assert row(connection, bounced).state == "BOUNCED"


def test_held_rows_leave_only_when_released(connection: Connection, now: datetime) -> None:
    add(connection, now)
    assert outbox.hold(connection) == 1
    assert not outbox.lease(connection, now + timedelta(days=1), limit=1)[1]
    assert outbox.release(connection, now) == 1
    assert outbox.lease(connection, now, limit=1)[1]


def test_an_embedded_start_takes_all_leases_back(connection: Connection, now: datetime) -> None:
    delivery_id = add(connection, now)
    take_one(connection, now, delivery_id)
    assert outbox.take_back(connection, now) == 1
    assert outbox.lease(connection, now, limit=1)[1][0].is_suspect


def test_the_status_counts_rows_by_state_with_the_oldest(connection: Connection, now: datetime) -> None:
    first = add(connection, now - timedelta(hours=1))
    add(connection, now)
    connection.execute(update(Delivery).where(Delivery.id == add(connection, now)).values(state="DEAD"))
    assert [(c.state, c.number, c.oldest_at) for c in outbox.status(connection)] == [
        ("DEAD", 1, now), ("PENDING", 2, row(connection, first).created_at),
    ]
    assert outbox.oldest_due(connection, now) == now - timedelta(hours=1)
    assert outbox.in_flight(connection, now) == 0

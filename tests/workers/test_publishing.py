from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from service import outbox
from service.models import Delivery
from service.runut import Runut
from tests.factories import Org, create_organisation, create_plan
from workers import publishing
from workers.app import create_celery
from workers.broker import BrokerAway, Publisher
from workers.publishing import publish


class Exchange:
    """A broker that remembers what was published, in the shape in which publishing needs it."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.is_away = False
        self.asked = 0

    def publish(self, send: Any) -> None:
        """Takes it, or does not; what `send` would hand to a producer is kept."""
        self.asked += 1
        if self.is_away:
            raise BrokerAway("frozen")
        producer = _Producer()
        send(producer)
        self.published.append(producer.sent)

    @property
    def ids(self) -> list[str]:
        return [sent["message_id"] for sent in self.published]


class _Producer:
    def publish(self, body: str, **options: Any) -> None:
        self.sent = {"body": body, **options}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def leased(org: Org) -> tuple[list[str], datetime]:
    """The events that are due, under a lease as the relay takes it."""
    with org.runut.database.statement() as connection:
        lease, rows = outbox.lease(connection, org.runut.pulse(connection).now, limit=99)
    return [row.id for row in rows if row.channel == "exchange"], lease


def event_rows(org: Org) -> list[Any]:
    with org.runut.database.read() as connection:
        query = select(*Delivery.__table__.columns).where(Delivery.channel == "exchange").order_by(Delivery.id)
        return list(connection.execute(query))


def test_a_doorbell_rung_three_times_publishes_once(org: Org) -> None:
    create_plan(org, "in_review")
    exchange, (ids, lease) = Exchange(), leased(org)
    for _ in range(3):
        publish(org.runut, exchange, ids, lease)  # type: ignore[arg-type]
    assert sorted(exchange.ids) == sorted(row.event_id for row in event_rows(org))
    assert {row.state for row in event_rows(org)} == {"ACCEPTED"}


def test_events_that_a_frozen_broker_does_not_take_wait_for_another_time(org: Org) -> None:
    create_plan(org, "in_review")
    exchange, (ids, lease) = Exchange(), leased(org)
    exchange.is_away = True
    publish(org.runut, exchange, ids, lease)  # type: ignore[arg-type]
    assert {(row.state, row.answer) for row in event_rows(org)} == {("RETRY", "broker: frozen")}
    assert exchange.asked == 1, "each attempt may take seconds, and mails wait for the same threads"


def test_no_event_is_marked_before_the_broker_has_confirmed_it(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    create_plan(org, "in_review")
    states = []

    class Watched(Exchange):
        def publish(self, send: Any) -> None:
            states.append({row.state for row in event_rows(org)} - {"ACCEPTED"})
            super().publish(send)

    ids, lease = leased(org)
    publish(org.runut, Watched(), ids, lease)  # type: ignore[arg-type]
    assert states == [{"LEASED"}, {"LEASED"}]


def test_an_event_carries_the_same_id_each_time_it_is_published(org: Org) -> None:
    create_plan(org, "draft")
    (row,) = event_rows(org)
    assert publishing.cloud_event(org.runut, row.event_id) == publishing.cloud_event(org.runut, row.event_id)


def test_publishing_to_no_broker_at_all_keeps_the_events(org: Org) -> None:
    org.runut.settings = replace(org.runut.settings, broker_url="amqp://guest:guest@127.0.0.1:9//")
    create_plan(org, "draft")
    ids, lease = leased(org)
    publish(org.runut, Publisher(create_celery(org.runut)), ids, lease)
    (row,) = event_rows(org)
    assert row.state == "RETRY" and row.answer.startswith("broker: ")

"""Events for other systems: CloudEvents 1.0 as JSON on the topic exchange `runut.events`, at least once each.

What leaves is what the log says without names and texts; subscribers order a case's events by `data.position`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from config.celery import EVENTS_EXCHANGE
from service import outbox
from service.canonical import parse
from service.events import instant_text
from service.models import Event
from service.outbox import Taken
from service.queries.events import CHAIN_NAME, with_its_chain
from service.runut import Runut
from workers.broker import CONFIRM_S, BrokerAway, Publisher

CONTENT_TYPE = "application/cloudevents+json"
_PERSISTENT = 2
_INNER = ("v", "id", "at", "type", "texts")


def publish(runut: Runut, publisher: Publisher, ids: Sequence[str], lease: datetime) -> None:
    """Publishes the events of those rows that are still under `lease`, and marks what the broker has confirmed."""
    with runut.database.statement() as connection:
        taken = outbox.take(connection, runut.pulse(connection).now, ids, lease)
    for place, held in enumerate(taken):
        try:
            publisher.publish(_sender(cloud_event(runut, str(held.row["event_id"]))))
        except BrokerAway as away:
            _postpone_all(runut, taken[place:], f"broker: {away}")  # each attempt would hold this thread for seconds
            return
        with runut.database.statement() as connection:
            outbox.accepted(connection, held, runut.pulse(connection).now, "confirmed by the broker")


def cloud_event(runut: Runut, event_id: str) -> dict[str, Any]:
    """The event as others may see it: ids, states and digests. Raises NoResultFound when there is none."""
    with runut.database.read() as connection:
        row = connection.execute(
            with_its_chain(
                select(Event.id, Event.type, Event.at, Event.canonical, Event.hash, CHAIN_NAME)
            ).where(Event.id == event_id)
        ).one()
    content: Mapping[str, Any] = parse(row.canonical)
    return {
        "specversion": "1.0",
        "id": row.id,
        "source": runut.settings.base_url,
        "type": row.type,
        "subject": row.number,
        "time": instant_text(row.at),
        "datacontenttype": "application/json",
        "data": {**{name: value for name, value in content.items() if name not in _INNER}, "hash": row.hash},
    }


def _postpone_all(runut: Runut, rows: Sequence[Taken], answer: str) -> None:
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        for held in rows:
            outbox.postpone(connection, held, now, answer)


def _sender(event: Mapping[str, Any]) -> Callable[[Any], None]:
    def send(producer: Any) -> None:
        producer.publish(
            json.dumps(event, ensure_ascii=False), content_type=CONTENT_TYPE, content_encoding="utf-8",
            exchange=EVENTS_EXCHANGE, routing_key=event["type"], declare=[EVENTS_EXCHANGE],
            delivery_mode=_PERSISTENT, message_id=event["id"], confirm_timeout=CONFIRM_S, retry=False,
        )

    return send

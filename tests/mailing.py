"""Sending what waits in the outbox, in the test's own thread and without a broker."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, text, update

from service import outbox
from service.models import Delivery
from service.runut import Runut
from tests.smtp_sink import SmtpSink
from workers.mail import deliver


def connect(runut: Runut, sink: SmtpSink, **settings: Any) -> None:
    """Lets the service mail to the sink."""
    runut.settings = replace(runut.settings, smtp_url=sink.url, **settings)


def send_due(runut: Runut, *, doorbells: int = 1) -> list[str]:
    """Leases every mail that is due and rings for all of them; answers their ids."""
    with runut.database.statement() as connection:
        lease, rows = outbox.lease(connection, runut.pulse(connection).now, limit=1000)
    ids = [row.id for row in rows if row.channel == "mail"]
    for _ in range(doorbells):
        deliver(runut, ids, lease)
    return ids


def wait(runut: Runut, time: timedelta) -> None:
    """Moves the service's clock forward."""
    with runut.database.write() as connection:
        connection.execute(
            text("UPDATE clock_offset SET milliseconds = milliseconds + :ahead"),
            {"ahead": round(time / timedelta(milliseconds=1))},
        )


def ledger(runut: Runut, **which: Any) -> list[Any]:
    """The rows of the outbox for mails, oldest first."""
    with runut.database.read() as connection:
        query = select(*Delivery.__table__.columns).where(Delivery.channel == "mail").order_by(Delivery.id)
        return list(connection.execute(query.filter_by(**which)))


def let_news_go(runut: Runut) -> None:
    """Makes gathered news due at once, as news of a decision is."""
    with runut.database.write() as connection:
        connection.execute(delete(Delivery).where(Delivery.rule == "digest", Delivery.state == "PENDING"))
        connection.execute(update(Delivery).where(Delivery.state == "GATHERED").values(state="PENDING"))

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from celery import Celery
from sqlalchemy import insert

from config.settings import InvalidSettings, Settings, from_environment
from service import outbox
from service.ids import new_id
from service.mail_rate import allowance, mail_forecast, pay
from service.models import Delivery
from service.runut import Runut
from service.telling import LANE_CODES, LANE_REQUESTS, delivery
from tests.mailing import wait
from workers.relay import Relay, Watching


@pytest.fixture
def mail_settings(environ: dict[str, str]) -> Settings:
    return from_environment(environ)


def test_a_forecast_says_how_many_hours_the_mails_of_a_cycle_need(mail_settings: Settings) -> None:
    slow = replace(mail_settings, smtp_rate=100)
    assert mail_forecast(slow, 6_000) == 1.0
    assert mail_forecast(slow, 0) == 0.0
    with pytest.raises(ValueError, match="none"):
        mail_forecast(slow, -1)


def test_without_a_limit_there_is_nothing_to_forecast(mail_settings: Settings) -> None:
    assert mail_settings.smtp_rate is None
    assert mail_forecast(mail_settings, 6_000) is None


def test_the_rate_is_a_number_of_mails_a_minute(environ: dict[str, str]) -> None:
    assert from_environment({**environ, "RUNUT_SMTP_RATE": "120"}).smtp_rate == 120
    for wrong in ("0", "-1", "1.5", "fast"):
        with pytest.raises(InvalidSettings, match="RUNUT_SMTP_RATE"):
            from_environment({**environ, "RUNUT_SMTP_RATE": wrong})


# The pace, shared by all relays


def at(runut: Runut) -> datetime:
    with runut.database.read() as connection:
        return runut.pulse(connection).now


def let_go(runut: Runut, rate: int, now: datetime) -> int:
    with runut.database.write() as connection:
        mails = allowance(connection, rate, now)
        pay(connection, rate, now, mails)
    return mails


def test_no_more_mails_leave_than_the_rate_allows(runut: Runut) -> None:
    begin = at(runut)
    gone = [let_go(runut, 120, begin + timedelta(seconds=second / 2)) for second in range(121)]
    assert gone[0] == 10 and sum(gone) == 10 + 120
    assert max(gone[1:]) <= 1


def test_a_slow_server_still_gets_every_mail(runut: Runut) -> None:
    begin = at(runut)
    assert sum(let_go(runut, 1, begin + timedelta(seconds=7 * second)) for second in range(86)) == 10


def test_a_long_pause_saves_up_no_burst(runut: Runut) -> None:
    now = at(runut)
    let_go(runut, 120, now)
    assert let_go(runut, 120, now + timedelta(days=10)) == 10


def test_relays_at_the_same_time_share_one_allowance(runut: Runut) -> None:
    now = at(runut)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: let_go(runut, 120, now), range(8))) == 10


class Quiet:
    """A broker that takes every doorbell and rings nowhere."""

    rung: list[str]

    def __init__(self) -> None:
        self.rung = []

    def connect(self) -> None: ...

    def publish(self, send: Any) -> None:
        send(None)

    def close(self) -> None: ...


def relay_of(runut: Runut, quiet: Quiet, monkeypatch: pytest.MonkeyPatch) -> Relay:
    app = Celery("test", set_as_current=False)
    monkeypatch.setattr(app, "send_task", lambda _task, arguments, **_: quiet.rung.extend(arguments[0]))
    relay = Relay(runut, app, Watching(runut.database, Event()))
    monkeypatch.setattr(relay, "_publisher", quiet)
    return relay


def add(runut: Runut, number: int, lane: int, channel: str = "mail") -> None:
    now = at(runut)
    with runut.database.write() as connection:
        for _ in range(number):
            row = delivery(dedupe=new_id(), rule="told", person_id=None, now=now, lane=lane, channel=channel)
            connection.execute(insert(Delivery).values(row))


def test_two_relays_ring_for_no_more_mails_than_the_rate_and_hold_up_neither_codes_nor_events(
    runut: Runut, monkeypatch: pytest.MonkeyPatch
) -> None:
    runut.settings = replace(runut.settings, smtp_rate=60)
    quiet = Quiet()
    relays = [relay_of(runut, quiet, monkeypatch) for _ in range(2)]
    add(runut, 40, LANE_REQUESTS)
    add(runut, 7, LANE_CODES)
    add(runut, 3, LANE_REQUESTS, "exchange")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda relay: relay.round(), relays))
    assert len(quiet.rung) == 7 + 3 + 5  # five seconds of one mail a second had been saved up
    wait(runut, timedelta(seconds=10))
    for _ in range(3):
        for relay in relays:
            relay.round()
    assert len(set(quiet.rung)) == len(quiet.rung) == 7 + 3 + 5 + 5
    with runut.database.read() as connection:
        assert {count.state: count.number for count in outbox.status(connection)} == {"LEASED": 20, "PENDING": 30}

"""A mail server that is away, puts senders off or refuses an address, behind a running service whose clock is moved."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from config.settings import from_environment
from service.clock import advance_clock
from service.models import ActionLink
from service.runut import Runut
from tests.afterwards import check_log, check_mails, hurry, is_quiet, rows, states
from tests.crowd import add_employees, apis
from tests.databases import prepare_schema
from tests.factories import Org, create_organisation, create_plan
from tests.fleet import Fleet, until
from tests.mailing import let_news_go
from tests.post_office import address
from tests.servers import free_ports
from tests.smtp_sink import SmtpSink
from tests.wire import Wire

WORKER_THREADS = 4
"""How many mails `runut up` hands over at the same time; codes have two threads more."""


@dataclass
class ColdSink(SmtpSink):
    """Puts off the first `puts_off` attempts of each mail, and counts the sessions that are open at the same time."""

    puts_off: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    most_sessions: int = 0
    all_sessions: int = 0

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.all_sessions += 1
        self.sessions += 1
        self.most_sessions = max(self.most_sessions, self.sessions)
        return responses

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        self.sessions -= 1
        return "221 Bye"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message_id = next(line for line in (envelope.original_content or b"").splitlines() if b"Message-ID" in line)
        self.attempts[message_id.decode()] += 1
        if self.attempts[message_id.decode()] <= self.puts_off:
            await asyncio.sleep(self.delay_s)
            return "451 4.7.1 Greylisted, try again in five minutes"
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def listening(sink: SmtpSink) -> Iterator[None]:
    """Lets the sink answer on its port while the block lasts."""
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@dataclass
class Up:
    """A running `runut up` that mails to `sink`, which does not listen yet."""

    org: Org
    sink: ColdSink
    settings_port: int
    stack: ExitStack

    @property
    def runut(self) -> Runut:
        return self.org.runut

    def listen(self) -> None:
        """The mail server is back."""
        self.stack.enter_context(listening(self.sink))

    def mails(self) -> list[object]:
        """The rows of mails of their own: what waits for a day's summary is not among them."""
        return [
            row for row in rows(self.runut)
            if row.channel == "mail" and row.rule != "digest" and row.state not in ("GATHERED", "SUMMED")
        ]

    def wait_until_put_off(self) -> None:
        """Waits until every mail was tried and is to be tried again later, and no worker holds any, summaries included:
        a clock that jumps then ends the lease of nobody who is sending."""
        until(lambda: {row.state for row in self.mails()} == {"RETRY"} and self._is_later(), 20,
              lambda: states(self.runut))

    def _is_later(self) -> bool:
        with self.runut.database.read() as connection:
            now = self.runut.pulse(connection).now
        waiting = [row for row in rows(self.runut) if row.channel == "mail" and row.done_at is None]
        return all(row.state == "GATHERED" or (row.state != "LEASED" and row.next_at > now) for row in waiting)


@pytest.fixture
def up(environ: dict[str, str], tmp_path: Path) -> Iterator[Up]:
    web, smtp = free_ports(2)
    env = {**environ, "RUNUT_PORT": str(web), "RUNUT_SMTP_URL": f"smtp://127.0.0.1:{smtp}"}
    settings = from_environment(env)
    prepare_schema(settings.database_url)
    runut = Runut.start(settings)
    org = create_organisation(runut)
    with ExitStack() as stack:
        fleet = stack.enter_context(Fleet(tmp_path, env))
        fleet.start("up").ready()
        yield Up(org, ColdSink(smtp), web, stack)
    runut.database.close()


@pytest.mark.slow
def test_a_mail_server_that_is_away_for_a_day_gets_everything_once_and_no_crowd(up: Up) -> None:
    for label in add_employees(up.org, 20):
        create_plan(up.org, "in_approval", label=label)
    up.wait_until_put_off()
    for _ in range(8):
        advance_clock(up.runut, "3h")
        up.wait_until_put_off()
    attempts = Counter(row.attempts for row in up.mails())
    assert min(attempts) >= 8 and {row.state for row in up.mails()} == {"RETRY"}
    assert "the mail server is away" in up.mails()[0].answer
    up.listen()
    advance_clock(up.runut, "2h")
    up.sink.wait_for(20, 30)
    hurry(up.runut, 30)
    print(f"attempts {dict(attempts)}, {up.sink.all_sessions} sessions, {up.sink.most_sessions} at once, "
          f"{states(up.runut)}")
    assert check_mails(up.runut, up.sink.mails) == 0
    assert {row.state for row in up.mails()} == {"ACCEPTED"}
    summaries = Counter(row.person_id for row in rows(up.runut) if row.rule == "digest" and row.state == "ACCEPTED")
    assert set(summaries.values()) <= {1}, "a day's news is one mail, however long the server was away"
    assert up.sink.most_sessions <= WORKER_THREADS
    check_log(up.runut)


@pytest.mark.slow
def test_a_server_that_puts_every_sender_off_gets_each_mail_as_the_same_message(up: Up) -> None:
    up.sink.puts_off = 2
    up.listen()
    for label in add_employees(up.org, 5):
        create_plan(up.org, "in_approval", label=label)
    let_news_go(up.runut)
    for _ in range(2):
        up.wait_until_put_off()
        assert up.sink.mails == []
        advance_clock(up.runut, "5m")
    until(lambda: is_quiet(up.runut), 20, lambda: states(up.runut))
    assert check_mails(up.runut, up.sink.mails) == 0
    assert set(up.sink.attempts.values()) == {3} and len(up.sink.attempts) == 10
    assert {(row.state, row.attempts) for row in up.mails()} == {("ACCEPTED", 3)}


@pytest.mark.slow
def test_an_address_that_does_not_exist_bounces_alone_its_link_dies_and_hr_can_see_it(up: Up) -> None:
    rater = address(up.org, "rater")
    up.sink.refused[rater] = f"550 5.1.1 <{rater}>: no such user"
    up.listen()
    create_plan(up.org, "in_approval")
    let_news_go(up.runut)
    until(lambda: is_quiet(up.runut), 20, lambda: states(up.runut))
    assert {(row.rule, row.state) for row in up.mails()} == {("asked", "BOUNCED"), ("told", "ACCEPTED")}
    with up.runut.database.read() as connection:
        assert list(connection.scalars(select(ActionLink.dead_because))) == ["bounced"]
    hr = apis(up.org, Wire(up.settings_port, f"127.0.0.1:{up.settings_port}"), ["hr"])["hr"]
    seen = hr.get("/deliveries?state=BOUNCED")
    assert seen.status_code == 200, seen.data
    (bounced,) = seen.json["items"]
    assert rater not in str(bounced) and "550" in str(bounced)
    advance_clock(up.runut, "2d")
    until(lambda: is_quiet(up.runut), 20, lambda: states(up.runut))
    assert not up.sink.to(rater)

"""A mail server that keeps what it gets and fails as told."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_ports

HANG_UP = "hang up"
_OK = "250 OK"


@dataclass(frozen=True)
class Received:
    """One mail as it arrived: `raw` is what came over the wire, `message` reads it."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""


@dataclass
class SmtpSink:
    """The mails that were accepted, oldest first, and the rules for what comes.

    `refused` maps an address to what RCPT answers for it ("550 5.1.1 No such user"); `answers` is worked off before
    anything is accepted: one SMTP answer to DATA each ("451 4.3.0 Try later"), or HANG_UP after the mail was kept, so
    that the sender cannot know. `delay_s` is how long each DATA takes.
    """

    port: int
    mails: list[Received] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    answers: deque[str] = field(default_factory=deque)
    delay_s: float = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Received]:
        """The mails that this address got."""
        return [mail for mail in self.mails if mail.recipient == address]

    def wait_for(self, count: int, timeout_s: float = 10) -> list[Received]:
        """The mails once there are `count` of them. Raises AssertionError when they do not come in time."""
        deadline = time.monotonic() + timeout_s
        while len(self.mails) < count:
            assert time.monotonic() < deadline, f"{len(self.mails)} of {count} mails after {timeout_s} s"
            time.sleep(0.01)
        return self.mails

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return _OK

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay_s)
        answer = self.answers.popleft() if self.answers else _OK
        if answer in (_OK, HANG_UP):
            raw = envelope.original_content or b""
            self.mails += [Received(envelope.mail_from or "", address, raw) for address in envelope.rcpt_tos]
        if answer == HANG_UP and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return answer


@contextmanager
def smtp_sink() -> Iterator[SmtpSink]:
    """A sink that listens while the block lasts."""
    (port,) = free_ports(1)
    sink = SmtpSink(port)
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()

"""Handing mails to the mail server, one connection for many, with what it answered for each."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

_TIMEOUT_S = 10
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_ADDRESS = re.compile(r"\S*@\S*")
_TAKEN = (250, 251)
_CLOSING = 421


class ServerAway(Exception):
    """The mail server cannot be used now; the message says why, without addresses."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one mail. `later` may work another time; `bounced` is about the address, `refused` the message."""

    kind: Literal["accepted", "later", "bounced", "refused"]
    answer: str


class MailServer:
    """A session with the server that an `smtp://`, `smtps://` or `smtp+starttls://` URL names, opened when needed."""

    def __init__(self, url: str, hostname: str) -> None:
        self._url = urlsplit(url)
        self._hostname = hostname
        self._session: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._session is not None:
            try:
                self._session.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def send(self, sender: str, recipient: str, data: bytes) -> Outcome:
        """Hands one mail over. Raises ServerAway when there is no session to be had; the mail was not offered then."""
        session = self._session = self._session or self._open()
        try:
            return self._offer(session, sender, recipient, data)
        except smtplib.SMTPDataError as refusal:
            return self._judged(refusal.smtp_code, refusal.smtp_error, "refused")
        except (smtplib.SMTPException, OSError) as broken:
            self._drop()
            return Outcome("later", f"the connection broke: {_plain(str(broken) or type(broken).__name__)}")

    def _offer(self, session: smtplib.SMTP, sender: str, recipient: str, data: bytes) -> Outcome:
        code, answer = session.mail(sender)
        if code not in _TAKEN:
            return Outcome("later", self._judged(code, answer, "refused").answer)  # about us, not about this mail
        code, answer = session.rcpt(recipient)
        if code not in _TAKEN:
            return self._judged(code, answer, "bounced")
        code, answer = session.data(data)
        if code not in _TAKEN:
            return self._judged(code, answer, "refused")
        return Outcome("accepted", f"{code} {_plain(answer)}")

    def _judged(self, code: int, answer: bytes | str, for_good: Literal["bounced", "refused"]) -> Outcome:
        """The outcome of an answer that is not a yes; the session is ready for the next mail afterwards."""
        if code == _CLOSING:
            self._drop()
        elif self._session is not None:
            self._session.rset()
        return Outcome(for_good if code >= 500 else "later", f"{code} {_plain(answer)}")

    def _open(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or _PORTS[self._url.scheme]
        context = ssl.create_default_context()
        try:
            session = (
                smtplib.SMTP_SSL(host, port, local_hostname=self._hostname, timeout=_TIMEOUT_S, context=context)
                if self._url.scheme == "smtps"
                else smtplib.SMTP(host, port, local_hostname=self._hostname, timeout=_TIMEOUT_S)
            )
            if self._url.scheme == "smtp+starttls":
                session.starttls(context=context)
            session.ehlo_or_helo_if_needed()
            if self._url.username:
                session.login(unquote(self._url.username), unquote(self._url.password or ""))
        except (smtplib.SMTPException, OSError) as away:
            raise ServerAway(f"the mail server is away: {_plain(str(away) or type(away).__name__)}") from away
        return session

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def _plain(answer: bytes | str) -> str:
    """What a server said, on one line and without addresses."""
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    return _ADDRESS.sub("<address>", " ".join(text.split()))[:160]

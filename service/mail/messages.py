"""One mail into bytes: constants in the headers, one recipient, text and HTML with the same single link.

What is sent is looked at once more as it will go over the wire; a mail that is not exactly as meant never leaves.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html.parser import HTMLParser

from config.settings import Settings
from service.mail.rendering import Rendered

SENDER_NAME = "Runut"
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,189}")
_SUBJECT = re.compile(r"[ -~]{1,150}")
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_LEADING = frozenset({"href", "src", "srcset", "action", "formaction", "background", "poster", "data", "cite"})
_HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "X-Runut-Delivery", "Auto-Submitted", "MIME-Version", "Content-Type",
)


class Unmailable(Exception):
    """This mail is not what it has to be, so it must not leave; the message says why, without addresses."""


@dataclass(frozen=True, slots=True)
class Link:
    """The one address in a mail that leads to us, and the person it was made for."""

    url: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a mail is for and what identifies it; `purpose` becomes the header X-Runut-Purpose."""

    delivery_id: str
    person_id: str
    address: str
    at: datetime
    link: Link | None
    purpose: str | None = None


def message_bytes(settings: Settings, envelope: Envelope, words: Rendered) -> bytes:
    """The mail as it goes over the wire (CRLF line ends, 7-bit). Raises Unmailable."""
    if not _ADDRESS.fullmatch(envelope.address):
        raise Unmailable("the stored address is not one plain ASCII address")
    if not _SUBJECT.fullmatch(words.subject) or "=?" in words.subject:
        raise Unmailable("the subject is not plain ASCII on one line")
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{SENDER_NAME} <{settings.mail_from}>"
    message["To"] = envelope.address
    message["Subject"] = words.subject
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = f"<{envelope.delivery_id}@{settings.mail_from.partition('@')[2]}>"
    message["X-Runut-Delivery"] = envelope.delivery_id
    message["Auto-Submitted"] = "auto-generated"
    if envelope.purpose:
        message["X-Runut-Purpose"] = envelope.purpose
    message.set_content(words.text, cte="quoted-printable")
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    data = message.as_bytes()
    _check(settings, envelope, words, data)
    return data


def _check(settings: Settings, envelope: Envelope, words: Rendered, data: bytes) -> None:
    headers = _wire_headers(data)
    expected = {*_HEADERS, *(["X-Runut-Purpose"] if envelope.purpose else [])}
    if sorted(name for name, _ in headers) != sorted(expected):
        raise Unmailable(f"the headers are not the expected ones: {', '.join(sorted(name for name, _ in headers))}")
    values = dict(headers)
    if values["To"] != envelope.address:
        raise Unmailable("the recipient is not the stored address")
    if any("=?" in value for value in values.values()):
        raise Unmailable("a header holds an encoded word")
    if envelope.link and envelope.link.person_id != envelope.person_id:
        raise Unmailable("the link was made for somebody else")
    meant = {envelope.link.url} if envelope.link else set()
    printed = _URL.findall(" ".join((settings.help_contact, settings.help_hours, settings.agency)))
    in_text = set(_URL.findall(words.text)) - {url for url in printed if url not in meant}
    if in_text != meant or _addresses(words.html) != meant:
        raise Unmailable("text and HTML do not carry exactly the one link meant")


def _addresses(html: str) -> set[str]:
    """Everything in the markup that a mail program would follow or load."""
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update(value or "" for name, value in attrs if name in _LEADING)

    Reader().feed(html)
    return found


def _wire_headers(data: bytes) -> list[tuple[str, str]]:
    """The header fields as a server sees them: lines up to the first empty one, folded lines joined (RFC 5322)."""
    head, _, _ = data.partition(b"\r\n\r\n")
    unfolded = re.sub(rb"\r\n[ \t]+", b" ", head)
    fields = [line.partition(b":") for line in unfolded.split(b"\r\n")]
    return [(name.decode("ascii", "replace"), value.decode("ascii", "replace").strip()) for name, _, value in fields]

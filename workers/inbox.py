"""The local inbox: a mail server for this machine only, and a page on which its mails are read and their links used.

It belongs to the embedded default, so that nothing has to be set up to try the whole story. Never in production.
"""

import asyncio
import re
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, abort, jsonify, render_template, request
from markupsafe import Markup, escape

from config.settings import Settings
from workflows.dates import moment
from workflows.kit import Text

_URL = re.compile(r"https?://[^\s<>\"']+")
_HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
_LINK = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>')
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived; `id` counts up, so that later mails have higher ones."""

    id: int
    message: EmailMessage

    def body(self, kind: str) -> str:
        """The `plain` or `html` part; empty when there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""

    def view(self) -> dict[str, Any]:
        """The mail as the API answers it."""
        message = self.message
        to = message["To"]
        return {
            "id": str(self.id),
            "to": [address.addr_spec for address in to.addresses] if to else [],
            "from": str(message["From"] or ""),
            "subject": str(message["Subject"] or ""),
            "date": parsedate_to_datetime(str(message["Date"])).isoformat() if message["Date"] else None,
            "text": self.body("plain"),
            "html": self.body("html"),
            "headers": {name: str(value) for name, value in message.items()},
            "delivery_id": message["X-Runut-Delivery"],
        }


class Mailbox:
    """Mails as `.eml` files in one directory: they survive a restart, and any mail program opens them."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._lock = threading.Lock()
        self._mails = {int(file.stem): _read(file) for file in sorted(directory.glob("*.eml"))}
        self._last = max(self._mails, default=0)

    def keep(self, raw: bytes) -> None:
        """Stores a mail; it is on disk when this returns."""
        with self._lock:
            self._last += 1
            file = self._directory / f"{self._last:08d}.eml"
            partial = file.with_suffix(".part")
            partial.write_bytes(raw)
            partial.rename(file)
            self._mails[self._last] = _read(file)

    def mails(self) -> list[Mail]:
        """All mails, the newest first."""
        with self._lock:
            return [self._mails[number] for number in sorted(self._mails, reverse=True)]

    def mail(self, number: int) -> Mail | None:
        """The mail with this id, or None."""
        with self._lock:
            return self._mails.get(number)

    def empty(self) -> None:
        """Deletes all mails; ids go on counting."""
        with self._lock:
            for number in self._mails:
                (self._directory / f"{number:08d}.eml").unlink(missing_ok=True)
            self._mails.clear()


class LocalMailServer:
    """An SMTP server on a free loopback port that puts every mail into the mailbox. `url` is where it listens."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()

    def run(self) -> None:
        """Serves until `stop` is called."""
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def stop(self) -> None:
        """Ends it, from any thread."""
        self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self) -> None:
        server = await self._loop.create_server(lambda: SMTP(self, loop=self._loop), sock=self._socket)
        await self._stopped.wait()
        server.close()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd
        """Keeps the mail and only then answers that it was taken."""
        content = envelope.content or b""
        self._mailbox.keep(content.encode() if isinstance(content, str) else content)
        return "250 kept in the local inbox"


def create_inbox(settings: Settings, mailbox: Mailbox) -> Flask:
    """The web page and the API of the mailbox."""
    app = Flask(__name__)
    if settings.host in _LOOPBACK:
        app.config["TRUSTED_HOSTS"] = list(_LOOPBACK)  # no other page's host name may be pointed here

    def t(indonesian: str, english: str, **values: object) -> str:
        return Text(indonesian, english).to(settings.locale).format(**values)

    def arrived(mail: Mail) -> str:
        return moment(parsedate_to_datetime(str(mail.message["Date"])), settings.timezone).to(settings.locale)

    app.jinja_env.globals |= {"t": t, "arrived": arrived, "locale": settings.locale, "linked": _linked}

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/")
    def listed() -> str:
        mails = mailbox.mails()
        wanted = request.args.get("id", type=int)
        chosen = mailbox.mail(wanted) if wanted else next(iter(mails), None)
        return render_template("inbox.html", mails=mails, chosen=chosen, as_text="text" in request.args)

    @app.get("/messages/<int:number>/html")
    def as_html(number: int) -> Response:
        mail = mailbox.mail(number) or abort(404)
        page = mail.body("html").replace("<head>", '<head><base target="_blank">', 1)
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": _HTML_POLICY})

    @app.get("/messages/<int:number>/raw")
    def raw(number: int) -> Response:
        mail = mailbox.mail(number) or abort(404)
        return Response(mail.message.as_bytes(), mimetype="text/plain")

    @app.get("/api/messages")
    def messages() -> Response:
        return jsonify({"items": [mail.view() for mail in mailbox.mails()]})

    @app.delete("/api/messages")
    def empty() -> tuple[str, int]:
        mailbox.empty()
        return "", 204

    @app.get("/healthz")
    def healthz() -> Mapping[str, str]:
        return {"status": "ok"}

    return app


def _read(file: Path) -> Mail:
    return Mail(int(file.stem), message_from_bytes(file.read_bytes(), policy=policy.default))


def _linked(text: str) -> Markup:
    """The text of a mail with its addresses as links that open in a new tab."""
    parts, end = [], 0
    for found in _URL.finditer(text):
        parts += [escape(text[end : found.start()]), _LINK.format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])

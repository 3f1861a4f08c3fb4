"""Carries what is due to the mail server, by the worker's own code, and finds links in what arrived."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.runut import Runut
from tests.factories import Org
from tests.mailing import send_due
from tests.smtp_sink import Received, SmtpSink

_LINK = re.compile(r"https?://[^\s<>\"]+/a/rnt_[A-Za-z0-9_-]+")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def carry(runut: Runut) -> int:
    """Delivers every mail that is due now; answers how many rows were worked off."""
    carried = 0
    while ids := send_due(runut):
        carried += len(ids)
    return carried


def address(org: Org, label: str) -> str:
    """The mail address of a person of the tests' regency."""
    with org.runut.database.read() as connection:
        return org.runut.present(connection).organisation.person(org.people[label]).email


def link_in(mail: Received) -> str:
    """The path of the one link in a mail that asks for something."""
    found = set(_LINK.findall(mail.text))
    assert len(found) == 1, mail.text
    return urlsplit(found.pop()).path


class Browser:
    """Somebody without a session who follows a mail link and presses buttons, as an HTTP client can."""

    def __init__(self, org: Org) -> None:
        self.client: FlaskClient = org.app.test_client()
        self.page: TestResponse | None = None

    def follow(self, path: str) -> TestResponse:
        """Follows the link; answers the page before the button."""
        return self._see(self.client.get(path))

    def press_open(self) -> TestResponse:
        """Presses the one button of the page before."""
        return self._post({"open": "1"})

    def press_fresh(self) -> TestResponse:
        """Asks for a new link on the page of a dead one."""
        return self._post({"fresh": "1"})

    def decide(self, action: str, **fields: str) -> TestResponse:
        """Presses a decision's button on the document page."""
        return self._post({"action": action, "csrf_token": self.token(), **fields})

    def token(self) -> str:
        """The form token of the page that is open."""
        assert self.page is not None
        found = _TOKEN.search(self.page.get_data(as_text=True))
        assert found, self.page.get_data(as_text=True)
        return found[1]

    @property
    def text(self) -> str:
        """The page that is open."""
        assert self.page is not None
        return self.page.get_data(as_text=True)

    def _post(self, form: Mapping[str, Any]) -> TestResponse:
        assert self.page is not None
        return self._see(self.client.post(self.page.request.path, data=form))

    def _see(self, answer: TestResponse) -> TestResponse:
        while answer.status_code in (302, 303):
            answer = self.client.get(answer.headers["Location"])
        self.page = answer
        return answer


def newest_to(org: Org, sink: SmtpSink, label: str) -> Received:
    """The newest mail that the person got."""
    mails = sink.to(address(org, label))
    assert mails, f"no mail for {label}"
    return mails[-1]

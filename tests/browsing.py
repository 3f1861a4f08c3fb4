"""A person at a browser without script: a session cookie, pages as text, forms posted with their token."""

import html
import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.signin import begin_session
from tests.factories import Org

_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


@dataclass
class Visitor:
    """One signed-in person's browser."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        response: TestResponse = self.client.get(path)
        return response

    def read(self, path: str, status: int = 200) -> str:
        """What the page says, without its tags."""
        response = self.get(path)
        assert response.status_code == status, response.status_code
        return words_of(response.text)

    def post(self, path: str, page: str, **fields: Any) -> TestResponse:
        """Posts a form as it stands on `page`."""
        token = _TOKEN.search(self.get(page).text)
        assert token is not None, f"there is no form on {page}"
        response: TestResponse = self.client.post(path, data={"csrf_token": token[1], **fields})
        return response


def browse(org: Org, label: str, locale: str = "id") -> Visitor:
    """The pages as this person reaches them, signed in."""
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        token = begin_session(org.runut, connection, org.people[label], now)
    client = org.app.test_client()
    client.set_cookie("runut_session", token)
    client.set_cookie("runut_lang", locale)
    return Visitor(client)


def words_of(page: str) -> str:
    """The text of a page in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())

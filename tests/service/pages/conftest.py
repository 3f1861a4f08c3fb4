"""People in front of browsers without scripts: they read a page, fill its forms and press its buttons."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.runut import Runut
from service.signin import begin_session
from tests.factories import Org, create_organisation

_HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)">')


@dataclass
class Browser:
    """One person's browser."""

    client: FlaskClient
    page: TestResponse | None = None

    @property
    def text(self) -> str:
        """The page as its reader sees it, tags and line breaks taken out."""
        assert self.page is not None
        body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", self.page.get_data(as_text=True), flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def source(self) -> str:
        """The page as it was sent."""
        assert self.page is not None
        return self.page.get_data(as_text=True)

    def get(self, path: str) -> "Browser":
        """Opens a page, following redirections."""
        self.page = self.client.get(path, follow_redirects=True)
        return self

    def press(self, path: str, follow: bool = True, **fields: Any) -> "Browser":
        """Posts the form of the shown page that leads to `path`, with these fields; `do__x` names a field `do.x`."""
        given = self.hidden(path) | {name.replace("__", "."): value for name, value in fields.items()}
        self.page = self.client.post(path, data=given, follow_redirects=follow)
        return self

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the first form of the page that posts to `path`; of any form when none names it."""
        forms = re.findall(r"<form\b[^>]*>.*?</form>", self.source, flags=re.S)
        posting = [form for form in forms if 'method="post"' in form]
        mine = [form for form in posting if f'action="{path}"' in form.partition(">")[0]] or posting
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(mine[0])} if mine else {}


@pytest.fixture
def org(runut: Runut) -> Org:
    """The regency on Monday 19 January 2026."""
    return create_organisation(runut)


@pytest.fixture
def visit(org: Org) -> Callable[[str], Browser]:
    """`visit("rater")` is the rater's browser, signed in; `visit("")` is a stranger's."""
    app = create_app(org.runut)

    def browser(label: str) -> Browser:
        client = app.test_client()
        if label:
            with org.runut.database.write() as connection:
                now = org.runut.pulse(connection).now
                client.set_cookie("runut_session", begin_session(org.runut, connection, org.people[label], now))
        return Browser(client)

    return browser

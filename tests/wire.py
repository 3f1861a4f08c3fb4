"""Talking to a running service over the wire, in the words of the test clients that tests without processes use."""

import http.client
import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.factories import Api
from tests.post_office import Browser


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    path: str


@dataclass(frozen=True)
class Answer:
    """What a server said; `seconds` is how long that took."""

    status_code: int
    headers: http.client.HTTPMessage
    data: bytes
    request: Asked
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    def get_data(self, as_text: bool = False) -> Any:
        return self.data.decode() if as_text else self.data


@dataclass
class Wire:
    """A client of the web server on `port`, which people know as `host`; `at` is the same client at another server.

    Of its posts every `deaf_every`-th is sent in full, but the client hangs up before the answer comes. Raises OSError
    or http.client.HTTPException when there is no answer.
    """

    port: int
    host: str
    timeout_s: float = 30
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)
    deaf_every: int = 0
    _posts: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def at(self, port: int) -> "Wire":
        return Wire(port, self.host, self.timeout_s, self.cookies)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._call("GET", path, None, headers)

    def post(self, path: str, data: Any = None, headers: Mapping[str, str] | None = None, json: Any = None) -> Answer:
        return self._call("POST", path, _body(data, json), headers, is_json=json is not None)

    def upload(self, path: str, files: Sequence[bytes], headers: Mapping[str, str] | None = None) -> Answer:
        """Posts files in the field `files`, as a form with a file chooser does."""
        parts = [
            b'--cut\r\nContent-Disposition: form-data; name="files"; filename="f%d"\r\n\r\n%s\r\n' % (place, content)
            for place, content in enumerate(files)
        ]
        told = {"Content-Type": "multipart/form-data; boundary=cut", **(headers or {})}
        return self._call("POST", path, b"".join([*parts, b"--cut--\r\n"]), told)

    def put(self, path: str, headers: Mapping[str, str] | None = None, json: Any = None) -> Answer:
        return self._call("PUT", path, _body(None, json), headers, is_json=True)

    def _call(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None, *, is_json: bool = False
    ) -> Answer:
        parts = urlsplit(path)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        kind = "application/json" if is_json else "application/x-www-form-urlencoded"
        told = {"Host": self.host, **({"Content-Type": kind} if body is not None else {}), **(headers or {})}
        if sent := "; ".join(f"{k}={v}" for k, (v, under) in self.cookies.items() if parts.path.startswith(under)):
            told["Cookie"] = sent
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout_s)
        began_s = time.monotonic()
        try:
            connection.request(method, target, body, told)
            if method == "POST" and self.deaf_every and next(self._posts) % self.deaf_every == 0:
                raise ConnectionAbortedError("hung up")
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = (morsel.value, morsel["path"] or "/")
        return Answer(response.status, response.headers, data, Asked(parts.path), time.monotonic() - began_s)


class Passerby(Browser):
    """Somebody without a session at the other end of the wire."""

    def __init__(self, client: Wire) -> None:
        self.client: Any = client
        self.page: Any = None


def api_at(client: Wire, key: str) -> Api:
    """A person's API client over the wire."""
    return Api(client, key)  # type: ignore[arg-type]  # it speaks like Flask's


def _body(form: Mapping[str, str] | None, content: Any) -> bytes | None:
    if content is not None:
        return json.dumps(content).encode()
    return urlencode(form or {}).encode()

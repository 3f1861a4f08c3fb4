import smtplib
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from config.settings import Settings, from_environment
from workers.inbox import LocalMailServer, Mailbox, create_inbox

MAIL = (
    "From: Runut <runut@kinerja.example>\r\nTo: rater@muara.example\r\nSubject: Runut: kabar\r\n"
    "Date: Mon, 19 Jan 2026 02:00:00 +0000\r\nMessage-ID: <{id}@kinerja.example>\r\nX-Runut-Delivery: {id}\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBuka:\r\nhttp://127.0.0.1:8000/a/rnt_x\r\n<b>&\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body><script>1</script></body></html>\r\n"
    "--b--\r\n"
)


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return from_environment(environ)


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "inbox")


@pytest.fixture
def client(settings: Settings, mailbox: Mailbox) -> FlaskClient:
    return create_inbox(settings, mailbox).test_client()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[LocalMailServer]:
    server = LocalMailServer(mailbox)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


def receive(mailbox: Mailbox, *ids: str) -> None:
    for delivery_id in ids:
        mailbox.keep(MAIL.replace("{id}", delivery_id).encode())


def test_a_mail_that_was_sent_can_be_read_by_the_api(server: LocalMailServer, client: FlaskClient) -> None:
    with smtplib.SMTP("127.0.0.1", urlsplit(server.url).port or 0, local_hostname="localhost") as session:
        session.sendmail("runut@kinerja.example", ["rater@muara.example"], MAIL.replace("{id}", "d1").encode())
    (item,) = client.get("/api/messages").json["items"]  # type: ignore[index]
    assert item["to"] == ["rater@muara.example"]
    assert item["from"] == "Runut <runut@kinerja.example>"
    assert item["subject"] == "Runut: kabar"
    assert item["date"] == "2026-01-19T02:00:00+00:00"
    assert item["delivery_id"] == "d1"
    assert item["headers"]["Message-ID"] == "<d1@kinerja.example>"
    assert "http://127.0.0.1:8000/a/rnt_x" in item["text"] and "<script>" in item["html"]


def test_mails_are_listed_newest_first_and_survive_a_restart(
    settings: Settings, mailbox: Mailbox, tmp_path: Path
) -> None:
    receive(mailbox, "d1", "d2")
    restarted = Mailbox(tmp_path / "inbox")
    receive(restarted, "d3")
    items = create_inbox(settings, restarted).test_client().get("/api/messages").json["items"]  # type: ignore[index]
    assert [item["delivery_id"] for item in items] == ["d3", "d2", "d1"]


def test_the_inbox_can_be_emptied(mailbox: Mailbox, client: FlaskClient, tmp_path: Path) -> None:
    receive(mailbox, "d1")
    assert client.delete("/api/messages").status_code == 204
    assert client.get("/api/messages").json == {"items": []}
    assert list((tmp_path / "inbox").iterdir()) == []


def test_an_empty_inbox_says_what_brings_mails(client: FlaskClient) -> None:
    assert "Belum ada surel" in client.get("/").text


def test_links_in_the_text_can_be_clicked_and_markup_in_it_is_shown(mailbox: Mailbox, client: FlaskClient) -> None:
    receive(mailbox, "d1")
    page = client.get("/?text").text
    assert '<a href="http://127.0.0.1:8000/a/rnt_x" target="_blank" rel="noopener">' in page
    assert "&lt;b&gt;&amp;" in page and "<b>" not in page


def test_html_is_shown_where_nothing_in_it_can_run(mailbox: Mailbox, client: FlaskClient) -> None:
    receive(mailbox, "d1")
    assert '<iframe src="/messages/1/html"' in client.get("/").text
    shown = client.get("/messages/1/html")
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    assert '<base target="_blank">' in shown.text


def test_the_page_has_no_inline_style_or_script(mailbox: Mailbox, client: FlaskClient) -> None:
    receive(mailbox, "d1")
    page = client.get("/")
    assert "style=" not in page.text and "<script" not in page.text
    assert "style-src 'self'" in page.headers["Content-Security-Policy"]
    with client.get("/static/inbox.css") as stylesheet:
        assert stylesheet.status_code == 200


def test_another_sites_name_is_not_served(client: FlaskClient) -> None:
    assert client.get("/api/messages", headers={"Host": "evil.example"}).status_code == 400


def test_an_unknown_mail_is_not_found(client: FlaskClient) -> None:
    assert client.get("/messages/7/html").status_code == 404
    assert client.get("/messages/7/raw").status_code == 404

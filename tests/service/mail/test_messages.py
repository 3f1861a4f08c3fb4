import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from config.settings import Settings, from_environment
from service import counters
from service.commands.attaching import attach
from service.commands.commanding import command
from service.ids import new_id
from service.mail.messages import Envelope, Link, Unmailable, message_bytes
from service.mail.rendering import Rendered, harmless
from service.models import CorrectionRequest, Delivery, OneTimeCode, Person, Timer
from service.runut import Runut
from service.telling import LANE_CODES, LANE_NEWS, delivery
from tests.factories import REASON, Org, appoint_plh, create_organisation, create_plan
from tests.mailing import connect, send_due
from tests.scans import PDF
from tests.service.commands.test_filling import filled
from tests.smtp_sink import Received, SmtpSink

SNAPSHOTS = Path(__file__).parents[2] / "snapshots" / "mail"
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "X-Runut-Delivery", "Auto-Submitted", "MIME-Version", "Content-Type",
]
ENCODED_WORD = (
    "=?utf-8?q?x=0D=0ABcc:_evil=40example.com=0D=0AX-Evil:_1=0D=0A=0D=0A"
    "<a_href=3D'http://evil.example'>Setujui</a>?="
)
HOSTILE = [
    ENCODED_WORD,
    "Budi\r\nBcc: evil@example.com",
    "Budi\r\n.\r\nMAIL FROM:<evil@example.com>",
    "Budi\x01\u2028Bcc: evil@example.com",
    '<a href="http://evil.example">Setujui</a><img src=x onerror=alert(1)>',
    "[Setujui](http://evil.example) https://evil.example/approve www.evil.example evil.example t.co/x",
    "{{7*7}} {% include 'base.txt' %} %s {0} ${name}",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200bBudi",
    "Budi " * 59,
]


@pytest.fixture
def org(runut: Runut, smtp_sink: SmtpSink) -> Org:
    connect(runut, smtp_sink, base_url="https://kinerja.example", mail_from="runut@kinerja.example")
    return create_organisation(runut)


def change(org: Org, label: str, **columns: Any) -> None:
    with org.runut.database.write() as connection:
        connection.execute(update(Person).where(Person.id == org.people[label]).values(**columns))
        counters.bump(connection, counters.ORGANISATION)


def ask_for_code(org: Org, rule: str, *, case_id: str | None = None) -> None:
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        code_id = new_id()
        connection.execute(
            insert(OneTimeCode).values(
                id=code_id, purpose=rule, person_id=org.people["rater"], binding="", tries=0, created_at=now,
                expires_at=now + timedelta(minutes=10),
            )
        )
        row = delivery(
            dedupe=code_id, rule=rule, person_id=org.people["rater"], now=now, lane=LANE_CODES, case_id=case_id,
            code_id=code_id,
        )
        connection.execute(insert(Delivery).values(row))


def ask_for_digest(org: Org, label: str) -> None:
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        row = delivery(dedupe=new_id(), rule="digest", person_id=org.people[label], now=now, lane=LANE_NEWS)
        connection.execute(insert(Delivery).values(row))


def wire_headers(mail: Received) -> list[str]:
    head = mail.raw.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]


def html_of(mail: Received) -> str:
    part = mail.message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


# Headers and bodies on the wire


def test_a_mail_has_exactly_the_expected_headers(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    send_due(org.runut)
    for mail in smtp_sink.mails:
        assert sorted(wire_headers(mail)) == sorted(HEADERS)
        delivery_id = mail.message["X-Runut-Delivery"]
        assert mail.message["Message-ID"] == f"<{delivery_id}@kinerja.example>"
        assert mail.message["From"] == "Runut <runut@kinerja.example>"
        assert mail.message["Auto-Submitted"] == "auto-generated"
        assert mail.message["To"] == mail.recipient
        assert mail.message["Date"].datetime == datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
        assert mail.raw.isascii() and max(map(len, mail.raw.split(b"\r\n"))) <= 78


def test_a_request_carries_one_link_the_same_in_text_and_html(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_approval")
    send_due(org.runut)
    (mail,) = smtp_sink.to("rater@muara.example")
    (link,) = re.findall(r"https?://\S+", mail.text)
    assert re.fullmatch(r"https://kinerja\.example/a/rnt_[\w-]{43}", link)
    assert Links(html_of(mail)).found == [link]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_changes_neither_headers_nor_links(org: Org, smtp_sink: SmtpSink, name: str) -> None:
    for label in ("employee", "rater", "perf_team"):
        change(org, label, name=name)
    create_plan(org, "in_approval")
    send_due(org.runut)
    (mail,) = smtp_sink.to("rater@muara.example")
    assert sorted(wire_headers(mail)) == sorted(HEADERS)
    assert mail.message["To"] == "rater@muara.example"
    assert len(re.findall(r"https?://", mail.text)) == 1
    seen = Links(html_of(mail))
    assert len(seen.found) == 1 and not seen.tags & {"img", "script", "iframe", "form"}
    for told in (mail.text, html_of(mail)):
        body = re.sub("rnt_[A-Za-z0-9_-]+", "", told)  # a random handle may hold any two digits
        assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b]", body.replace("\r", ""))
        assert "www.evil" not in body and "evil.example" not in body and "49" not in body.replace("2026", "")
    assert max(map(len, mail.text.splitlines())) < 900


def test_a_hostile_plan_stays_out_of_the_mail(org: Org, smtp_sink: SmtpSink) -> None:
    document = org.example("employee")
    document["results"][0]["statement"] = "Terlaksananya pelayanan yang tidak disebut dalam surel"
    create_plan(org, "in_approval", document=document)
    send_due(org.runut)
    assert smtp_sink.mails and not any(b"tidak disebut" in mail.raw for mail in smtp_sink.mails)


def test_no_mail_holds_a_nip(org: Org, smtp_sink: SmtpSink) -> None:
    create_plan(org, "in_force")
    send_due(org.runut)
    assert not any(re.search(r"\d{18}", mail.text + html_of(mail)) for mail in smtp_sink.mails)


@pytest.mark.parametrize(
    "name",
    ["Suharto", "O", "dr. H. Nur'aini, S.Sos., M.Si", "عبد الرحمن", "S.KM., S.Farm.Apt", "Hasan, A.Md.Keb", "Ågot Æsø"],
)
def test_a_real_name_is_shown_as_it_is(name: str) -> None:
    assert harmless(name) == name


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://evil.example/x", "https[:]//evil[.]example/x"),
        ("www.evil.com", "www[.]evil[.]com"),
        ("(evil.example)", "(evil[.]example)"),
        ("t.evil.com", "t[.]evil[.]com"),
        ("t.co/x", "t[.]co/x"),
        ("budi@evil.com", "budi[at]evil[.]com"),
        ("a\r\nb", "a b"),
        ("x" * 200, "x" * 159 + "…"),
    ],
)
def test_what_a_mail_program_would_link_is_shown_so_that_it_does_not(value: str, shown: str) -> None:
    assert harmless(value) == shown


# What never leaves


ENVELOPE = Envelope(
    delivery_id="01a20bef-ccd4-7250-b56d-a234bfadb83e", person_id="p1", address="rater@muara.example",
    at=datetime(2026, 1, 19, 2, 0, tzinfo=UTC), link=Link("https://kinerja.example/a/rnt_x", "p1"),
)
WORDS = Rendered("Runut: kabar", "https://kinerja.example/a/rnt_x\n", '<a href="https://kinerja.example/a/rnt_x">x</a>')


@pytest.fixture
def mail_settings(environ: dict[str, str]) -> Settings:
    return from_environment(environ)


def test_a_mail_as_meant_is_made(mail_settings: Settings) -> None:
    assert message_bytes(mail_settings, ENVELOPE, WORDS).endswith(b"--\r\n")


@pytest.mark.parametrize(
    "address",
    ["a@b\r\nBcc: c@d", "a b@c.example", "a@b,c@d", "Budi <a@b.example>", "a@exämple.id", "=?utf-8?q?x?=@b.id", ""],
)
def test_an_address_that_is_not_one_plain_address_is_refused(mail_settings: Settings, address: str) -> None:
    with pytest.raises(Unmailable):
        message_bytes(mail_settings, replace(ENVELOPE, address=address), WORDS)


@pytest.mark.parametrize("subject", [ENCODED_WORD, "Runut\r\nBcc: a@b", "Runut\nx", "Runut ı", "", "x" * 200])
def test_a_subject_that_is_not_constant_ascii_is_refused(mail_settings: Settings, subject: str) -> None:
    with pytest.raises(Unmailable):
        message_bytes(mail_settings, ENVELOPE, replace(WORDS, subject=subject))


def test_a_link_made_for_somebody_else_is_refused(mail_settings: Settings) -> None:
    with pytest.raises(Unmailable, match="somebody else"):
        message_bytes(mail_settings, replace(ENVELOPE, link=Link("https://kinerja.example/a/rnt_x", "p2")), WORDS)


@pytest.mark.parametrize(
    "words",
    [
        replace(WORDS, text="no link"),
        replace(WORDS, html="<p>no link</p>"),
        replace(WORDS, text=WORDS.text + "http://evil.example"),
        replace(WORDS, html=WORDS.html + "<img src='http://evil.example/pixel'>"),
        replace(WORDS, html=WORDS.html + "<form ACTION=//evil.example>"),
    ],
)
def test_a_mail_with_another_link_or_none_is_refused(mail_settings: Settings, words: Rendered) -> None:
    with pytest.raises(Unmailable, match="exactly the one link"):
        message_bytes(mail_settings, ENVELOPE, words)


# The whole text of each mail, in both languages


def told_beside(org: Org, name: str) -> str:
    """Brings about the mail of a command beside the steps: an answered request, a paper to confirm."""
    case = create_plan(org, "in_approval")

    def give(label: str, command_name: str, **given: Any) -> None:
        command(org.runut, org.actor(label), case["id"], command_name, given, if_match="any")

    if name == "told-correction":
        give("employee", "request_correction", about="RATER", text="Penilai sudah pindah.")
        with org.runut.database.read() as connection:
            request_id = connection.scalar(select(CorrectionRequest.id))
        give("hr", "decide_correction_request", request=request_id, verdict="REFUSED", reason=REASON)
    else:
        scan = attach(org.runut, org.actor("perf_team"), case["id"], PDF)["id"]
        give("perf_team", "assist", step="recall", paper_date="2026-01-19", scan=scan)
    send_apart(org, "employee")
    return "employee"


def send_apart(org: Org, label: str) -> None:
    """Lets news leave as if they had not been gathered for the person's summary."""
    with org.runut.database.write() as connection:
        told = (Delivery.rule == "told") & (Delivery.person_id == org.people[label])
        newest = connection.scalar(select(Delivery.id).where(told).order_by(Delivery.id.desc()).limit(1))
        connection.execute(delete(Delivery).where(told, Delivery.id != newest))
        connection.execute(update(Delivery).where(told).values(state="PENDING"))
        connection.execute(update(Timer).values(done_at=Timer.due_at))
        connection.execute(delete(Delivery).where(Delivery.rule == "digest"))


def story(org: Org, name: str) -> str:
    """Brings about the mail called `name` and answers whom it is for."""
    if name == "asked-approval":
        create_plan(org, "in_approval")
    elif name == "asked-approval-substitute":
        appoint_plh(org)
        create_plan(org, "in_approval")
        return "plh"
    elif name == "asked-revision":
        create_plan(org, "returned")
        return "employee"
    elif name == "asked-draft":
        filled(org)
        return "employee"
    elif name == "asked-ruling":
        create_plan(org, "in_dispute")
        return "rater_superior"
    elif name == "told-set":
        create_plan(org, "in_force")
        return "employee"
    elif name == "told-deadline":
        case = create_plan(org, "in_approval")
        letter = {"reason": REASON, "letter_number": "800/3/2026", "due_on": "2026-02-10"}
        command(org.runut, org.actor("hr"), case["id"], "extend", letter, if_match=case["version"])
        send_apart(org, "rater")
    elif name in ("told-correction", "told-paper"):
        return told_beside(org, name)
    elif name == "digest":
        create_plan(org, "in_review")
        create_plan(org, "in_review", label="newcomer")
        ask_for_digest(org, "perf_team")
        return "perf_team"
    elif name == "signin":
        ask_for_code(org, "signin")
    elif name == "code":
        ask_for_code(org, "code", case_id=create_plan(org, "draft")["id"])
    return "rater"


@pytest.mark.parametrize("locale", ["id", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "asked-approval", "asked-approval-substitute", "asked-draft", "asked-revision", "asked-ruling", "told-set",
        "told-correction", "told-deadline", "told-paper", "digest", "signin", "code",
    ],
)
def test_a_mail_reads_as_agreed(org: Org, smtp_sink: SmtpSink, name: str, locale: str) -> None:
    with org.runut.database.write() as connection:
        connection.execute(update(Person).values(locale=locale))
        counters.bump(connection, counters.ORGANISATION)
    label = story(org, name)
    send_due(org.runut)
    mail = smtp_sink.to(f"{label.replace('_', '-')}@muara.example")[-1]
    purpose = mail.message["X-Runut-Purpose"]
    head = f"Subject: {mail.message['Subject']}\n" + (f"X-Runut-Purpose: {purpose}\n" if purpose else "")
    text = re.sub(r"rnt_[\w-]{43}|(?<=/signin/)[\w-]{43}", "SECRET", mail.text.replace("\r", ""))
    text = re.sub(r"(?m)^\d{8}$", "CODE", text)
    expected = SNAPSHOTS / f"{name}.{locale}.txt"
    if os.environ.get("RUNUT_WRITE_SNAPSHOTS"):
        expected.write_text(f"{head}\n{text}", encoding="utf-8")
    assert f"{head}\n{text}" == expected.read_text(encoding="utf-8")
    assert f'lang="{locale}"' in html_of(mail)


def test_a_code_mail_has_its_digits_alone_on_one_line_and_no_link(org: Org, smtp_sink: SmtpSink) -> None:
    ask_for_code(org, "code")
    send_due(org.runut)
    (mail,) = smtp_sink.mails
    assert len(re.findall(r"(?m)^\d{8}\r?$", mail.text)) == 1
    assert "http" not in mail.text and Links(html_of(mail)).found == []
    assert sorted(wire_headers(mail)) == sorted([*HEADERS, "X-Runut-Purpose"])

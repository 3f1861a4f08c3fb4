"""The canonical form of an event is final: its bytes are pinned in a file and never change."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from service import texts
from service.events import Entry, Told, record
from service.models import Event, EventText
from service.runut import Runut
from tests.factories import REASON, create_organisation, create_plan

GOLDEN = Path(__file__).parents[1] / "histories" / "event_v1.json"
SALT = b"\x01" * 16
KEY = b"\x02" * 32
ENTRY = Entry(
    id="019bd4f0-0000-7000-8000-000000000001",
    case_id="019bd4f0-0000-7000-8000-000000000002",
    position=4,
    type="work_plan.return",
    at=datetime(2026, 1, 19, 7, 5, 0, 123456, tzinfo=UTC),
    actor_id="7b1f7f0e-0000-4000-8000-000000000003",
    on_behalf_of="7b1f7f0e-0000-4000-8000-000000000004",
    capacity="RATER",
    from_state="in_approval",
    to_state="returned",
    round=2,
    case_version=5,
    document_sha256="ab" * 32,
    channel="link",
    assurance="link",
    prev="cd" * 32,
    texts={"reason": Told("7b1f7f0e-0000-4000-8000-000000000005", "Target belum terukur – mohon “angka”.")},
)


def test_the_bytes_of_an_event_are_those_of_the_golden_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts.secrets, "token_bytes", lambda size: SALT[:1] * size)
    event, _rows = record(ENTRY, {"7b1f7f0e-0000-4000-8000-000000000005": KEY})
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert event["canonical"] == golden["canonical"]
    assert event["hash"] == golden["hash"]


def test_hash_and_commitment_follow_the_standards_they_name() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert golden["hash"] == hashlib.sha256(b"\x00" + golden["canonical"].encode()).hexdigest()
    said = json.loads(golden["canonical"])
    reason = ENTRY.texts["reason"].text.encode()
    assert said["texts"]["reason"] == hmac.new(SALT, reason, hashlib.sha256).hexdigest()
    assert golden["canonical"] == json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_events_link_to_the_one_before(runut: Runut) -> None:
    org = create_organisation(runut)
    case = create_plan(org, "in_force")
    with runut.database.read() as connection:
        events = connection.execute(
            select(Event.canonical, Event.hash).where(Event.case_id == case["id"]).order_by(Event.position)
        ).all()
    before = ""
    for event in events:
        assert json.loads(event.canonical)["prev"] == before
        before = event.hash


@pytest.mark.parametrize("verb", ["UPDATE events SET type = 'x'", "DELETE FROM events"])
def test_the_database_refuses_to_change_an_event(runut: Runut, verb: str) -> None:
    org = create_organisation(runut)
    create_plan(org)
    with pytest.raises(DBAPIError, match="append-only"), runut.database.write() as connection:
        connection.execute(text(verb))


def test_an_event_holds_no_name_number_or_reason(runut: Runut) -> None:
    org = create_organisation(runut)
    create_plan(org, "returned")
    create_plan(org, "in_force", label="newcomer")
    with runut.database.read() as connection:
        log = "\n".join(connection.execute(select(Event.canonical)).scalars())
        sealed = "\n".join(connection.execute(select(EventText.sealed)).scalars())
        people = connection.execute(text("SELECT name, nip, email FROM people")).all()
    for said in [REASON, *(value for person in people for value in person if value)]:
        assert said not in log
        assert said not in sealed


def test_erasing_a_persons_key_erases_his_texts_and_leaves_the_log_as_it_is(runut: Runut) -> None:
    org = create_organisation(runut)
    create_plan(org, "returned")
    with runut.database.read() as connection:
        rows = connection.execute(select(EventText.sealed, EventText.owner_id)).all()
        keys = runut.present(connection).text_keys
    assert all(texts.unseal(keys[row.owner_id], row.sealed) for row in rows)
    assert all(texts.unseal(None, row.sealed) is None for row in rows)
    with pytest.raises(ValueError, match="key"):
        texts.unseal(b"\x00" * 32, rows[0].sealed)

"""Verification of the database: every chain, digest and commitment is computed again from what is stored."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from service import texts
from service.audit.histories import History, histories
from service.authority.load import load_text_keys
from service.canonical import canonical, commitment, leaf_hash, parse, sha256
from service.events import FORMAT, GENESIS, instant_text
from service.models import Case, Event, EventText, Register, RegisterEntry
from service.queries.events import with_its_chain
from service.runut import Runut

_COLUMNS = {"id": "id", "case_id": "case", "position": "position", "type": "type", "actor_id": "actor"}
_CASE = {"state": "to", "version": "case_version", "round": "round", "document_sha256": "document_sha256"}


class Broken(Exception):
    """Something stored is not what it was; the message names the first such place and what does not fit."""


def verify_database(runut: Runut) -> list[str]:
    """Sentences that say what was proven. Raises Broken with the first place that does not fit."""
    seen: Counter[str] = Counter()
    with runut.database.read() as connection:
        keys = load_text_keys(connection)
        _check_every_event_has_a_chain(connection)
        for history in histories(connection):
            _verify(history, keys, seen)
        for register in connection.execute(select(*Register.__table__.columns).order_by(Register.name)):
            _verify_register(connection, register, keys, seen)
    return [
        f"{seen['events']} events of {seen['cases']} cases and {seen['registers']} registers: each hash fits its bytes "
        "and every event names the hash of the one before it; positions have no gap.",
        f"{seen['cases']} cases end where their log ends: state, version, round, digest and chain head agree.",
        f"{seen['documents']} stored texts have the digest they are kept under, and every event names one of them.",
        f"{seen['texts']} sealed texts are the ones their events committed to; {seen['erased']} are no longer there "
        "(erased).",
        "Not proven by this: that no whole case was removed with all its events. Signed checkpoints kept elsewhere do.",
    ]


def _check_every_event_has_a_chain(connection: Connection) -> None:
    lost = connection.execute(
        with_its_chain(select(Event.id, Event.case_id)).where(Case.id.is_(None), Register.id.is_(None)).limit(1)
    ).first()
    if lost is not None:
        raise Broken(f"event {lost.id}: its case {lost.case_id} does not exist")


def _verify_register(
    connection: Connection, register: Any, keys: Mapping[str, bytes], seen: Counter[str]
) -> None:
    """A register's chain, its texts, and that each event's digest is that of the facts kept beside it."""
    rows: Any = connection.execute(
        select(*Event.__table__.columns, RegisterEntry.canonical.label("facts"))
        .outerjoin(RegisterEntry, RegisterEntry.event_id == Event.id)
        .where(Event.case_id == register.id)
        .order_by(Event.position)
    ).mappings().all()
    head = GENESIS
    for expected, event in enumerate(rows, start=1):
        place = f"{register.name}, event {expected} ({event['type']}, {event['id']})"
        says = _verify_event(event, place, expected, head)
        head = event["hash"]
        if event["facts"] is None or sha256(event["facts"]) != says["document_sha256"]:
            raise Broken(f"{place}: its facts are not the ones it names")
        texts_beside = select(*EventText.__table__.columns).where(EventText.event_id == event["id"])
        _verify_texts(connection.execute(texts_beside).mappings().all(), says, place, keys, seen)
    if register.position != len(rows) or register.chain_head != head:
        raise Broken(f"{register.name}: the register does not end where its log ends; an event is missing or added")
    seen["registers"] += 1
    seen["events"] += len(rows)


def _verify(history: History, keys: Mapping[str, bytes], seen: Counter[str]) -> None:
    digests = _verify_documents(history)
    head = GENESIS
    last: dict[str, Any] = {}
    for expected, event in enumerate(history.events, start=1):
        place = f"{history.number}, event {expected} ({event['type']}, {event['id']})"
        last = _verify_event(event, place, expected, head)
        head = event["hash"]
        if last["document_sha256"] not in digests:
            raise Broken(f"{place}: the text it names is not stored")
        _verify_texts(history.texts.get(event["id"], ()), last, place, keys, seen)
    _verify_end(history, last, head)
    seen["cases"] += 1
    seen["events"] += len(history.events)
    seen["documents"] += len(history.documents)


def _verify_documents(history: History) -> set[str]:
    for row in history.documents:
        if sha256(row["canonical"]) != row["sha256"]:
            raise Broken(f"{history.number}, text of version {row['version']}: its bytes do not fit its digest")
    return {row["sha256"] for row in history.documents}


def _verify_event(event: Mapping[str, Any], place: str, expected: int, head: str) -> dict[str, Any]:
    if event["position"] != expected:
        raise Broken(f"{place}: position {event['position']} stands where {expected} should; an event is missing")
    if leaf_hash(event["canonical"]) != event["hash"]:
        raise Broken(f"{place}: its bytes do not fit its hash")
    try:
        content: dict[str, Any] = parse(event["canonical"])
    except ValueError:
        raise Broken(f"{place}: its bytes are no JSON") from None
    if content.get("v") != FORMAT or canonical(content) != event["canonical"]:
        raise Broken(f"{place}: its bytes are not in canonical form {FORMAT}")
    for column, name in _COLUMNS.items():
        if event[column] != content[name]:
            raise Broken(f"{place}: the column {column} says something else than its bytes")
    if instant_text(event["at"]) != content["at"]:
        raise Broken(f"{place}: the column at says something else than its bytes")
    if content["prev"] != head:
        raise Broken(f"{place}: it does not name the hash of the event before it")
    return content


def _verify_texts(
    rows: Any, content: Mapping[str, Any], place: str, keys: Mapping[str, bytes], seen: Counter[str]
) -> None:
    there = {row["name"] for row in rows}
    seen["erased"] += len(content["texts"].keys() - there)
    for row in rows:
        promised = content["texts"].get(row["name"])
        if promised is None:
            raise Broken(f"{place}: a text {row['name']} was added to it")
        try:
            opened = texts.unseal(keys.get(row["owner_id"]), row["sealed"])
        except ValueError:
            raise Broken(f"{place}: its text {row['name']} was changed") from None
        if opened is None:
            seen["erased"] += 1
        elif commitment(*opened) != promised:
            raise Broken(f"{place}: its text {row['name']} is not the one it committed to")
        else:
            seen["texts"] += 1


def _verify_end(history: History, last: Mapping[str, Any], head: str) -> None:
    case = history.case
    if not last:
        raise Broken(f"{history.number}: the case has no events")
    if case["position"] != len(history.events):
        raise Broken(
            f"{history.number}: the case counts {case['position']} events, the log has {len(history.events)}; the tail "
            "was cut or an event was added"
        )
    if case["chain_head"] != head:
        raise Broken(f"{history.number}: the case's chain head is not the hash of its last event")
    for column, name in _CASE.items():
        if case[column] != last[name]:
            raise Broken(f"{history.number}: the case's {column} is {case[column]!r}, its log ends with {last[name]!r}")
    stored = {row["version"]: row["sha256"] for row in history.documents}
    if stored.get(case["document_version"]) != case["document_sha256"]:
        raise Broken(f"{history.number}: the text of version {case['document_version']} is not the one the case names")

"""Registers: chains of the log that belong to no case. What HR does to a year, a cycle or a rule is an event there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from service.actor import Actor
from service.authority import Organisation
from service.canonical import canonical, sha256
from service.events import GENESIS, Entry, Told, record
from service.ids import new_id
from service.models import Delivery, Event, EventText, Register, RegisterEntry
from service.runut import Present
from service.telling import exchange_row
from workflows.kit import Role


def enter(
    connection: Connection, present: Present, actor: Actor, register: str, type_: str, facts: Mapping[str, Any], *,
    reason: str = "", at: datetime | None = None,
) -> str:
    """Writes one event into the register of that name, which begins with it, and answers the event's id.

    Part of the caller's transaction, which holds the register's row from here on. `facts` are plain values: what was
    set, from which day, how many cases follow. They are public in the office: names and other personal text do not
    belong there; a `reason` is kept like a case's texts, sealed with the key of whoever wrote it.
    """
    row = _locked(connection, register)
    content = canonical(dict(facts))
    event, texts = record(
        Entry(
            id=new_id(),
            case_id=row.id,
            position=row.position + 1,
            type=type_,
            at=at or present.now,
            actor_id=actor.person_id,
            on_behalf_of=None,
            capacity=_capacity(present, actor).value,
            from_state=None,
            to_state=None,
            round=0,
            case_version=row.position + 1,
            document_sha256=sha256(content),
            channel=actor.channel,
            assurance=actor.assurance,
            prev=row.chain_head,
            texts=_texts(present, actor, reason),
        ),
        present.text_keys,
    )
    connection.execute(insert(Event), event)
    connection.execute(insert(RegisterEntry).values(event_id=event["id"], canonical=content))
    if texts:
        connection.execute(insert(EventText), texts)
    connection.execute(insert(Delivery), exchange_row(event["id"], present.now))
    connection.execute(
        update(Register)
        .where(Register.id == row.id)
        .values(position=event["position"], chain_head=event["hash"])
    )
    return str(event["id"])


def _locked(connection: Connection, name: str) -> Any:
    upsert = upsert_postgresql if connection.dialect.name == "postgresql" else upsert_sqlite
    connection.execute(
        upsert(Register)
        .values(id=new_id(), name=name, position=0, chain_head=GENESIS)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return connection.execute(
        select(Register.id, Register.position, Register.chain_head).where(Register.name == name).with_for_update()
    ).one()


def _capacity(present: Present, actor: Actor) -> Role:
    """HR for a person: registers are kept by HR; the clock and the command line act for nobody."""
    if actor.person_id is None:
        return Role.CLOCK if actor.channel == "clock" else Role.SYSTEM
    return Role.HR


def _texts(present: Present, actor: Actor, reason: str) -> dict[str, Told]:
    if actor.person_id is None:
        return {}
    organisation: Organisation = present.organisation
    texts = {"actor_name": Told(actor.person_id, organisation.person(actor.person_id).name)}
    if post := organisation.post_of(actor.person_id, present.calendar.civil_date(present.now)):
        texts |= {
            "actor_post": Told(actor.person_id, post[0].title), "actor_unit": Told(actor.person_id, post[1].name)
        }
    return {**texts, "reason": Told(actor.person_id, reason)} if reason else texts

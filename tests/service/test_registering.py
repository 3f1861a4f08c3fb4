from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text, update

from service.actor import CLOCK, Actor
from service.audit.fsck import check_all
from service.audit.verify import Broken, verify_database
from service.canonical import parse, sha256
from service.models import Delivery, Event, Register, RegisterEntry
from service.queries.events import event_page, register_facts
from service.registering import enter
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import Org, create_organisation, create_plan
from tests.service.audit.test_verify import tampered

FACTS = {"year": 2026, "days": ["2026-12-24"]}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def entered(org: Org, type_: str = "calendar.load", **more: Any) -> str:
    hr = Actor(org.people["hr"], "page", "session")
    with org.runut.database.write() as connection:
        present = org.runut.present(connection)
        return enter(connection, present, more.pop("actor", hr), "KALENDER-2026", type_, FACTS, **more)


def test_a_register_begins_with_its_first_event_and_goes_on_as_one_chain(org: Org) -> None:
    first, second = entered(org), entered(org, "calendar.confirm", reason="Sesuai keputusan bersama.")

    with org.runut.database.read() as connection:
        rows = connection.execute(select(Event.id, Event.position, Event.hash, Event.canonical)).all()
        register = connection.execute(select(*Register.__table__.columns)).one()
        facts = connection.scalar(select(RegisterEntry.canonical).where(RegisterEntry.event_id == second))
    says = parse(rows[1].canonical)
    assert [row.id for row in rows] == [first, second] and [row.position for row in rows] == [1, 2]
    assert says["prev"] == rows[0].hash and register.chain_head == rows[1].hash and register.position == 2
    assert says["from"] is None and says["to"] is None and says["capacity"] == "HR"
    assert says["document_sha256"] == sha256(str(facts))
    assert "Sesuai" not in rows[1].canonical


def test_auditors_read_it_among_the_others_with_its_reason_and_its_facts(org: Org) -> None:
    create_plan(org, "in_review")
    event_id = entered(org, reason="Sesuai keputusan bersama.")

    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
        everything = event_page(connection, present).items
        only = event_page(connection, present, case="KALENDER-2026").items
        facts = register_facts(connection, event_id)
    assert [view["id"] for view in only] == [event_id] and everything[-1] == only[0]
    assert only[0]["number"] == "KALENDER-2026" and only[0]["reason"] == "Sesuai keputusan bersama."
    assert only[0]["actor"]["name"] == "Ratna Contohwati, S.Psi"
    assert facts == FACTS


def test_the_clock_enters_for_nobody(org: Org) -> None:
    entered(org, actor=CLOCK)

    with org.runut.database.read() as connection:
        (view,) = event_page(connection, org.runut.present(connection)).items
    assert view["actor"] is None and view["capacity"] == "CLOCK"


def test_it_is_told_to_other_systems_like_every_event(org: Org) -> None:
    event_id = entered(org)

    with org.runut.database.read() as connection:
        channels = list(connection.scalars(select(Delivery.channel).where(Delivery.event_id == event_id)))
    assert channels == ["exchange"]


def test_nothing_remains_of_a_change_that_failed_after_it(org: Org) -> None:
    def fail_after_it() -> None:
        with org.runut.database.write() as connection:
            enter(connection, org.runut.present(connection), CLOCK, "ATURAN", "calendar.load", FACTS)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_it()

    with org.runut.database.read() as connection:
        assert connection.execute(select(Register.id)).all() == []
        assert connection.execute(select(Event.id)).all() == []


TAMPERINGS = {
    "changed facts": update(RegisterEntry).values(canonical='{"year":2027}'),
    "removed facts": delete(RegisterEntry),
    "a changed byte": update(Event).values(canonical=Event.canonical + " "),
    "a cut tail": delete(Event).where(Event.position == 2),
    "another head": update(Register).values(chain_head="0" * 64),
    "a removed register": delete(Register),
}


@pytest.mark.parametrize("change", TAMPERINGS.values(), ids=list(TAMPERINGS))
def test_a_register_that_was_tampered_with_is_found(org: Org, change: Any) -> None:
    entered(org)
    entered(org, "calendar.confirm")
    check_log(org.runut)

    with pytest.raises(Broken):
        verify_database(tampered(org, change))


def test_an_untouched_register_is_proven(org: Org) -> None:
    entered(org)
    entered(org, "calendar.confirm")

    assert verify_database(org.runut)[0].startswith("2 events of 0 cases and 1 registers")
    assert [finding.breaches for finding in check_all(org.runut) if finding.breaches] == []


def test_going_back_a_schema_forgets_registers_and_keeps_the_log_closed(org: Org) -> None:
    from service.schema import downgrade, upgrade

    create_plan(org, "in_review")
    entered(org)
    downgrade(org.runut.database, "20261124_0501")
    upgrade(org.runut.database)

    with org.runut.database.read() as connection:
        assert {row.type for row in connection.execute(select(Event.type))} == {"work_plan.open", "work_plan.submit"}
    with pytest.raises(Exception, match="append-only"), org.runut.database.write() as connection:
        _change(connection)


def _change(connection: Connection) -> None:
    connection.execute(text("UPDATE events SET type = 'x'"))

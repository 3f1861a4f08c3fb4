"""Each invariant of fsck, broken in the tables by somebody with all rights, is named by its number."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from service import links
from service.canonical import canonical, leaf_hash, parse
from service.ids import new_id
from service.models import ActionLink, Case, Delivery, Event, Heartbeat, IdempotencyKey
from service.runut import Runut
from tests.factories import REASON, Org, create_organisation, create_plan
from tests.service.audit.test_verify import breaches, tampered


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def forged(org: Org, type_: str, **says: Any) -> Runut:
    """The service after the event of this type was made to say something else."""
    with org.runut.database.read() as connection:
        event = connection.execute(select(Event.id, Event.canonical).where(Event.type == type_)).one()
    content = canonical({**parse(event.canonical), **says})
    return tampered(org, update(Event).where(Event.id == event.id).values(canonical=content, hash=leaf_hash(content)))


@pytest.mark.parametrize(("number", "says"), [
    (10, {"from": "closed"}),
    (11, {"capacity": "PERF_TEAM"}),
    (12, {"case_version": 9}),
    (20, {"actor": None}),
], ids=["left a final state", "not in the table", "a version twice", "silence approved"])
def test_a_decision_that_cannot_have_been_is_named(org: Org, number: int, says: dict[str, Any]) -> None:
    create_plan(org, "in_force")

    assert number in breaches(forged(org, "work_plan.approve", **says))


def test_a_decision_on_ones_own_case_is_named(org: Org) -> None:
    create_plan(org, "in_force")

    assert 13 in breaches(forged(org, "work_plan.approve", actor=org.people["employee"]))


def test_a_decision_for_the_employee_is_named_too(org: Org) -> None:
    create_plan(org, "in_force")

    assert 13 in breaches(forged(org, "work_plan.approve", on_behalf_of=org.people["employee"]))


def test_a_dispute_settled_by_who_took_part_is_named(org: Org) -> None:
    case = create_plan(org, "in_dispute")
    org.act("rater_superior", case, "settle", reason=REASON)
    assert breaches(org.runut) == set()

    assert 16 in breaches(forged(org, "work_plan.settle", actor=org.people["rater"]))


def test_a_mail_that_nothing_moves_is_named_once_a_relay_was_at_work_since(org: Org) -> None:
    create_plan(org, "in_approval")
    with org.runut.database.read() as connection:
        now = org.runut.pulse(connection).now
    long_ago = now - timedelta(hours=2)
    waiting = update(Delivery).values(state="PENDING", next_at=long_ago, created_at=long_ago)
    assert 7 not in breaches(tampered(org, waiting))

    with org.runut.database.write() as connection:
        connection.execute(insert(Heartbeat).values(kind="relay", at=now))
    assert 7 in breaches(org.runut)


def test_a_mail_that_is_there_twice_is_named(org: Org) -> None:
    create_plan(org, "in_approval")
    with org.runut.database.read() as connection:
        row = connection.execute(select(Delivery.__table__).where(Delivery.rule == "asked")).mappings().first()
    assert row is not None

    assert 8 in breaches(tampered(org, insert(Delivery).values({**row, "id": new_id(), "dedupe": "again"})))


def linked(org: Org) -> str:
    """The id of the link in the rater's mail."""
    with org.runut.database.write() as connection:
        present = org.runut.present(connection)
        case: Any = connection.execute(select(Case.__table__)).mappings().one()
        mail = connection.execute(
            select(Delivery.id).where(Delivery.rule == "asked", Delivery.person_id == org.people["rater"])
        ).scalar_one()
        links.mint(
            connection, b"pepper", delivery_id=mail, case=case, person_id=org.people["rater"], role="RATER",
            actions=["approve"], now=present.now, calendar=present.calendar, epoch=1,
        )
        return str(connection.scalar(select(ActionLink.id)))


def test_a_link_for_somebody_else_than_its_mail_is_named(org: Org) -> None:
    create_plan(org, "in_approval")
    linked(org)
    assert breaches(org.runut) == set()

    assert 9 in breaches(tampered(org, update(ActionLink).values(person_id=org.people["plh"])))


def test_a_link_for_another_version_than_its_mail_is_named(org: Org) -> None:
    create_plan(org, "in_approval")
    linked(org)

    assert 9 in breaches(tampered(org, update(ActionLink).values(case_version=1)))


@pytest.mark.parametrize("change", [
    {"dead_at": None}, {"person_id": "outsider"}, {"case_version": 1}, {"expires_at": "before"},
], ids=["never died", "somebody else's", "another version", "expired before"])
def test_a_decision_by_a_link_that_could_not_decide_is_named(org: Org, change: dict[str, Any]) -> None:
    case = create_plan(org, "in_approval")
    link_id = linked(org)
    org.act("rater", case, "approve")
    with org.runut.database.read() as connection:
        event = connection.execute(select(Event.id, Event.at).where(Event.type == "work_plan.approve")).one()
    used = update(ActionLink).where(ActionLink.id == link_id).values(event_id=event.id)
    assert 17 not in breaches(tampered(org, used))

    values = {**change}
    if "person_id" in values:
        values["person_id"] = org.people[values["person_id"]]
    if "expires_at" in values:
        values["expires_at"] = event.at - timedelta(seconds=1)
    with org.runut.database.write() as connection:
        connection.execute(update(ActionLink).values(**values))
    assert 17 in breaches(org.runut)


def test_an_answer_that_was_given_for_nothing_is_named(org: Org) -> None:
    create_plan(org, "in_approval")
    with org.runut.database.read() as connection:
        now, event_id = org.runut.pulse(connection).now, connection.scalar(select(Event.id).limit(1))
    row = {"person_id": org.people["hr"], "fingerprint": "", "created_at": now}
    assert 23 in breaches(
        tampered(org, insert(IdempotencyKey).values(**row, key="a", answer={"event_id": new_id()}))
    )
    with org.runut.database.write() as connection:
        connection.execute(update(IdempotencyKey).values(answer={"event_id": event_id}))
    assert 23 not in breaches(org.runut)

    with org.runut.database.write() as connection:
        connection.execute(insert(IdempotencyKey).values(**row, key="b", answer={"event_id": event_id}))
    assert 23 in breaches(org.runut)

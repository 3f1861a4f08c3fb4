from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from service.audit.fsck import check_all
from service.audit.verify import Broken, verify_database
from service.models import Case, CaseDocument, Delivery, Event, EventText, Timer, WorkItem
from service.runut import Runut
from tests.factories import Org, create_organisation, create_plan

Tamper = Callable[[Connection], Any]


@pytest.fixture
def org(runut: Runut) -> Org:
    org = create_organisation(runut)
    create_plan(org, "in_force")
    create_plan(org, "returned", label="newcomer", document=org.example("newcomer"))
    return org


def tampered(org: Org, *changes: Any) -> Runut:
    """The service after somebody with all rights wrote to its tables, past the triggers."""
    with org.runut.database.write() as connection:
        if org.runut.database.is_postgresql:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER events_no_{verb}"))
        for change in changes:
            connection.execute(change)
    return org.runut


def breaches(runut: Runut) -> set[int]:
    return {finding.number for finding in check_all(runut) if finding.breaches}


def last_event() -> Any:
    return select(Event.id).where(Event.type == "work_plan.approve").scalar_subquery()


def test_an_untouched_log_is_proven_and_every_invariant_holds(org: Org) -> None:
    assert verify_database(org.runut)[0].startswith("8 events of 2 cases")
    assert breaches(org.runut) == set()


CHANGES = {
    "a changed byte": (update(Event).where(Event.position == 2).values(canonical=Event.canonical + " "),),
    "a changed column": (update(Event).where(Event.position == 2).values(type="work_plan.approve"),),
    "another actor": (update(Event).where(Event.position == 2).values(actor_id=None),),
    "a removed event": (delete(EventText), delete(Event).where(Event.position == 2)),
    "a cut tail": (delete(EventText), delete(Event).where(Event.type == "work_plan.approve")),
    "a changed state": (update(Case).values(state="in_force"),),
    "a changed digest": (update(Case).values(document_sha256="0" * 64),),
    "another chain head": (update(Case).values(chain_head="0" * 64),),
    "a changed text": (update(CaseDocument).values(canonical=CaseDocument.canonical + " "),),
    "an added reason": (
        insert(EventText).from_select(
            ["event_id", "name", "owner_id", "sealed"],
            select(EventText.event_id, text("'added'"), EventText.owner_id, EventText.sealed).limit(1),
        ),
    ),
    "swapped reasons": (
        update(EventText).where(EventText.name == "actor_unit").values(
            sealed=select(EventText.sealed).where(EventText.name == "actor_post").limit(1).scalar_subquery()
        ),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_breach_is_found_and_its_place_named(org: Org, what: str) -> None:
    with pytest.raises(Broken) as broken:
        verify_database(tampered(org, *CHANGES[what]))

    assert "SKP-2026-00000" in str(broken.value)


def test_erased_texts_leave_the_log_provable(org: Org) -> None:
    assert "texts" in verify_database(tampered(org, delete(EventText)))[3]


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (1, update(Case).values(position=9)),
        (2, update(Case).values(marks={"endorsed": "x"})),
        (3, update(Event).where(Event.position == 2).values(position=7)),
        (6, delete(Delivery).where(Delivery.rule == "asked")),
        (6, update(Delivery).values(state="LOST")),
        (15, update(CaseDocument).values(canonical=CaseDocument.canonical + " ")),
    ],
)
def test_fsck_names_the_promise_that_is_broken(org: Org, number: int, change: Any) -> None:
    assert number in breaches(tampered(org, change))


def test_fsck_misses_who_decided_without_ever_being_asked(org: Org) -> None:
    peer = org.people["peer"]
    runut = tampered(
        org,
        update(WorkItem).where(WorkItem.role == "RATER").values(person_id=peer),
        text("DELETE FROM appointments"),
    )
    with runut.database.write() as connection:
        connection.execute(text("UPDATE counters SET value = value + 1 WHERE name = 'organisation'"))

    assert 14 in breaches(runut)


def test_a_timer_that_fired_early_is_found(org: Org) -> None:
    early = update(Timer).values(outcome="fired", done_at=select(Case.opened_at).limit(1).scalar_subquery())

    assert 19 in breaches(tampered(org, early))

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from service.audit.fsck import check_all
from service.audit.verify import Broken, verify_database
from service.canonical import canonical, leaf_hash, parse
from service.models import Case, CaseDocument, Delivery, Event, EventText, Timer, WorkItem
from service.runut import Runut
from service.texts import seal
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


# what was done to the tables: (the statements, what verify says of it)
CHANGES = {
    "a changed byte": (
        (update(Event).where(Event.position == 2).values(canonical=Event.canonical + " "),),
        "its bytes do not fit its hash",
    ),
    "a changed column": (
        (update(Event).where(Event.position == 2).values(type="work_plan.approve"),), "the column type says",
    ),
    "another actor": ((update(Event).where(Event.position == 2).values(actor_id=None),), "the column actor_id says"),
    "another instant": (
        (update(Event).where(Event.position == 2).values(at=datetime(2026, 1, 1, tzinfo=UTC)),), "the column at says",
    ),
    "a removed event": (
        (delete(EventText), delete(Event).where(Event.position == 2)), "position 3 stands where 2 should",
    ),
    "a cut tail": (
        (delete(EventText), delete(Event).where(Event.type == "work_plan.approve")), "the tail was cut",
    ),
    "a changed state": ((update(Case).values(state="in_force"),), "the case's state is"),
    "a changed digest": ((update(Case).values(document_sha256="0" * 64),), "the case's document_sha256 is"),
    "another text in force of now": (
        (update(Case).values(document_version=Case.document_version + 1),), "is not the one the case names",
    ),
    "another chain head": ((update(Case).values(chain_head="0" * 64),), "chain head is not the hash"),
    "a changed text": (
        (update(CaseDocument).values(canonical=CaseDocument.canonical + " "),), "its bytes do not fit its digest",
    ),
    "a removed text": ((delete(CaseDocument),), "the text it names is not stored"),
    "an added reason": (
        (
            insert(EventText).from_select(
                ["event_id", "name", "owner_id", "sealed"],
                select(EventText.event_id, text("'added'"), EventText.owner_id, EventText.sealed).limit(1),
            ),
        ),
        "a text added was added to it",
    ),
    "swapped reasons": (
        (
            update(EventText).where(EventText.name == "actor_unit").values(
                sealed=select(EventText.sealed).where(EventText.name == "actor_post").limit(1).scalar_subquery()
            ),
        ),
        "its text actor_unit",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_breach_is_found_and_its_place_named(org: Org, what: str) -> None:
    changes, says = CHANGES[what]
    with pytest.raises(Broken) as broken:
        verify_database(tampered(org, *changes))

    assert "SKP-2026-00000" in str(broken.value) and says in str(broken.value)


def test_bytes_in_another_form_are_found_even_with_a_hash_that_fits(org: Org) -> None:
    with org.runut.database.read() as connection:
        event = connection.execute(select(Event.id, Event.canonical).where(Event.type == "work_plan.approve")).one()
    loose = event.canonical.replace('":', '": ', 1)

    with pytest.raises(Broken, match="not in canonical form"):
        verify_database(tampered(
            org, update(Event).where(Event.id == event.id).values(canonical=loose, hash=leaf_hash(loose)),
        ))


def test_an_insider_who_computes_the_hash_anew_is_found_by_the_next_event(org: Org) -> None:
    with org.runut.database.read() as connection:
        event = connection.execute(select(Event.id, Event.canonical).where(Event.type == "work_plan.endorse")).first()
    assert event is not None
    forged = canonical({**parse(event.canonical), "actor": org.people["hr"]})

    with pytest.raises(Broken, match="does not name the hash of the event before it"):
        verify_database(tampered(
            org, update(Event).where(Event.id == event.id).values(
                canonical=forged, hash=leaf_hash(forged), actor_id=org.people["hr"]
            ),
        ))


def test_an_insider_who_seals_another_text_with_the_right_key_is_found(org: Org) -> None:
    with org.runut.database.read() as connection:
        keys = org.runut.present(connection).text_keys
        reason = connection.execute(
            select(EventText.event_id, EventText.owner_id).where(EventText.name == "reason")
        ).one()
    _, sealed = seal(keys[reason.owner_id], "Alasan lain yang tidak pernah ditulis.")

    with pytest.raises(Broken, match="its text reason is not the one it committed to"):
        verify_database(tampered(
            org, update(EventText).where(
                EventText.event_id == reason.event_id, EventText.name == "reason"
            ).values(sealed=sealed),
        ))


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

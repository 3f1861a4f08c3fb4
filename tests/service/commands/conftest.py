from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.commanding import command
from service.models import Delivery, Event, WorkItem
from service.runut import Runut
from tests.factories import Org, create_organisation


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


@pytest.fixture
def give(org: Org) -> Callable[..., dict[str, Any]]:
    """Gives a command on a case as the person saw it."""

    def give(label: str, case: dict[str, Any], name: str, **given: Any) -> dict[str, Any]:
        return command(org.runut, org.actor(label), case["id"], name, given, if_match=case["version"])

    return give


@pytest.fixture
def mails(org: Org) -> Callable[[str], set[tuple[str, str]]]:
    """(label, rule) of the mails of one event."""

    def mails(event_id: str) -> set[tuple[str, str]]:
        labels = {person_id: label for label, person_id in org.people.items()}
        with org.runut.database.read() as connection:
            rows = connection.execute(
                select(Delivery.person_id, Delivery.rule).where(
                    Delivery.event_id == event_id, Delivery.channel == "mail"
                )
            )
            return {(labels[row.person_id], row.rule) for row in rows}

    return mails


@pytest.fixture
def open_items(org: Org) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Label of everybody who has to act on the case, with since when."""

    def open_items(case: dict[str, Any]) -> dict[str, Any]:
        labels = {person_id: label for label, person_id in org.people.items()}
        with org.runut.database.read() as connection:
            rows = connection.execute(
                select(WorkItem.person_id, WorkItem.since_at).where(
                    WorkItem.case_id == case["id"], WorkItem.done_at.is_(None)
                )
            )
            return {labels[row.person_id]: row.since_at for row in rows}

    return open_items


@pytest.fixture
def event_types(org: Org) -> Callable[[dict[str, Any]], list[str]]:
    """The types of a case's events, oldest first."""

    def event_types(case: dict[str, Any]) -> list[str]:
        with org.runut.database.read() as connection:
            query = select(Event.type).where(Event.case_id == case["id"]).order_by(Event.position)
            return list(connection.scalars(query))

    return event_types


@pytest.fixture
def digests(org: Org) -> Callable[[], set[str]]:
    """Labels of everybody who gets a digest."""

    def digests() -> set[str]:
        labels = {person_id: label for label, person_id in org.people.items()}
        with org.runut.database.read() as connection:
            rows = connection.scalars(select(Delivery.person_id).where(Delivery.rule == "digest"))
            return {labels[person_id] for person_id in rows if person_id}

    return digests

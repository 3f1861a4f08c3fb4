"""What HR does to a cycle is an event in the cycle's register, in the same transaction."""

from typing import Any

import pytest
from sqlalchemy import select

from service.actor import Actor
from service.canonical import parse
from service.commands.cycles import close_cycle, create_cycle, extend_cycle, open_cycle
from service.errors import Conflict
from service.models import Cycle, Event, Register, RegisterEntry
from service.queries.events import event_page
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import REASON, Org, create_organisation, create_plan
from tests.regency import DATES

QUARTER = {"kind": "QUARTER", "year": 2026, "period": 2,
           "dates": {"report": "2026-07-07", "rate": "2026-07-14", "end": "2026-06-30"}}
LONGER = {"letter_number": "800/15/2026", "reason": REASON, "dates": {"report": "2026-07-08"}}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def entries(org: Org, register: str) -> list[tuple[str, Any]]:
    """(type, facts) of each event of the register, oldest first."""
    with org.runut.database.read() as connection:
        rows = connection.execute(
            select(Event.type, RegisterEntry.canonical)
            .join(Register, Register.id == Event.case_id).join(RegisterEntry, RegisterEntry.event_id == Event.id)
            .where(Register.name == register).order_by(Event.position)
        ).all()
    return [(row.type, parse(row.canonical)) for row in rows]


def test_the_life_of_a_cycle_is_one_chain_of_its_register(org: Org) -> None:
    hr = org.actor("hr")
    cycle_id = create_cycle(org.runut, hr, QUARTER)
    open_cycle(org.runut, hr, cycle_id)
    extend_cycle(org.runut, hr, cycle_id, LONGER)
    close_cycle(org.runut, hr, cycle_id)

    told = entries(org, "SIKLUS-2026-TW2")
    assert [type_ for type_, _ in told] == ["cycle.create", "cycle.open", "cycle.extend", "cycle.close"]
    assert all(facts["cycle_id"] == cycle_id for _, facts in told)
    assert told[0][1]["dates"] == QUARTER["dates"] and told[0][1]["kind"] == "QUARTER"
    longer = told[2][1]
    assert longer["before"]["report"] == "2026-07-07" and longer["dates"]["report"] == "2026-07-08"
    assert longer["letter_number"] == "800/15/2026" and longer["cases"] == 0
    assert told[3][1]["cases"] == 0
    check_log(org.runut)


def test_a_units_own_cycle_has_a_register_of_its_own(org: Org) -> None:
    unit_id = org.units["kesmas"]
    create_cycle(org.runut, org.actor("hr"), {"kind": "ANNUAL", "year": 2026, "unit_id": unit_id, "dates": DATES})
    create_cycle(org.runut, org.actor("hr"), {**QUARTER, "kind": "MONTH", "period": 6})

    assert [type_ for type_, _ in entries(org, "SIKLUS-2026-kesmas")] == ["cycle.create"]
    assert [type_ for type_, _ in entries(org, "SIKLUS-2026-BL06")] == ["cycle.create"]


def test_the_reason_and_the_name_of_whoever_extended_are_read_in_the_log(org: Org) -> None:
    create_plan(org)
    extend_cycle(org.runut, org.actor("hr"), org.cycle_id,
                 {**LONGER, "dates": {"plan_submit": "2026-02-03"}})

    with org.runut.database.read() as connection:
        (event,) = event_page(connection, org.runut.present(connection), case="SIKLUS-2026").items
    assert event["reason"] == REASON and event["actor"]["name"] == "Ratna Contohwati, S.Psi"
    assert entries(org, "SIKLUS-2026")[0][1]["cases"] == 1
    check_log(org.runut)


def test_the_command_line_acts_for_nobody(org: Org) -> None:
    create_cycle(org.runut, Actor(None, "cli", "system"), QUARTER)

    with org.runut.database.read() as connection:
        (event,) = event_page(connection, org.runut.present(connection), case="SIKLUS-2026-TW2").items
    assert event["capacity"] == "SYSTEM" and event["actor"] is None


def test_what_is_refused_leaves_no_event(org: Org) -> None:
    create_plan(org)
    with pytest.raises(Conflict):
        close_cycle(org.runut, org.actor("hr"), org.cycle_id)
    with pytest.raises(Conflict):
        open_cycle(org.runut, org.actor("hr"), org.cycle_id)

    assert entries(org, "SIKLUS-2026") == []
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Cycle.closed_at)) is None

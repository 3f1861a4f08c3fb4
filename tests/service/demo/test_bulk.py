from dataclasses import replace

import pytest
from sqlalchemy import func, select

from service import demo
from service.audit.fsck import check_all
from service.audit.verify import verify_database
from service.audit.waiting import walk
from service.casefile import load_case, problems_of
from service.demo.bulk import Loaded, load_bulk
from service.errors import Refused
from service.models import Case, Cycle, Delivery, Person, PlannedResult, WorkItem
from service.runut import Runut
from tests.mailing import send_due


def _counts(runut: Runut) -> dict[str, int]:
    with runut.database.read() as connection:
        rows = connection.execute(select(Case.state, func.count().label("cases")).group_by(Case.state))
        return {row.state: row.cases for row in rows}


def test_data_made_in_bulk_passes_every_check(runut: Runut) -> None:
    made = load_bulk(runut, 150, seed=3)

    assert made == Loaded(people=150, cases=150, events=made.events, deliveries=made.deliveries)
    assert len(verify_database(runut)) == 5
    assert [finding.line() for finding in check_all(runut) if finding.breaches] == []
    with runut.database.read() as connection:
        assert walk(connection, runut.present(connection))[1] == []
    assert _counts(runut).keys() == {
        "draft", "in_review", "in_approval", "returned", "in_dispute", "in_force", "closed", "cancelled", "exempt",
    }


def test_bulk_cases_wait_for_somebody_and_their_plans_are_complete(runut: Runut) -> None:
    load_bulk(runut, 120, seed=4)
    with runut.database.read() as connection:
        present = runut.present(connection)
        ids = connection.scalars(
            select(Case.id).join(Person, Person.id == Case.subject_id).where(Person.email.like("pegawai.%"))
        ).all()
        asked = set(connection.scalars(select(WorkItem.case_id).where(WorkItem.done_at.is_(None))))
        for case_id in ids:
            file = load_case(connection, present, case_id)
            assert (file.state.waits_for is not None) == (case_id in asked)
            assert [problem for problem in problems_of(file, connection) if problem.level == "E"] == []
        assert (connection.scalar(select(func.count()).select_from(PlannedResult)) or 0) > 100


def test_the_same_seed_makes_the_same_states_and_a_second_bulk_adds_to_the_first(runut: Runut) -> None:
    load_bulk(runut, 90, seed=5)
    first = _counts(runut)
    load_bulk(runut, 90, seed=5)

    demos = {state: 2 * first[state] - count for state, count in _counts(runut).items() if state in first}
    assert sum(demos.values()) == len(demo.history.STORIES)
    assert all(count >= 0 for count in demos.values())


def test_larger_data_reach_back_into_closed_years(runut: Runut) -> None:
    made = load_bulk(runut, 1000, seed=6)

    assert made.people == 500
    with runut.database.read() as connection:
        states = connection.execute(
            select(Case.state).join(Cycle, Cycle.id == Case.cycle_id).where(Cycle.closed_at.is_not(None)).distinct()
        )
        assert set(states.scalars()) == {"closed", "cancelled", "exempt"}
    assert [finding.line() for finding in check_all(runut) if finding.breaches] == []


def test_nothing_of_a_bulk_history_is_ever_sent(runut: Runut) -> None:
    demo.load(runut)
    load_bulk(runut, 60)

    with runut.database.read() as connection:
        states = connection.execute(
            select(Delivery.state)
            .join(Case, Case.id == Delivery.case_id)
            .join(Person, Person.id == Case.subject_id)
            .where(Person.email.like("pegawai.%"))
            .distinct()
        )
        assert set(states.scalars()) == {"SUPPRESSED"}
    assert send_due(runut) == []


def test_production_takes_no_bulk(runut: Runut) -> None:
    production = Runut(replace(runut.settings, environment="production"), runut.database)

    with pytest.raises(Refused):
        load_bulk(production, 10)

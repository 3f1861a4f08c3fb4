from dataclasses import replace

import pytest
from sqlalchemy import func, select

from service import demo
from service.audit.fsck import check_all
from service.audit.verify import verify_database
from service.casefile import load_case
from service.commands.opening import open_case
from service.demo import history
from service.demo.accounts import LABELS
from service.errors import Refused
from service.models import CalendarYear, Case, Cycle, Delivery, Event, Person
from service.queries.events import texts_of
from service.runut import Runut
from service.signin import by_api_key, by_password
from workflows.kit import Role


@pytest.fixture
def loaded(runut: Runut) -> Runut:
    assert demo.load(runut) is True
    return runut


def test_a_second_load_changes_nothing(loaded: Runut) -> None:
    with loaded.database.read() as connection:
        before = loaded.pulse(connection).organisation

    assert demo.load(loaded) is False
    with loaded.database.read() as connection:
        assert loaded.pulse(connection).organisation == before


def test_every_label_is_one_person_who_can_sign_in_by_password_and_key(loaded: Runut) -> None:
    accounts = demo.accounts(loaded)

    assert [account["label"] for account in accounts] == list(LABELS)
    assert len({account["person_id"] for account in accounts}) == len(LABELS)
    assert demo.accounts(loaded) == accounts
    for account in accounts[:2]:
        assert by_password(loaded, account["email"], account["password"], "127.0.0.0/24")[0] == account["person_id"]
        with loaded.database.read() as connection:
            assert by_api_key(loaded, connection, account["api_key"]).actor.person_id == account["person_id"]


def test_plans_stand_where_a_story_needs_them(loaded: Runut) -> None:
    people = {account["label"]: account["person_id"] for account in demo.accounts(loaded)}
    with loaded.database.read() as connection:
        state = {row.subject_id: row.state for row in connection.execute(select(Case.subject_id, Case.state))}

    in_force = {label for label, person_id in people.items() if state.get(person_id) == "in_force"}
    assert in_force == {"employee", "rater", "rater_superior", "head"}
    assert people["newcomer"] not in state
    assert {"draft", "in_review", "in_approval", "returned", "in_dispute"} <= set(state.values())


def test_the_newcomers_plan_goes_to_the_rater_and_to_whoever_acts_for_him(loaded: Runut) -> None:
    people = {account["label"]: account["person_id"] for account in demo.accounts(loaded)}
    with loaded.database.read() as connection:
        visitor = by_api_key(loaded, connection, demo.accounts(loaded)[1]["api_key"])
    case = open_case(loaded, visitor.actor, "work_plan")["case"]

    with loaded.database.read() as connection:
        file = load_case(connection, loaded.present(connection), case["id"])
        assert [h.person_id for h in file.holders(Role.RATER)] == [people["rater"], people["plh"]]
        assert [h.person_id for h in file.holders(Role.RATER_SUPERIOR)] == [people["rater_superior"]]
        assert {h.person_id for h in file.holders(Role.PERF_TEAM)} == {people["perf_team"], people["perf_team2"]}
        assert {h.person_id for h in file.holders(Role.HR)} == {people["hr"], people["hr2"]}


def test_the_window_closes_in_fifteen_working_days_and_the_history_mails_nobody(loaded: Runut) -> None:
    with loaded.database.read() as connection:
        present = loaded.present(connection)
        dates = connection.execute(select(Cycle.dates)).scalar_one()
        today = present.calendar.civil_date(present.now)
        mails = connection.execute(
            select(Delivery.state, func.count()).where(Delivery.channel == "mail").group_by(Delivery.state)
        ).all()
        loaded_years = connection.execute(select(CalendarYear.year, CalendarYear.provisional))
        years = {row.year: row.provisional for row in loaded_years}

    assert dates["plan_submit"] == present.calendar.add_working_days(today, 15).isoformat()
    assert [row.state for row in mails] == ["SUPPRESSED"]
    assert {today.year, today.year + 1} <= years.keys()
    assert all(is_provisional == (year != 2026) for year, is_provisional in years.items())


def test_the_history_passes_every_check(loaded: Runut) -> None:
    assert len(verify_database(loaded)) == 5
    assert [finding.line() for finding in check_all(loaded) if finding.breaches] == []


def test_an_interrupted_load_goes_on_where_it_stopped(runut: Runut, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "STORIES", history.STORIES[:2])
    assert demo.load(runut) is True
    monkeypatch.undo()

    assert demo.load(runut) is True
    with runut.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Case)) == len(history.STORIES)


def test_a_crowd_is_the_same_for_the_same_seed(runut: Runut) -> None:
    demo.load(runut, people=100, seed=7)

    with runut.database.read() as connection:
        names = connection.scalars(
            select(Person.name).where(Person.email.like("pegawai.%")).order_by(Person.email)
        ).all()
    assert len(names) == 100
    assert names[:3] == ["Edi Nisbi", "Rani Duga", "Ayu Teori"]


def test_production_has_no_demo(runut: Runut) -> None:
    production = Runut(replace(runut.settings, environment="production"), runut.database)

    with pytest.raises(Refused):
        demo.load(production)
    with pytest.raises(Refused):
        demo.accounts(production)


def test_the_log_of_the_demo_names_nobody_and_repeats_no_reason(loaded: Runut) -> None:
    with loaded.database.read() as connection:
        log = "\n".join(connection.execute(select(Event.canonical)).scalars())
        people = connection.execute(select(Person.name, Person.nip, Person.email)).all()
        present = loaded.present(connection)
        said = texts_of(connection, present, connection.execute(select(Event.id)).scalars())
    reasons = {text for texts in said.values() for text in texts.values()}
    assert log
    assert len(reasons) > len(people)
    for word in [*reasons, *(value for person in people for value in person if value)]:
        assert word not in log

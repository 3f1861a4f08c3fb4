from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from service import links
from service.actor import Actor
from service.casefile import load_case
from service.commands.people import (
    add_team_member,
    appoint,
    assign_rater,
    change_address,
    changing,
    create_person,
    create_unit,
    delegate,
    end_appointment,
    end_delegation,
    end_team_member,
    grant,
    lock_person,
    resettle_by_date,
    revoke_grant,
)
from service.commands.people.resettling import RESETTLED
from service.errors import CaseMovedOn, Conflict, InvalidInput, NotYours
from service.models import ActionLink, ApiKey, Case, Counter, Delivery, Event, Person, RoleGrant
from service.models.authority import Appointment, TeamMember
from service.queries.events import event_page, register_facts
from tests.afterwards import check_log
from tests.factories import Org, appoint_plh, create_plan, set_now

PLH = {
    "type": "PLH", "order_number": "SP/9/2026", "order_date": "2026-01-16", "starts_on": "2026-01-18",
    "ends_on": "2026-02-16",
}


def _plh(org: Org, **other: Any) -> dict[str, Any]:
    people = {"from_person_id": org.people["rater"], "to_person_id": org.people["plh"]}
    return {**PLH, **people, "position_id": org.positions["kabid"], **other}


def _id_of(org: Org, model: Any, *conditions: Any) -> str:
    with org.runut.database.read() as connection:
        return str(connection.execute(select(model.id).where(*conditions)).scalar_one())


def _last_event(org: Org, case: dict[str, Any]) -> str:
    with org.runut.database.read() as connection:
        query = select(Event.id).where(Event.case_id == case["id"]).order_by(Event.position.desc()).limit(1)
        return str(connection.scalar(query))


def _case(org: Org, case: dict[str, Any]) -> dict[str, Any]:
    with org.runut.database.read() as connection:
        return dict(load_case(connection, org.runut.present(connection), case["id"]).row)


def test_a_new_substitute_moves_the_case_on_and_is_asked(
    org: Org, event_types: Any, open_items: Any, mails: Any
) -> None:
    case = create_plan(org, "in_approval")
    since = open_items(case)["rater"]

    with changing(org.runut, org.actor("hr"), "SP/9/2026") as change:
        delegate(change, _plh(org))

    assert event_types(case)[-1] == "case.authority"
    assert _case(org, case)["version"] == case["version"] + 1
    assert open_items(case)["rater"] == since and "plh" in open_items(case)
    assert mails(_last_event(org, case)) == {("plh", "asked"), ("rater", "asked")}


def test_a_decision_on_the_version_before_a_change_of_authority_is_refused(org: Org) -> None:
    case = create_plan(org, "in_approval")
    with changing(org.runut, org.actor("hr")) as change:
        delegate(change, _plh(org))

    with pytest.raises(CaseMovedOn):
        org.act("rater", case, "approve")


def test_the_substitute_decides_until_his_delegation_ends_and_not_a_moment_longer(org: Org) -> None:
    delegation_id = appoint_plh(org)
    case = create_plan(org, "in_approval")
    with changing(org.runut, org.actor("hr")) as change:
        end_delegation(change, {"id": delegation_id})
    case = {**case, "version": case["version"] + 1}

    with pytest.raises(NotYours):
        org.act("plh", case, "approve")
    assert org.act("rater", case, "approve")["case"]["state"] == "in_force"


def test_cases_that_are_not_touched_stay_as_they_are(org: Org, event_types: Any) -> None:
    other = create_plan(org, "draft", label="outsider", document={})
    over = create_plan(org, "cancelled")
    with changing(org.runut, org.actor("hr")) as change:
        delegate(change, _plh(org))

    assert event_types(other) == ["work_plan.open"]
    assert event_types(over)[-1] == "work_plan.cancel"


def test_links_die_when_authority_changes(org: Org) -> None:
    case = create_plan(org, "in_approval")
    with org.runut.database.write() as connection:
        present = org.runut.present(connection)
        mail = connection.scalars(select(Delivery.id).where(Delivery.rule == "asked", Delivery.case_id == case["id"]))
        links.mint(
            connection, b"pepper", delivery_id=mail.first() or "", case=_row(connection, case),
            person_id=org.people["rater"], role="RATER", actions=["approve"], now=present.now,
            calendar=present.calendar, epoch=1,
        )

    with changing(org.runut, org.actor("hr")) as change:
        delegate(change, _plh(org))

    with org.runut.database.read() as connection:
        assert connection.scalars(select(ActionLink.dead_because)).all() == ["authority"]


def _row(connection: Any, case: dict[str, Any]) -> dict[str, Any]:
    return dict(connection.execute(select(*Case.__table__.columns).where(Case.id == case["id"])).mappings().one())


def test_conflicts_of_a_delegation_are_told_and_nothing_is_kept(org: Org) -> None:
    create_plan(org, "in_approval", label="peer")

    with pytest.raises(Conflict) as conflict, changing(org.runut, org.actor("hr")) as change:
        delegate(change, _plh(org, to_person_id=org.people["peer"]))

    assert len(conflict.value.extra["conflicts"]) == 1
    with org.runut.database.read() as connection:
        assert org.runut.present(connection).organisation.delegations == ()


def test_nobody_hands_on_a_post_that_is_not_his(org: Org) -> None:
    with pytest.raises(InvalidInput) as refused, changing(org.runut, org.actor("hr")) as change:
        delegate(change, _plh(org, from_person_id=org.people["peer"]))

    assert refused.value.fields[0].path == "from_person_id"


def test_a_plt_is_named_for_a_vacant_post_only(org: Org, open_items: Any) -> None:
    case = create_plan(org, "in_approval")
    held = _id_of(org, Appointment, Appointment.person_id == org.people["rater"])
    plt = _plh(org, type="PLT", starts_on="2026-01-19")
    with pytest.raises(Conflict), changing(org.runut, org.actor("hr")) as change:
        delegate(change, plt)

    with changing(org.runut, org.actor("hr")) as change:
        end_appointment(change, {"id": held})
        delegate(change, plt)

    assert set(open_items(case)) == {"plh"}


def test_hr_only_and_nobody_for_himself(org: Org) -> None:
    with pytest.raises(NotYours), changing(org.runut, org.actor("employee")) as change:
        delegate(change, _plh(org))
    with pytest.raises(NotYours), changing(org.runut, org.actor("hr")) as change:
        delegate(change, _plh(org, to_person_id=org.people["hr"]))
    with pytest.raises(NotYours), changing(org.runut, org.actor("hr")) as change:
        grant(change, {"person_id": org.people["peer"], "role": "admin"})


def test_a_holder_names_his_own_delegate(org: Org) -> None:
    with changing(org.runut, org.actor("rater")) as change:
        delegate(change, _plh(org, type="DELEGATE", scope=["approve"]))

    case = create_plan(org, "in_approval")
    assert {w["person"]["id"] for w in case["waits_for"]} == {org.people["rater"], org.people["plh"]}


def test_a_rater_assigned_by_order_gets_the_open_case(org: Org, open_items: Any) -> None:
    case = create_plan(org, "in_approval")

    with changing(org.runut, org.actor("hr")) as change:
        assign_rater(
            change,
            {
                "person_id": org.people["employee"], "rater_position_id": org.positions["disease_control"],
                "legal_basis": "SK 12/2026", "starts_on": "2026-01-19",
            },
        )

    assert set(open_items(case)) == {"plh"}
    assert _case(org, case)["rater_position_id"] == org.positions["disease_control"]


def test_a_team_that_loses_everybody_is_stood_in_for(org: Org, open_items: Any) -> None:
    case = create_plan(org, "in_review")
    with changing(org.runut, org.actor("hr")) as change:
        for label in ("perf_team", "perf_team2"):
            end_team_member(change, {"id": _id_of(org, TeamMember, TeamMember.person_id == org.people[label])})

    assert set(open_items(case)) == {"hr", "hr2"}
    with changing(org.runut, org.actor("hr")) as change:
        add_team_member(change, {"person_id": org.people["peer"], "unit_id": org.units["dinkes"]})
    assert set(open_items(case)) == {"peer"}


def test_a_leaver_loses_everything_at_once_and_his_superior_takes_over(org: Org, open_items: Any) -> None:
    case = create_plan(org, "in_approval")

    with changing(org.runut, org.actor("hr"), "Pensiun") as change:
        lock_person(change, {"person_id": org.people["rater"]})

    assert set(open_items(case)) == {"rater_superior"}
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Person.locked_at).where(Person.id == org.people["rater"])) is not None
        assert connection.scalars(select(ApiKey.id).where(ApiKey.revoked_at.is_(None))).all() == []


def test_the_last_hr_officer_stays(org: Org) -> None:
    with changing(org.runut, org.actor("hr")) as change:
        revoke_grant(change, {"id": _id_of(org, RoleGrant, RoleGrant.person_id == org.people["hr2"])})

    with pytest.raises(Conflict), changing(org.runut, Actor(None, "cli", "system")) as change:
        lock_person(change, {"person_id": org.people["hr"]})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Sarі Misal"),  # a Cyrillic і
        ("name", "Sari =?utf-8?q?Misal?="),
        ("name", "Sari\x07Misal"),
        ("email", "Sari@Muara.example"),
        ("email", "sari@münchen.example"),
        ("nip", "1.90003E+17"),
    ],
)
def test_names_addresses_and_nips_are_plain(org: Org, field: str, value: str) -> None:
    given = {"name": "Sari Lain", "email": "sari.lain@muara.example", field: value}

    with pytest.raises(InvalidInput) as refused, changing(org.runut, org.actor("hr")) as change:
        create_person(change, given)

    assert refused.value.fields[0].path == field


def test_an_address_belongs_to_one_person(org: Org) -> None:
    with pytest.raises(InvalidInput), changing(org.runut, org.actor("hr")) as change:
        change_address(change, {"person_id": org.people["peer"], "email": "employee@muara.example"})


def test_what_fails_changes_nothing_of_what_came_before_it(org: Org) -> None:
    def enter_two_under_one_address() -> None:
        with changing(org.runut, org.actor("hr")) as change:
            create_person(change, {"name": "Satu", "email": "satu@muara.example"})
            create_person(change, {"name": "Dua", "email": "satu@muara.example"})

    with pytest.raises(InvalidInput):
        enter_two_under_one_address()

    with org.runut.database.read() as connection:
        assert connection.scalar(select(Person.id).where(Person.email == "satu@muara.example")) is None
        assert org.runut.present(connection).organisation.generation == org.runut.pulse(connection).organisation


def test_two_definitive_heads_are_refused(org: Org) -> None:
    with pytest.raises(Conflict), changing(org.runut, org.actor("hr")) as change:
        appoint(
            change,
            {"person_id": org.people["plh"], "position_id": org.positions["kabid"], "starts_on": "2026-01-19"},
        )


def test_a_term_that_begins_moves_its_cases_on_that_day_once(org: Org, open_items: Any, event_types: Any) -> None:
    with org.runut.database.write() as connection:
        connection.execute(insert(Counter).values(name=RESETTLED, value=20260119))
    appoint_plh(org, date(2026, 1, 21), date(2026, 1, 23))
    case = create_plan(org, "in_approval")
    assert set(open_items(case)) == {"rater"}

    set_now(org.runut, "2026-01-21T06:00:00+07:00")
    assert resettle_by_date(org.runut) == [case["number"]]
    assert resettle_by_date(org.runut) == []
    assert set(open_items(case)) == {"rater", "plh"}

    set_now(org.runut, "2026-01-26T06:00:00+07:00")
    assert resettle_by_date(org.runut) == [case["number"]]
    assert set(open_items(case)) == {"rater"}
    assert event_types(case).count("case.authority") == 2


def test_an_order_that_stands_all_the_same_is_recorded_and_the_duty_rules_hold(org: Org, open_items: Any) -> None:
    case = create_plan(org, "in_approval", label="peer")
    with changing(org.runut, org.actor("hr")) as change:
        delegate(change, _plh(org, to_person_id=org.people["peer"], accept_conflicts=True))

    assert set(open_items(case)) == {"rater"}
    with pytest.raises(NotYours):
        org.act("peer", case, "approve")


def test_every_change_of_people_is_an_event_of_the_years_register(org: Org) -> None:
    case = create_plan(org, "in_approval")
    with changing(org.runut, org.actor("hr"), "SP/9/2026") as change:
        delegation_id = delegate(change, _plh(org))

    with org.runut.database.read() as connection:
        (event,) = event_page(connection, org.runut.present(connection), case="PEGAWAI-2026").items
        facts = register_facts(connection, event["id"])
    assert event["type"] == "people.delegate" and event["capacity"] == "HR" and event["reason"] == "SP/9/2026"
    assert facts is not None and facts["delegation_id"] == delegation_id and facts["cases_moved"] == 1
    assert facts["to_person_id"] == org.people["plh"] and facts["conflicts_accepted"] == 0
    assert "Yusuf" not in str(facts) and case["number"] not in str(facts)
    check_log(org.runut)


def test_a_change_of_many_is_one_event_that_counts_them(org: Org) -> None:
    with changing(org.runut, org.actor("hr")) as change:
        for number in range(25):
            create_unit(change, {"code": f"u{number}", "name": f"Unit {number}", "parent_id": None})

    with org.runut.database.read() as connection:
        (event,) = event_page(connection, org.runut.present(connection), case="PEGAWAI-2026").items
        assert register_facts(connection, event["id"]) == {"people.create_unit": 25, "cases_moved": 0}

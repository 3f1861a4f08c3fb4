"""Rules are set by letter, in the open, and everybody reads the new value at once."""

from typing import Any

import pytest
from sqlalchemy import event, select

from service.actor import Actor
from service.commands.commanding import command
from service.commands.cycles import set_calendar_days
from service.commands.ruling import confirm_rules, set_rule
from service.errors import InvalidInput, NotFound, NotYours
from service.ladders import RUNGS
from service.models import RuleValue, Timer
from service.queries.events import event_page, register_facts
from service.queries.rules import effect_of
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import REASON, Org, api, create_organisation, create_plan
from workflows.rules import RULES

LETTER = {"letter_number": "800/41/2026", "reason": REASON}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def days(runut: Runut, key: str = "reminder.before") -> int:
    with runut.database.read() as connection:
        return runut.present(connection).rules.days(key)


def register(org: Org) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    with org.runut.database.read() as connection:
        views = event_page(connection, org.runut.present(connection), case="ATURAN").items
        return [(view, register_facts(connection, view["id"]) or {}) for view in views]


def test_a_rule_that_hr_sets_by_letter_holds_at_once_everywhere(org: Org) -> None:
    elsewhere = Runut.start(org.runut.settings)
    assert days(elsewhere) == 3

    set_rule(org.runut, org.actor("hr"), "reminder.before", {"value": 5, **LETTER})

    assert days(org.runut) == days(elsewhere) == 5
    elsewhere.database.close()


def test_setting_a_rule_is_an_event_with_old_and_new_value_and_what_it_reaches(org: Org) -> None:
    create_plan(org, "in_review")
    create_plan(org, "draft", label="peer")
    set_rule(org.runut, org.actor("hr"), "reminder.before", {"value": "5", **LETTER})

    ((view, facts),) = register(org)
    assert (view["type"], view["actor"]["name"], view["reason"]) == ("rule.set", "Ratna Contohwati, S.Psi", REASON)
    assert facts == {
        "key": "reminder.before", "was": 3, "value": 5, "letter_number": "800/41/2026", "open_cases": 2, "people": 3,
    }
    check_log(org.runut)


def test_the_effect_counts_open_deadlines_and_not_those_on_hold(org: Org) -> None:
    create_plan(org, "in_approval")
    second = create_plan(org, "draft", label="peer")
    create_plan(org, "in_force", label="newcomer")
    assert effect(org, "reminder.before") == (2, 2)

    command(org.runut, org.actor("hr"), second["id"], "hold", {"reason": REASON}, if_match=second["version"])

    assert effect(org, "reminder.before") == (1, 1)
    assert effect(org, "feedback.k") == effect(org, "retention.feedback_years") == (0, 0)


def effect(org: Org, key: str) -> tuple[int, int]:
    with org.runut.database.read() as connection:
        found = effect_of(connection, RULES[key])
    return found.cases, found.people


def test_confirming_changes_no_value_and_names_who_and_when(org: Org) -> None:
    confirm_rules(
        org.runut, org.actor("hr"), {"keys": ["reminder.before", "reminder.superior"], "letter_number": "800/7"}
    )

    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
    setting = present.rules.settings["reminder.before"]
    assert (setting.value, setting.letter_number, setting.confirmed_by) == (3, "800/7", org.people["hr"])
    assert [rule.key for rule in present.rules.unconfirmed()] == ["reminder.reroute", "correction.answer"]
    ((view, facts),) = register(org)
    assert view["type"] == "rule.confirm"
    assert facts == {"rules": {"reminder.before": 3, "reminder.superior": 3}, "letter_number": "800/7"}


@pytest.mark.parametrize("label", ["employee", "rater", "auditor", "perf_team"])
def test_only_hr_sets_and_confirms(org: Org, label: str) -> None:
    with pytest.raises(NotYours):
        set_rule(org.runut, org.actor(label), "reminder.before", {"value": 5, **LETTER})
    with pytest.raises(NotYours):
        confirm_rules(org.runut, org.actor(label), {"keys": ["reminder.before"], "letter_number": "800/7"})
    assert days(org.runut) == 3
    assert register(org) == []


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"value": 5, "reason": REASON}, "letter_number"),
        ({"value": 5, "letter_number": "800/41"}, "reason"),
        ({"value": 5, "letter_number": "800/41", "reason": "pendek"}, "reason"),
        ({"value": 99, **LETTER}, "value"),
        ({"value": 3, **LETTER}, "value"),
        ({"value": {"days": 5}, **LETTER}, "value"),
        ({**LETTER}, "value"),
        ({"value": 5, "since": "now", **LETTER}, "since"),
    ],
)
def test_without_letter_reason_or_an_allowed_value_nothing_changes(org: Org, given: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_rule(org.runut, org.actor("hr"), "reminder.before", given)
    assert [field.path for field in refusal.value.fields] == [path]
    assert days(org.runut) == 3
    assert register(org) == []


def test_an_unknown_rule_is_told(org: Org) -> None:
    with pytest.raises(NotFound):
        set_rule(org.runut, org.actor("hr"), "reminder.never", {"value": 5, **LETTER})
    with pytest.raises(NotFound):
        confirm_rules(org.runut, org.actor("hr"), {"keys": ["reminder.never"], "letter_number": "800/7"})
    with pytest.raises(InvalidInput):
        confirm_rules(org.runut, org.actor("hr"), {"keys": [], "letter_number": "800/7"})


def test_an_operator_sets_a_rule_for_nobody_and_his_reason_stands_in_the_open(org: Org) -> None:
    set_rule(org.runut, Actor(None, "cli", "system"), "reminder.before", {"value": 4, **LETTER})

    ((view, facts),) = register(org)
    assert view["actor"] is None and view["capacity"] == "SYSTEM" and facts["reason"] == REASON
    with org.runut.database.read() as connection:
        assert connection.scalar(select(RuleValue.confirmed_by)) is None


def test_reading_rules_costs_a_request_no_statement(org: Org) -> None:
    statements: list[str] = []
    event.listen(
        org.runut.database.engine, "before_cursor_execute", lambda c, cur, text, *rest: statements.append(text)
    )
    days(org.runut)
    statements.clear()
    days(org.runut)
    assert len(statements) == 1


def test_the_api_lists_sets_and_confirms(org: Org) -> None:
    hr = api(org, "hr")
    listed = {rule["key"]: rule for rule in hr.get("/rules").json["items"]}  # type: ignore[index]
    assert listed["reminder.before"]["value"] == 3 and listed["reminder.before"]["confirmed"] is False
    assert listed["objection.window_days"]["mark"] == "LAW"
    assert listed["objection.day_kind"]["allowed"] == ["WORKING", "CALENDAR"]

    answer = hr.put("/rules/reminder.before", {"value": 4, **LETTER})
    assert answer.status_code == 200
    assert answer.json and answer.json["value"] == 4 and answer.json["confirmed_by"]["id"] == org.people["hr"]
    assert hr.put("/rules/reminder.before", {"value": 44, **LETTER}).status_code == 422
    assert hr.put("/rules/reminder.never", {"value": 4, **LETTER}).status_code == 404
    assert hr.post("/rules/confirm", {"keys": ["reminder.reroute"], "letter_number": "800/9"}).status_code == 200

    assert api(org, "auditor").get("/rules").status_code == 200
    assert api(org, "auditor").put("/rules/reminder.before", {"value": 5, **LETTER}).status_code == 403
    assert api(org, "employee").get("/rules").status_code == 403


def test_open_deadlines_are_reminded_of_by_the_new_value(org: Org) -> None:
    case = create_plan(org, "in_approval")  # due on Monday the 26th
    assert next_rung(org, case) == "2026-01-21"

    set_rule(org.runut, org.actor("hr"), "reminder.before", {"value": 4, **LETTER})
    assert next_rung(org, case) == "2026-01-20"


def test_a_closed_day_before_the_deadline_brings_its_reminder_forward(org: Org) -> None:
    case = create_plan(org, "in_approval")
    letter = {"reason": REASON, "letter_number": "800/3", "due_on": "2026-01-30"}
    command(org.runut, org.actor("hr"), case["id"], "extend", letter, if_match=case["version"])
    assert next_rung(org, case) == "2026-01-27"

    closed = {"date": "2026-01-28", "kind": "LOCAL", "name": "Banjir"}
    set_calendar_days(org.runut, org.actor("hr"), {"year": 2026, "days": [closed]})
    assert next_rung(org, case) == "2026-01-26"


def next_rung(org: Org, case: dict[str, Any]) -> str:
    """The office's day of the next rung of the case's ladder."""
    with org.runut.database.read() as connection:
        at = connection.scalar(
            select(Timer.due_at).where(Timer.case_id == case["id"], Timer.kind.in_(RUNGS), Timer.done_at.is_(None))
        )
    assert at is not None
    return at.astimezone(org.runut.settings.timezone).date().isoformat()

"""What HR may set, and what it never may."""

from datetime import UTC, datetime

import pytest

from workflows.ladder import Ladder
from workflows.rule import Mark, Used, WrongValue
from workflows.rules import RULES, Rules, Setting


def confirmed(**values: int | str) -> Rules:
    at = datetime(2026, 1, 19, tzinfo=UTC)
    return Rules({key.replace("__", "."): Setting(value, "800/1", None, at) for key, value in values.items()})


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_explains_itself_in_both_languages_and_allows_its_own_default(rule) -> None:  # type: ignore[no-untyped-def]
    for text in (rule.title, rule.effect, rule.source, rule.in_words(rule.default)):
        assert text.id and text.en
        assert text.id != text.en or rule.source is text
    assert rule.checked(str(rule.default)) == rule.default
    assert rule.choices or rule.least < rule.most


def test_a_rule_without_a_letter_has_its_recommended_value() -> None:
    assert Rules().days("reminder.before") == 3
    assert Rules().days("objection.window_days") == 14
    assert Rules().choice("objection.day_kind") == "WORKING"
    assert Rules().number("feedback.k") == 5


def test_what_the_office_set_is_what_everybody_reads() -> None:
    rules = confirmed(reminder__before=5, objection__day_kind="CALENDAR")
    assert rules.days("reminder.before") == 5
    assert rules.choice("objection.day_kind") == "CALENDAR"
    assert rules.days("reminder.superior") == 3


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("objection.window_days", 13), ("objection.window_days", "61"), ("feedback.k", 2), ("reminder.superior", 0),
        ("reminder.before", -1), ("reminder.before", "3 hari"), ("reminder.before", True), ("reminder.before", ""),
        ("reminder.before", 3.5), ("reminder.before", "٣"), ("reminder.before", "9" * 5000), ("reminder.before", None),
        ("objection.day_kind", "LUNAR"), ("objection.day_kind", 1),
    ],
)
def test_a_value_outside_of_what_is_allowed_is_refused_with_what_is(key: str, given: object) -> None:
    with pytest.raises(WrongValue) as refusal:
        RULES[key].checked(given)
    assert any(str(bound) in refusal.value.message.en for bound in (RULES[key].most, *RULES[key].choices))


def test_the_law_needs_nobody_to_confirm_it_and_policy_does() -> None:
    assert {rule.key for rule in Rules().unconfirmed()} == {
        "reminder.before", "reminder.superior", "reminder.reroute", "correction.answer",
    }
    assert confirmed(reminder__before=3).unconfirmed() == [
        RULES["reminder.superior"], RULES["reminder.reroute"], RULES["correction.answer"]
    ]
    every = {rule.key for rule in Rules().unconfirmed(None)}
    assert every == {key for key, rule in RULES.items() if rule.mark is not Mark.LAW}
    assert any(rule.used is Used.EVALUATION for rule in Rules().unconfirmed(None))


def test_a_choice_is_no_number_and_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(TypeError):
        Rules().number("objection.day_kind")
    with pytest.raises(TypeError):
        Rules().choice("reminder.before")
    with pytest.raises(KeyError):
        Rules().days("reminder.never")


def test_the_superior_is_told_before_hr_may_reroute() -> None:
    with pytest.raises(WrongValue, match="below “HR may re-route”, now 5"):
        Rules().checked("reminder.superior", 5)
    with pytest.raises(WrongValue, match="above “The superior is told”, now 3"):
        Rules().checked("reminder.reroute", 3)
    assert confirmed(reminder__reroute=9).checked("reminder.superior", 8) == 8


def test_a_ladder_can_be_built_from_the_least_and_the_most_that_is_allowed() -> None:
    for before in (RULES["reminder.before"].least, RULES["reminder.before"].most):
        assert Ladder(before, 1, 2) and Ladder(before, 20, 40)

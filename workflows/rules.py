"""The values of the rules that an office may set.

Where the law is open a rule is a setting with the recommended default; HR confirms it, or sets another value by letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.kit import Text
from workflows.rule import Mark, Rule, Used, Value, WrongValue
from workflows.rule_list import BEFORE
from workflows.rule_list import RULES as RULES

_BELOW = Text("Harus lebih kecil dari “{title}”, sekarang {value}.", "This must be below “{title}”, now {value}.")
_ABOVE = Text("Harus lebih besar dari “{title}”, sekarang {value}.", "This must be above “{title}”, now {value}.")


@dataclass(frozen=True, slots=True)
class Setting:
    """The value that an office confirmed: by which letter, who and when; `confirmed_by` is None for an operator."""

    value: Value
    letter_number: str
    confirmed_by: str | None
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules with their present values: what the office set, otherwise the default."""

    settings: Mapping[str, Setting] = field(default_factory=dict)

    def days(self, key: str) -> int:
        """A number of days; of working or calendar days as the rule says. Raises KeyError for an unknown rule."""
        return self.number(key)

    def number(self, key: str) -> int:
        """The value of a rule that is a number. Raises KeyError, and TypeError for one that is a choice."""
        value = self.value(key)
        if not isinstance(value, int):
            raise TypeError(f"{key} is a choice, not a number")
        return value

    def choice(self, key: str) -> str:
        """The value of a rule that is a choice. Raises KeyError, and TypeError for one that is a number."""
        value = self.value(key)
        if not isinstance(value, str):
            raise TypeError(f"{key} is a number, not a choice")
        return value

    def value(self, key: str) -> Value:
        """The value of any rule. Raises KeyError."""
        rule, setting = RULES[key], self.settings.get(key)
        return rule.default if setting is None else setting.value

    def checked(self, key: str, given: Any) -> Value:
        """`given` as a new value of the rule, which may contradict no other one. Raises KeyError, WrongValue."""
        value = RULES[key].checked(given)
        for first, second in BEFORE:
            if key == first and int(value) >= self.number(second):
                raise WrongValue(_beside(_BELOW, second, self.number(second)))
            if key == second and int(value) <= self.number(first):
                raise WrongValue(_beside(_ABOVE, first, self.number(first)))
        return value

    def unconfirmed(self, used: Used | None = Used.NOW) -> list[Rule]:
        """Rules that rest on no law and that nobody in the office confirmed yet; None: those of later modules too."""
        return [
            rule
            for rule in RULES.values()
            if rule.mark is not Mark.LAW and rule.key not in self.settings and used in (None, rule.used)
        ]


def _beside(sentence: Text, key: str, value: int) -> Text:
    title = RULES[key].title
    return Text(sentence.id.format(title=title.id, value=value), sentence.en.format(title=title.en, value=value))

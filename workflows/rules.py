"""The values of the rules that an office may set.

Where the law is open a rule is a setting with the recommended default; HR confirms it, or sets another value by letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.rule import Mark, Rule, Used, Value
from workflows.rule_list import RULES as RULES


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

    def unconfirmed(self, used: Used | None = Used.NOW) -> list[Rule]:
        """Rules that rest on no law and that nobody in the office confirmed yet; None: those of later modules too."""
        return [
            rule
            for rule in RULES.values()
            if rule.mark is not Mark.LAW and rule.key not in self.settings and used in (None, rule.used)
        ]

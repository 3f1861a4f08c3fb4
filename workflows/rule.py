"""One rule that an office may set: what it means, what it rests on, which values it may have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from workflows.kit import Text

Value = int | str
_LONGEST = 6
_NO_NUMBER = Text(
    "Tuliskan bilangan bulat antara {least} dan {most}.", "Write a whole number from {least} to {most}."
)
_OUT_OF_RANGE = Text("Harus antara {least} dan {most}.", "This must be from {least} to {most}.")
_NO_CHOICE = Text("Harus salah satu dari: {choices}.", "This must be one of: {choices}.")


class Mark(Enum):
    """How sure the default is."""

    LAW = "LAW"
    RECALLED = "RECALLED"
    LOCAL_POLICY = "LOCAL_POLICY"


class Used(Enum):
    """Since when something reads the rule."""

    NOW = "NOW"
    EVALUATION = "EVALUATION"


class Reach(Enum):
    """Which open cases a change concerns."""

    DEADLINES = "DEADLINES"
    EVALUATIONS = "EVALUATIONS"
    NONE = "NONE"


class WrongValue(ValueError):
    """The value is outside of what the rule allows; `message` says what is allowed."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a whole number from `least` to `most` in `unit`, or one of `choices`."""

    key: str
    title: Text
    effect: Text
    default: Value
    mark: Mark
    source: Text
    used: Used
    reach: Reach
    unit: Text | None = None
    least: int = 0
    most: int = 0
    choices: Mapping[str, Text] = field(default_factory=dict)

    def checked(self, given: Any) -> Value:
        """`given`, as a form or a JSON body holds it, as a value of this rule. Raises WrongValue."""
        if self.choices:
            if given not in self.choices:
                raise WrongValue(_NO_CHOICE.format(choices=", ".join(self.choices)))
            return str(given)
        text = str(given).strip()
        if isinstance(given, bool) or not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST:
            raise WrongValue(_NO_NUMBER.format(least=self.least, most=self.most))
        if not self.least <= int(text) <= self.most:
            raise WrongValue(_OUT_OF_RANGE.format(least=self.least, most=self.most))
        return int(text)

    def kept(self, text: str) -> Value:
        """The value in the text that is kept of it."""
        return text if self.choices else int(text)

    def in_words(self, value: Value) -> Text:
        """The value as people read it: `3 hari kerja`."""
        if self.choices:
            return self.choices[str(value)]
        assert self.unit is not None
        return Text(f"{value} {self.unit.id}", f"{value} {self.unit.en}")

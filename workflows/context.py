"""What a document's rules may know of the world around it: people as they read now, results and goals to align with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as the forms print him: name, NIP, rank, grade, post, unit; empty strings where data is missing."""

    name: str
    nip: str
    rank: str
    grade: str
    post: str
    unit: str
    post_class: str
    political: bool = False

    @property
    def is_leader(self) -> bool:
        """Whether the post belongs to the senior leadership (JPT), whose rows carry a perspective."""
        return self.post_class.startswith("JPT")


@dataclass(frozen=True, slots=True)
class ParentResult:
    """A planned result or goal that a row may support. `kind` is RESULT (a superior's result in force) or GOAL (a node
    of the strategic plan); `measure` quotes its indicator and target, empty when it has none."""

    kind: str
    id: str
    statement: str
    measure: str
    owner: str


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one document. `rater` is None when nobody holds the role; `rater_may_act` tells whether the
    holder is active on that day; `overlaps` whether the person has another plan for this post and period."""

    subject: PersonCard
    rater: PersonCard | None
    starts_on: date
    ends_on: date
    parents: Sequence[ParentResult] = ()
    rater_may_act: bool = True
    rater_is_subject: bool = False
    overlaps: bool = False

    @property
    def rater_has_plan(self) -> bool:
        """Whether the superior has results in force that a row can support."""
        return any(parent.kind == "RESULT" for parent in self.parents)

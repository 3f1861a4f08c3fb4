"""The kit: what a workflow is made of, and the one way to move a case along it.

A workflow is a table of states and steps. The table is declared once, checked at import and driven by one shared
`transitions.Machine`; buttons, API actions, mail links, deadlines, diagrams and tests all read the same rows.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, cast

from marshmallow import Schema
from transitions import EventData, Machine

from workflows.soundness import mistakes

Locale = Literal["id", "en"]
Tier = Literal["A", "B", "C"]
Document = Mapping[str, Any]


class Role(StrEnum):
    """Who may take a step; the holder of a role is data, resolved at the instant of the action."""

    EMPLOYEE = "EMPLOYEE"
    RATER = "RATER"
    RATER_SUPERIOR = "RATER_SUPERIOR"
    PERF_TEAM = "PERF_TEAM"
    HR = "HR"
    CLOCK = "CLOCK"
    SYSTEM = "SYSTEM"


class Departure(StrEnum):
    """Why somebody leaves his post, for good or for long."""

    TRANSFER = "TRANSFER"
    LONG_LEAVE = "LONG_LEAVE"
    RETIREMENT = "RETIREMENT"
    DEATH = "DEATH"


class Stage(StrEnum):
    """The five columns that HR sees, the same in every workflow."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVAL = "approval"
    APPEAL = "appeal"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages, so that neither can be missing."""

    id: str
    en: str

    def to(self, locale: str) -> str:
        """The sentence in `locale`; Indonesian unless English is asked for."""
        return self.en if locale == "en" else self.id

    def format(self, **values: object) -> "Text":
        """The same sentence with `{named}` values filled in, in both languages."""
        return Text(self.id.format(**values), self.en.format(**values))


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a document: `code` names the rule, `path` the place (`results.0.indicators.1.target`),
    `level` is E (blocks the step) or W (a warning that the reader may overrule)."""

    code: str
    path: str
    level: Literal["E", "W"]
    message: Text


@dataclass(slots=True)
class Facts:
    """What guards may look at: the case, its document and its surroundings, at the instant `now`.

    `state` is the only field that changes: the machine moves it. `problems` are the document's own, `alignment` those
    with the plans above it. `deadlines` maps a cycle date's name to the instant at which it ends; `children` lists
    (workflow, state) of the cases that hang on this one; `marks` is what the workflow itself chose to remember;
    `protect` answers the digest of the part of the document that reviews cover, worked out only when it is asked for.
    """

    state: str
    now: datetime
    document: Document = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    alignment: Sequence[Problem] = ()
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    marks: Mapping[str, Any] = field(default_factory=dict)
    in_force: bool = False
    protect: Callable[[], str] = str
    children: Sequence[tuple[str, str]] = ()
    ends_at: datetime | None = None
    fired: "Step | None" = None
    refusals: "list[tuple[Step, Guard]]" = field(default_factory=list)

    @property
    def protected_sha256(self) -> str:
        """The digest of the part of the document whose change makes a review void."""
        return self.protect()


@dataclass(frozen=True, slots=True)
class Hands:
    """In whose hands a condition lies that whoever is asked for the step cannot meet himself.

    Those of `role` in this case, who is asked in his place and has until `due`; or, with `own_case`, of whoever has to
    move the case that the holder of `role` has himself, which has its own deadline. `missing` says what is awaited.
    """

    role: Role
    missing: Text
    due: str | None = None
    own_case: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """A named condition of a step; when it does not hold, `sentence` tells the person what is missing.

    `hands` says who can meet it then; None where the person who is asked for the step can: by input, by a better text.
    """

    name: str
    holds: Callable[[Facts], bool]
    sentence: Text
    hands: Callable[[Facts], Hands] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Who may change the document in a state: a role, perhaps only once a guard holds."""

    role: Role
    only_if: Guard | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A place where a case can rest. `due` is `3wd` (working days from entry) or `cycle.NAME`; a state that `voids`
    the case gives its period free for another one."""

    name: str
    stage: Stage
    label: Text
    waits_for: Role | None = None
    due: str | None = None
    final: bool = False
    edit_by: tuple[Edit, ...] = ()
    voids: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """Who hears of a step; `asks` makes it a request to act instead of news."""

    role: Role
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """An action's words: the button (the law's verb), its effect in one sentence, the timeline's past tense."""

    button: Text
    effect: Text
    past: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: `role` may take `action` from one state to another while `guards` hold.

    `document` says what the step does to the document: `sets` puts the present version in force, `restores` goes
    back to the version in force.
    """

    action: str
    source: str
    dest: str
    role: Role
    guards: tuple[Guard, ...] = ()
    input: tuple[str, ...] = ()
    tier: Tier | None = None
    tell: tuple[Tell, ...] = ()
    document: Literal["sets", "restores"] | None = None

    @property
    def needs_reason(self) -> bool:
        """Whether the step cannot be taken without a written reason."""
        return "reason" in self.input


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that a person may see as a button; blocked while `blocked_by` holds sentences."""

    step: Step
    blocked_by: tuple[Text, ...]


class NotAvailable(Exception):
    """No row of the table has this action in the present state."""


class NotYours(Exception):
    """The action exists here, but for another role."""


class Refused(Exception):
    """The step is yours, but guards do not hold; `reasons` says which, as sentences."""

    def __init__(self, reasons: Sequence[Text]) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = tuple(reasons)


class InvalidWorkflow(Exception):
    """A table that cannot be right; the message lists every mistake in it."""


@dataclass(frozen=True)
class Workflow:
    """A workflow's table with its document; validated when it is made.

    `check` answers the problems of a document by itself, `align` those with what lies above it; `blank` makes an
    empty one for a period, `example` one that passes; `protected` picks the part of a document whose change makes a
    review void; `remember` answers the marks after a step (`facts`, `step`, ids of the people who took part);
    `project` answers rows of the projection of planned results; `scopes` says which scope of a delegation each role
    needs; `clock` at which date the clock looks; `opens` who may open a case; `departures` what HR does when the
    employee leaves: the first action that is possible; `carry_over` makes a draft of the text that was in force in the
    cycle before (text, context, words of the goals it named). Raises InvalidWorkflow.
    """

    name: str
    edition: str
    title: Text
    number_prefix: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    actions: Mapping[str, Action]
    document: type[Schema]
    check: Callable[[Document, Any], Sequence[Problem]]
    blank: Callable[[Any], dict[str, Any]]
    example: Callable[[Any], dict[str, Any]]
    protected: Callable[[Document], Any]
    remember: Callable[[Facts, Step, Sequence[str]], dict[str, Any]]
    project: Callable[[str, Document], list[dict[str, Any]] | None]
    cycle_kind: str
    opens: tuple[Role, ...] = (Role.EMPLOYEE, Role.HR)
    align: Callable[[Document, Any], Sequence[Problem]] = lambda _document, _context: ()
    scopes: Mapping[Role, str] = field(default_factory=dict)
    clock: Mapping[str, str] = field(default_factory=dict)
    departures: Mapping[Departure, tuple[str, ...]] = field(default_factory=dict)
    carry_over: Callable[[Document, Any, Mapping[str, str]], dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        if found := list(mistakes(self)):
            raise InvalidWorkflow(f"workflow {self.name}: " + "; ".join(found))

    @property
    def initial(self) -> State:
        """The state in which a new case begins: the first of the table."""
        return self.states[0]

    def state(self, name: str) -> State:
        """The state called `name`. Raises KeyError when the table has none."""
        return self._states[name]

    def problems(self, document: Document, context: Any) -> list[Problem]:
        """Everything the rules find in a document."""
        return [*self.check(document, context), *self.align(document, context)]

    def rows(self, state: str, action: str) -> tuple[Step, ...]:
        """The rows of (state, action) in the table's order; empty when there are none."""
        return self._rows.get((state, action), ())

    def steps_from(self, state: str, roles: Iterable[Role]) -> tuple[Step, ...]:
        """The rows out of `state` for any of `roles`, in the table's order."""
        mine = set(roles)
        return tuple(step for step in self.steps if step.source == state and step.role in mine)

    def fire(self, facts: Facts, action: str, role: Role) -> Step:
        """Moves `facts.state` by the first row of (state, action, role) whose guards hold, and answers that row.

        Raises NotAvailable, NotYours or Refused; `facts.state` is then unchanged.
        """
        rows = self.rows(facts.state, action)
        if not rows:
            raise NotAvailable(action)
        if not any(step.role is role for step in rows):
            raise NotYours(action)
        facts.refusals.clear()
        if self._machine.events[action].trigger(facts, role):
            assert facts.fired is not None
            return facts.fired
        raise Refused(_reasons([step for step in rows if step.role is role], facts))

    def available(self, facts: Facts, roles: Iterable[Role]) -> tuple[Offer, ...]:
        """What `roles` may do now, blocked steps included with why; several routing rows count as one offer."""
        offers: dict[tuple[str, Role], Offer] = {}
        for step in self.steps_from(facts.state, roles):
            key = (step.action, step.role)
            if key in offers and not offers[key].blocked_by:
                continue
            blocked = tuple(guard.sentence for guard in step.guards if not guard.holds(facts))
            if key not in offers or not blocked:
                offers[key] = Offer(step, blocked)
            else:
                shared = tuple(text for text in offers[key].blocked_by if text in blocked)
                offers[key] = Offer(offers[key].step, shared or blocked)
        return tuple(offers.values())

    def may_edit(self, facts: Facts, roles: Iterable[Role]) -> Role | None:
        """The first of `roles` that may change the document now, or None."""
        mine = set(roles)
        for edit in self.state(facts.state).edit_by:
            if edit.role in mine and (edit.only_if is None or edit.only_if.holds(facts)):
                return edit.role
        return None

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the rules (not the wording); a released edition's fingerprint never changes."""
        rules = {
            "states": [
                [s.name, s.stage, s.waits_for, s.due, s.final, s.voids,
                 [[e.role, e.only_if and e.only_if.name] for e in s.edit_by]]
                for s in self.states
            ],
            "opens": self.opens,
            "scopes": dict(self.scopes),
            "clock": dict(self.clock),
            "steps": [
                [s.source, s.action, s.role, s.dest, [g.name for g in s.guards], s.input, s.tier,
                 [[t.role, t.asks] for t in s.tell], s.document]
                for s in self.steps
            ],
        }
        return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()

    def diagram(self) -> str:
        """The table as a mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.name}"]
        lines += [f"    {step.source} --> {step.dest}: {step.action} ({step.role})" for step in self.steps]
        lines += [f"    {state.name} --> [*]" for state in self.states if state.final]
        return "\n".join(dict.fromkeys(lines))

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.name: state for state in self.states}

    @cached_property
    def _rows(self) -> dict[tuple[str, str], tuple[Step, ...]]:
        rows: dict[tuple[str, str], tuple[Step, ...]] = {}
        for step in self.steps:
            rows[step.source, step.action] = (*rows.get((step.source, step.action), ()), step)
        return rows

    @cached_property
    def _machine(self) -> Machine:
        machine = Machine(
            model=None,
            states=[state.name for state in self.states],
            initial=self.initial.name,
            auto_transitions=False,
            queued=False,
            send_event=True,
        )
        for step in self.steps:
            machine.add_transition(step.action, step.source, step.dest, conditions=[_condition(step)])
        return machine


def _condition(step: Step) -> Callable[[EventData], bool]:
    def admits(event: EventData) -> bool:
        facts = cast(Facts, event.model)
        if cast("tuple[Role, ...]", event.args)[0] is not step.role:
            return False
        unmet = [guard for guard in step.guards if not guard.holds(facts)]
        facts.refusals.extend((step, guard) for guard in unmet)
        if not unmet:
            facts.fired = step
        return not unmet

    return admits


def _reasons(rows: Sequence[Step], facts: Facts) -> list[Text]:
    """The guards that fail on every routing row; where the rows fail for different reasons, those of the last."""
    unmet = [[guard for step, guard in facts.refusals if step is row] for row in rows]
    shared = [guard for guard in unmet[-1] if all(guard in row for row in unmet)]
    return list(dict.fromkeys(guard.sentence for guard in shared or unmet[-1]))

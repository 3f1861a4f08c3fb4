"""A case's log told again: after each event what the case must have been, by the rules of its own edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import workflows
from service.audit.histories import History
from service.canonical import canonical, parse, sha256
from service.casefile import document_of
from workflows.kit import Facts, Role, Step, Workflow

STILL = frozenset({
    "hand_over", "comment", "remind", "escalate", "extend", "propose_correction", "ask", "wait", "request_correction",
    "withdraw_correction_request", "decide_correction_request", "recompute", "print_notice", "record_hand_delivery",
    "assist", "send_assisted", "withdraw_assisted", "refuse_assisted",
})  # fmt: skip
"""Commands that move no version."""
COMMANDS = STILL | {"open", "save", "reroute", "hold", "resume", "correct", "decline", "authority"}
"""Events beside the steps of a table; none of them changes a state."""


@dataclass(frozen=True)
class Moment:
    """One event of a case: what it says, the row of the table it is (None for a command), and the marks before it."""

    says: Mapping[str, Any]
    step: Step | None
    marks: Mapping[str, Any]

    @property
    def action(self) -> str:
        """The action's or command's name."""
        return str(self.says["type"]).partition(".")[2]

    @property
    def moves(self) -> bool:
        """Whether it makes a new version of the case."""
        return self.step is not None or self.action not in STILL

    @property
    def people(self) -> list[str]:
        """Who did it, and for whom."""
        return [person for person in (self.says["actor"], self.says["on_behalf_of"]) if person]


@dataclass(frozen=True)
class Replay:
    """A history with its rules."""

    history: History

    @cached_property
    def workflow(self) -> Workflow:
        """The rules the case began with."""
        return workflows.get(self.history.case["workflow"], self.history.case["edition"])

    @cached_property
    def moments(self) -> list[Moment]:
        """The events in order, each with the marks that held before it."""
        told: list[Moment] = []
        marks: Mapping[str, Any] = {}
        before: Mapping[str, Any] | None = None
        for event in self.history.events:
            says: dict[str, Any] = parse(event["canonical"])
            moment = Moment(says, self._step(says), marks)
            told.append(moment)
            if moment.step is not None and before is not None:
                marks = self.workflow.remember(self._facts(says, before, marks), moment.step, moment.people)
            before = says
        return told

    @property
    def marks(self) -> Mapping[str, Any]:
        """What the workflow must remember now."""
        last = self.moments[-1]
        if last.step is None or len(self.moments) == 1:
            return last.marks
        before = self.moments[-2].says
        return self.workflow.remember(self._facts(last.says, before, last.marks), last.step, last.people)

    def is_step(self, says: Mapping[str, Any]) -> bool:
        """Whether the event is a step of the workflow's table and not a command."""
        family, _, action = str(says["type"]).partition(".")
        return family == self.workflow.name and action in self.workflow.actions

    def _step(self, says: Mapping[str, Any]) -> Step | None:
        if not self.is_step(says) or says["from"] is None:
            return None
        action = str(says["type"]).partition(".")[2]
        rows: Sequence[Step] = self.workflow.rows(says["from"], action)
        return next((row for row in rows if row.role is Role(says["capacity"]) and row.dest == says["to"]), None)

    def _facts(self, says: Mapping[str, Any], before: Mapping[str, Any], marks: Mapping[str, Any]) -> Facts:
        document = self._documents.get(before["document_sha256"], {})
        return Facts(
            state=says["from"], now=datetime.fromisoformat(says["at"]), document=document, marks=marks,
            protect=lambda: sha256(canonical(self.workflow.protected(document))) if document else "",
        )

    @cached_property
    def _documents(self) -> dict[str, dict[str, Any]]:
        return {row["sha256"]: document_of(row["canonical"])[0] for row in self.history.documents}

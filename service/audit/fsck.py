"""fsck: every promise that can be asked of a database at rest, each with what breaks it.

The numbers are those of the list of invariants in the operator's documentation. What only a running system can show
(crashes, waiting requests, what leaves after a restore) is tested, not asked here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.audit.histories import histories
from service.audit.log_invariants import OF_A_CASE
from service.audit.replay import Replay
from service.audit.row_invariants import OF_THE_ROWS
from service.runut import Runut


@dataclass
class Finding:
    """One invariant, how many things were looked at, and every breach as a sentence."""

    number: int
    promise: str
    asked: int = 0
    breaches: list[str] = field(default_factory=list)

    def line(self) -> str:
        """`ok   2 Folding … (120 looked at)`"""
        verdict = f"WRONG, {len(self.breaches)} breaches" if self.breaches else "ok"
        return f"{verdict:<6}{self.number:>3}  {self.promise} ({self.asked} looked at)"


def check_all(runut: Runut) -> Iterator[Finding]:
    """Every invariant that can be asked, in the order of their numbers."""
    findings = {check.number: Finding(check.number, check.promise) for check in (*OF_A_CASE, *OF_THE_ROWS)}
    with runut.database.read() as connection:
        present = runut.present(connection)
        for history in histories(connection):
            replay = Replay(history)
            for case_check in OF_A_CASE:
                finding = findings[case_check.number]
                finding.asked += 1
                finding.breaches += (f"{history.number}: {breach}" for breach in case_check.ask(replay, present))
        for row_check in OF_THE_ROWS:
            finding = findings[row_check.number]
            asked, breaches = row_check.ask(connection, present)
            finding.asked += asked
            finding.breaches += breaches
    yield from sorted(findings.values(), key=lambda finding: finding.number)

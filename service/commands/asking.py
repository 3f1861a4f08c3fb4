"""case.ask and case.wait: the clock looks whose turn it is, and asks him, or takes back what cannot be done any more.

What a case hangs on changes without the case: the superior's plan comes into force, a goal is entered. Nobody decides
anything here, no version moves and links live on; only requests, deadlines and reminders begin or end.
"""

from sqlalchemy import Connection

from service import duties
from service.actor import CLOCK
from service.casefile import CaseFile, facts_of, load_case
from service.commands.moving import Answer, Move, carry_out
from service.errors import NotAvailable
from service.runut import Runut
from workflows.kit import Role, Tell, Text
from workflows.turns import turn_of

_AS_IT_WAS = Text("Yang diminta tetap sama.", "Whoever is asked stays the same.")


def look_whose_turn(runut: Runut, case_id: str) -> Answer:
    """Asks whoever can act now and was not asked, or nobody where nobody can.

    Raises NotAvailable when that is as it was. However many clocks look at once, each change is one event.
    """

    def reload(connection: Connection) -> CaseFile:
        return load_case(connection, runut.present(connection), case_id)

    def decide(connection: Connection, file: CaseFile) -> Move:
        if changes := duties.changed_turn(connection, file):
            return _move(file, changes)
        raise NotAvailable(_AS_IT_WAS)

    return carry_out(runut, reload, decide, CLOCK, if_match="any", key=None, given={}, verb=f"{case_id} ask")


def _move(file: CaseFile, changes: dict[str, object]) -> Move:
    turn = turn_of(file.workflow, facts_of(file, file.connection))
    action = "ask" if turn.role else "wait"
    return Move(
        type=f"case.{action}",
        action=action,
        capacity=Role.CLOCK,
        holder=None,
        changes=changes,
        moves_version=False,
        requeues=True,
        tells=(Tell(turn.role, asks=True),) if turn.role else (),
    )

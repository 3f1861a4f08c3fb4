"""command(): what every workflow has beside its steps. None of these changes a state; each is one event."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from service.access import check_visible
from service.actor import Actor
from service.casefile import CaseFile, load_case
from service.commands.assisting import (
    assist,
    confirm_assisted,
    refuse_assisted,
    send_assisted,
    withdraw_assisted,
)
from service.commands.calls import Call
from service.commands.correcting import correct
from service.commands.custody import copy_reminder, extend, hold, remind, resume_case
from service.commands.handing_over import hand_over
from service.commands.moving import Answer, IfMatch, Move, carry_out, check_version
from service.commands.notices import print_notice, record_hand_delivery
from service.commands.remarks import comment, decline
from service.commands.requesting import (
    decide_correction_request,
    request_correction,
    withdraw_correction_request,
)
from service.commands.rerouting import reroute
from service.errors import UnknownAction
from service.runut import Pulse, Runut
from workflows.kit import Text

COMMANDS: Mapping[str, Callable[[Call], Move]] = {
    "assist": assist,
    "comment": comment,
    "confirm_assisted": confirm_assisted,
    "copy_reminder": copy_reminder,
    "correct": correct,
    "decide_correction_request": decide_correction_request,
    "decline": decline,
    "extend": extend,
    "hand_over": hand_over,
    "hold": hold,
    "print_notice": print_notice,
    "record_hand_delivery": record_hand_delivery,
    "refuse_assisted": refuse_assisted,
    "remind": remind,
    "request_correction": request_correction,
    "reroute": reroute,
    "resume_case": resume_case,
    "send_assisted": send_assisted,
    "withdraw_assisted": withdraw_assisted,
    "withdraw_correction_request": withdraw_correction_request,
}


def command(
    runut: Runut, actor: Actor, reference: str, name: str, given: Mapping[str, Any], *, if_match: IfMatch,
    key: str | None = None, pulse: Pulse | None = None,
) -> Answer:
    """Gives the command `name` on the case for `actor` and answers the receipt.

    Checks in the order of act(): invisible case, unknown name, idempotency key, version, not possible now, somebody
    else's, assurance, input, what stands against it. Nothing is written when a check fails.
    """
    pulses = iter([pulse] if pulse else [])

    def reload(connection: Connection) -> CaseFile:
        present = runut.present(connection, next(pulses, None))
        file = load_case(connection, present, reference, person_id=actor.person_id, key=key)
        check_visible(connection, file, actor.person_id)
        if name not in COMMANDS:
            raise UnknownAction(Text("Perintah {name} tidak dikenal.", "There is no command {name}.").format(name=name))
        return file

    def decide(connection: Connection, file: CaseFile) -> Move:
        check_version(file, if_match)
        return COMMANDS[name](Call(connection, file, actor, given))

    return carry_out(
        runut, reload, decide, actor, if_match=if_match, key=key, given=given, verb=f"{reference} {name}"
    )

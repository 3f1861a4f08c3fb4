"""The note that a rater leaves for whoever rates after him (behaviour notes of Perka BKN 1/2013, kept as practice)."""

from sqlalchemy import ColumnElement, exists, select

from service.authority import Holder
from service.casefile import CaseFile
from service.commands.acting import input_texts
from service.commands.calls import Call
from service.commands.moving import Move
from service.models import WorkItem
from workflows.kit import Role, Text

_OVER = Text("Kasus ini sudah selesai; tidak ada yang diserahterimakan.", "This case is over; nothing is handed over.")
_NOT_RATER = Text(
    "Catatan serah terima ditulis oleh pejabat penilai, yang sekarang atau yang sebelumnya.",
    "A hand-over note is written by the rater, the present one or one before him.",
)


def hand_over(call: Call) -> Move:
    """What the next rater should know of this employee's work; it decides nothing and moves no version.

    The present rater may write it, and whoever was asked as rater before, also after he has left the post.
    """
    file, me = call.file, call.actor.person_id
    if file.state.final:
        raise call.unavailable(_OVER)
    holder = _as_rater(call)
    if holder is None and (me is None or not call.connection.scalar(select(was_rater(file, me)))):
        call.holder([Role.RATER])  # says who may
        raise call.unavailable(_NOT_RATER)
    call.check_signed_in()
    values = call.values("text")
    return Move(
        type="case.hand_over",
        action="hand_over",
        capacity=Role.RATER,
        holder=holder,
        moves_version=False,
        texts=input_texts(values),
        tells=call.tell(Role.RATER),
    )


def was_rater(file: CaseFile, person_id: str) -> ColumnElement[bool]:
    """Whether this person was ever asked as rater in the case."""
    return exists().where(
        WorkItem.case_id == file.id, WorkItem.person_id == person_id, WorkItem.role == Role.RATER.value
    )


def _as_rater(call: Call) -> Holder | None:
    return next((h for h in call.file.holders(Role.RATER) if h.person_id == call.actor.person_id), None)

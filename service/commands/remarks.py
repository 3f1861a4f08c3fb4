"""What people say about a case without deciding it: a comment, or that they cannot decide."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.commands.acting import input_texts
from service.commands.calls import Call
from service.commands.moving import Move
from service.duties import work_items
from service.models import WorkItem
from workflows.kit import Role, Tell, Text

_COMMENTERS = (Role.EMPLOYEE, Role.RATER, Role.PERF_TEAM, Role.RATER_SUPERIOR)
_OVER = Text("Kasus ini sudah selesai; tidak dapat diberi catatan lagi.", "This case is over; it takes no comments.")
_NO_DECISION = Text(
    "Kasus ini sekarang tidak menunggu keputusan siapa pun.", "This case waits for nobody's decision now."
)
_SAID_BEFORE = Text(
    "Anda sudah menyatakannya; kepegawaian sudah diberi tahu.", "You have said so before; HR has been told."
)
_BACKWARDS = Text("Harus sesudah tanggal mulai.", "This must be after the first day.")
_NOBODY = Text("Pegawai ini tidak dikenal.", "There is no such person.")


def comment(call: Call) -> Move:
    """A remark on the case or on one place of its document; it changes nothing and moves no version."""
    file = call.file
    if file.state.final:
        raise call.unavailable(_OVER)
    role, holder = call.holder(_COMMENTERS)
    values = call.values("text", "at?")
    return Move(
        type=f"{file.workflow.name}.comment",
        action="comment",
        capacity=role,
        holder=holder,
        moves_version=False,
        texts=input_texts(values),
    )


def decline(call: Call) -> Move:
    """That a holder cannot take the decision. It decides nothing: HR is told, the other holders are asked anew."""
    file, role = call.file, call.file.awaited
    if role is None or role is Role.EMPLOYEE or file.row["held_at"] is not None:
        raise call.unavailable(_NO_DECISION)
    _, holder = call.holder([role])
    values = call.values("ground", "from?", "until?", "proposed_substitute?", "text?")
    _check(call, values["from"], values["until"], values["proposed_substitute"])
    waiting = call.waiting()
    if holder.person_id not in {who.person_id for who in waiting}:
        raise call.refused([_SAID_BEFORE])

    officers = _queue_of_hr(call)

    def end_his_part(connection: Connection) -> None:
        connection.execute(
            update(WorkItem)
            .where(
                WorkItem.case_id == file.id, WorkItem.person_id == holder.person_id, WorkItem.done_at.is_(None)
            )
            .values(done_at=file.present.now)
        )
        if officers:
            connection.execute(insert(WorkItem), officers)

    move = Move(
        type="case.decline",
        action="decline",
        capacity=role,
        holder=holder,
        changes={"declined_by": sorted({*file.row["declined_by"], holder.person_id})},
        links_die_of="decline",
        texts=input_texts(values),
        tells=(Tell(Role.HR),),
        writes=end_his_part,
    )
    return replace(move, also=call.ask(move.event_id, "decline", waiting, moved=True))


def _queue_of_hr(call: Call) -> list[dict[str, Any]]:
    """One work item per officer who has none here yet: the case is HR's to re-route until somebody moves it on."""
    file = call.file
    asked = set(
        call.connection.scalars(
            select(WorkItem.person_id).where(
                WorkItem.case_id == file.id, WorkItem.role == Role.HR.value, WorkItem.done_at.is_(None)
            )
        )
    )
    officers = [officer for officer in file.holders(Role.HR) if officer.person_id not in asked]
    return work_items(file, Role.HR, file.row["version"] + 1, file.row["due_at"], officers)


def _check(call: Call, first: str | None, last: str | None, substitute: str | None) -> None:
    if first and last and date.fromisoformat(last) < date.fromisoformat(first):
        raise call.invalid("until", _BACKWARDS)
    if substitute and substitute not in call.file.present.organisation.people:
        raise call.invalid("proposed_substitute", _NOBODY)

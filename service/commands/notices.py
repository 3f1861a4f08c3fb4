"""Requests on paper: a notice is printed for somebody without a mailbox, and its delivery by hand is recorded.

A deadline in working days runs from the day on the receipt, as it runs from the mail for everybody else.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.authority import Holder
from service.commands.acting import input_texts
from service.commands.calls import Call
from service.commands.custody import set_due
from service.commands.moving import Move
from service.counters import next_number
from service.ids import is_id, new_id
from service.models import PrintedNotice
from workflows.kit import Role, Text

_PRINTERS = (Role.PERF_TEAM, Role.HR)
_NOBODY = Text(
    "Kasus ini sekarang tidak menunggu orang itu, jadi tidak ada yang diberitahukan.",
    "This case does not wait for that person now, so there is nothing to tell him.",
)
_NO_NOTICE = Text("Surat ini tidak ada pada kasus ini.", "There is no such notice for this case.")
_HANDED = Text("Penyerahan surat ini sudah dicatat.", "The delivery of this notice is recorded already.")
_FUTURE = Text("Tidak boleh sesudah hari ini.", "This cannot be after today.")
_BEFORE_PRINT = Text("Tidak boleh sebelum surat dicetak.", "This cannot be before the notice was printed.")
_UNKNOWN = Text("Pegawai ini tidak dikenal.", "There is no such person.")


def print_notice(call: Call) -> Move:
    """Gives a printed notice its number; the same request is thereby made on paper."""
    role, holder = _printer(call)
    values = call.values("person")
    asked = next((h for h in call.file.waiting() if h.person_id == values["person"]), None)
    if asked is None or call.file.row["held_at"] is not None:
        raise call.unavailable(_NOBODY)
    event_id = new_id()
    return Move(
        type="case.print_notice",
        action="print_notice",
        capacity=role,
        holder=holder,
        moves_version=False,
        texts=input_texts(values),
        writes=lambda connection: _print(connection, call, asked, event_id),
        event_id=event_id,
    )


def record_hand_delivery(call: Call) -> Move:
    """Records on which day the person signed for the notice, and who handed it over (the caller unless named)."""
    role, holder = _printer(call)
    values = call.values("notice", "handed_on", "handed_by?")
    notice = _notice(call, values["notice"])
    handed_on, handed_by = date.fromisoformat(values["handed_on"]), values["handed_by"] or call.actor.person_id
    calendar = call.file.present.calendar
    if handed_on > calendar.civil_date(call.file.present.now):
        raise call.invalid("handed_on", _FUTURE)
    if handed_on < calendar.civil_date(notice.printed_at):
        raise call.invalid("handed_on", _BEFORE_PRINT)
    if handed_by not in call.file.present.organisation.people:
        raise call.invalid("handed_by", _UNKNOWN)
    due = _due_from(call, notice, handed_on)
    event_id = new_id()

    def write(connection: Connection) -> None:
        connection.execute(
            update(PrintedNotice)
            .where(PrintedNotice.id == notice.id)
            .values(handed_on=handed_on, handed_by=handed_by, handed_event_id=event_id)
        )
        if due != call.file.row["due_at"]:
            set_due(connection, call.file.id, due)

    return Move(
        type="case.record_hand_delivery",
        action="record_hand_delivery",
        capacity=role,
        holder=holder,
        changes={"due_at": due},
        moves_version=False,
        texts=input_texts(values),
        writes=write,
        event_id=event_id,
    )


def _printer(call: Call) -> tuple[Role, Holder]:
    found = call.holder(_PRINTERS)
    call.check_signed_in()
    return found


def _print(connection: Connection, call: Call, asked: Holder, event_id: str) -> None:
    file = call.file
    year = file.present.calendar.civil_date(file.present.now).year
    connection.execute(
        insert(PrintedNotice).values(
            id=new_id(), number=next_number(connection, f"SURAT-{year}"), case_id=file.id,
            case_version=file.row["version"], person_id=asked.person_id, due_at=file.row["due_at"],
            printed_at=file.present.now, printed_event_id=event_id, handed_on=None, handed_by=None,
            handed_event_id=None,
        )
    )


def _notice(call: Call, notice_id: str) -> Any:
    """The notice of this case that was not handed over yet. Raises InvalidInput, Refused."""
    found = call.connection.execute(
        select(PrintedNotice.__table__).where(
            PrintedNotice.id == (notice_id if is_id(notice_id) else None), PrintedNotice.case_id == call.file.id
        )
    ).one_or_none()
    if found is None:
        raise call.invalid("notice", _NO_NOTICE)
    if found.handed_on is not None:
        raise call.refused([_HANDED])
    return found


def _due_from(call: Call, notice: Any, handed_on: date) -> datetime | None:
    """The deadline, counted from the receipt where it is one in working days and the request is still the same.

    Never earlier than the deadline there is: HR may have extended it.
    """
    file, calendar = call.file, call.file.present.calendar
    due: datetime | None = file.row["due_at"]
    is_same = notice.printed_at >= file.row["state_since"] and notice.person_id in {
        who.person_id for who in file.waiting()
    }
    if due is None or not is_same or not (file.state.due or "").endswith("wd"):
        return due
    counted = calendar.due(file.state.due, calendar.start_of_day(handed_on), file.deadlines)
    return max(due, counted) if counted else due

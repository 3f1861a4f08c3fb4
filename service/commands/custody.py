"""What HR does so that a case goes on: remind, extend, put on hold and take off it. HR never decides."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, update

from service.authority import Holder
from service.commands.acting import input_texts
from service.commands.calls import Call
from service.commands.moving import Move
from service.models import WorkItem
from workflows.calendar import CalendarEnds
from workflows.kit import Role, Text

_NOBODY_WAITS = Text(
    "Tidak ada yang dapat diingatkan: kasus ini tidak menunggu siapa pun. Lihat mengapa, lalu alihkan bila perlu.",
    "There is nobody to remind: this case waits for nobody. See why, and reroute it if need be.",
)
_NOT_AWAITED = Text(
    "Kasus ini tidak menunggu orang itu; ingatkan yang ditunggu.",
    "This case does not wait for that person; remind whoever is awaited.",
)
_NO_DEADLINE = Text("Kasus ini tidak mempunyai tenggat.", "This case has no deadline.")
_NOT_LATER = Text(
    "Harus sesudah hari ini dan sesudah tenggat yang sekarang.",
    "This must be after today and after the present deadline.",
)
_OVER = Text("Kasus ini sudah selesai.", "This case is over.")
_HELD = Text("Kasus ini sudah ditahan.", "This case is on hold already.")
_NOT_HELD = Text("Kasus ini tidak sedang ditahan.", "This case is not on hold.")


def remind(call: Call) -> Move:
    """Asks everybody again who has to act, or only `to_person`; the case stays as it is. HR may, and the clock."""
    waiting = () if call.file.row["held_at"] is not None else call.waiting()
    if not waiting:
        raise call.unavailable(_NOBODY_WAITS)
    role, holder = _hr_or_clock(call)
    only = call.values("to_person?")["to_person"]
    if only is not None:
        waiting = tuple(who for who in waiting if who.person_id == only)
        if not waiting:
            raise call.invalid("to_person", _NOT_AWAITED)
    move = Move(type="case.remind", action="remind", capacity=role, holder=holder, moves_version=False)
    return replace(move, also=call.ask(move.event_id, "remind", waiting, moved=False))


def copy_reminder(call: Call) -> Move:
    """That HR reminded outside of mail, by the text without names that the service offers for it."""
    if call.file.row["held_at"] is not None or not call.waiting():
        raise call.unavailable(_NOBODY_WAITS)
    role, holder = call.holder([Role.HR])
    call.check_signed_in()
    call.values()
    return Move(type="case.copy_reminder", action="copy_reminder", capacity=role, holder=holder, moves_version=False)


def extend(call: Call) -> Move:
    """A later deadline by HR's letter; links live on."""
    file, calendar = call.file, call.file.present.calendar
    due: datetime | None = file.row["due_at"]
    if due is None or file.state.final:
        raise call.unavailable(_NO_DEADLINE)
    role, holder = call.holder([Role.HR])
    call.check_signed_in()
    values = call.values("reason", "letter_number", "due_on")
    due_on = date.fromisoformat(values["due_on"])
    if due_on <= max(calendar.civil_date(file.present.now), calendar.civil_date(due)):
        raise call.invalid("due_on", _NOT_LATER)
    try:
        calendar.is_working_day(due_on)
    except CalendarEnds as unknown:
        raise call.invalid("due_on", unknown.message) from None
    later = calendar.end_of_day(due_on)
    return Move(
        type="case.extend",
        action="extend",
        capacity=role,
        holder=holder,
        changes={"due_at": later},
        moves_version=False,
        texts=input_texts(values),
        tells=call.tell(file.awaited) if file.awaited else (),
        writes=lambda connection: set_due(connection, file.id, later),
    )


def hold(call: Call) -> Move:
    """Nobody may act until HR takes the case off hold; the clock waits too."""
    if call.file.state.final or call.file.row["held_at"] is not None:
        raise call.unavailable(_OVER if call.file.state.final else _HELD)
    role, holder = call.holder([Role.HR])
    call.check_signed_in()
    values = call.values("reason")
    return Move(
        type="case.hold",
        action="hold",
        capacity=role,
        holder=holder,
        changes={"held_at": call.file.present.now},
        links_die_of="hold",
        texts=input_texts(values),
        tells=call.tell(Role.EMPLOYEE, Role.RATER),
    )


def resume_case(call: Call) -> Move:
    """The case goes on where it was held; a deadline in working days moves by the working days on hold."""
    file = call.file
    if file.row["held_at"] is None:
        raise call.unavailable(_NOT_HELD)
    role, holder = call.holder([Role.HR])
    call.check_signed_in()
    values = call.values("reason")
    due = _due_after_hold(call)
    move = Move(
        type="case.resume",
        action="resume",
        capacity=role,
        holder=holder,
        changes={"held_at": None, "due_at": due},
        links_die_of="resume",
        texts=input_texts(values),
        tells=call.news(Role.EMPLOYEE, Role.RATER),
        writes=lambda connection: set_due(connection, file.id, due),
    )
    return replace(move, also=call.ask(move.event_id, "resume", call.waiting(), moved=True))


def _hr_or_clock(call: Call) -> tuple[Role, Holder | None]:
    if call.actor.person_id is None:
        return Role.CLOCK, None
    role, holder = call.holder([Role.HR])
    call.check_signed_in()
    return role, holder


def set_due(connection: Connection, case_id: str, due: datetime | None) -> None:
    """The deadline of everybody who has to act on the case now."""
    connection.execute(
        update(WorkItem).where(WorkItem.case_id == case_id, WorkItem.done_at.is_(None)).values(due_at=due)
    )


def _due_after_hold(call: Call) -> datetime | None:
    file, calendar = call.file, call.file.present.calendar
    due: datetime | None = file.row["due_at"]
    if due is None or not (file.state.due or "").endswith("wd"):
        return due
    return calendar.due_after_hold(due, (file.row["held_at"], file.present.now))

"""Assisted entry: what an employee signed on paper is entered by the performance team and confirmed by himself.

Nothing happens to the case until he confirms; then his own step is taken as by him, on paper, and the date beside his
signature counts for deadlines. The team never acts for him: it types, he decides.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service import telling
from service.actor import Actor
from service.authority import Holder
from service.casefile import facts_of
from service.commands.acting import fire, input_texts, move_of, rows_now
from service.commands.calls import Call
from service.commands.inputs import load_input
from service.commands.moving import Move
from service.ids import is_id, new_id
from service.models import AssistedEntry, Attachment
from service.papers import LIVE, live_entry
from service.queries.events import texts_of
from service.surroundings import context_of
from workflows.dates import day
from workflows.fields import REQUIRED
from workflows.kit import Role, Step, Text

_NOT_NOW = Text(
    "Pegawai tidak dapat melakukan itu pada keadaan kasus sekarang.",
    "The employee cannot do that as the case stands now.",
)
_FUTURE = Text("Tanggal pada berkas tidak boleh sesudah hari ini.", "The date on the paper cannot be after today.")
_EARLY = Text("Tanggal pada berkas tidak boleh sebelum {on}.", "The date on the paper cannot be before {on}.")
_NO_SCAN = Text("Pindaian ini tidak ada pada kasus ini. Unggah lagi.", "There is no such scan. Upload it again.")
_ONE_OPEN = Text(
    "Sudah ada berkas yang menunggu pegawai ini. Selesaikan atau tarik dahulu.",
    "A paper of this employee is waiting already. Finish or withdraw it first.",
)
_NO_ENTRY = Text("Berkas ini tidak ada pada kasus ini.", "There is no such paper for this case.")
_OVER = Text("Berkas ini sudah selesai atau ditarik.", "This paper is finished or was withdrawn.")
_MOVED = Text(
    "Kasus berubah sejak berkas ini dikirim kepada Anda. Tim pengelola kinerja perlu mengirimnya lagi.",
    "The case has changed since this paper was sent to you. The performance team has to send it again.",
)
_NOTHING_TYPED = Text("Berkas ini sudah dikirim kepada pegawai.", "This paper was sent to the employee already.")


def assist(call: Call) -> Move:
    """Enters a signed paper by its scan: which step it is, which date it bears, and the reason it gives.

    The submission of a plan is typed next, by the team; anything else goes to the employee for confirmation at once.
    """
    role, holder = _team(call)
    values = call.values("step", "paper_date", "scan", "reason?")
    step = _his_step(call, values["step"])
    if step.needs_reason and not values["reason"]:
        raise call.invalid("reason", REQUIRED)
    paper_on = _checked_date(call, values["paper_date"], step)
    scan = _scan(call, values["scan"])
    if live_entry(call.connection, call.file) is not None:
        raise call.refused([_ONE_OPEN])
    typing, event_id = step.action == "submit", new_id()
    row = {
        "id": new_id(), "case_id": call.file.id, "case_version": call.file.row["version"], "action": step.action,
        "paper_on": paper_on, "attachment_id": scan.id, "state": "TYPING" if typing else "WAITING",
        "entered_by": call.actor.person_id, "entered_at": call.file.present.now, "entered_event_id": event_id,
        "closed_at": None, "closed_event_id": None,
    }

    def write(connection: Connection) -> None:
        _lapse(connection, call)
        connection.execute(insert(AssistedEntry), row)

    texts = {**values, "scan_sha256": scan.sha256}
    return replace(
        _still("assist", role, holder, texts, event_id), writes=write, tells=() if typing else call.tell(Role.EMPLOYEE)
    )


def send_assisted(call: Call) -> Move:
    """Asks the employee to confirm what was typed. Raises Refused while the plan could not be submitted so."""
    role, holder = _team(call)
    values = call.values("entry")
    entry = _entry(call, values["entry"])
    if entry.state != "TYPING":
        raise call.refused([_NOTHING_TYPED])
    fire(call.file, facts_of(call.file, call.connection), entry.action, Role.EMPLOYEE)
    event_id = new_id()

    def write(connection: Connection) -> None:
        connection.execute(
            update(AssistedEntry)
            .where(AssistedEntry.id == entry.id)
            .values(state="WAITING", case_version=call.file.row["version"])
        )

    return replace(
        _still("send_assisted", role, holder, values, event_id), writes=write, tells=call.tell(Role.EMPLOYEE)
    )


def withdraw_assisted(call: Call) -> Move:
    """The team takes the paper back, with the reason; what it typed stays in the draft."""
    role, holder = _team(call)
    values = call.values("entry", "reason")
    entry, event_id = _entry(call, values["entry"]), new_id()
    return replace(
        _still("withdraw_assisted", role, holder, values, event_id),
        writes=lambda connection: _close(connection, call, entry, "WITHDRAWN", event_id),
        tells=call.tell(Role.EMPLOYEE),
    )


def refuse_assisted(call: Call) -> Move:
    """The employee says that this is not what he signed, or not so; nothing is carried out and the team is told."""
    role, holder = _himself(call)
    values = call.values("entry", "reason")
    entry, event_id = _entry(call, values["entry"]), new_id()
    return replace(
        _still("refuse_assisted", role, holder, values, event_id),
        writes=lambda connection: _close(connection, call, entry, "REFUSED", event_id),
        also=[telling.outsiders_news(call.file, event_id, "refuse_assisted", entry.entered_by, "TYPIST")],
    )


def confirm_assisted(call: Call) -> Move:
    """The employee's own step, taken on the paper he signed: judged by the date on it, recorded as done on paper."""
    file = call.file
    _, holder = _himself(call)
    entry = _entry(call, call.values("entry")["entry"])
    if entry.state != "WAITING" or entry.case_version != file.row["version"]:
        raise call.refused([_MOVED])
    rows = rows_now(file, entry.action)
    texts = texts_of(call.connection, file.present, [entry.entered_event_id]).get(entry.entered_event_id, {})
    given = {"reason": texts["reason"]} if texts.get("reason") else {}
    values = load_input(rows, Role.EMPLOYEE, given)
    facts = facts_of(file, call.connection)
    signed_at = min(file.present.now, file.present.calendar.end_of_day(entry.paper_on))
    step = fire(file, replace(facts, now=signed_at), entry.action, Role.EMPLOYEE)
    by = Actor(call.actor.person_id, "paper", "paper", call.actor.locale)
    move = move_of(file, facts, step, holder, by, values, lambda: None)
    changes = dict(move.changes)
    if "submitted_at" in changes:
        changes["submitted_at"] = signed_at
    paper = {"paper_date": entry.paper_on.isoformat(), "scan_sha256": texts.get("scan_sha256", "")}
    return replace(
        move, changes=changes, by=by, texts={**move.texts, **paper},
        writes=lambda connection: _close(connection, call, entry, "CONFIRMED", move.event_id),
    )


def _still(action: str, role: Role, holder: Holder, values: dict[str, Any], event_id: str) -> Move:
    return Move(
        type=f"case.{action}", action=action, capacity=role, holder=holder, moves_version=False,
        texts=input_texts(values), event_id=event_id,
    )


def _team(call: Call) -> tuple[Role, Holder]:
    found = call.holder([Role.PERF_TEAM])
    call.check_signed_in()
    return found


def _himself(call: Call) -> tuple[Role, Holder]:
    found = call.holder([Role.EMPLOYEE])
    call.check_signed_in()
    return found


def _his_step(call: Call, action: str) -> Step:
    """The employee's row of the action in the present state. Raises NotAvailable."""
    rows = call.file.workflow.rows(call.file.row["state"], action)
    mine = [row for row in rows if row.role is Role.EMPLOYEE]
    if not mine or call.file.row["held_at"] is not None:
        raise call.unavailable(_NOT_NOW)
    return mine[0]


def _checked_date(call: Call, given: str, step: Step) -> date:
    """The date on the paper: not after today; a plan's not before its period, another step's not before the state."""
    file, paper_on = call.file, date.fromisoformat(given)
    calendar = file.present.calendar
    if paper_on > calendar.civil_date(file.present.now):
        raise call.invalid("paper_date", _FUTURE)
    if step.action == "submit" and file.row["submitted_at"] is None:
        first = min(context_of(call.connection, file).starts_on, calendar.civil_date(file.row["opened_at"]))
    else:
        first = calendar.civil_date(file.row["state_since"])
    if paper_on < first:
        on = day(first)
        raise call.invalid("paper_date", Text(_EARLY.id.format(on=on.id), _EARLY.en.format(on=on.en)))
    return paper_on


def _scan(call: Call, scan_id: str) -> Any:
    found = call.connection.execute(
        select(Attachment.id, Attachment.sha256).where(
            Attachment.id == (scan_id if is_id(scan_id) else None), Attachment.case_id == call.file.id
        )
    ).one_or_none()
    if found is None:
        raise call.invalid("scan", _NO_SCAN)
    return found


def _entry(call: Call, entry_id: str) -> Any:
    """The live entry of this case. Raises InvalidInput when there is none, Refused when it is over."""
    found = call.connection.execute(
        select(AssistedEntry.__table__).where(
            AssistedEntry.id == (entry_id if is_id(entry_id) else None), AssistedEntry.case_id == call.file.id
        )
    ).one_or_none()
    if found is None:
        raise call.invalid("entry", _NO_ENTRY)
    if found.state not in LIVE:
        raise call.refused([_OVER])
    return found


def _close(connection: Connection, call: Call, entry: Any, state: str, event_id: str) -> None:
    connection.execute(
        update(AssistedEntry)
        .where(AssistedEntry.id == entry.id, AssistedEntry.state.in_(LIVE))
        .values(state=state, closed_at=call.file.present.now, closed_event_id=event_id)
    )


def _lapse(connection: Connection, call: Call) -> None:
    """Whatever is still there although the case has moved on."""
    connection.execute(
        update(AssistedEntry)
        .where(AssistedEntry.case_id == call.file.id, AssistedEntry.state.in_(LIVE))
        .values(state="LAPSED", closed_at=call.file.present.now)
    )

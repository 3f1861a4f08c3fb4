"""*My rater, post or unit is wrong*: asking for a correction, taking the request back, and HR's answer.

Accepting changes the data, moves the cases that follow from it and answers the request in one transaction. The case
goes on meanwhile; none of this moves its version by itself.
"""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from service import telling
from service.commands.acting import input_texts
from service.commands.calls import Call
from service.commands.moving import Move
from service.commands.putting_right import check_proposal, putting_right, told
from service.ids import is_id, new_id
from service.models import CorrectionRequest
from workflows.fields import REQUIRED
from workflows.inputs import Matter, Verdict
from workflows.kit import Role, Tell, Text

DUE_RULE = "correction.answer"
_ASKERS = (Role.EMPLOYEE, Role.RATER)
_OVER = Text(
    "Kasus ini sudah selesai. Sampaikan data yang keliru langsung kepada kepegawaian.",
    "This case is over. Tell HR directly what is wrong in the data.",
)
_ASKED_BEFORE = Text(
    "Anda sudah meminta koreksi ini; kepegawaian belum menjawab. Tarik dahulu bila ingin mengubahnya.",
    "You have asked for this already and HR has not answered yet. Take it back first to change it.",
)
_NO_REQUEST = Text("Permintaan koreksi ini tidak ada.", "There is no such request for a correction.")
_ANSWERED = Text("Permintaan ini sudah dijawab atau ditarik.", "This request was answered or taken back already.")
_NOT_YOURS = Text("Hanya yang meminta yang dapat menariknya.", "Only whoever asked can take it back.")
_OWN = Text(
    "Permintaan Anda sendiri dijawab oleh petugas kepegawaian lain.", "Your own request is answered by another officer."
)


def request_correction(call: Call) -> Move:
    """Says that the rater, post, unit or name is wrong, and what would be right; HR answers within its deadline."""
    file = call.file
    if file.state.final:
        raise call.unavailable(_OVER)
    role, holder = call.holder(_ASKERS)
    call.check_signed_in()
    values = call.values("about", "text", "proposed?", "proposed_name?")
    about = Matter(values["about"])
    proposed = check_proposal(call, about, values)
    if any(row.asked_by == call.actor.person_id and row.about == about for row in _open(call)):
        raise call.refused([_ASKED_BEFORE])
    calendar, now = file.present.calendar, file.present.now
    days = file.present.rules.days(DUE_RULE)
    due = calendar.end_of_day(calendar.add_working_days(calendar.civil_date(now), days))
    event_id = new_id()
    row = {
        "id": new_id(), "case_id": file.id, "asked_by": call.actor.person_id, "about": about.value,
        "proposed_id": proposed, "state": "OPEN", "asked_at": now, "due_at": due, "decided_at": None,
        "asked_event_id": event_id, "decided_event_id": None,
    }
    return Move(
        type="case.request_correction",
        action="request_correction",
        capacity=role,
        holder=holder,
        moves_version=False,
        texts=input_texts(values),
        tells=(Tell(Role.HR),),
        writes=lambda connection: _insert(connection, row),
        event_id=event_id,
    )


def withdraw_correction_request(call: Call) -> Move:
    """Takes the own request back while HR has not answered."""
    values = call.values("request")
    row = _request(call, values["request"])
    if row.asked_by != call.actor.person_id:
        raise call.refused([_NOT_YOURS])
    role, holder = call.holder((*_ASKERS, Role.RATER_SUPERIOR, Role.PERF_TEAM))
    event_id = new_id()
    return Move(
        type="case.withdraw_correction_request",
        action="withdraw_correction_request",
        capacity=role,
        holder=holder,
        moves_version=False,
        texts=input_texts(values),
        writes=lambda connection: _close(connection, row.id, "WITHDRAWN", event_id, call),
        event_id=event_id,
    )


def decide_correction_request(call: Call) -> Move:
    """HR's answer. Accepting makes the change that was asked for, or the one that HR names instead; refusing needs a
    reason. Whoever asked is told."""
    file = call.file
    role, officer = call.holder([Role.HR])
    call.check_signed_in()
    values = call.values("request", "verdict", "reason?", "proposed?", "proposed_name?")
    row = _request(call, values["request"])
    if row.asked_by == call.actor.person_id:
        raise call.refused([_OWN])
    about, verdict, event_id = Matter(row.about), Verdict(values["verdict"]), new_id()
    texts = dict(values)
    within = None
    if verdict is Verdict.REFUSED:
        if not values["reason"]:
            raise call.invalid("reason", REQUIRED)
    else:
        asked = {"proposed": values["proposed"] or row.proposed_id, "proposed_name": values["proposed_name"]}
        proposed = check_proposal(call, about, asked, needed=True)
        fact = told(call, about, proposed, values["proposed_name"])
        texts["reason"] = values["reason"] or fact.to(call.actor.locale)
        basis = f"{file.number}/{file.row['position'] + 1}"
        within = putting_right(call, about, proposed, str(values["proposed_name"] or ""), basis)
    asker = telling.outsiders_news(file, event_id, "decide_correction_request", row.asked_by, "ASKER")
    return Move(
        type="case.decide_correction_request",
        action="decide_correction_request",
        capacity=role,
        holder=officer,
        moves_version=False,
        texts=input_texts(texts),
        also=[asker],
        writes=lambda connection: _close(connection, row.id, verdict.value, event_id, call),
        within=within,
        event_id=event_id,
    )


def _open(call: Call) -> list[Any]:
    rows = call.connection.execute(
        select(CorrectionRequest.__table__).where(
            CorrectionRequest.case_id == call.file.id, CorrectionRequest.state == "OPEN"
        )
    )
    return list(rows)


def _request(call: Call, request_id: str) -> Any:
    """The open request of this case. Raises InvalidInput when there is none, Refused when it is over."""
    row = call.connection.execute(
        select(CorrectionRequest.__table__).where(
            CorrectionRequest.id == (request_id if is_id(request_id) else None),
            CorrectionRequest.case_id == call.file.id,
        )
    ).one_or_none()
    if row is None:
        raise call.invalid("request", _NO_REQUEST)
    if row.state != "OPEN":
        raise call.refused([_ANSWERED])
    return row


def _insert(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(insert(CorrectionRequest), row)


def _close(connection: Connection, request_id: str, state: str, event_id: str, call: Call) -> None:
    connection.execute(
        update(CorrectionRequest)
        .where(CorrectionRequest.id == request_id, CorrectionRequest.state == "OPEN")
        .values(state=state, decided_at=call.file.present.now, decided_event_id=event_id)
    )

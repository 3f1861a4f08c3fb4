"""Why a case waits: who may act, whether the last mail reached him, what happens next, what would unblock it."""

from typing import Any

from sqlalchemy import Connection, func, select

from service.authority import explain
from service.casefile import CaseFile
from service.models import ActionLink, Delivery, Timer
from service.views import waits_for, when
from workflows.dates import day
from workflows.kit import Locale, Role, Text


def why(connection: Connection, file: CaseFile, locale: Locale) -> dict[str, Any]:
    """The answer to *why is this case waiting*, as a sentence and as data."""
    mail, held = _last_mail(connection, file), file.row["held_at"] is not None
    timer = connection.execute(
        select(Timer.kind, func.min(Timer.due_at).label("due_at"))
        .where(Timer.case_id == file.id, Timer.done_at.is_(None))
        .group_by(Timer.kind)
        .order_by(func.min(Timer.due_at))
    ).first()
    return {
        "sentence": sentence(file).to(locale),
        "waits_for": waits_for(file),
        "explanations": [] if held else [holder.explanation.to(locale) for holder in _waiting(file)],
        "held": held,
        "since": when(file.row["state_since"]),
        "due_at": when(file.row["due_at"]),
        "last_mail": mail,
        "next_timer": timer and {"kind": timer.kind, "due_at": when(timer.due_at)},
        "remedies": _remedies(file),
        "provisional_calendar": file.row["due_at"] is not None
        and file.present.calendar.civil_date(file.row["due_at"]).year in file.present.calendar.provisional,
    }


def sentence(file: CaseFile) -> Text:
    """One sentence: who has it, since when, until when."""
    calendar, row, role = file.present.calendar, file.row, file.state.waits_for
    since = day(calendar.civil_date(row["state_since"]))
    if row["held_at"] is not None:
        held = day(calendar.civil_date(row["held_at"]))
        return Text(f"Ditahan oleh kepegawaian sejak {held.id}.", f"On hold by HR since {held.en}.")
    if role is None:
        return Text("Tidak menunggu siapa pun.", "It waits for nobody.")
    who = _waiting(file)
    if not who:
        return explain(file.present.organisation, file.roles, role, file.present.now, file.workflow.scopes.get(role))
    names_id = "; ".join(holder.explanation.id for holder in who[:3])
    names_en = "; ".join(holder.explanation.en for holder in who[:3])
    if row["due_at"] is None:
        return Text(f"Menunggu {names_id}, sejak {since.id}.", f"Waiting for {names_en}, since {since.en}.")
    due_on = calendar.civil_date(row["due_at"])
    due = day(due_on)
    today = calendar.civil_date(file.present.now)
    late = calendar.working_days_between(due_on, today) if row["due_at"] < file.present.now else 0
    late_id = f", lewat {late} hari kerja" if late else ""
    late_en = f", {late} working {'day' if late == 1 else 'days'} late" if late else ""
    return Text(
        f"Menunggu {names_id}, sejak {since.id}; tenggat {due.id}{late_id}.",
        f"Waiting for {names_en}, since {since.en}; due {due.en}{late_en}.",
    )


def _waiting(file: CaseFile) -> tuple[Any, ...]:
    return file.holders(file.state.waits_for) if file.state.waits_for else ()


def _last_mail(connection: Connection, file: CaseFile) -> dict[str, Any] | None:
    row = connection.execute(
        select(
            Delivery.id, Delivery.state, Delivery.person_id, Delivery.created_at, Delivery.done_at,
            ActionLink.opened_at,
        )
        .outerjoin(ActionLink, ActionLink.delivery_id == Delivery.id)
        .where(Delivery.case_id == file.id, Delivery.channel == "mail", Delivery.rule == "asked")
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return {
        "id": row.id, "state": row.state, "person_id": row.person_id, "created_at": when(row.created_at),
        "accepted_at": when(row.done_at) if row.state == "ACCEPTED" else None, "opened_at": when(row.opened_at),
    }


def _remedies(file: CaseFile) -> list[str]:
    if file.row["held_at"] is not None:
        return ["resume_case"]
    if file.state.final or file.state.waits_for is None:
        return []
    possible = {
        "remind": True,
        "reroute": file.state.waits_for in (Role.RATER, Role.RATER_SUPERIOR),
        "extend": file.row["due_at"] is not None,
        "hold": True,
    }
    return [name for name, is_possible in possible.items() if is_possible]

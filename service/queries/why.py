"""Why a case waits: who may act and by which way, whether mail reached him, what comes next, what would unblock it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, func, select

from service.authority import Holder, rungs
from service.blockers import blockers
from service.casefile import CLOCK_GRACE, CaseFile
from service.commands.remedies import REMEDIES, Remedy, possible
from service.duties import ASK
from service.mail.suppression import stopped_since
from service.models import ActionLink, Delivery, Timer
from service.queries.waiting import (
    QUEUE_MAILS,
    QUEUES,
    late_by,
    lowered,
    mail_sentence,
    sentence,
)
from service.views import person_view, waits_for, when
from workflows.dates import day
from workflows.kit import Locale, Text
from workflows.ladder import WORDS

_RUNGS = {rung.value: words for rung, words in WORDS.items()}


def why(connection: Connection, pepper: bytes, file: CaseFile, locale: Locale) -> dict[str, Any]:
    """The answer to *why is this case waiting*, as sentences and as data; `pepper` finds addresses that get no mail."""
    held, role = file.row["held_at"] is not None, file.awaited
    holders = () if held else file.waiting()
    mails = _mails(connection, file, [holder.person_id for holder in holders])
    timer = _next_timer(connection, file)
    stopped = stopped_since(connection, pepper, file.present, [holder.person_id for holder in holders])
    ways = ways_out(connection, file, stopped)
    about = (
        _about_mail(file, mails), _about_stopped(file, stopped), _about_mailboxes(file, holders),
        _about_timer(file, timer),
    )
    sentences = [sentence(file), *chain.from_iterable(about)]
    due_at = file.row["due_at"]
    return {
        "sentence": " ".join(text.to(locale) for text in sentences),
        "waits_for": waits_for(file),
        "explanations": [who.explanation.to(locale) for who in holders or [b.holder for b in blockers(file)]],
        "ladder": [text.to(locale) for text in _ladder(file)] if role and not held else [],
        "held": held,
        "since": when(file.awaited_since),
        "due_at": when(due_at),
        "late_working_days": late_by(file),
        "last_mail": mails[0] if mails else None,
        "mails": mails,
        "next_timer": timer and {**timer, "what": timer["what"].to(locale), "due_at": when(timer["due_at"])},
        "reach": [
            {"id": p, "name": file.present.organisation.person(p).name, "stopped": p in stopped}
            for p in dict.fromkeys(holder.person_id for holder in holders)
        ],
        "remedies": [remedy.name for remedy in ways],
        "ways_out": [
            {"remedy": way.name, "title": way.label.to(locale), "effect": way.effect.to(locale)} for way in ways
        ],
        "provisional_calendar": due_at is not None
        and file.present.calendar.civil_date(due_at).year in file.present.calendar.provisional,
    }


def _ladder(file: CaseFile) -> tuple[Text, ...]:
    role = file.awaited
    assert role is not None
    return rungs(file.present.organisation, file.roles, role, file.present.now, file.workflow.scopes.get(role))


def _mails(connection: Connection, file: CaseFile, people: Iterable[str]) -> list[dict[str, Any]]:
    """The newest request to each of these people, the newest first."""
    rows = connection.execute(
        select(
            Delivery.id, Delivery.state, Delivery.person_id, Delivery.created_at, Delivery.done_at,
            ActionLink.opened_at, ActionLink.event_id,
        )
        .outerjoin(ActionLink, ActionLink.delivery_id == Delivery.id)
        .where(
            Delivery.case_id == file.id, Delivery.channel == "mail", Delivery.rule == "asked",
            Delivery.person_id.in_(list(people)),
        )
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
    )
    newest: dict[str, Any] = {}
    for row in rows:
        newest.setdefault(row.person_id, row)
    return [
        {
            "id": row.id, "state": row.state, "person_id": row.person_id, "person": person_view(file, row.person_id),
            "created_at": when(row.created_at), "accepted_at": when(row.done_at) if row.state == "ACCEPTED" else None,
            "opened_at": when(row.opened_at), "acted": row.event_id is not None,
        }
        for row in newest.values()
    ]


def _next_timer(connection: Connection, file: CaseFile) -> dict[str, Any] | None:
    timer = connection.execute(
        select(Timer.kind, func.min(Timer.due_at).label("due_at"))
        .where(Timer.case_id == file.id, Timer.done_at.is_(None), Timer.kind != ASK)
        .group_by(Timer.kind)
        .order_by(func.min(Timer.due_at))
    ).first()
    if timer is None or file.row["held_at"] is not None:
        return None
    action = file.workflow.actions.get(timer.kind)
    what = action.button if action else _RUNGS.get(timer.kind, Text(timer.kind, timer.kind))
    return {"kind": timer.kind, "due_at": timer.due_at, "what": what}


def _about_mail(file: CaseFile, mails: list[dict[str, Any]]) -> Iterable[Text]:
    if file.row["held_at"] is not None:
        return []
    if file.awaited in QUEUES and not mails:
        return [QUEUE_MAILS]
    several = len(mails) > 1
    return [mail_sentence(file, mail, mail["person"]["name"] if several else "") for mail in mails]


def ways_out(connection: Connection, file: CaseFile, stopped: Mapping[str, datetime]) -> list[Remedy]:
    """What HR could do now; `stopped` are the awaited people whose address gets no mail."""
    ways = possible(connection, file)
    role = file.awaited
    if role is None or file.row["held_at"] is not None:
        return ways
    reached = {holder.person_id for holder in file.waiting()} - stopped.keys()
    return [
        *ways,
        *([REMEDIES["suppress_address"]] if reached else []),
        *([REMEDIES["lift_suppression"]] if stopped else []),
    ]


def _about_stopped(file: CaseFile, stopped: Mapping[str, datetime]) -> Iterable[Text]:
    for person_id, since_at in stopped.items():
        name, since = file.present.organisation.person(person_id).name, day(file.present.calendar.civil_date(since_at))
        yield Text(
            f"Kepegawaian menghentikan surel ke alamat {name} sejak {since.id}; ingatkan lewat jalan lain.",
            f"HR stopped mail to the address of {name} on {since.en}; remind him another way.",
        )


def _about_mailboxes(file: CaseFile, holders: Iterable[Holder]) -> Iterable[Text]:
    people = file.present.organisation.people
    for name in (people[h.person_id].name for h in holders if not people[h.person_id].email):
        yield Text(
            f"{name} tidak mempunyai alamat surel; cetak surat pemberitahuan dan serahkan.",
            f"{name} has no mail address; print a notice and hand it over.",
        )


def _about_timer(file: CaseFile, timer: dict[str, Any] | None) -> Iterable[Text]:
    if timer is None:
        return []
    on = day(file.present.calendar.civil_date(timer["due_at"] - CLOCK_GRACE))
    what: Text = timer["what"]
    return [Text(f"Berikutnya: {lowered(what.id)}, {on.id}.", f"Next: {lowered(what.en)}, {on.en}.")]

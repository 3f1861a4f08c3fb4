"""Deadlines counted again after the calendar changed: asked for by HR with a reason, done by a job, an event per case.

A deadline that was announced moves later by itself and earlier only by HR's word: never for the employee, whose time
the law gives him, and never to today. What was recorded before the change stays as it was.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import Connection, select, update

from service import jobs
from service.actor import Actor
from service.append import append_transition
from service.casefile import CaseFile, load_case
from service.commands.cycles.checks import check_hr
from service.commands.cycles.inputs import Recount
from service.commands.inputs import load
from service.commands.moving import NO_CALENDAR, Move, moved
from service.errors import Conflict, Refused
from service.jobs import Work, ask, outcomes, settle, settled
from service.models import Case, Job, WorkItem
from service.queries.events import texts_of
from service.queries.recounts import Shift, Verdict, shifts, tally
from service.registering import enter
from service.runut import Present, Runut
from workflows.calendar import CalendarEnds
from workflows.kit import Role, Tell, Text

KIND = "recount"
DONE, SAME = "DONE", "SAME"
_BATCH = 20
_log: Any = structlog.get_logger("runut.calendar")
_NOTHING = Text(
    "Tidak ada tenggat yang berubah menurut kalender sekarang.",
    "No deadline would change by the calendar as it is now.",
)
_RUNNING = Text(
    "Penghitungan ulang sedang berjalan. Tunggu sampai selesai, atau hentikan dahulu.",
    "Deadlines are being counted again. Wait until that ends, or stop it first.",
)


def recount(runut: Runut, actor: Actor, given: Mapping[str, Any]) -> str:
    """Asks for open deadlines to be counted again by the calendar as it is now, and answers the job's id.

    An event of this year's register says why and how many. Raises NotYours, InvalidInput; Conflict when nothing would
    move or a job is at it; Refused when a year is not loaded.
    """
    with runut.database.write() as connection:
        present = runut.present(connection)
        check_hr(present, actor)
        values = load(Recount(), given)
        if connection.scalar(select(Job.id).where(Job.kind == KIND, Job.state.in_(("WAITING", "RUNNING")))):
            raise Conflict(_RUNNING)
        counts = tally(planned(connection, present))
        if not sum(count for verdict, count in counts.items() if verdict.moves(earlier=values["earlier"])):
            raise Conflict(_NOTHING)
        register = f"KALENDER-{present.calendar.civil_date(present.now).year}"
        facts = {"with_earlier": values["earlier"], **{verdict.lower(): counts[verdict] for verdict in Verdict}}
        event_id = enter(connection, present, actor, register, "calendar.recount", facts, reason=values["reason"])
        details = {
            "event_id": event_id, "earlier": values["earlier"], "channel": actor.channel,
            "assurance": actor.assurance,
        }
        job_id = ask(connection, present, KIND, actor.person_id, details)
    runut.wake()
    return job_id


def planned(connection: Connection, present: Present) -> list[Shift]:
    """What a recount would find now. Raises Refused when a year is not loaded."""
    try:
        return shifts(connection, present)
    except CalendarEnds as ends:
        raise Refused(NO_CALENDAR, reasons=[ends.message], extra={"year": ends.year}) from None


def recount_cases(work: Work) -> Mapping[str, Any]:
    """Does the job: batch by batch, each case with the note of it in one transaction. Raises Refused.

    A worker that takes it over goes on with what is left: a deadline that was counted again is not found again.
    """
    runut, job_id, earlier = work.runut, str(work.row["id"]), work.details["earlier"]
    with runut.database.read() as connection:
        present = runut.present(connection)
        found = planned(connection, present)
        noted = jobs.settled(connection, job_id)
    ids = [shift.case_id for shift in found if shift.verdict.moves(earlier=earlier) and shift.case_id not in noted]
    done, total = len(noted), len(noted) + len(ids)
    work.report(done, total)
    for batch in (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)):
        _count_again(work, sorted(batch))
        done += len(batch)
        work.report(done, total)
    with runut.database.read() as connection:
        came_of_it = outcomes(connection, job_id)
    _log.info("deadlines counted again", job_id=job_id, **came_of_it)
    count = came_of_it.get(DONE, 0)
    return {
        "outcomes": came_of_it,
        "summary": {
            "id": f"{count} tenggat berpindah menurut kalender; yang ditunggu diberi tahu.",
            "en": f"{count} deadlines moved by the calendar; whoever is awaited is told.",
        },
    }


def _count_again(work: Work, ids: list[str]) -> None:
    """Some cases in one transaction, locked in the order of their ids, as everywhere."""
    runut, job_id = work.runut, str(work.row["id"])
    with runut.database.write() as connection:
        present = runut.present(connection)
        noted = settled(connection, job_id)
        connection.execute(select(Case.id).where(Case.id.in_(ids)).order_by(Case.id).with_for_update()).all()
        now = {shift.case_id: shift for shift in shifts(connection, present, only=ids)}
        for case_id in ids:
            if case_id in noted:
                continue
            shift = now.get(case_id)
            moves = shift is not None and shift.verdict.moves(earlier=work.details["earlier"])
            if shift is not None and moves:
                _move(connection, present, work, load_case(connection, present, case_id), shift)
            settle(connection, job_id, case_id, DONE if moves else SAME, case_id)
    runut.wake()


def _move(connection: Connection, present: Present, work: Work, file: CaseFile, shift: Shift) -> None:
    details = work.details
    actor = Actor(work.row["asked_by"], details["channel"], details["assurance"])
    reason = texts_of(connection, present, [details["event_id"]]).get(details["event_id"], {}).get("reason")
    role = file.awaited
    move = Move(
        type="case.recompute",
        action="recompute",
        capacity=Role.HR if actor.person_id else Role.SYSTEM,
        holder=None,
        changes={"due_at": shift.becomes},
        moves_version=False,
        texts={"reason": reason} if reason else {},
        tells=(Tell(role),) if role and file.row["held_at"] is None else (),
        problems=(),
    )
    transition, _after = moved(file, move, actor)
    connection.execute(
        update(WorkItem).where(WorkItem.case_id == file.id, WorkItem.done_at.is_(None)).values(due_at=shift.becomes)
    )
    if not append_transition(connection, transition):
        raise RuntimeError(f"case {file.number} moved although its row was locked")

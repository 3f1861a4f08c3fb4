"""What stands on a case's page beside its steps: who cannot decide, and what is asked to be put right."""

from typing import Any

from sqlalchemy import Connection

from service.authority import Person
from service.commands.claiming import queue_of
from service.pages.declined import hr_notice
from service.pages.opened import Opened
from service.queries.corrections import requests_of
from service.queries.papers import entry_view
from service.runut import Present
from service.signin import roles_of
from workflows.inputs import ON_PAPER
from workflows.kit import Role

_PAPER = (Role.HR, Role.PERF_TEAM)
_ASKERS = frozenset({Role.EMPLOYEE, Role.RATER})


def beside(connection: Connection, case: Opened) -> dict[str, Any]:
    """HR's notice of a declined decision; whether the reader may ask for a correction, and those that are open; who
    works on it."""
    waiting = [row for row in requests_of(connection, case.file.present, case.file.id) if row["state"] == "OPEN"]
    return {
        "declined": hr_notice(connection, case.file, case.reader_id),
        "may_correct": may_correct(case),
        "corrections": len(waiting),
        "answers_corrections": "hr" in roles_of(case.file.present, case.reader_id) and not case.is_own,
        "unreached": [person.name for person in without_mailbox(case)] if _prints(case) else [],
        "paper": entry_view(connection, case.file),
        "may_assist": _may_assist(case),
        "claim": claim_panel(connection, case),
    }


def claim_panel(connection: Connection, case: Opened) -> dict[str, Any] | None:
    """What a member of the queue sees of who works on the case; None for whoever has it in no queue."""
    if queue_of(connection, case.file, case.reader_id) is None:
        return None
    found = case.file.claim
    if found is None:
        return {"by": "", "mine": False}
    return {
        "by": case.file.present.organisation.person(found.person_id).name, "person_id": found.person_id,
        "mine": found.person_id == case.reader_id, "since": found.since,
    }


def without_mailbox(case: Opened) -> list[Person]:
    """Those who have to act now and whom no mail reaches, because they have no address."""
    people = case.file.present.organisation.people
    return [] if case.file.row["held_at"] else [
        people[who.person_id] for who in case.file.waiting() if not people[who.person_id].email
    ]


def handles_paper(present: Present, person_id: str) -> bool:
    """Whether the person is an HR officer or in some performance team."""
    return "hr" in roles_of(present, person_id) or bool(present.organisation.team_units(person_id, present.now))


def _may_assist(case: Opened) -> bool:
    """Whether the reader is of the team and the employee could act on paper now."""
    file = case.file
    if file.row["held_at"] is not None or Role.PERF_TEAM not in file.held_by(case.reader_id, [Role.PERF_TEAM]):
        return False
    return any(row.role is Role.EMPLOYEE for a in ON_PAPER for row in file.workflow.rows(file.row["state"], a))


def _prints(case: Opened) -> bool:
    return bool(case.file.held_by(case.reader_id, _PAPER))


def may_correct(case: Opened) -> bool:
    """Whether the reader may say that the case's people or places are wrong."""
    return not case.file.state.final and not _ASKERS.isdisjoint(case.file.held_by(case.reader_id, _ASKERS))

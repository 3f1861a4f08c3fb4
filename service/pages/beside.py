"""What stands on a case's page beside its steps: who cannot decide, and what is asked to be put right."""

from typing import Any

from sqlalchemy import Connection

from service.pages.declined import hr_notice
from service.pages.opened import Opened
from service.queries.corrections import requests_of
from service.signin import roles_of
from workflows.kit import Role

_ASKERS = frozenset({Role.EMPLOYEE, Role.RATER})


def beside(connection: Connection, case: Opened) -> dict[str, Any]:
    """HR's notice of a declined decision; whether the reader may ask for a correction, and those that are open."""
    waiting = [row for row in requests_of(connection, case.file.present, case.file.id) if row["state"] == "OPEN"]
    return {
        "declined": hr_notice(connection, case.file, case.reader_id),
        "may_correct": may_correct(case),
        "corrections": len(waiting),
        "answers_corrections": "hr" in roles_of(case.file.present, case.reader_id) and not case.is_own,
    }


def may_correct(case: Opened) -> bool:
    """Whether the reader may say that the case's people or places are wrong."""
    return not case.file.state.final and not _ASKERS.isdisjoint(case.file.held_by(case.reader_id, _ASKERS))

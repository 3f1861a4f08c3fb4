"""Checking files and importing them: planned row by row, written in one transaction or not at all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from service.actor import Actor
from service.commands.people import changing
from service.commands.people.loading import load_rows
from service.errors import NotYours
from service.people_import.people import plan_leaver, plan_person
from service.people_import.places import plan_position, plan_unit
from service.people_import.plan import Plan, Planner, Progress, make_plan
from service.people_import.raters import plan_rater
from service.people_import.reading import Reading, read
from service.people_import.report import OUTCOMES, Report
from service.people_import.terms import plan_appointment
from service.runut import Present, Runut
from service.signin import roles_of
from workflows.kit import Text

Hook = Callable[[Connection, Report], None]
PLANNERS: Mapping[str, Planner] = {
    "units": plan_unit, "positions": plan_position, "people": plan_person, "appointments": plan_appointment,
    "raters": plan_rater, "leavers": plan_leaver,
}
_ORDER = Text("Impor data kepegawaian {name}", "Import of HR data {name}")
_ONLY_HR = Text("Impor hanya untuk kepegawaian.", "Only an HR officer may import.")


class _TakenBack(Exception):
    """Rolls back: the plan made inside the transaction is not what was asked for."""


def _quietly(_done: int, _total: int) -> None:
    """Nobody watches."""


def _nothing_more(_connection: Connection, _report: Report) -> None:
    """Nothing else belongs to the transaction."""


def check_files(
    runut: Runut, actor: Actor, files: Sequence[bytes], progress: Progress = _quietly
) -> tuple[Reading, Plan]:
    """What the files hold and what they would do; changes nothing. Raises NotYours."""
    reading = read(files)
    return reading, _plan(runut, actor, reading, progress)


def import_files(
    runut: Runut, actor: Actor, files: Sequence[bytes], *, name: str = "", dry_run: bool = False,
    progress: Progress = _quietly, hook: Hook = _nothing_more,
) -> Report:
    """Imports files, or tells in the report why not; then nothing has changed. Raises NotYours."""
    reading, plan = check_files(runut, actor, files, progress)
    written = dry_run
    while not written and not plan.report.problems:
        plan, written = write_plan(runut, reading, plan, name, hook)
    plan.report.dry_run = dry_run
    return plan.report


def write_plan(
    runut: Runut, reading: Reading, plan: Plan, name: str, hook: Hook = _nothing_more
) -> tuple[Plan, bool]:
    """(what was planned last, whether it was written): one transaction, at the end of which `hook` runs.

    When people changed since it was planned, it is planned again inside the transaction; should it do something else
    by then, nothing is written, so that nobody gets what he has not seen. Raises NotYours, Conflict.
    """
    expected = plan.report.effect_sha256()
    try:
        with changing(runut, plan.actor, _ORDER.to(runut.settings.locale).format(name=name).strip()) as change:
            if change.organisation.generation != plan.generation:
                plan = make_plan(change.connection, change.present, plan.actor, reading, PLANNERS)
                if plan.report.problems or plan.report.effect_sha256() != expected:
                    raise _TakenBack
            load_rows(change, plan.load, _facts(plan.report, name))
            hook(change.connection, plan.report)
    except _TakenBack:
        return plan, False
    return plan, True


def require_hr(present: Present, actor: Actor) -> None:
    """Raises NotYours unless an HR officer asks, or the command line."""
    if actor.person_id is not None and "hr" not in roles_of(present, actor.person_id):
        raise NotYours(_ONLY_HR, extra={"who_may": ["HR"]})


def _plan(runut: Runut, actor: Actor, reading: Reading, progress: Progress) -> Plan:
    with runut.database.read() as connection:
        present = runut.present(connection)
        require_hr(present, actor)
        return make_plan(connection, present, actor, reading, PLANNERS, progress)


def _facts(report: Report, name: str) -> dict[str, Any]:
    """What the log tells of it: which import, and how many rows did what."""
    counts = {outcome: report.total(outcome) for outcome in OUTCOMES}
    return {"import": name or None, "kinds": report.kinds, "rows": report.rows, **counts}

"""A cycle from its first day to its last: created, opened, closed."""

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import func, insert, select, update

from service.actor import Actor
from service.commands.cycles.checks import check_hr, check_order, check_unit, locked_cycle, refuse, unloaded
from service.commands.cycles.filling import ask_for_cases, asked_facts
from service.commands.cycles.inputs import DATE_NAMES, NewCycle, Opening
from service.commands.cycles.registers import enter_cycle, facts_of_new
from service.commands.inputs import load
from service.commands.people.resettling import not_final
from service.counters import bump
from service.errors import Conflict, Exists, Refused
from service.ids import new_id
from service.models import Case, Cycle
from service.runut import Runut
from workflows.kit import Text

_log: Any = structlog.get_logger("runut.cycles")
_SHOWN = 50
_PERIODS = {"ANNUAL": range(1), "QUARTER": range(1, 5), "MONTH": range(1, 13)}
_NEEDED = {"ANNUAL": DATE_NAMES, "QUARTER": ("report", "rate", "end"), "MONTH": ("report", "rate", "end")}
_REQUIRED = Text("Wajib diisi untuk siklus jenis ini.", "This is required for a cycle of this kind.")
_PERIOD = Text(
    "Triwulan 1–4, bulan 1–12; siklus tahunan memakai 0.", "Quarters are 1 to 4, months 1 to 12; a year has 0."
)
_OTHER_YEAR = Text("Hari terakhir harus berada di tahun siklus.", "The last day must lie in the cycle's year.")
_EXISTS = Text("Siklus untuk masa dan unit ini sudah ada.", "There already is a cycle for this period and unit.")
_OPEN = Text("Siklus ini sudah dibuka.", "This cycle is open already.")
_CLOSED = Text("Siklus ini sudah ditutup.", "This cycle is closed.")
_NOT_OPEN = Text("Siklus ini belum dibuka.", "This cycle is not open yet.")
_NOT_READY = Text(
    "Siklus belum dapat dibuka karena kalender kerjanya belum lengkap.",
    "The cycle cannot be opened yet: its working calendar is not complete.",
)
_CASES_OPEN = Text(
    "Siklus belum dapat ditutup: {count} kasus masih terbuka. Selesaikan atau batalkan dahulu.",
    "The cycle cannot be closed: {count} cases are still open. Finish or cancel them first.",
)


def create_cycle(runut: Runut, actor: Actor, given: Mapping[str, Any]) -> str:
    """Enters a cycle that is not open yet and answers its id.

    Raises NotYours, InvalidInput; Exists for the same kind, period and unit.
    """
    with runut.database.write() as connection:
        bump(connection, "cycles")  # two that are entered at once queue here, so that the second sees the first
        present = runut.present(connection)
        check_hr(present, actor)
        values = load(NewCycle(), given)
        kind, period = values["kind"], values["period"] or 0
        dates = {name: on for name, on in values["dates"].items() if on}
        _check(values["year"], kind, period, dates)
        check_unit(present.organisation, values["unit_id"])
        same = connection.scalar(
            select(Cycle.id).where(
                Cycle.kind == kind, Cycle.year == values["year"], Cycle.period == period,
                Cycle.unit_id.is_not_distinct_from(values["unit_id"]),
            )
        )
        if same:
            raise Exists(_EXISTS, extra={"cycle_id": same})
        cycle = {
            "id": new_id(), "kind": kind, "year": values["year"], "period": period, "unit_id": values["unit_id"],
            "reviewed": values["reviewed"], "dates": dates, "opened_at": None, "closed_at": None,
        }
        connection.execute(insert(Cycle).values(cycle))
        enter_cycle(connection, present, actor, cycle, "create", facts_of_new(cycle))
    runut.wake()
    _log.info("cycle created", cycle_id=cycle["id"], actor_id=actor.person_id, kind=kind, year=values["year"])
    return str(cycle["id"])


def open_cycle(
    runut: Runut, actor: Actor, cycle_id: str, given: Mapping[str, Any] | None = None
) -> str | None:
    """Opens the cycle: from now on people may open their cases in it. With `create_cases` a job makes the cases, for
    everybody or for the offices of `unit_ids`; answers its id.

    Raises NotYours, NotFound, InvalidInput, Conflict when it is or was open, Refused while a year it counts into has
    no calendar.
    """
    with runut.database.write() as connection:
        present = runut.present(connection)
        check_hr(present, actor)
        values = load(Opening(), given or {})
        cycle = locked_cycle(connection, cycle_id)
        if cycle["opened_at"] is not None:
            raise Conflict(_OPEN if cycle["closed_at"] is None else _CLOSED)
        if missing := unloaded(present, cycle["dates"]):
            raise Refused(_NOT_READY, reasons=missing)
        connection.execute(update(Cycle).where(Cycle.id == cycle_id).values(opened_at=present.now))
        job_id = ask_for_cases(connection, present, actor, cycle, values) if values["create_cases"] else None
        cases = asked_facts(values, job_id) if job_id else None
        enter_cycle(connection, present, actor, cycle, "open", {"dates": cycle["dates"], "cases": cases})
    runut.wake()
    _log.info("cycle opened", cycle_id=cycle_id, actor_id=actor.person_id, job_id=job_id)
    return job_id


def close_cycle(runut: Runut, actor: Actor, cycle_id: str) -> None:
    """Closes the cycle for good. Raises NotYours, NotFound; Conflict while cases are open, `extra["cases"]` names some.
    """
    with runut.database.write() as connection:
        present = runut.present(connection)
        check_hr(present, actor)
        cycle = locked_cycle(connection, cycle_id)
        if cycle["opened_at"] is None or cycle["closed_at"] is not None:
            raise Conflict(_NOT_OPEN if cycle["opened_at"] is None else _CLOSED)
        still_open = (Case.cycle_id == cycle_id, not_final())
        if count := connection.scalar(select(func.count()).select_from(Case).where(*still_open)):
            query = select(Case.id, Case.number, Case.state).where(*still_open).order_by(Case.number).limit(_SHOWN)
            cases = [{"id": c.id, "number": c.number, "state": c.state} for c in connection.execute(query)]
            raise Conflict(_CASES_OPEN.format(count=count), extra={"count": count, "cases": cases})
        connection.execute(update(Cycle).where(Cycle.id == cycle_id).values(closed_at=present.now))
        cases = connection.scalar(select(func.count()).select_from(Case).where(Case.cycle_id == cycle_id))
        enter_cycle(connection, present, actor, cycle, "close", {"cases": cases})
    runut.wake()
    _log.info("cycle closed", cycle_id=cycle_id, actor_id=actor.person_id)


def _check(year: int, kind: str, period: int, dates: Mapping[str, str]) -> None:
    if period not in _PERIODS[kind]:
        refuse("period", _PERIOD)
    for name in _NEEDED[kind]:
        if name not in dates:
            refuse(f"dates.{name}", _REQUIRED)
    check_order(dates)
    if int(dates["end"][:4]) != year:
        refuse("dates.end", _OTHER_YEAR)

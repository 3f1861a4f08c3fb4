"""A cycle's register: the chain of the log that tells what HR did to the cycle as a whole."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from service.actor import Actor
from service.models import Unit
from service.registering import enter
from service.runut import Present

_PERIODS = {"ANNUAL": "", "QUARTER": "-TW{period}", "MONTH": "-BL{period:02d}"}


def register_of(connection: Connection, cycle: Mapping[str, Any]) -> str:
    """The register's name: SIKLUS-2026, SIKLUS-2026-TW2, SIKLUS-2026-BL03; with the unit's code for a unit's own."""
    name = f"SIKLUS-{cycle['year']}{_PERIODS[cycle['kind']].format(period=cycle['period'])}"
    if cycle["unit_id"] is None:
        return name
    return f"{name}-{connection.scalar(select(Unit.code).where(Unit.id == cycle['unit_id']))}"


def enter_cycle(
    connection: Connection, present: Present, actor: Actor, cycle: Mapping[str, Any], verb: str,
    facts: Mapping[str, Any], *, reason: str = "", at: datetime | None = None,
) -> str:
    """Writes `cycle.<verb>` into the cycle's register, in the caller's transaction; answers the event's id."""
    return enter(
        connection, present, actor, register_of(connection, cycle), f"cycle.{verb}",
        {"cycle_id": cycle["id"], **facts}, reason=reason, at=at,
    )


def facts_of_new(cycle: Mapping[str, Any]) -> dict[str, Any]:
    """What the register keeps of a cycle that was entered."""
    return {name: cycle[name] for name in ("kind", "year", "period", "unit_id", "reviewed", "dates")}

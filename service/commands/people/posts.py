"""Units, posts, who holds them and who rates whom."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from service import authority
from service.commands.inputs import load
from service.commands.people.changing import Change
from service.commands.people.conflicting import check_conflicts
from service.commands.people.inputs import (
    ChangedPosition,
    ChangedUnit,
    Ending,
    NewAppointment,
    NewAssignment,
    NewPosition,
    NewUnit,
)
from service.errors import Conflict
from service.ids import new_id
from service.models import Position, Unit
from service.models.authority import Appointment, RaterAssignment
from workflows.kit import Text

LEADING = ("JPT", "ADMINISTRATOR", "PENGAWAS")
_TAKEN = Text("Kode ini sudah dipakai.", "This code is already in use.")
LOOP = Text("Menjadi di bawah dirinya sendiri.", "It would stand below itself.")
HELD = Text(
    "Jabatan ini masih dipegang secara definitif pada masa itu. Akhiri dahulu, atau catat Plh untuk pemegang yang "
    "berhalangan.",
    "This post is held definitively in that time. End that first, or record a Plh for a holder who is absent.",
)
_ONE_OF_BOTH = Text("Sebut pegawai atau jabatan, salah satu.", "Name a person or a post, one of the two.")


def create_unit(change: Change, given: Mapping[str, Any]) -> str:
    """Enters a work unit and answers its id. Raises InvalidInput."""
    change.check_hr()
    values = load(NewUnit(), given)
    change.check_known("units", values["parent_id"], "parent_id")
    if change.connection.scalar(select(Unit.id).where(Unit.code == values["code"])):
        change.refuse("code", _TAKEN)
    unit_id = new_id()
    change.add(Unit, [{"id": unit_id, **values}])
    change.note("people.create_unit", unit_id=unit_id, parent_id=values["parent_id"])
    return unit_id


def change_unit(change: Change, given: Mapping[str, Any]) -> None:
    """Renames a unit or moves it under another one; the cases of both places follow. Raises InvalidInput."""
    change.check_hr()
    values = load(ChangedUnit(), given)
    unit_id, parent_id = values.pop("unit_id"), values["parent_id"]
    change.check_known("units", unit_id, "unit_id")
    change.check_known("units", parent_id, "parent_id")
    if unit_id in {unit.id for unit in change.organisation.unit_path(parent_id)}:
        change.refuse("parent_id", LOOP)
    new = {name: value for name, value in values.items() if value is not None}
    if new:
        change.set(Unit, unit_id, **new)
        change.note("people.change_unit", unit_id=unit_id, parent_id=parent_id, what=sorted(new))
    if parent_id:
        change.touched.units.add(unit_id)


def create_position(change: Change, given: Mapping[str, Any]) -> str:
    """Enters a post and answers its id. Raises InvalidInput."""
    change.check_hr()
    values = load(NewPosition(), given)
    change.check_known("units", values["unit_id"], "unit_id")
    change.check_known("positions", values["reports_to_id"], "reports_to_id")
    if change.connection.scalar(select(Position.id).where(Position.code == values["code"])):
        change.refuse("code", _TAKEN)
    position_id = new_id()
    change.add(Position, [{"id": position_id, **values}])
    change.note("people.create_post", position_id=position_id, reports_to_id=values["reports_to_id"])
    return position_id


def change_position(change: Change, given: Mapping[str, Any]) -> None:
    """Corrects a post, or puts it under another one; the ladder of open cases follows. Raises InvalidInput."""
    change.check_hr()
    values = load(ChangedPosition(), given)
    position_id, above = values.pop("position_id"), values["reports_to_id"]
    change.check_known("positions", position_id, "position_id")
    change.check_known("positions", above, "reports_to_id")
    change.check_known("units", values["unit_id"], "unit_id")
    if position_id in {position.id for position in change.organisation.positions_upward(above)}:
        change.refuse("reports_to_id", LOOP)
    new = {name: value for name, value in values.items() if value is not None}
    if new:
        change.set(Position, position_id, **new)
        change.note("people.change_post", position_id=position_id, reports_to_id=above, what=sorted(new))
    if above:
        change.touched.positions.add(position_id)


def appoint(change: Change, given: Mapping[str, Any]) -> str:
    """Puts a person into a post, definitively or as Plt while it is vacant, and answers the appointment's id.

    Raises InvalidInput; Conflict where a leading post is held definitively in that time (SE BKN 1/SE/I/2021: a Plt is
    named for a vacant post only), or a Plt would bring about what `accept_conflicts` does not accept.
    """
    change.check_hr(concerns=given.get("person_id"))
    values = load(NewAppointment(), given)
    change.check_known("people", values["person_id"], "person_id")
    change.check_known("positions", values["position_id"], "position_id")
    change.check_term(values["starts_on"], values["ends_on"])
    accepts = values.pop("accept_conflicts")
    post_class = change.row(Position, values["position_id"]).post_class
    if values["kind"] == "PLT" or post_class.startswith(LEADING):
        _check_vacant(change, values["position_id"], values["starts_on"], values["ends_on"])
    appointment_id, accepted = new_id(), 0
    if values["kind"] == "PLT":
        accepted = check_conflicts(change, authority.Appointment(appointment_id, **values), accepted=accepts)
    change.add(Appointment, [{"id": appointment_id, **values}])
    change.touched.positions.add(values["position_id"])
    change.note("people.appoint", appointment_id=appointment_id, conflicts_accepted=accepted, **values)
    return appointment_id


def end_appointment(change: Change, given: Mapping[str, Any]) -> None:
    """Ends an appointment; `ends_on` is its last day, left out it ends at once. Raises InvalidInput."""
    values = load(Ending(), given)
    held = change.row(Appointment, values["id"])
    change.check_hr(concerns=held.person_id)
    last_day = values["ends_on"] or change.yesterday
    change.set(Appointment, held.id, ends_on=last_day)
    change.touched.positions.add(held.position_id)
    change.note("people.end_appointment", appointment_id=held.id, person_id=held.person_id, ends_on=last_day)


def assign_rater(change: Change, given: Mapping[str, Any]) -> str:
    """Says by an order who rates a person, or whoever holds a post; open cases of them follow once it is in force.

    Answers the assignment's id. Raises InvalidInput.
    """
    change.check_hr(concerns=given.get("person_id"))
    values = load(NewAssignment(), given)
    person_id, position_id = values["person_id"], values["position_id"]
    if (person_id is None) == (position_id is None):
        change.refuse("person_id", _ONE_OF_BOTH)
    change.check_known("people", person_id, "person_id")
    change.check_known("positions", position_id, "position_id")
    change.check_known("positions", values["rater_position_id"], "rater_position_id")
    change.check_term(values["starts_on"], values["ends_on"])
    assignment_id = new_id()
    change.add(RaterAssignment, [{"id": assignment_id, **values}])
    change.note("people.assign_rater", assignment_id=assignment_id, **values)
    if values["starts_on"] <= change.today:
        change.touched.reassigned.add(person_id or position_id)
    return assignment_id


def end_assignment(change: Change, given: Mapping[str, Any]) -> None:
    """Ends an order about who rates; `ends_on` is its last day, left out it ends at once. Raises InvalidInput."""
    values = load(Ending(), given)
    assigned = change.row(RaterAssignment, values["id"])
    change.check_hr(concerns=assigned.person_id)
    last_day = values["ends_on"] or change.yesterday
    change.set(RaterAssignment, assigned.id, ends_on=last_day)
    if last_day < change.today:
        change.touched.reassigned.add(assigned.person_id or assigned.position_id)


def _check_vacant(change: Change, position_id: str, starts_on: date, ends_on: date | None) -> None:
    held = select(Appointment.id).where(
        Appointment.position_id == position_id,
        Appointment.kind == "DEFINITIVE",
        or_(Appointment.ends_on.is_(None), Appointment.ends_on >= starts_on),
    )
    if ends_on is not None:
        held = held.where(Appointment.starts_on <= ends_on)
    if change.connection.scalar(held.limit(1)):
        raise Conflict(HELD, reasons=[HELD], extra={"conflicts": [HELD.to(change.actor.locale)]})

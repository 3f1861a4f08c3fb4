"""Rows of people, with the post they hold."""

from datetime import date, timedelta
from typing import Any

from service.commands.inputs import load
from service.commands.people import (
    Change,
    appoint,
    change_address,
    change_person,
    create_person,
    end_appointment,
)
from service.commands.people.inputs import NewPerson
from service.people_import.places import Known, different
from service.people_import.reading import Row
from workflows.kit import Text

_ONE_DAY = timedelta(days=1)
_PARTS = ("name", "nip", "email", "rank", "grade", "locale")
_NO_NIP = Text("NIP wajib diisi; pejabat politik dimasukkan lewat halaman.", "A NIP is required here.")
_LOCKED = Text("Pegawai ini terkunci karena sudah berhenti.", "This person has left and is locked.")


def import_person(change: Change, known: Known, row: Row) -> str:
    """Whether the person is new, changed or the same; a person is known by his NIP. Raises InvalidInput, Conflict."""
    given = {name: row.cells[name] for name in _PARTS if row.cells.get(name)}
    if "nip" not in given:
        change.refuse("nip", _NO_NIP)
    values = load(NewPerson(), given)
    there = known.people.get(values["nip"])
    position_id = known.position(change, row.cells.get("position", ""), "position_id")
    if there is None:
        person_id = create_person(change, given)
        known.people[values["nip"]] = {"id": person_id, "locked_at": None, **values}
        _give_post(change, person_id, position_id, row)
        return "new"
    if there["locked_at"] is not None:
        change.refuse("nip", _LOCKED)
    new = different({name: values[name] for name in given}, there)
    email = new.pop("email", None)
    if email:
        change_address(change, {"person_id": there["id"], "email": email})
    if new:
        change_person(change, {"person_id": there["id"], **new})
    moved = _give_post(change, there["id"], position_id, row)
    return "changed" if email or new or moved else "same"


def _give_post(change: Change, person_id: str, position_id: str | None, row: Row) -> bool:
    """Moves the person to the post from the day the row says, today unless it does; whether that changed anything."""
    if position_id is None:
        return False
    held = [a for a in change.organisation.appointments_of(person_id, change.today) if a.kind == "DEFINITIVE"]
    if any(appointment.position_id == position_id for appointment in held):
        return False
    given: dict[str, Any] = {
        "person_id": person_id, "position_id": position_id, "order_number": row.cells.get("order_number", ""),
        "starts_on": row.cells.get("starts_on") or change.today.isoformat(),
    }
    appoint(change, given)
    last_day = date.fromisoformat(given["starts_on"]) - _ONE_DAY
    for appointment in held:
        end_appointment(change, {"id": appointment.id, "ends_on": last_day.isoformat()})
    return True

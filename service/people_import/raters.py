"""Rows that say by which order who rates whom."""

from datetime import date, timedelta

from service.commands.people import Change, assign_rater, end_assignment
from service.people_import.places import Known
from service.people_import.reading import Row
from workflows.kit import Text

_ONE_DAY = timedelta(days=1)
_NOBODY = Text("Tidak ada pegawai dengan NIP ini.", "Nobody has this NIP.")


def import_rater(change: Change, known: Known, row: Row) -> str:
    """Whether the assignment is new, changed or the same; a new one ends the one before. Raises InvalidInput."""
    cells = row.cells
    nip = cells.get("nip", "")
    if nip and nip not in known.people:
        change.refuse("person_id", _NOBODY)
    person_id = known.people[nip]["id"] if nip else None
    position_id = None if person_id else known.position(change, cells.get("position", ""), "position_id")
    rater = known.position(change, cells["rater_position"], "rater_position_id")
    index = change.organisation.index
    before = [
        assignment
        for assignment in (
            index.assignments_of_person.get(person_id, ()) if person_id
            else index.assignments_of_position.get(position_id or "", ())
        )
        if assignment.ends_on is None or assignment.ends_on >= change.today
    ]
    if any(a.rater_position_id == rater and a.legal_basis == cells["legal_basis"] for a in before):
        return "same"
    starts_on = cells.get("starts_on") or change.today.isoformat()
    assign_rater(
        change,
        {
            "person_id": person_id, "position_id": position_id, "rater_position_id": rater or "",
            "legal_basis": cells["legal_basis"], "starts_on": starts_on, "ends_on": cells.get("ends_on") or None,
        },
    )
    for assignment in before:
        last_day = date.fromisoformat(starts_on) - _ONE_DAY
        end_assignment(change, {"id": assignment.id, "ends_on": last_day.isoformat()})
    return "changed" if before else "new"

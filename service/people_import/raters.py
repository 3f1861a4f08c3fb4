"""Rows that say by which order who rates whom."""

from datetime import timedelta

from service.commands.inputs import load
from service.commands.people.inputs import NewAssignment
from service.ids import new_id
from service.people_import.known import Term
from service.people_import.plan import Fields, Plan
from service.people_import.reading import Row
from service.people_import.terms import person_with
from workflows.kit import Text

_ONE_DAY = timedelta(days=1)
_ONE_OF_BOTH = Text("Isi NIP atau kode jabatan, salah satu.", "Fill in a NIP or the code of a post, one of the two.")
_BACKWARDS = Text("Tanggal akhir mendahului tanggal mulai.", "The last day is before the first one.")


def plan_rater(plan: Plan, row: Row) -> tuple[str, Fields]:
    """Whether the order is new, changed or the same; a new one ends the one before. Raises RowRefused, InvalidInput."""
    cells, known = row.cells, plan.known
    person = person_with(plan, row) if cells.get("nip") else None
    position_id = None if person else plan.position_id(cells.get("position", ""), "position_id")
    if person is None and position_id is None:
        plan.refuse("person_id", _ONE_OF_BOTH)
    concerned = person["id"] if person else str(position_id)
    plan.check_once("raters", concerned, row, "nip" if person else "position")
    given = {
        **({"person_id": concerned} if person else {"position_id": concerned}),
        "rater_position_id": plan.position_id(cells["rater_position"], "rater_position_id") or "",
        "legal_basis": cells["legal_basis"], "starts_on": cells.get("starts_on") or known.today.isoformat(),
    }
    values = load(NewAssignment(), {**given, **({"ends_on": cells["ends_on"]} if cells.get("ends_on") else {})})
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        plan.refuse("ends_on", _BACKWARDS)
    before = [
        term for term in known.orders.get(concerned, ())
        if term.values["ends_on"] is None or term.values["ends_on"] >= known.today
    ]
    told = ("rater_position_id", "legal_basis")
    if any(all(term.values[name] == values[name] for name in told) for term in before):
        return "same", []
    if person:
        plan.check_own(concerned)
    for term in before:
        plan.load.change("assignments", term.values["id"], ends_on=values["starts_on"] - _ONE_DAY)
    plan.load.added["assignments"].append({"id": new_id(), **values})
    plan.load.reassign(concerned, values["starts_on"], known.today)
    known.orders.setdefault(concerned, []).append(Term(values, row.number))
    old = ", ".join(known.codes.get(term.values["rater_position_id"], "") for term in before)
    fields: Fields = [("rater_position_id", old, cells["rater_position"]), ("starts_on", "", values["starts_on"])]
    return ("changed" if before else "new"), fields

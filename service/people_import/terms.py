"""Who holds which post from when to when: rows of appointments, and the post in a row of people."""

from datetime import date, timedelta
from typing import Any

from service.commands.inputs import load
from service.commands.people.inputs import NewAppointment
from service.commands.people.posts import HELD, LEADING
from service.ids import new_id
from service.people_import.columns import simple
from service.people_import.known import Term
from service.people_import.plan import Fields, Plan
from service.people_import.reading import Row
from workflows.kit import Text

_ONE_DAY = timedelta(days=1)
_KINDS = {
    "": "DEFINITIVE", "definitif": "DEFINITIVE", "definitive": "DEFINITIVE", "tetap": "DEFINITIVE", "plt": "PLT",
    "pelaksana_tugas": "PLT", "acting": "PLT",
}
_NO_KIND = Text("Jenis pengangkatan ini tidak dikenal.", "This kind of appointment is not known.")
_KINDS_ARE = Text(
    "Tulis DEFINITIF atau PLT. Plh dan pelimpahan dicatat di halaman pegawai.",
    "Write DEFINITIF or PLT. A Plh or delegation is recorded on the person's page.",
)
_NOBODY = Text("Tidak ada pegawai dengan NIP ini.", "Nobody has this NIP.")
_ENTER_FIRST = Text(
    "Periksa NIP-nya, atau tambahkan pegawainya ke berkas yang sama.",
    "Check the NIP, or add the person to the same file.",
)
_LOCKED = Text("Pegawai ini sudah berhenti dan terkunci.", "This person has left and is locked.")
_DELETE = Text("Hapus baris ini.", "Delete this row.")
_BACKWARDS = Text("Tanggal akhir mendahului tanggal mulai.", "The last day is before the first one.")
_END_FIRST = Text(
    "Beri jabatan baru kepada pemegang lama dalam berkas yang sama, atau akhiri dahulu di halaman pegawai.",
    "Give the former holder another post in the same file, or end his on his page first.",
)


def plan_appointment(plan: Plan, row: Row) -> tuple[str, Fields]:
    """Whether the appointment is new, changed or the same, and in what. Raises RowRefused, InvalidInput."""
    kind = _KINDS.get(simple(row.cells.get("kind", "")))
    if kind is None:
        plan.refuse("kind", _NO_KIND, _KINDS_ARE)
    person = person_with(plan, row)
    position_id = plan.position_id(row.cells["position"], "position_id")
    given = {name: row.cells[name] for name in ("order_number", "starts_on", "ends_on") if row.cells.get(name)}
    fields = appoint(plan, row, person, {"position_id": position_id or "", "kind": kind, **given})
    if not fields:
        return "same", []
    return ("new" if fields[0][0] == "position_id" else "changed"), fields


def person_with(plan: Plan, row: Row) -> dict[str, Any]:
    """The person with the row's NIP, there or planned. Raises RowRefused."""
    person = plan.known.people.get(row.cells.get("nip", ""))
    if person is None:
        plan.refuse("nip", _NOBODY, _ENTER_FIRST)
    assert person is not None
    return person


def appoint(plan: Plan, row: Row, person: dict[str, Any], given: dict[str, Any]) -> Fields:
    """Plans an appointment, today unless it says from when; what it changes, nothing when he holds the post already.

    A definitive one ends his definitive ones that it follows on. Raises RowRefused, InvalidInput.
    """
    starts_on = given.get("starts_on") or plan.known.today.isoformat()
    values = load(NewAppointment(), {"person_id": person["id"], **given, "starts_on": starts_on})
    del values["accept_conflicts"]  # asked of a single Plt, where somebody reads the answer
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        plan.refuse("ends_on", _BACKWARDS)
    held = [
        term for term in plan.known.terms_of.get(person["id"], ())
        if term.values["kind"] == values["kind"] and term.overlaps(values["starts_on"], values["ends_on"])
    ]
    same = next((term for term in held if term.values["position_id"] == values["position_id"]), None)
    if same is not None:
        return _change(plan, person, same, {name: values[name] for name in ("order_number", "ends_on")})
    if person["locked_at"] is not None:
        plan.refuse("nip", _LOCKED, _DELETE)
    plan.check_own(person["id"])
    term = Term({"id": new_id(), **values}, row.number, plan.table.label if plan.table else "")
    if values["kind"] == "DEFINITIVE":
        for former in held:
            if former.values["starts_on"] < values["starts_on"]:
                end_term(plan, former, values["starts_on"] - _ONE_DAY)
    plan.known.enter_term(term)
    plan.load.added["appointments"].append(term.values)
    plan.load.posts.add(values["position_id"])
    _check_vacant_later(plan, term)
    codes = plan.known.codes
    old = ", ".join(codes[former.values["position_id"]] for former in held)
    return [("position_id", old, codes[values["position_id"]]), ("starts_on", "", values["starts_on"])]


def end_term(plan: Plan, term: Term, last_day: date) -> None:
    """Plans the last day of an appointment that is there or planned."""
    term.values["ends_on"] = last_day
    if not term.row:
        plan.load.change("appointments", term.values["id"], ends_on=last_day)
    plan.load.posts.add(term.values["position_id"])


def _change(plan: Plan, person: dict[str, Any], term: Term, given: dict[str, Any]) -> Fields:
    new = {name: value for name, value in given.items() if value not in (None, "", term.values[name])}
    if not new:
        return []
    plan.check_own(person["id"])
    said: Fields = [(name, term.values[name], value) for name, value in new.items()]
    term.values.update(new)
    if not term.row:
        plan.load.change("appointments", term.values["id"], **new)
    plan.load.posts.add(term.values["position_id"])
    return said


def _check_vacant_later(plan: Plan, term: Term) -> None:
    """Once every row is planned: one definitive holder of a leading post at a time, and a Plt only while it is vacant
    (SE BKN 1/SE/I/2021)."""
    table = plan.table
    assert table is not None

    def check() -> None:
        values = term.values
        post_class = plan.known.positions[plan.known.codes[values["position_id"]]]["post_class"]
        if values["kind"] != "PLT" and not post_class.startswith(LEADING):
            return
        for other in plan.known.terms_at[values["position_id"]]:
            if (
                other is not term and other.values["kind"] == "DEFINITIVE"
                and other.overlaps(values["starts_on"], values["ends_on"])
            ):
                title = table.titles.get("position", "")
                plan.problem(table.label, term.row, title, HELD, _END_FIRST)
                return

    plan.checks.append(check)

"""Rows of people: who is new, whose data change, and who has left."""

from datetime import timedelta
from typing import Any

from service.commands.inputs import load
from service.commands.people.inputs import Day, NewPerson
from service.ids import new_person_id
from service.people_import.columns import simple
from service.people_import.places import different
from service.people_import.plan import Fields, Plan
from service.people_import.reading import Row
from service.people_import.terms import appoint, end_term
from service.texts import new_text_key
from workflows.fields import Strict
from workflows.kit import Text

_ONE_DAY = timedelta(days=1)
_PARTS = ("nip", "email", "rank", "grade", "locale")
_STAYING = (
    "aktif", "active", "pns", "cpns", "pppk", "cltn", "cuti", "tugas_belajar", "pemberhentian_sementara",
    "diberhentikan_sementara", "diperbantukan", "dipekerjakan", "masa_persiapan_pensiun", "perpanjangan",
)
_LEAVING = (
    "berhenti", "diberhentikan", "pemberhentian", "pensiun", "mencapai_bup", "meninggal", "wafat", "tewas",
    "mengundurkan", "mutasi_keluar", "pindah", "tidak_aktif", "nonaktif", "non_aktif", "left", "retired", "died",
    "deceased", "resigned",
)
_NO_NIP = Text("NIP wajib diisi; pejabat politik dimasukkan lewat API.", "A NIP is required here.")
_LOCKED = Text("Pegawai ini terkunci karena sudah berhenti.", "This person has left and is locked.")
_STATUS_OR_DELETE = Text(
    "Isi kolom status dengan BERHENTI, atau hapus baris ini.", "Write BERHENTI in the status column, or delete the row."
)
_TAKEN = Text("Surel ini milik pegawai lain.", "This address is somebody else's.")
_CHECK_ADDRESS = Text("Periksa siapa pemilik alamat ini.", "Check whose address it is.")
_NO_STATUS = Text("Status ini tidak dikenal.", "This status is not known.")
_STATUSES = Text(
    "Tulis AKTIF, BERHENTI, PENSIUN, atau MENINGGAL.", "Write AKTIF, BERHENTI, PENSIUN or MENINGGAL."
)
_LAST_HR = Text(
    "Sesudah impor ini tidak ada lagi petugas kepegawaian.", "After this import no HR officer would be left."
)
_GRANT_FIRST = Text("Beri hak itu kepada orang lain dahulu.", "Give that right to somebody else first.")
_LeftOn = Strict.from_dict({"left_on": Day(load_default=None)}, name="LeftOn")


def plan_person(plan: Plan, row: Row) -> tuple[str, Fields]:
    """Whether the person is new, changed, leaving or the same, and in what; he is known by his NIP, or by his address
    while he has none. Raises RowRefused, InvalidInput."""
    if has_left(plan, row):
        return plan_leaver(plan, row)
    given = {name: row.cells[name] for name in _PARTS if row.cells.get(name)}
    if "nip" not in given:
        plan.refuse("nip", _NO_NIP)
    plan.check_once("people", given["nip"], row, "nip")
    there = plan.known.people.get(given["nip"])
    if email := given.get("email", "").lower() or (there["email"] if there else ""):
        given["email"] = email
    values = load(NewPerson(), {**given, "name": _whole_name(row)})
    owner = plan.known.addresses.get(values["email"]) if values["email"] else None
    there = there or (owner if owner and not owner["nip"] else None)
    if owner is not None and owner is not there:
        plan.refuse("email", _TAKEN, _CHECK_ADDRESS)
    if there is None:
        there, fields = _enter(plan, values)
        outcome = "new"
    else:
        if there["locked_at"] is not None:
            plan.refuse("nip", _LOCKED, _STATUS_OR_DELETE)
        fields = _change(plan, there, {name: values[name] for name in ("name", *given)})
        outcome = "changed" if fields else "same"
    fields += _post(plan, row, there)
    return ("changed" if fields and outcome == "same" else outcome), fields


def plan_leaver(plan: Plan, row: Row) -> tuple[str, Fields]:
    """That the person leaves; the same when he has left already, was never entered, or leaves later."""
    if not has_left(plan, row):
        return "same", []
    plan.check_once("leavers", row.cells["nip"], row, "nip")
    there = plan.known.people.get(row.cells["nip"])
    if there is None or there["locked_at"] is not None:
        return "same", []
    plan.check_own(there["id"])
    _check_hr_stays_later(plan, row, there["id"])
    there["locked_at"] = plan.present.now
    plan.load.leavers.append(there["id"])
    for term in plan.known.terms_of.get(there["id"], ()):
        if term.values["ends_on"] is None or term.values["ends_on"] >= plan.known.today:
            end_term(plan, term, plan.known.today - _ONE_DAY)
    return "leaving", [("status", "", row.cells.get("status", "") or row.cells.get("left_on", ""))]


def has_left(plan: Plan, row: Row) -> bool:
    """Whether the row says that the person has left by today. Raises RowRefused, InvalidInput."""
    left_on = load(_LeftOn(), {"left_on": row.cells["left_on"]} if row.cells.get("left_on") else {})["left_on"]
    status = simple(row.cells.get("status", ""))
    if status.startswith(_STAYING):
        return False
    if status and not status.startswith(_LEAVING):
        plan.refuse("status", _NO_STATUS, _STATUSES)
    if left_on is not None:
        return bool(left_on <= plan.known.today)
    return bool(status)


def _enter(plan: Plan, values: dict[str, Any]) -> tuple[dict[str, Any], Fields]:
    person = {
        "id": new_person_id(), "political": False, "password_hash": None, "locked_at": None,
        "text_key": new_text_key(), **values,
    }
    plan.known.people[person["nip"]] = person
    if person["email"]:
        plan.known.addresses[person["email"]] = person
    plan.load.added["people"].append(person)
    return person, [("name", "", person["name"]), ("email", "", person["email"] or "")]


def _change(plan: Plan, there: dict[str, Any], given: dict[str, Any]) -> Fields:
    new = different(given, there)
    if not new:
        return []
    if "email" in new:
        plan.check_own(there["id"])
        plan.known.addresses.pop(there["email"], None)
        plan.known.addresses[new["email"]] = there
    if "nip" in new:
        plan.known.people[new["nip"]] = there
    said: Fields = [(name, _shown(name, there[name]), _shown(name, value)) for name, value in new.items()]
    plan.load.change("people", there["id"], **new)
    there.update(new)
    return said


def _post(plan: Plan, row: Row, person: dict[str, Any]) -> Fields:
    position_id = plan.position_id(row.cells.get("position", ""), "position_id")
    if position_id is None:
        return []
    given = {name: row.cells[name] for name in ("order_number", "starts_on") if row.cells.get(name)}
    return appoint(plan, row, person, {"position_id": position_id, "kind": "DEFINITIVE", **given})


def _check_hr_stays_later(plan: Plan, row: Row, person_id: str) -> None:
    """Once every row is planned, somebody must still be able to repair things."""
    table, organisation, today = plan.table, plan.known.organisation, plan.known.today
    assert table is not None
    if "hr" not in organisation.roles_of(person_id, today):
        return

    def check() -> None:
        if set(organisation.granted("hr", today)) <= set(plan.load.leavers):
            plan.problem(table.label, row.number, table.titles["nip"], _LAST_HR, _GRANT_FIRST)

    plan.checks.append(check)


def _whole_name(row: Row) -> str:
    """The name with its titles, when the file keeps these in columns of their own."""
    front, name, back = (row.cells.get(part, "") for part in ("front", "name", "back"))
    name = " ".join(part for part in (front, name) if part)
    return f"{name}, {back}" if back else name


def _shown(name: str, value: Any) -> Any:
    """A value in the report; of a NIP the end is enough to know it by."""
    return f"…{value[-4:]}" if name == "nip" and value else value

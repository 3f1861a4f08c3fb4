"""Somebody leaves his post: by transfer, long leave, retirement or death. His own cases end as their tables say.

A transfer ends the plan of the old post, so that what was done there is rated from there, and a new plan is made for
the new one (PermenPANRB 8/2021); unpaid leave exempts (same annex). What waits for him as rater follows the posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from service.actor import Actor
from service.casefile import CaseFile, facts_of, load_case
from service.commands.acting import act
from service.commands.inputs import load
from service.commands.people import appoint, changing, end_appointment, lock_person
from service.commands.people.changing import Change
from service.commands.people.resettling import not_final
from service.errors import FieldError, InvalidInput, NotFound, ServiceError
from service.models import Case
from service.runut import Present, Runut
from workflows.fields import Choice, CleanText, Identifier, IsoDate, Part, Strict
from workflows.inputs import LegalBasis
from workflows.kit import Departure, Role, Text

_LOCKING = (Departure.RETIREMENT, Departure.DEATH)
_NO_PERSON = Text("Pegawai ini tidak ada.", "There is no such person.")
_INVALID = Text(
    "Ada isian yang belum benar; tidak ada yang diubah. Perbaiki isian yang disebut, lalu kirim lagi.",
    "Some fields are not right; nothing was changed. Correct the fields named and send again.",
)
_TOO_EARLY = Text(
    "Catat pada atau sesudah hari terakhirnya: akun dikunci saat itu juga.",
    "Record this on or after the last day: the account is locked at once.",
)
_NO_STEP = Text(
    "Tidak ada langkah kepegawaian yang cocok di keadaan ini; selesaikan amandemennya dahulu, lalu ulangi.",
    "No step of HR fits this state; finish the amendment first, then repeat.",
)

NewDeparture = Strict.from_dict(
    {
        "kind": Choice(Departure, required=True),
        "last_day": IsoDate(required=True),
        "reason": CleanText(least=10, most=2000, lines=True, required=True),
        "legal_basis": Part(LegalBasis, required=True),
        "new_position_id": Identifier(load_default=None),
    },
    name="NewDeparture",
)


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One open case of who leaves: HR's step that ends it, or why there is none; `is_done` once it was taken."""

    number: str
    state: Text
    action: str | None
    label: Text
    is_done: bool = False


def plan_departure(connection: Connection, present: Present, person_id: str, kind: str) -> list[OwnCase]:
    """What would happen to his own open cases. Nothing changes. Raises NotFound for an unknown person."""
    if person_id not in present.organisation.people:
        raise NotFound(_NO_PERSON)
    ids = connection.scalars(select(Case.id).where(Case.subject_id == person_id, not_final()).order_by(Case.id))
    return [_planned(connection, load_case(connection, present, case_id), Departure(kind)) for case_id in ids]


def planned_departure(
    connection: Connection, present: Present, person_id: str, given: Mapping[str, Any]
) -> list[OwnCase]:
    """The same for what HR filled in, which is checked first. Raises NotFound, InvalidInput."""
    values = load(NewDeparture(), given)
    _check(present, values)
    return plan_departure(connection, present, person_id, values["kind"])


def depart(runut: Runut, actor: Actor, person_id: str, given: Mapping[str, Any]) -> list[OwnCase]:
    """Ends his own cases as their tables say, then his posts; retirement and death lock him. Answers the cases.

    Each case is a step of its own in the log. One that cannot be ended says why and is left as it is; calling again
    goes on where this stopped. Raises NotFound, InvalidInput, NotYours.
    """
    values = load(NewDeparture(), given)
    with runut.database.read() as connection:
        present = runut.present(connection)
        _check(present, values)
        cases = plan_departure(connection, present, person_id, values["kind"])
    with changing(runut, actor, values["reason"]) as change:  # first the rights: who may not do this ends no case
        change.check_hr(concerns=person_id)
        _leave(change, person_id, values)
    return [_end(runut, actor, case, values) for case in cases]


def _check(present: Present, values: Mapping[str, Any]) -> None:
    today = present.calendar.civil_date(present.now)
    if values["kind"] in _LOCKING and values["last_day"] > today.isoformat():
        raise InvalidInput(_INVALID, [FieldError("last_day", _TOO_EARLY)])


def _planned(connection: Connection, file: CaseFile, kind: Departure) -> OwnCase:
    facts = facts_of(file, connection)
    offers = {
        offer.step.action: offer for offer in file.workflow.available(facts, [Role.HR]) if not offer.blocked_by
    }
    for action in file.workflow.departures.get(kind, ()):
        if action in offers and file.row["held_at"] is None:
            return OwnCase(file.number, file.state.label, action, file.workflow.actions[action].button)
    return OwnCase(file.number, file.state.label, None, _NO_STEP)


def _leave(change: Change, person_id: str, values: Mapping[str, Any]) -> None:
    if values["kind"] == Departure.LONG_LEAVE:
        change.note("people.long_leave", person_id=person_id, last_day=values["last_day"])
        return
    if values["kind"] in _LOCKING:
        lock_person(change, {"person_id": person_id})
        return
    for held in change.organisation.appointments_of(person_id, change.today):
        end_appointment(change, {"id": held.id, "ends_on": values["last_day"]})
    if values["new_position_id"]:
        first_day = IsoDate().deserialize(values["last_day"])
        starts_on = (change.today.fromisoformat(first_day) + timedelta(days=1)).isoformat()
        basis = values["legal_basis"]
        appoint(change, {
            "person_id": person_id, "position_id": values["new_position_id"], "starts_on": starts_on,
            "order_number": f"{basis['kind']} {basis['number']}",
        })


def _end(runut: Runut, actor: Actor, case: OwnCase, values: Mapping[str, Any]) -> OwnCase:
    if case.action is None:
        return case
    inputs = {"reason": values["reason"], "legal_basis": values["legal_basis"], "ends_on": values["last_day"]}
    with runut.database.read() as connection:
        file = load_case(connection, runut.present(connection), case.number)
    asked = {name for step in file.workflow.rows(file.row["state"], case.action) for name in step.input}
    try:
        act(
            runut, actor, case.number, case.action, {name: inputs[name] for name in inputs if name in asked},
            if_match="any",
        )
    except ServiceError as refusal:
        return OwnCase(case.number, case.state, None, refusal.detail)
    return OwnCase(case.number, case.state, case.action, case.label, is_done=True)

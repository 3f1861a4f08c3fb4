"""reroute: HR names a person by letter for the decision a case waits for. The duty rules hold for him as well."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, update

from service import telling
from service.authority import Holder, Reroute, explain, holders
from service.authority.organisation import Organisation
from service.casefile import CaseFile
from service.commands.acting import input_texts
from service.commands.calls import Call
from service.commands.moving import Move
from service.counters import ORGANISATION, bump
from service.duties import work_items
from service.ids import new_id
from service.models import WorkItem
from service.models import authority as tables
from workflows.kit import Role, Text

_DECIDERS = (Role.RATER, Role.RATER_SUPERIOR)
_NO_DECISION = Text(
    "Kasus ini sekarang tidak menunggu keputusan penilai atau atasannya, jadi tidak ada yang dialihkan.",
    "This case does not wait for the decision of the rater or his superior, so there is nothing to reroute.",
)
_NOBODY = Text("Pegawai ini tidak dikenal.", "There is no such person.")
_LOCKED = Text("Akun {name} terkunci, jadi ia tidak dapat bertindak.", "{name} is locked and cannot act.")
_SUBJECT = Text(
    "{name} adalah pegawai yang dinilai dalam kasus ini; pilih orang lain.",
    "{name} is the employee of this case; choose somebody else.",
)
_HIMSELF = Text(
    "Kepegawaian tidak memutus: Anda tidak dapat menunjuk diri sendiri.",
    "HR never decides: you cannot name yourself.",
)
_TOOK_PART = Text(
    "{name} ikut menilai atau mengembalikan dalam kasus ini, jadi tidak dapat memutus sebagai atasan penilai.",
    "{name} took part in rating or returning in this case and so cannot decide as the rater's superior.",
)
_HOLDS_IT = Text("Kasus ini sudah menunggu {name}.", "This case already waits for {name}.")


def reroute(call: Call) -> Move:
    """Names `to_person` for the role that the case waits for, in place of everybody else in it."""
    file, role = call.file, call.file.state.waits_for
    if role not in _DECIDERS or file.row["held_at"] is not None:
        raise call.unavailable(_NO_DECISION)
    assert role is not None
    capacity, officer = call.holder([Role.HR])
    call.check_signed_in()
    values = call.values("reason", "to_person", "legal_basis")
    named = values["to_person"]
    if named not in file.present.organisation.people:
        raise call.invalid("to_person", _NOBODY)
    letter = Reroute(file.id, role, named, _citation(values["legal_basis"]), file.present.now)
    after = file.present.organisation.with_reroute(letter)
    old, new = file.holders(role), _holders_after(call, after, role)
    reasons = reasons_against(file, role, named, call.actor.person_id)
    if not reasons and named not in {holder.person_id for holder in new}:
        reasons = [explain(after, file.roles, role, file.present.now, file.workflow.scopes.get(role))]
    if reasons:
        raise call.refused(reasons)
    move = Move(
        type="case.reroute",
        action="reroute",
        capacity=capacity,
        holder=officer,
        changes={"declined_by": []},
        links_die_of="reroute",
        texts=input_texts(values),
        organisation=after,
        writes=lambda connection: _write(connection, call, letter, new),
    )
    gone = [holder for holder in old if holder.person_id != named]
    asked = call.ask(move.event_id, "reroute", new, moved=True) if file.awaited is role else []
    return replace(move, also=[*asked, *_tell(call, move.event_id, gone)])


def reasons_against(file: CaseFile, role: Role, named: str, officer_id: str | None) -> list[Text]:
    """Every duty rule that stands against this officer naming that person for `role`; empty when he may be named."""
    return list(_against(file, role, named, officer_id))


def _against(file: CaseFile, role: Role, named: str, officer_id: str | None) -> Iterator[Text]:
    organisation, old = file.present.organisation, file.holders(role)
    name = organisation.person(named).name
    if not organisation.is_active(named):
        yield _LOCKED.format(name=name)
    if named == file.row["subject_id"]:
        yield _SUBJECT.format(name=name)
    if named == officer_id:
        yield _HIMSELF
    if role is Role.RATER_SUPERIOR:
        raters = {p for rater in file.holders(Role.RATER) for p in (rater.person_id, rater.on_behalf_of)}
        if named in file.roles.took_part or named in raters:
            yield _TOOK_PART.format(name=name)
    if [holder.person_id for holder in old] == [named] and old[0].on_behalf_of is None:
        yield _HOLDS_IT.format(name=name)


def _holders_after(call: Call, after: Organisation, role: Role) -> tuple[Holder, ...]:
    file = call.file
    return holders(after, file.roles, role, file.present.now, file.workflow.scopes.get(role))


def _write(connection: Connection, call: Call, letter: Reroute, new: tuple[Holder, ...]) -> None:
    """The letter and whom it makes responsible; the counter first, so that changes of people queue with this one."""
    file = call.file
    bump(connection, ORGANISATION)
    connection.execute(
        insert(tables.Reroute).values(
            id=new_id(), case_id=letter.case_id, role=letter.role.value, person_id=letter.person_id,
            legal_basis=letter.legal_basis, since_at=letter.since,
        )
    )
    connection.execute(
        update(WorkItem)
        .where(
            WorkItem.case_id == file.id, WorkItem.role != (file.row["asked_instead"] or ""), WorkItem.done_at.is_(None)
        )
        .values(done_at=letter.since)
    )
    if file.awaited is letter.role and new:
        connection.execute(
            insert(WorkItem), work_items(file, letter.role, file.row["version"] + 1, file.row["due_at"], new)
        )


def _tell(call: Call, event_id: str, gone: list[Holder]) -> list[dict[str, Any]]:
    """News for those who had to act and no longer have to."""
    return [
        telling.outsiders_news(call.file, event_id, "reroute", holder.person_id, "FORMER")
        for holder in gone
        if holder.person_id != call.actor.person_id
    ]


def _citation(basis: Mapping[str, str]) -> str:
    return f"{basis['kind']} {basis['number']}, {basis['date']}: {basis['title']}"

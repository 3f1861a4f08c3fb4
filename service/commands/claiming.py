"""claim() and release(): a member of a group role says that he works on a case of the queue.

A claim gives no right and takes none: who may decide is the table's business, so whoever else holds the role may still
act or take the case over. It is no event either, because nothing about the case changes. It ends by itself when the
case moves, because it is bound to the version, and when the member no longer holds the role.
"""

from sqlalchemy import Connection, Executable, Uuid, bindparam, delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from service.access import check_visible
from service.actor import Actor
from service.casefile import CaseFile, load_case
from service.errors import Conflict, NotAvailable, NotYours
from service.models import Case, Claim, WorkItem
from service.models.base import UtcDateTime
from service.runut import Pulse, Runut
from workflows.kit import Role, Text

QUEUES = (Role.PERF_TEAM, Role.HR)
_NO_QUEUE = Text(
    "Kasus ini sekarang tidak ada dalam antrean Anda, jadi tidak ada yang dapat diambil.",
    "This case is not in your queue now, so there is nothing to take.",
)
_TAKEN = Text(
    "Kasus ini sudah dikerjakan oleh {name}. Anda dapat mengambil alih bila memang perlu.",
    "{name} works on this case already. You may take it over if need be.",
)
_JUST_TAKEN = Text(
    "Kasus ini baru saja diambil orang lain atau berubah. Buka lagi kasusnya.",
    "Somebody else has just taken this case, or it changed. Open it again.",
)
_NOT_YOURS = Text(
    "Kasus ini tidak sedang Anda kerjakan, jadi tidak ada yang dilepas.",
    "You are not working on this case, so there is nothing to release.",
)


def claim(
    runut: Runut, actor: Actor, reference: str, *, over: str | None = None, pulse: Pulse | None = None
) -> CaseFile:
    """Takes the case out of the queue for the actor and answers it; `over` is whom he takes it over from.

    Raises NotFound, NotAvailable when it is not in his queue, Conflict while somebody works on it who was not named.
    """
    with runut.database.write() as connection:
        file = _file(runut, connection, actor, reference, pulse)
        role = queue_of(connection, file, actor.person_id)
        if role is None:
            raise NotAvailable(_NO_QUEUE, extra={"state": file.state.name})
        found = file.claim
        if found and found.person_id not in (actor.person_id, over):
            name = file.present.organisation.person(found.person_id).name
            raise Conflict(_TAKEN.format(name=name), extra={"claimed_by": found.person_id})
        ended = file.stored_claim.person_id if file.stored_claim and not found else None
        given_up = {over, actor.person_id, ended}
        insert = _inserting(connection, file, str(actor.person_id), role, {who for who in given_up if who})
        if connection.execute(insert).first() is None:
            raise Conflict(_JUST_TAKEN)
        return load_case(connection, file.present, file.id)


def release(runut: Runut, actor: Actor, reference: str, *, pulse: Pulse | None = None) -> CaseFile:
    """Puts the case back into the queue and answers it. Raises NotFound, NotYours when the actor has not claimed it."""
    with runut.database.write() as connection:
        file = _file(runut, connection, actor, reference, pulse)
        his = delete(Claim).where(
            Claim.case_id == file.id, Claim.person_id == actor.person_id, Claim.case_version == file.row["version"]
        )
        if connection.execute(his).rowcount == 0:
            raise NotYours(_NOT_YOURS)
        return load_case(connection, file.present, file.id)


def queue_of(connection: Connection, file: CaseFile, person_id: str | None) -> Role | None:
    """The group role in whose queue the case is for this person; None where it is not, or is on hold."""
    if person_id is None or file.row["held_at"] is not None:
        return None
    asked = select(WorkItem.role).where(
        WorkItem.case_id == file.id, WorkItem.person_id == person_id, WorkItem.done_at.is_(None),
        WorkItem.role.in_(QUEUES),
    )
    roles = [Role(role) for role in connection.scalars(asked)]
    return next((role for role in roles if role in file.held_by(person_id, [role])), None)


def _file(
    runut: Runut, connection: Connection, actor: Actor, reference: str, pulse: Pulse | None
) -> CaseFile:
    file = load_case(connection, runut.present(connection, pulse), reference)
    check_visible(connection, file, actor.person_id)
    return file


def _inserting(connection: Connection, file: CaseFile, person_id: str, role: Role, given_up: set[str]) -> Executable:
    """Of several at once the first wins: another claim gives way only if it has ended or its member is named."""
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    row = select(
        Case.id, Case.version, literal(person_id, Uuid(as_uuid=False)), literal(role.value),
        bindparam("now", file.present.now, UtcDateTime),
    ).where(Case.id == file.id, Case.version == file.row["version"])
    names = ["case_id", "case_version", "person_id", "role", "claimed_at"]
    new = make(Claim).from_select(names, row)
    return new.on_conflict_do_update(
        index_elements=["case_id"],
        set_={name: new.excluded[name] for name in names[1:]},
        where=or_(Claim.case_version != new.excluded.case_version, Claim.person_id.in_(sorted(given_up))),
    ).returning(Claim.case_id)

"""What an accepted request for a correction changes: who rates, a post, a post's unit, a name."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, select

from service.commands.calls import Call
from service.commands.people import appoint, assign_rater, change_person, change_position, end_appointment
from service.commands.people.changing import Change, changing_within
from service.errors import Conflict
from service.models import Case
from service.runut import Runut
from workflows.inputs import Matter
from workflows.kit import Text

_NOT_KNOWN = Text("Tidak dikenal: pilih yang ada di data.", "Not known: choose one that is in the data.")
_NEEDED = Text(
    "Sebutkan data yang benar; tanpa itu permintaan tidak dapat diterima.",
    "Say what is right; without it the request cannot be accepted.",
)
_NO_POST = Text("Pegawai itu tidak memegang jabatan hari ini.", "That person holds no post today.")
_SAME = Text("Datanya sudah begitu; tidak ada yang diubah.", "The data say so already; there is nothing to change.")
_SLOT_TAKEN = Text(
    "Pegawai ini sudah mempunyai kasus lain untuk jabatan itu pada periode yang sama.",
    "This employee has another case for that post in the same period already.",
)
_ORDER = Text("Permintaan koreksi {basis}", "Request for correction {basis}")


def check_proposal(call: Call, about: Matter, values: Mapping[str, Any], *, needed: bool = False) -> str | None:
    """The id of the post or unit that would be right; for a rater a person's id stands for his post.

    Raises InvalidInput when it is not known, or `needed` and missing; Refused when the data say so already.
    """
    organisation, proposed = call.file.present.organisation, values["proposed"]
    if about is Matter.NAME:
        if needed and not values["proposed_name"]:
            raise call.invalid("proposed_name", _NEEDED)
        return None
    if proposed is None:
        if needed:
            raise call.invalid("proposed", _NEEDED)
        return None
    if about is Matter.RATER and proposed in organisation.people:
        post = organisation.post_of(proposed, organisation.date_of(call.file.present.now))
        if post is None:
            raise call.invalid("proposed", _NO_POST)
        proposed = post[0].id
    if proposed not in (organisation.units if about is Matter.UNIT else organisation.positions):
        raise call.invalid("proposed", _NOT_KNOWN)
    column = {Matter.RATER: "rater_position_id", Matter.POST: "post_id", Matter.UNIT: "unit_id"}[about]
    if call.file.row[column] == proposed:
        raise call.refused([_SAME])
    return str(proposed)


def told(call: Call, about: Matter, proposed: str | None, name: str | None) -> Text:
    """What an acceptance changes, as a sentence for the timeline."""
    organisation = call.file.present.organisation
    if about is Matter.NAME:
        return Text(f"Diterima: nama menjadi {name}.", f"Accepted: the name becomes {name}.")
    if about is Matter.UNIT:
        unit = organisation.units[str(proposed)].name
        return Text(f"Diterima: unit kerja menjadi {unit}.", f"Accepted: the unit becomes {unit}.")
    title = organisation.positions[str(proposed)].title
    if about is Matter.POST:
        return Text(f"Diterima: jabatan menjadi {title}.", f"Accepted: the post becomes {title}.")
    return Text(f"Diterima: pejabat penilai menjadi {title}.", f"Accepted: the rater becomes {title}.")


def putting_right(
    call: Call, about: Matter, proposed: str | None, name: str, basis: str
) -> Callable[[Runut, Connection], AbstractContextManager[None]]:
    """A block inside which the answer is written: before it the data change, after it the cases follow."""

    @contextmanager
    def within(runut: Runut, connection: Connection) -> Iterator[None]:
        order = _ORDER.format(basis=basis).to(call.actor.locale)
        with changing_within(runut, connection, call.actor, order) as change:
            _CHANGES[about](change, call.file.row["subject_id"], proposed or name, order)
            yield

    return within


def _rater(change: Change, subject_id: str, position_id: str, order: str) -> None:
    assign_rater(
        change,
        {
            "person_id": subject_id, "rater_position_id": position_id, "legal_basis": order,
            "starts_on": change.today.isoformat(),
        },
    )


def _post(change: Change, subject_id: str, position_id: str, order: str) -> None:
    _check_slots(change, subject_id, position_id)
    for held in change.organisation.appointments_of(subject_id, change.today):
        if held.kind == "DEFINITIVE":
            end_appointment(change, {"id": held.id})
    today = change.today.isoformat()
    appoint(
        change, {"person_id": subject_id, "position_id": position_id, "order_number": order, "starts_on": today}
    )
    change.touched.reposted.add(subject_id)


def _unit(change: Change, subject_id: str, unit_id: str, _order: str) -> None:
    post = change.organisation.post_of(subject_id, change.today)
    if post is None:
        change.refuse("proposed", _NO_POST)
    assert post is not None
    change_position(change, {"position_id": post[0].id, "unit_id": unit_id})
    holders = change.organisation.acting(post[0].id, change.today)
    change.touched.reposted.update([subject_id, *(how.person_id for how in holders)])


def _name(change: Change, subject_id: str, name: str, _order: str) -> None:
    change_person(change, {"person_id": subject_id, "name": name})


def _check_slots(change: Change, subject_id: str, position_id: str) -> None:
    """Raises Conflict when the person has a case of his own for that post already: two plans would be one person's."""
    taken = select(Case.id).where(
        Case.subject_id == subject_id, Case.post_id == position_id, Case.slot.is_not(None)
    )
    if change.connection.scalar(taken.limit(1)):
        raise Conflict(_SLOT_TAKEN)


_CHANGES: Mapping[Matter, Callable[[Change, str, str, str], None]] = {
    Matter.RATER: _rater, Matter.POST: _post, Matter.UNIT: _unit, Matter.NAME: _name,
}

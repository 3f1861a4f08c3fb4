"""People themselves: entering them, correcting their data, changing the address that mails go to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from service.commands.inputs import load
from service.commands.people.changing import Change
from service.commands.people.inputs import ChangedPerson, NewAddress, NewPerson
from service.ids import new_person_id
from service.models import ActionLink, OneTimeCode, Person
from service.texts import new_text_key
from workflows.kit import Text

_MOST_IN_A_LIST = 500
_TAKEN = Text("Sudah dipakai orang lain. Periksa datanya.", "Somebody else has it already. Check the data.")


def create_person(change: Change, given: Mapping[str, Any], *, political: bool = False) -> str:
    """Enters a person and answers his id, which is random and says nothing about him. Raises InvalidInput."""
    change.check_hr()
    values = load(NewPerson(), given)
    values["nip"] = values["nip"] or None
    for name in ("email", "nip"):
        check_free(change, name, values[name])
    person_id = new_person_id()
    change.add(
        Person,
        [{
            "id": person_id, "political": political, "password_hash": None, "locked_at": None,
            "text_key": new_text_key(), **values,
        }],
    )
    change.note("people.create", person_id=person_id)
    return person_id


def change_person(change: Change, given: Mapping[str, Any]) -> None:
    """Corrects name, NIP, rank, grade or language; what is not given stays. Raises InvalidInput."""
    change.check_hr()
    values = load(ChangedPerson(), given)
    person_id = values.pop("person_id")
    change.check_known("people", person_id, "person_id")
    new = {name: value for name, value in values.items() if value is not None}
    if "nip" in new:
        new["nip"] = new["nip"] or None
        check_free(change, "nip", new["nip"], but=person_id)
    if new:
        change.set(Person, person_id, **new)
        change.note("people.change", person_id=person_id, what=sorted(new))


def change_address(change: Change, given: Mapping[str, Any]) -> None:
    """Gives a person another address. His open mail links die: the old mailbox opens nothing any more."""
    change.check_hr(concerns=given.get("person_id"))
    values = load(NewAddress(), given)
    person_id = values["person_id"]
    change.check_known("people", person_id, "person_id")
    check_free(change, "email", values["email"], but=person_id)
    end_links(change, [person_id], "address")
    change.set(Person, person_id, email=values["email"])
    change.note("people.change_address", person_id=person_id)


def end_links(change: Change, person_ids: Sequence[str], because: str) -> None:
    """Ends the mail links and one-time codes of these people, with the word that tells why."""
    now = change.present.now
    for start in range(0, len(person_ids), _MOST_IN_A_LIST):
        some = person_ids[start : start + _MOST_IN_A_LIST]
        change.connection.execute(
            update(ActionLink)
            .where(ActionLink.person_id.in_(some), ActionLink.dead_at.is_(None))
            .values(dead_at=now, dead_because=because)
        )
        change.connection.execute(
            update(OneTimeCode)
            .where(OneTimeCode.person_id.in_(some), OneTimeCode.used_at.is_(None))
            .values(used_at=now)
        )


def check_free(change: Change, name: str, value: str | None, *, but: str | None = None) -> None:
    """Raises InvalidInput when somebody else has this address or NIP."""
    if value is None:
        return
    column = {"email": Person.email, "nip": Person.nip}[name]
    owner = change.connection.scalar(select(Person.id).where(column == value))
    if owner is not None and owner != but:
        change.refuse(name, _TAKEN)

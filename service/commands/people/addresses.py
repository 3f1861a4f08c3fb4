"""Stopping mail to an address that bounces or is somebody else's, and letting it go again. Nothing else changes: the
person signs in and acts as before, and a new address is not stopped."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert

from service.commands.inputs import load
from service.commands.people.changing import Change
from service.commands.people.inputs import AddressOrder
from service.errors import NotAvailable
from service.mail.suppression import address_hash, stopped_since
from service.models import SuppressedAddress
from workflows.kit import Text

_STOPPED = Text("Surel ke alamat ini sudah dihentikan.", "Mail to this address is stopped already.")
_NOT_STOPPED = Text("Surel ke alamat ini tidak dihentikan.", "Mail to this address is not stopped.")


def suppress_address(change: Change, pepper: bytes, given: Mapping[str, Any]) -> None:
    """No mail leaves for the person's present address from now on. Raises NotAvailable when none does already."""
    person_id, is_stopped = _asked(change, pepper, given)
    if is_stopped:
        raise NotAvailable(_STOPPED)
    address = change.organisation.person(person_id).email
    change.connection.execute(
        insert(SuppressedAddress).values(
            address_hash=address_hash(pepper, address), person_id=person_id, since_at=change.present.now
        )
    )
    change.note("people.suppress_address", person_id=person_id)


def lift_suppression(change: Change, pepper: bytes, given: Mapping[str, Any]) -> None:
    """Mail leaves for the person's present address again. Raises NotAvailable when it was not stopped."""
    person_id, is_stopped = _asked(change, pepper, given)
    if not is_stopped:
        raise NotAvailable(_NOT_STOPPED)
    address = change.organisation.person(person_id).email
    change.connection.execute(
        delete(SuppressedAddress).where(SuppressedAddress.address_hash == address_hash(pepper, address))
    )
    change.note("people.lift_suppression", person_id=person_id)


def _asked(change: Change, pepper: bytes, given: Mapping[str, Any]) -> tuple[str, bool]:
    change.check_hr()
    values = load(AddressOrder(), given)
    change.check_known("people", values["person_id"], "person_id")
    change.order = values["reason"]
    person_id: str = values["person_id"]
    return person_id, person_id in stopped_since(change.connection, pepper, change.present, [person_id])

"""A sign-in code on paper for somebody without a mailbox of his own."""

from collections.abc import Mapping
from typing import Any

from service.codes import issue_slip
from service.commands.inputs import load
from service.commands.people.changing import Change
from service.commands.people.inputs import Slip
from service.errors import Conflict
from workflows.kit import Text

_HAS_MAILBOX = Text(
    "Pegawai ini mempunyai alamat surel; ia masuk dengan tautan surel. Lembar masuk hanya untuk yang tidak punya.",
    "This person has a mail address and signs in by mail. A slip is only for those who have none.",
)
_LOCKED = Text("Akun pegawai ini terkunci.", "This person's account is locked.")


def print_slip(change: Change, pepper: bytes, given: Mapping[str, Any]) -> str:
    """The code to print, shown once; that it was printed is on record, the code itself nowhere.

    Raises NotYours for oneself, Conflict for somebody with an address or a locked account.
    """
    person_id = load(Slip(), given)["person_id"]
    change.check_hr(concerns=person_id)
    change.check_known("people", person_id, "person_id")
    if change.organisation.person(person_id).email:
        raise Conflict(_HAS_MAILBOX)
    if not change.organisation.is_active(person_id):
        raise Conflict(_LOCKED)
    change.note("people.print_slip", person_id=person_id)
    return issue_slip(change.connection, pepper, person_id, change.present.now)

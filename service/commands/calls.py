"""One call of a command on a case: what every command checks, in the order in which steps are checked too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from service import telling
from service.actor import Actor
from service.authority import Holder
from service.casefile import CaseFile
from service.commands.inputs import load
from service.errors import AssuranceTooLow, FieldError, InvalidInput, NotAvailable, NotYours, Refused
from service.models import WorkItem
from workflows.inputs import input_schema
from workflows.kit import Role, Tell, Text

_INVALID = Text(
    "Ada isian yang belum benar; tidak ada yang dicatat. Perbaiki isian yang disebut, lalu kirim lagi.",
    "Some fields are not right; nothing was recorded. Correct the fields named and send again.",
)
_SIGN_IN = Text(
    "Tindakan ini tidak dapat dilakukan lewat tautan surel saja. Masuk terlebih dahulu.",
    "A mail link alone is not enough for this action. Sign in first.",
)


@dataclass(frozen=True)
class Call:
    """Who gives which input to a command on the case as it was read."""

    connection: Connection
    file: CaseFile
    actor: Actor
    given: Mapping[str, Any]

    def holder(self, roles: Iterable[Role]) -> tuple[Role, Holder]:
        """The first of `roles` that the person holds, and how. Raises NotYours."""
        wanted = tuple(roles)
        for role in wanted:
            if self.actor.link and role is not self.actor.link.role:
                continue
            for holder in self.file.holders(role):
                if holder.person_id == self.actor.person_id:
                    return role, holder
        may = [holder.explanation for role in wanted for holder in self.file.holders(role)]
        raise NotYours(
            Text(
                "Perintah ini bukan wewenang Anda. Yang berwenang: " + ("; ".join(t.id for t in may) or "sistem") + ".",
                "This command is not yours to give. Who may: " + ("; ".join(t.en for t in may) or "the system") + ".",
            ),
            extra={"who_may": sorted(role.value for role in wanted)},
        )

    def check_signed_in(self) -> None:
        """Raises AssuranceTooLow when a mail link is all that is shown."""
        if self.actor.link is not None:
            raise AssuranceTooLow(_SIGN_IN)

    def values(self, *names: str) -> dict[str, Any]:
        """The input under these names, checked; a name that ends in `?` may be left out. Raises InvalidInput."""
        return load(input_schema(names), self.given)

    def invalid(self, path: str, sentence: Text) -> InvalidInput:
        """The error that one field is wrong."""
        return InvalidInput(_INVALID, [FieldError(path, sentence)])

    def unavailable(self, sentence: Text) -> NotAvailable:
        """The error that the command is not possible as the case stands."""
        return NotAvailable(sentence, extra={"state": self.file.state.name})

    def refused(self, reasons: Sequence[Text]) -> Refused:
        """The error that the command is his, but something stands against it."""
        return Refused(Text(" ".join(r.id for r in reasons), " ".join(r.en for r in reasons)), reasons=reasons)

    def waiting(self) -> tuple[Holder, ...]:
        """Who has to act now and has not said that he cannot."""
        role = self.file.awaited
        if role is None:
            return ()
        still = self.connection.scalars(
            select(WorkItem.person_id).where(WorkItem.case_id == self.file.id, WorkItem.done_at.is_(None))
        )
        open_for = set(still)
        return tuple(holder for holder in self.file.holders(role) if holder.person_id in open_for)

    def ask(self, event_id: str, action: str, holders: Iterable[Holder], *, moved: bool) -> list[dict[str, Any]]:
        """A new request for each of them; `moved` when the command moves the version that the request is bound to."""
        role = self.file.awaited
        if role is None:
            return []
        after = replace(self.file, row={**self.file.row, "version": self.file.row["version"] + moved})
        return [
            telling.request_or_news(after, event_id, Tell(role, asks=True), action, holder.person_id)
            for holder in holders
            if holder.person_id != self.actor.person_id
        ]

    def tell(self, *roles: Role) -> tuple[Tell, ...]:
        """News for these roles."""
        return tuple(Tell(role) for role in roles)

    def news(self, *roles: Role) -> tuple[Tell, ...]:
        """News for these roles, but for the one that is asked instead."""
        return self.tell(*(role for role in roles if role is not self.file.awaited))

"""A mail that is ready but for its secret, and why one is not written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.authority import Holder, Person
from service.authority.words import ROLES
from service.casefile import CaseFile
from service.mail.messages import Link
from service.runut import Present
from workflows.kit import Role, Text


class Obsolete(Exception):
    """The mail would say something that no longer holds; the message says what, for the ledger."""


class UnknownRule(Exception):
    """No mail is known for this rule of the outbox."""


@dataclass(frozen=True)
class Letter:
    """A mail that is ready but for its secret. `names` are its templates, the most particular first; `sums_up` are the
    rows of the outbox that go into it, `outlived` those that would say something that no longer holds, with what."""

    row: Mapping[str, Any]
    person: Person
    names: tuple[str, ...]
    subject: Mapping[str, Any]
    values: Mapping[str, Any]
    path: str | None = None
    file: CaseFile | None = None
    role: Role | None = None
    link: Link | None = None
    sums_up: tuple[str, ...] = ()
    outlived: Mapping[str, str] = field(default_factory=dict)


def held(file: CaseFile, row: Mapping[str, Any], person: Person) -> tuple[Role, Holder]:
    """The role that the row is about, and how the person holds it. Raises Obsolete when he no longer does."""
    role = Role(row["details"]["role"])
    for holder in file.holders(role):
        if holder.person_id == person.id:
            return role, holder
    raise Obsolete("the recipient no longer holds the role")


def capacity_of(present: Present, role: Role, holder: Holder) -> Text:
    """`pejabat penilai`, for a substitute with whom he acts for."""
    words = ROLES[role]
    principal = present.organisation.people.get(holder.on_behalf_of) if holder.on_behalf_of else None
    if principal is None:
        return words
    return Text(f"{words.id}, atas nama {principal.name}", f"{words.en}, on behalf of {principal.name}")


def noun(title: Text) -> Text:
    """A workflow's title inside a sentence: `Rencana kerja (SKP)` becomes `rencana kerja`."""
    return Text(*(words[:1].lower() + words[1:].partition(" (")[0] for words in (title.id, title.en)))

"""A case as it stands, with everything that deciding on it needs: two statements, then all in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select

import workflows
from service.authority import CaseRoles, Holder, holders
from service.canonical import canonical, parse, sha256
from service.errors import NotFound
from service.later import Later
from service.models import Case, CaseDocument, Claim, Cycle, IdempotencyKey
from service.runut import Present
from service.surroundings import context_of
from workflows.kit import Document, Facts, Offer, Problem, Role, State, Text, Workflow

_COLUMNS = tuple(column.name for column in Case.__table__.columns)
CLOCK_GRACE = timedelta(seconds=60)
NO_SUCH_CASE = Text(
    "Kasus ini tidak ada, atau Anda tidak berhak melihatnya.", "There is no such case, or you may not see it."
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """That somebody took the case, as it was at `version`, out of a group's queue."""

    person_id: str
    role: Role
    since: datetime
    version: int


@dataclass(frozen=True)
class CaseFile:
    """One case, its document and its cycle, read at `present.now`. `answered` is the stored answer of a request that
    was carried out before under the same idempotency key: (fingerprint, answer). `connection` is where it was read, for
    what is seldom looked at; None for a case that was never stored."""

    row: Mapping[str, Any]
    document: Document
    nonce: str
    dates: Mapping[str, str]
    reviewed: bool
    present: Present
    answered: tuple[str, Mapping[str, Any]] | None = None
    connection: Connection | None = None
    stored_claim: "Claimed | None" = None

    @property
    def id(self) -> str:
        """The case's id."""
        return str(self.row["id"])

    @property
    def number(self) -> str:
        """The case's public number: SKP-2026-000123."""
        return str(self.row["number"])

    @cached_property
    def workflow(self) -> Workflow:
        """The rules the case began with."""
        return workflows.get(self.row["workflow"], self.row["edition"])

    @property
    def state(self) -> State:
        """Where the case rests now."""
        return self.workflow.state(self.row["state"])

    @property
    def awaited(self) -> Role | None:
        """The role that is asked now: the one of the table, or the one that is asked in its place while it could not
        act; None where nobody has to act, or nobody is asked yet."""
        if self.row["blocked_by"] is None:
            return self.state.waits_for
        instead = self.row["asked_instead"]
        return Role(instead) if instead else None

    @property
    def awaited_since(self) -> datetime:
        """Since when whoever is asked now is asked; without anybody, since when the case rests."""
        since: datetime = self.row["asked_at"] or self.row["state_since"]
        return since

    @property
    def claim(self) -> Claimed | None:
        """Who works on the case of a queue; None once the case moved or he lost the role."""
        found = self.stored_claim
        if found is None or found.version != self.row["version"] or self.row["held_at"] is not None:
            return None
        return found if found.role in self.held_by(found.person_id, [found.role]) else None

    @cached_property
    def deadlines(self) -> dict[str, datetime]:
        """Each cycle date's name with the instant at which that day ends."""
        calendar = self.present.calendar
        return {name: calendar.end_of_day(date.fromisoformat(on)) for name, on in self.dates.items()}

    @cached_property
    def roles(self) -> CaseRoles:
        """What fixes who may act: positions, subject, unit, and who took part before."""
        return CaseRoles(
            case_id=self.id,
            workflow=self.workflow.name,
            subject_id=self.row["subject_id"],
            unit_id=self.row["unit_id"],
            rater_position_id=self.row["rater_position_id"],
            superior_position_id=self.row["superior_position_id"],
            took_part=frozenset(self.row["marks"].get("took_part", ())),
        )

    def holders(self, role: Role) -> tuple[Holder, ...]:
        """Who holds `role` in this case at this instant."""
        if role not in self._found:
            scope = self.workflow.scopes.get(role)
            self._found[role] = holders(self.present.organisation, self.roles, role, self.present.now, scope)
        return self._found[role]

    @cached_property
    def _found(self) -> dict[Role, tuple[Holder, ...]]:
        return {}

    def waiting(self) -> tuple[Holder, ...]:
        """Who has to act now: the holders of the role it waits for who have not said that they cannot."""
        role = self.awaited
        if role is None:
            return ()
        return tuple(holder for holder in self.holders(role) if holder.person_id not in self.row["declined_by"])

    def held_by(self, person_id: str | None, among: Iterable[Role] = Role) -> dict[Role, Holder]:
        """The roles that the person holds now, each with how he comes to it; only those of `among` are looked at."""
        mine: dict[Role, Holder] = {}
        for role in among:
            for holder in self.holders(role):
                if holder.person_id == person_id:
                    mine.setdefault(role, holder)
        return mine


def facts_of(
    file: CaseFile, connection: Connection | None = None, *, problems: Sequence[Problem] | None = None
) -> Facts:
    """What the guards may look at. With a connection, what needs reading or checking is read and checked when a guard
    first asks for it; without one there is none of it. `problems`, where they are known already, are all of them."""
    children: Sequence[tuple[str, str]] = ()
    alignment = problems
    if connection is not None:
        children = Later(lambda: _children(connection, file))
        if problems is None:
            problems = Later(lambda: list(file.workflow.check(file.document, context_of(connection, file))))
            alignment = Later(lambda: list(file.workflow.align(file.document, context_of(connection, file))))
    return Facts(
        state=file.row["state"],
        now=file.present.now,
        document=file.document,
        problems=() if problems is None else problems,
        alignment=() if alignment is None else alignment,
        deadlines=file.deadlines,
        marks=file.row["marks"],
        in_force=file.row["in_force_version"] is not None,
        protect=lambda: sha256(canonical(file.workflow.protected(file.document))),
        children=children,
        ends_at=file.row["ends_at"],
    )


def problems_of(file: CaseFile, connection: Connection) -> Sequence[Problem]:
    """What the workflow's rules find in the document now; one statement for results and goals to align with."""
    return file.workflow.problems(file.document, context_of(connection, file))


def offers(file: CaseFile, facts: Facts, person_id: str | None) -> tuple[Offer, ...]:
    """What the person may do with the case now, blocked steps included; nothing while HR holds it."""
    if file.row["held_at"] is not None:
        return ()
    asked = dict.fromkeys(step.role for step in file.workflow.steps if step.source == file.row["state"])
    return file.workflow.available(facts, file.held_by(person_id, asked))


def load_case(
    connection: Connection, present: Present, reference: str, *, person_id: str | None = None, key: str | None = None
) -> CaseFile:
    """The case with this id or number. With a person and his idempotency key also the answer given under it before.

    Raises NotFound.
    """
    by_id = _is_uuid(reference)
    asked = {"reference": reference, "person_id": person_id, "key": key or ""}
    row = connection.execute(_BY_ID if by_id else _BY_NUMBER, asked).mappings().one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_CASE)
    return _file(connection, dict(row), present)


def _reading(condition: ColumnElement[bool]) -> Select[Any]:
    """The statement that reads a case; built once, because building costs more than running it."""
    used = IdempotencyKey
    return (
        select(
            *Case.__table__.columns,
            CaseDocument.canonical.label("document_canonical"),
            Cycle.dates.label("cycle_dates"),
            Cycle.reviewed.label("cycle_reviewed"),
            used.fingerprint.label("used_fingerprint"),
            used.answer.label("used_answer"),
            Claim.person_id.label("claim_person_id"),
            Claim.role.label("claim_role"),
            Claim.claimed_at.label("claim_since"),
            Claim.case_version.label("claim_version"),
        )
        .join(CaseDocument, and_(CaseDocument.case_id == Case.id, CaseDocument.version == Case.document_version))
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(used, and_(used.person_id == bindparam("person_id"), used.key == bindparam("key")))
        .outerjoin(Claim, and_(Claim.case_id == Case.id, Claim.case_version == Case.version))
        .where(condition)
    )


_BY_ID = _reading(Case.id == bindparam("reference"))
_BY_NUMBER = _reading(Case.number == bindparam("reference"))
_CHILDREN = select(Case.workflow, Case.state).where(Case.parent_id == bindparam("parent_id"))


def with_document(file: CaseFile, document: Document) -> CaseFile:
    """The same case as if it held `document`; for checking what somebody is about to save."""
    return replace(file, document=document)


def document_text(document: Document, nonce: str) -> str:
    """The exact text that is stored and hashed: the document with its nonce, canonical."""
    return canonical({**document, "nonce": nonce})


def document_of(text: str) -> tuple[dict[str, Any], str]:
    """(document, nonce) of a stored text."""
    document: dict[str, Any] = parse(text)
    return document, document.pop("nonce")


def _children(connection: Connection, file: CaseFile) -> Sequence[tuple[str, str]]:
    return [(child.workflow, child.state) for child in connection.execute(_CHILDREN, {"parent_id": file.id})]


def _file(connection: Connection, row: Mapping[str, Any], present: Present) -> CaseFile:
    document, nonce = document_of(row["document_canonical"])
    columns = {name: row[name] for name in _COLUMNS}
    answered = (row["used_fingerprint"], row["used_answer"]) if row["used_fingerprint"] else None
    return CaseFile(
        row=columns, document=document, nonce=nonce, dates=row["cycle_dates"], reviewed=row["cycle_reviewed"],
        present=present, answered=answered, connection=connection,
        stored_claim=_claimed(row),
    )


def _claimed(row: Mapping[str, Any]) -> Claimed | None:
    if row["claim_person_id"] is None:
        return None
    return Claimed(row["claim_person_id"], Role(row["claim_role"]), row["claim_since"], row["claim_version"])


def _is_uuid(reference: str) -> bool:
    parts = reference.split("-")
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and all(
        c in "0123456789abcdefABCDEF" for part in parts for c in part
    )

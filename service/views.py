"""A case and its parts as plain JSON values: what the API answers and what receipts keep."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from service.authority import Holder
from service.blockers import blockers
from service.casefile import CaseFile, offers
from service.events import instant_text
from service.jsonschema import input_json_schema
from workflows.kit import Facts, Locale, Problem, Role
from workflows.turns import guard_named


def when(at: datetime | None) -> str | None:
    """An instant in RFC 3339, UTC; None stays None."""
    return None if at is None else instant_text(at)


def person_view(file: CaseFile, person_id: str | None) -> dict[str, Any] | None:
    """A person as others see him: id and name."""
    return {"id": person_id, "name": file.present.organisation.person(person_id).name} if person_id else None


def case_view(file: CaseFile, facts: Facts, person_id: str | None, locale: Locale) -> dict[str, Any]:
    """The case as the person sees it, with what he may do now."""
    row, organisation = file.row, file.present.organisation
    return {
        "id": file.id,
        "number": file.number,
        "workflow": row["workflow"],
        "edition": row["edition"],
        "state": row["state"],
        "stage": row["stage"],
        "version": row["version"],
        "round": row["round"],
        "subject": person_view(file, row["subject_id"]),
        "unit": {"id": row["unit_id"], "name": organisation.units[row["unit_id"]].name},
        "cycle": row["cycle_id"],
        "state_since": when(row["state_since"]),
        "asked_at": when(row["asked_at"]),
        "blocked_by": _blocked(file, facts, locale),
        "due_at": when(row["due_at"]),
        "held_at": when(row["held_at"]),
        "document": dict(file.document),
        "document_sha256": row["document_sha256"],
        "in_force_version": row["in_force_version"],
        "waits_for": waits_for(file),
        "claimed_by": claim_view(file),
        "actions": actions(file, facts, person_id, locale),
        "parent_id": row["parent_id"],
    }


def waits_for(file: CaseFile) -> list[dict[str, Any]]:
    """Who must act now, after duty rules and without who said that he cannot; empty when nobody has to. `number` is
    the case in which: another one while nobody can be asked in this one, None where it is not even opened."""
    if file.row["held_at"] is not None:
        return []
    if role := file.awaited:
        since, due_at = file.awaited_since, file.row["due_at"]
        return [_awaited(file, holder, role, since, due_at, file.number) for holder in file.waiting()]
    return [
        _awaited(file, blocker.holder, blocker.role, blocker.since, blocker.due_at, blocker.number)
        for blocker in blockers(file)
    ]


def claim_view(file: CaseFile) -> dict[str, Any] | None:
    """Who works on the case of a queue, in which role, since when; None when nobody does."""
    found = file.claim
    if found is None:
        return None
    return {"person": person_view(file, found.person_id), "role": found.role.value, "since": when(found.since)}


def _awaited(
    file: CaseFile, holder: Holder, role: Role, since: datetime | None, due_at: datetime | None, number: str | None
) -> dict[str, Any]:
    return {
        "person": person_view(file, holder.person_id),
        "role": role.value,
        "on_behalf_of": person_view(file, holder.on_behalf_of),
        "since": when(since),
        "due_at": when(due_at),
        "number": number,
    }


def _blocked(file: CaseFile, facts: Facts, locale: Locale) -> dict[str, str] | None:
    if file.row["blocked_by"] is None:
        return None
    guard = guard_named(file.workflow, file.row["blocked_by"])
    assert guard.hands is not None
    return {"guard": guard.name, "because": guard.hands(facts).missing.to(locale)}


def actions(file: CaseFile, facts: Facts, person_id: str | None, locale: Locale) -> list[dict[str, Any]]:
    """Every row of the table that is the person's now, also when a guard blocks it, with why."""
    return [
        {
            "action": offer.step.action,
            "title": file.workflow.actions[offer.step.action].button.to(locale),
            "role": offer.step.role.value,
            "tier": offer.step.tier,
            "input": input_json_schema(offer.step.input),
            "blocked_by": [sentence.to(locale) for sentence in offer.blocked_by],
        }
        for offer in offers(file, facts, person_id)
    ]


def problem_views(problems: Sequence[Problem], locale: Locale) -> list[dict[str, str]]:
    """What the rules found, as sentences with the place they are about."""
    return [
        {"code": p.code, "path": p.path, "level": p.level, "message": p.message.to(locale)} for p in problems
    ]

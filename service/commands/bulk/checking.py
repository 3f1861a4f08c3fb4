"""The check of a bulk action: each case is asked by the command itself, and nothing happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from service.actor import Actor
from service.authority import Organisation
from service.commands.inputs import load
from service.commands.rehearsing import Mails, Rehearsal, mails_of, rehearse
from service.commands.remedies import REMEDIES, Remedy
from service.errors import FieldError, InvalidInput, NotYours, ServiceError
from service.ids import is_id
from service.models import Case
from service.runut import Present
from service.signin import roles_of
from workflows.inputs import input_schema
from workflows.kit import Text

MOST_CASES = 2000
"""So many cases in one go; the check of more would keep the page waiting."""

_OFFICE = Remedy(
    "remind_office", Text("Ingatkan seluruh perangkat daerah", "Remind whole offices"),
    Text(
        "Semua kasus yang menunggu seseorang di perangkat daerah dari kasus terpilih diingatkan.",
        "All cases that wait for somebody in the offices of the chosen cases are reminded.",
    ),
    REMEDIES["remind"].stays,
)
ACTIONS: Mapping[str, Remedy] = {
    name: REMEDIES.get(name, _OFFICE)
    for name in ("remind", "remind_office", "extend", "hold", "resume_case", "reroute")
}
"""What may be done to many cases at once."""

_INVALID = Text("Tindakan massal ini tidak dapat disiapkan.", "This bulk action cannot be prepared.")
_UNKNOWN = Text("Tindakan ini tidak dapat dilakukan massal.", "This cannot be done in bulk.")
_NONE = Text("Pilih sekurang-kurangnya satu kasus.", "Choose at least one case.")
_TOO_MANY = Text(
    f"Paling banyak {MOST_CASES} kasus sekali jalan; persempit saringannya.",
    f"At most {MOST_CASES} cases in one go; narrow the filter.",
)
_NO_CASE = Text(
    "Kasus ini tidak ada, atau Anda tidak berhak melihatnya.", "There is no such case, or you may not see it."
)
_NOT_HR = Text("Tindakan massal hanya untuk petugas kepegawaian.", "Bulk actions are for HR officers only.")


@dataclass(frozen=True, slots=True)
class Item:
    """One case of the check: with a sentence it is skipped, without one it is done."""

    case_id: str
    number: str
    version: int
    skipped: Text | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What a bulk action would do; nothing has happened."""

    items: tuple[Item, ...]
    mails: Mails

    @property
    def ready(self) -> int:
        """How many cases would be done."""
        return sum(item.skipped is None for item in self.items)


def command_of(action: str) -> str:
    """The command that a bulk action gives to each case."""
    return "remind" if action == "remind_office" else action


def check(
    connection: Connection, pepper: bytes, present: Present, actor: Actor, action: str, references: Sequence[str],
    given: Mapping[str, Any],
) -> Check:
    """The bulk action on these cases, ids or numbers, in their order. Raises InvalidInput, NotYours.

    What is wrong with the input itself is refused; what stands against one case skips that case.
    """
    check_hr(present, actor)
    if action not in ACTIONS:
        raise InvalidInput(_INVALID, [FieldError("action", _UNKNOWN)])
    load(input_schema(ACTIONS[action].inputs), given)
    chosen = list(dict.fromkeys(references))
    if action == "remind_office":
        chosen = _of_whole_offices(connection, present, chosen)
    if not chosen or len(chosen) > MOST_CASES:
        raise InvalidInput(_INVALID, [FieldError("case_ids", _TOO_MANY if chosen else _NONE)])
    rehearsals = [
        _rehearsed(connection, present, actor, command_of(action), place, reference, given)
        for place, reference in enumerate(chosen)
    ]
    items = tuple(
        Item(r.case_id, r.number, r.version, sentence_of(r.refusal) if r.refusal else None)
        for r in {r.case_id: r for r in rehearsals}.values()
    )
    return Check(items, mails_of(connection, pepper, present, tuple(rehearsals)))


def check_hr(present: Present, actor: Actor) -> None:
    """Raises NotYours unless the actor is an HR officer now."""
    if actor.person_id is None or "hr" not in roles_of(present, actor.person_id):
        raise NotYours(_NOT_HR, extra={"who_may": ["HR"]})


def sentence_of(error: ServiceError) -> Text:
    """Why one case was not done: the sentences of its reasons, else of its fields, else the general one."""
    parts = error.reasons or [field.message for field in getattr(error, "fields", ())] or [error.detail]
    return Text(" ".join(part.id for part in parts), " ".join(part.en for part in parts))


def offices_of(organisation: Organisation, unit_ids: Sequence[str]) -> dict[str, str]:
    """The office of each unit: the unit itself or the one above it that stands right below the government's root."""
    found = {}
    for unit_id in dict.fromkeys(unit_ids):
        path = organisation.unit_path(unit_id)
        found[unit_id] = path[-2].id if len(path) > 1 else unit_id
    return found


def _of_whole_offices(connection: Connection, present: Present, chosen: Sequence[str]) -> list[str]:
    """All open cases, the longest resting first, of the offices that the chosen cases belong to."""
    by_id = [reference for reference in chosen if is_id(reference)]
    named = Case.id.in_(by_id) | Case.number.in_([reference for reference in chosen if not is_id(reference)])
    units = connection.scalars(select(Case.unit_id).where(named)).all()
    offices = set(offices_of(present.organisation, units).values())
    everywhere = offices_of(present.organisation, list(present.organisation.units))
    inside = [unit_id for unit_id, office in everywhere.items() if office in offices]
    rows = connection.scalars(
        select(Case.id)
        .where(Case.unit_id.in_(inside), Case.stage != "done", Case.held_at.is_(None))
        .order_by(Case.state_since, Case.id)
        .limit(MOST_CASES + 1)
    )
    return list(rows)


def _rehearsed(
    connection: Connection, present: Present, actor: Actor, name: str, place: int, reference: str,
    given: Mapping[str, Any],
) -> Rehearsal:
    try:
        return rehearse(connection, present, actor, reference, name, given)
    except ServiceError:
        raise InvalidInput(_INVALID, [FieldError(f"case_ids.{place}", _NO_CASE)]) from None

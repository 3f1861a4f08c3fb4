"""From what a command decided to one transition: the event, the case after it, and what follows from it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from service import duties, telling
from service.actor import Actor
from service.append import Transition, append_transition
from service.authority import Holder, Organisation
from service.canonical import canonical, sha256
from service.casefile import CaseFile, document_of, document_text, facts_of
from service.errors import CaseMovedOn, KeyReused, Refused, VersionMissing
from service.events import Entry, Told, instant_text, record
from service.ids import new_id, new_secret
from service.ladders import RUNGS
from service.models import CaseDocument
from service.runut import Present, Runut
from service.views import case_view, problem_views
from workflows.calendar import CalendarEnds
from workflows.kit import Document, Problem, Role, Tell, Text

Answer = dict[str, Any]
IfMatch = int | Literal["any"] | None
_ATTEMPTS = 5

MOVED_ON = Text(
    "Kasus ini sudah berubah: sekarang versi {present}, bukan {given}. Tidak ada yang dicatat. Buka kasusnya, lalu "
    "ulangi bila masih perlu.",
    "This case has changed: it is at version {present} now, not {given}. Nothing was recorded. Open it and repeat "
    "if it is still needed.",
)


@dataclass(frozen=True)
class Move:
    """What a command decided. `changes` are the case's columns that become different; `document` is a new text to keep,
    `restores` one that was kept before; `requeues` asks the state's people anew; `links_die_of` is the word with
    which open mail links end; `also` are further outbox rows; `writes` runs in the same transaction; `organisation`
    is what holds after it, where the command changes who may act; `within` is a block around all of it, in the same
    transaction; `by` is how the actor did it, where that is not how he reached us. `event_id` is known before the
    event is written, so that rows of `also` and `writes` can refer to it."""

    type: str
    action: str
    capacity: Role
    holder: Holder | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    moves_version: bool = True
    requeues: bool = False
    links_die_of: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    document: Document | None = None
    restores: tuple[Document, str] | None = None
    results: Sequence[dict[str, Any]] | None = None
    tells: Sequence[Tell] = ()
    also: Sequence[dict[str, Any]] = ()
    problems: Sequence[Problem] | None = None
    writes: Callable[[Connection], None] | None = None
    organisation: Organisation | None = None
    within: Callable[[Runut, Connection], AbstractContextManager[None]] | None = None
    by: Actor | None = None
    event_id: str = field(default_factory=new_id)


NO_CALENDAR = Text(
    "Langkah ini belum dapat dicatat: tenggat berikutnya berada di tahun yang kalender kerjanya belum dimuat.",
    "This cannot be recorded yet: the deadline that follows lies in a year whose working calendar is not loaded.",
)


class _Moved(Exception):
    """The case is no longer as it was read; rolls back what was written beside it."""


def carry_out(
    runut: Runut, reload: Callable[[Connection], CaseFile], decide: Callable[[Connection, CaseFile], Move],
    actor: Actor, *, if_match: IfMatch, key: str | None, given: Mapping[str, Any], verb: str,
) -> Answer:
    """Reads the case, lets `decide` check everything and name the move, and writes it if the case is still the same.

    A repeat of a request under the same idempotency key answers what was answered then. Raises VersionMissing,
    CaseMovedOn, KeyReused, Refused where a deadline would lie in a year that HR has not loaded, and whatever `decide`
    raises; then nothing was written.
    """
    fingerprint = sha256(canonical({"verb": verb, "input": _printable(given), "if_match": str(if_match)}))
    for _attempt in range(_ATTEMPTS):
        with runut.database.read() as connection:
            file = reload(connection)
            if key and file.answered:
                return _stored(connection, file.answered, fingerprint)
            try:
                move = decide(connection, file)
                transition, answer = transition_of(connection, file, move, move.by or actor)
            except CalendarEnds as ends:
                raise Refused(NO_CALENDAR, reasons=[ends.message], extra={"year": ends.year}) from None
        if key and actor.person_id:
            transition.idempotency = {
                "person_id": actor.person_id, "key": key, "fingerprint": fingerprint,
                "answer": without_document(answer), "created_at": file.present.now,
            }
        if write(runut, transition, move.writes, move.within):
            if move.results is not None:
                with runut.database.statement() as connection:
                    duties.look_below(connection, file)
            return answer
    raise CaseMovedOn(
        MOVED_ON.format(present=file.row["version"], given=if_match),
        extra={"version": file.row["version"], "state": file.row["state"]},
    )


def write(
    runut: Runut, transition: Transition, also: Callable[[Connection], None] | None = None,
    within: Callable[[Runut, Connection], AbstractContextManager[None]] | None = None,
) -> bool:
    """Appends the transition and wakes the relay; False when the case moved meanwhile or the key was just used.

    `also` runs first: it may lock the counter of the organisation, which is always locked before a case.
    """
    try:
        with (
            runut.database.write() if also or within else runut.database.statement() as connection,
            within(runut, connection) if within else nullcontext(),
        ):
            if also:
                also(connection)
            if not append_transition(connection, transition):
                raise _Moved
    except _Moved:
        return False
    except IntegrityError:
        if transition.expected is None:
            raise
        return False  # the same idempotency key, at the same moment: the next reading finds its answer
    runut.wake()
    return True


def check_version(file: CaseFile, if_match: IfMatch) -> None:
    """Raises VersionMissing when the request names no version, CaseMovedOn when it names another one."""
    if if_match is None:
        raise VersionMissing(
            Text(
                "Sebutkan versi kasus yang Anda lihat (If-Match).",
                "Say which version of the case you saw (If-Match).",
            )
        )
    if if_match != "any" and if_match != file.row["version"]:
        raise CaseMovedOn(
            MOVED_ON.format(present=file.row["version"], given=if_match),
            extra={"version": file.row["version"], "state": file.row["state"]},
        )


def transition_of(connection: Connection, file: CaseFile, move: Move, actor: Actor) -> tuple[Transition, Answer]:
    """The move as everything it changes, and the receipt for who made it."""
    transition, after = moved(file, move, actor)
    answer = receipt(connection, after, transition.event, actor, move.problems)
    if move.document is not None:
        answer["problems"] = problem_views(move.problems or (), actor.locale)
    return transition, answer


def moved(file: CaseFile, move: Move, actor: Actor) -> tuple[Transition, CaseFile]:
    """The move as everything it changes, and the case after it; reads and writes nothing."""
    row, now = file.row, file.present.now
    changes = dict(move.changes)
    document_row = None
    document, nonce = move.restores or (file.document, file.nonce)
    version = row["version"] + move.moves_version
    if move.document is not None:
        document, nonce = move.document, new_secret()
        document_row, named = document_columns(file.id, version, row["round"], document, nonce, now)
        changes |= named
    after_row = {**row, **changes, "version": version, "position": row["position"] + 1}
    present = replace(file.present, organisation=move.organisation) if move.organisation else file.present
    after = replace(file, row=after_row, document=document, nonce=nonce, present=present)
    event_id = move.event_id
    event, texts = record(_entry(event_id, file, after, move, actor), file.present.text_keys)
    after_row["chain_head"] = event["hash"]
    replans = not move.requeues and after_row["due_at"] != row["due_at"]
    queue = duties.queue(after) if move.requeues else {"timers": duties.rungs(after)} if replans else {}
    if actor.channel == "import":  # of a history that is taken over nobody is reminded; see service.ladders
        queue = {**queue, "timers": [row for row in queue.get("timers", ()) if row["kind"] not in RUNGS]}
    transition = Transition(
        case=after_row,
        event=event,
        expected=(row["version"], row["position"]),
        texts=texts,
        document=document_row,
        requeues=move.requeues,
        replans=replans,
        links_die_of=move.links_die_of,
        deliveries=telling.as_history_if(
            actor.channel == "import",
            telling.with_summaries(
                after.present,
                [
                    *telling.deliveries(
                        after, event_id, telling.requests_now(after, move.tells), move.action, actor.person_id
                    ),
                    *move.also,
                ],
            ),
        ),
        results=list(move.results) if move.results is not None else None,
        link_id=actor.link.link_id if actor.link else None,
        opening_id=actor.link.opening_id if actor.link else None,
        **queue,
    )
    return transition, after


def receipt(
    connection: Connection, after: CaseFile, event: Mapping[str, Any], actor: Actor, problems: Sequence[Problem] | None
) -> Answer:
    """What the person gets for what he did: the event's id, place, time and hash, and the case as it is now."""
    facts = facts_of(after, connection, problems=problems)
    return {
        "event_id": event["id"],
        "position": event["position"],
        "case": case_view(after, facts, actor.person_id, actor.locale),
        "at": instant_text(event["at"]),
        "document_sha256": after.row["document_sha256"],
        "event_hash": event["hash"],
    }


def document_columns(
    case_id: str, version: int, round_: int, document: Document, nonce: str, now: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(row of `case_documents`, columns of `cases`) for a new text of a case."""
    content = document_text(document, nonce)
    digest = sha256(content)
    row = {
        "case_id": case_id, "version": version, "round": round_, "sha256": digest, "canonical": content,
        "created_at": now,
    }
    return row, {"document_version": version, "document_sha256": digest}


def who_texts(present: Present, actor: Actor, holder: Holder | None) -> dict[str, Told]:
    """Name, post and unit of who acts, and of whom he acts for, as they read at this instant."""
    texts: dict[str, Told] = {}
    for prefix, person_id in (("actor", actor.person_id), ("principal", holder.on_behalf_of if holder else None)):
        if person_id is None:
            continue
        organisation = present.organisation
        texts[f"{prefix}_name"] = Told(person_id, organisation.person(person_id).name)
        post = organisation.post_of(person_id, present.calendar.civil_date(present.now))
        if post:
            texts[f"{prefix}_post"] = Told(person_id, post[0].title)
            texts[f"{prefix}_unit"] = Told(person_id, post[1].name)
    return texts


def _entry(event_id: str, file: CaseFile, after: CaseFile, move: Move, actor: Actor) -> Entry:
    subject = file.row["subject_id"]
    return Entry(
        id=event_id,
        case_id=file.id,
        position=after.row["position"],
        type=move.type,
        at=file.present.now,
        actor_id=actor.person_id,
        on_behalf_of=move.holder.on_behalf_of if move.holder else None,
        capacity=move.capacity.value,
        from_state=file.row["state"],
        to_state=after.row["state"],
        round=after.row["round"],
        case_version=after.row["version"],
        document_sha256=after.row["document_sha256"],
        channel=actor.channel,
        assurance=actor.assurance,
        prev=file.row["chain_head"],
        texts={
            **who_texts(file.present, actor, move.holder),
            **{name: Told(subject, text) for name, text in move.texts.items()},
        },
    )


def without_document(answer: Answer) -> Answer:
    """An answer as it is kept for a repeat: its document is kept already, under its digest."""
    case = {name: value for name, value in answer["case"].items() if name != "document"}
    return {**answer, "case": case}


def with_stored_document(connection: Connection, answer: Mapping[str, Any]) -> Answer:
    """A kept answer, whole again."""
    case = answer["case"]
    content = connection.execute(
        select(CaseDocument.canonical).where(
            CaseDocument.case_id == case["id"], CaseDocument.sha256 == case["document_sha256"]
        )
    ).scalars().first()
    assert content is not None
    return {**answer, "case": {**case, "document": document_of(content)[0]}}


def _stored(connection: Connection, answered: tuple[str, Mapping[str, Any]], fingerprint: str) -> Answer:
    if answered[0] != fingerprint:
        raise KeyReused(
            Text(
                "Kunci Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru.",
                "This Idempotency-Key was used for another request. Use a new key.",
            )
        )
    return with_stored_document(connection, answered[1])


def _printable(value: Any) -> Any:
    """`value` without floating point numbers, so that a body of any shape has one fingerprint."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(key): _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value

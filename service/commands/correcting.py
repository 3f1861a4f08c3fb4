"""correct: the text of a case is put right by two HR officers, one who proposes and another who agrees."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from service import telling
from service.canonical import parse
from service.casefile import problems_of, with_document
from service.commands.calls import Call
from service.commands.inputs import load
from service.commands.moving import Move
from service.errors import NotYours
from service.models import Event, EventText
from service.texts import unseal
from workflows.kit import Document, Role, Text

_PROPOSED = "case.propose_correction"
_NO_PROPOSAL = Text("Usulan koreksi ini tidak ada pada kasus ini.", "This case has no such proposal.")
_SAME_PERSON = Text(
    "Koreksi memerlukan dua orang: yang menyetujui harus petugas kepegawaian lain.",
    "A correction takes two people: another HR officer has to agree.",
)
_OUTDATED = Text(
    "Isi kasus berubah sejak koreksi diusulkan. Usulkan lagi atas isi yang sekarang.",
    "The text has changed since the correction was proposed. Propose it again on the present text.",
)
_ERASED = Text("Usulan ini sudah dihapus; usulkan lagi.", "This proposal was erased; propose it again.")
_NO_CHANGE = Text("Koreksi ini tidak mengubah apa pun.", "This correction changes nothing.")


def correct(call: Call) -> Move:
    """First `{reason, patch}`, a JSON merge patch (RFC 7396) of the document, which only proposes; then, from another
    officer, `{proposal}` with the event id of it, which makes the new text. Works in every state."""
    call.holder([Role.HR])
    call.check_signed_in()
    return _agree(call) if "proposal" in call.given else _propose(call)


def merged(document: Document, patch: Any) -> Any:
    """`document` with the merge patch applied: null removes a member, objects merge, all else replaces (RFC 7396)."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(document) if isinstance(document, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name, {}), value)
    return result


def _propose(call: Call) -> Move:
    role, holder = call.holder([Role.HR])
    values = call.values("reason", "patch")
    if _corrected(call, values["patch"]) == call.file.document:
        raise call.invalid("patch", _NO_CHANGE)
    return Move(
        type=_PROPOSED,
        action="propose_correction",
        capacity=role,
        holder=holder,
        moves_version=False,
        texts={"reason": values["reason"], "patch": json.dumps(values["patch"], ensure_ascii=False, sort_keys=True)},
    )


def _agree(call: Call) -> Move:
    file = call.file
    role, holder = call.holder([Role.HR])
    proposal = call.values("proposal")["proposal"]
    event, texts = _proposal(call, proposal)
    if event["actor"] == call.actor.person_id:
        raise NotYours(_SAME_PERSON, extra={"who_may": [Role.HR.value]})
    if event["document_sha256"] != file.row["document_sha256"]:
        raise call.refused([_OUTDATED])
    document = _corrected(call, json.loads(texts["patch"]))
    is_in_force = file.row["in_force_version"] == file.row["document_version"]
    move = Move(
        type="case.correct",
        action="correct",
        capacity=role,
        holder=holder,
        changes={"in_force_version": file.row["version"] + 1} if is_in_force else {},
        links_die_of="correct",
        texts={"reason": texts["reason"], "proposal": proposal},
        document=document,
        results=file.workflow.project(file.id, document) if is_in_force else None,
        tells=call.news(Role.EMPLOYEE, Role.RATER),
        problems=problems_of(with_document(file, document), call.connection),
    )
    waiting = call.waiting() if file.row["held_at"] is None else ()
    asked = call.ask(move.event_id, "correct", waiting, moved=True)
    return replace(move, also=[*asked, *_auditors(call, move.event_id)])


def _corrected(call: Call, patch: Mapping[str, Any]) -> dict[str, Any]:
    return load(call.file.workflow.document(), merged(call.file.document, patch))


def _proposal(call: Call, event_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    proposed = select(Event.canonical).where(
        Event.id == event_id, Event.case_id == call.file.id, Event.type == _PROPOSED
    )
    event = call.connection.scalar(proposed) if _is_uuid(event_id) else None
    if event is None:
        raise call.invalid("proposal", _NO_PROPOSAL)
    rows = call.connection.execute(
        select(EventText.name, EventText.owner_id, EventText.sealed).where(EventText.event_id == event_id)
    )
    keys = call.file.present.text_keys
    opened = {row.name: unseal(keys.get(row.owner_id), row.sealed) for row in rows}
    texts = {name: found[1] for name, found in opened.items() if found}
    if not {"reason", "patch"} <= texts.keys():
        raise call.refused([_ERASED])
    return parse(event), texts


def _auditors(call: Call, event_id: str) -> list[dict[str, Any]]:
    present = call.file.present
    today = present.calendar.civil_date(present.now)
    return [
        telling.outsiders_news(call.file, event_id, "correct", person_id, "AUDITOR")
        for person_id in present.organisation.granted("auditor", today)
        if person_id not in (call.actor.person_id, call.file.row["subject_id"])
    ]


def _is_uuid(value: str) -> bool:
    return len(value) == 36 and value.count("-") == 4 and set(value.lower()) <= set("0123456789abcdef-")

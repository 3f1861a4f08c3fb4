"""open_case(): a new case for a person and a period, with its positions fixed as they are now."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

import workflows
from service import duties
from service.actor import Actor
from service.append import Transition, append_transition
from service.authority import Position, Unit
from service.canonical import canonical, sha256
from service.carrying import carried, earlier
from service.casefile import CaseFile, facts_of, problems_of
from service.commands.inputs import load
from service.commands.moving import (
    Answer,
    document_columns,
    receipt,
    who_texts,
    with_stored_document,
    without_document,
)
from service.commands.people.resettling import slot_of
from service.counters import ORGANISATION, held, next_number
from service.errors import Conflict, Exists, FieldError, InvalidInput, KeyReused, NotFound, NotYours
from service.events import GENESIS, Entry, record
from service.ids import new_id, new_secret
from service.models import Case, Cycle, IdempotencyKey
from service.runut import Present, Pulse, Runut
from service.surroundings import context_of
from service.telling import as_history_if, deliveries
from service.views import problem_views
from workflows.kit import Role, Text, Workflow
from workflows.turns import turn_of

_EXISTS = Text(
    "Pegawai ini sudah mempunyai {number} untuk periode ini.", "This person already has {number} for this period."
)


def open_case(
    runut: Runut, actor: Actor, workflow_name: str, *, cycle_id: str | None = None, subject_id: str | None = None,
    parent_id: str | None = None, document: Mapping[str, Any] | None = None, carry_over: bool = False,
    key: str | None = None, pulse: Pulse | None = None,
) -> Answer:
    """Opens a case and answers its receipt with the `problems` of its text.

    With `carry_over` and no `document` it begins with the text that was in force the year before, if there was one.
    Without `subject_id` for oneself; for somebody else one must be HR. Raises InvalidInput, NotYours, Conflict (no
    post, no open cycle), Exists (one is open for this person, post and period; `extra` leads to it).
    """
    given = {
        "workflow": workflow_name, "cycle_id": cycle_id, "subject_id": subject_id, "document": document,
        **({"carry_over": True} if carry_over else {}),
    }
    fingerprint = sha256(canonical({"verb": "open", "input": repr(given)}))
    while True:
        with runut.database.read() as connection:
            present = runut.present(connection, pulse)
            if key and (answered := _answered(connection, actor, key, fingerprint)):
                return answered
            workflow = _workflow(workflow_name)
            subject = subject_id or actor.person_id
            role = _check_may_open(present, actor, workflow, subject)
            assert subject is not None
            file = unopened(connection, present, workflow, subject, cycle_id, parent_id)
            if document is not None:
                file = replace(file, document=load(workflow.document(), document))
            elif carry_over:
                file = as_carried(connection, file)
            problems = problems_of(file, connection)
        if answer := _write(runut, actor, file, role, problems, key, fingerprint):
            return answer
        pulse = None  # people changed meanwhile: read again who holds what


def unopened(
    connection: Connection, present: Present, workflow: Workflow, subject_id: str, cycle_id: str | None = None,
    parent_id: str | None = None,
) -> CaseFile:
    """The case as it would begin for the person: post, unit, rater and superior as they are now, and an empty text.

    Raises NotFound, Conflict.
    """
    organisation, now = present.organisation, present.now
    today = present.calendar.civil_date(now)
    if subject_id not in organisation.people:
        raise NotFound(Text("Pegawai ini tidak ada.", "There is no such person."))
    post = organisation.post_of(subject_id, today)
    if post is None:
        raise Conflict(
            Text(
                "Pegawai ini belum mempunyai jabatan pada hari ini. Mintalah kepegawaian melengkapi datanya.",
                "This person holds no post today. Ask HR to complete the data.",
            )
        )
    cycle = _cycle(connection, present, workflow, cycle_id, post[1].id)
    file = file_of(present, workflow, subject_id, post, cycle, parent_id)
    return replace(file, document=workflow.blank(context_of(connection, file)))


def as_carried(connection: Connection, file: CaseFile) -> CaseFile:
    """The case with last year's text as its beginning; as it is where there was none."""
    before = earlier(connection, file) if file.workflow.carry_over else None
    return replace(file, document=carried(connection, file, before)) if before else file


def file_of(
    present: Present, workflow: Workflow, subject_id: str, post: tuple[Position, Unit], cycle: Any,
    parent_id: str | None = None,
) -> CaseFile:
    """The case of the person in that post and cycle as it would begin now, still without a text."""
    organisation, now = present.organisation, present.now
    today = present.calendar.civil_date(now)
    position, unit = post
    rater = organisation.rater_position_for(subject_id, position.id, today)
    superior = organisation.superior_position_for(rater, today) if rater else None
    row = {
        "id": new_id(), "number": "", "workflow": workflow.name, "edition": workflow.edition,
        "state": workflow.initial.name, "stage": workflow.initial.stage.value, "version": 1, "position": 1, "round": 1,
        "subject_id": subject_id, "post_id": position.id, "unit_id": unit.id, "cycle_id": cycle.id,
        "parent_id": parent_id, "slot": slot_of(workflow.name, subject_id, position.id, cycle.id),
        "rater_position_id": rater, "superior_position_id": superior, "opened_at": now, "submitted_at": None,
        "state_since": now, "asked_at": None, "blocked_by": None, "asked_instead": None, "due_at": None,
        "held_at": None, "ends_at": None, "document_version": 1,
        "document_sha256": "", "in_force_version": None, "chain_head": GENESIS, "marks": {},
        "declined_by": [],
    }
    return CaseFile(
        row=row, document={}, nonce=new_secret(), dates=cycle.dates, reviewed=cycle.reviewed, present=present
    )


def _write(
    runut: Runut, actor: Actor, file: CaseFile, role: Role, problems: Any, key: str | None, fingerprint: str
) -> Answer | None:
    """The receipt; None, with nothing written, when the organisation is no longer the one the case was made for."""
    now = file.present.now
    try:
        with runut.database.write() as connection:
            if held(connection, ORGANISATION) != file.present.organisation.generation:
                return None
            year = file.present.calendar.civil_date(now).year
            number = next_number(connection, f"{file.workflow.number_prefix}-{year}")
            transition, opened = opening(file, number, role, actor)
            answer = receipt(connection, opened, transition.event, actor, problems)
            answer["problems"] = problem_views(problems, actor.locale)
            transition.idempotency = _idempotency(actor, key, fingerprint, answer, now)
            append_transition(connection, transition)
    except IntegrityError as error:
        with runut.database.read() as connection:
            if key and (answered := _answered(connection, actor, key, fingerprint)):
                return answered
            _raise_exists(connection, file, error)
    runut.wake()
    return answer


def opening(file: CaseFile, number: str, role: Role, actor: Actor) -> tuple[Transition, CaseFile]:
    """The case's first event under that number as everything it writes, and the case after it."""
    state, now = file.state, file.present.now
    document_row, columns = document_columns(file.id, 1, 1, file.document, file.nonce, now)
    turn = turn_of(file.workflow, facts_of(file))
    opened = replace(file, row={**file.row, **columns, **duties.columns_of(file, turn), "number": number})
    holder = next((h for h in opened.holders(role) if h.person_id == actor.person_id), None)
    entry = Entry(
        id=new_id(), case_id=file.id, position=1, type=f"{file.workflow.name}.open", at=now,
        actor_id=actor.person_id, on_behalf_of=None, capacity=role.value, from_state=None, to_state=state.name,
        round=1, case_version=1, document_sha256=columns["document_sha256"], channel=actor.channel,
        assurance=actor.assurance, prev=GENESIS, texts=who_texts(file.present, actor, holder),
    )
    event, texts = record(entry, file.present.text_keys)
    opened = replace(opened, row={**opened.row, "chain_head": event["hash"]})
    transition = Transition(
        case=dict(opened.row), event=event, texts=texts, document=document_row,
        **duties.queue(opened),
        deliveries=as_history_if(
            actor.channel == "import", deliveries(opened, entry.id, (), "open", actor.person_id)
        ),
    )
    return transition, opened


def _workflow(name: str) -> Workflow:
    try:
        return workflows.get(name)
    except KeyError:
        known = ", ".join(sorted({w.name for w in workflows.all_workflows()}))
        raise InvalidInput(
            Text("Alur kerja ini tidak dikenal.", "There is no such workflow."),
            [FieldError("workflow", Text(f"Pilih salah satu: {known}.", f"It must be one of: {known}."))],
        ) from None


def _check_may_open(present: Present, actor: Actor, workflow: Workflow, subject_id: str | None) -> Role:
    if actor.person_id is None:
        return Role.CLOCK
    if subject_id == actor.person_id and Role.EMPLOYEE in workflow.opens:
        return Role.EMPLOYEE
    today = present.calendar.civil_date(present.now)
    if Role.HR in workflow.opens and "hr" in present.organisation.roles_of(actor.person_id, today):
        return Role.HR
    raise NotYours(
        Text(
            "Kasus untuk orang lain hanya dapat dibuka oleh kepegawaian.", "Only HR may open a case for somebody else."
        ),
        extra={"who_may": [role.value for role in workflow.opens]},
    )


def _cycle(connection: Connection, present: Present, workflow: Workflow, cycle_id: str | None, unit_id: str) -> Any:
    query = select(*Cycle.__table__.columns).where(Cycle.kind == workflow.cycle_kind)
    if cycle_id:
        cycle = connection.execute(query.where(Cycle.id == cycle_id)).one_or_none()
    else:
        units = [*(unit.id for unit in present.organisation.unit_path(unit_id)), None]
        running = connection.execute(query.where(Cycle.opened_at.is_not(None), Cycle.closed_at.is_(None)))
        mine = [each for each in running if each.unit_id in units]
        # the newest year; in it the unit's own cycle before the one of the office above
        cycle = min(mine, key=lambda each: (-each.year, units.index(each.unit_id)), default=None)
    if cycle is None or cycle.opened_at is None or cycle.closed_at is not None:
        raise Conflict(
            Text(
                "Belum ada siklus yang dibuka untuk rencana ini. Tanyakan kepada kepegawaian kapan siklus dibuka.",
                "No cycle is open for this. Ask HR when the cycle opens.",
            )
        )
    return cycle


def _idempotency(actor: Actor, key: str | None, fingerprint: str, answer: Answer, now: Any) -> dict[str, Any] | None:
    if not key or not actor.person_id:
        return None
    return {
        "person_id": actor.person_id, "key": key, "fingerprint": fingerprint, "answer": without_document(answer),
        "created_at": now,
    }


def _answered(connection: Connection, actor: Actor, key: str, fingerprint: str) -> Answer | None:
    used = connection.execute(
        select(IdempotencyKey.fingerprint, IdempotencyKey.answer).where(
            IdempotencyKey.person_id == actor.person_id, IdempotencyKey.key == key
        )
    ).one_or_none()
    if used is None:
        return None
    if used.fingerprint != fingerprint:
        raise KeyReused(
            Text(
                "Kunci Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru.",
                "This Idempotency-Key was used for another request. Use a new key.",
            )
        )
    return with_stored_document(connection, used.answer)


def _raise_exists(connection: Connection, file: CaseFile, error: IntegrityError) -> None:
    other = connection.execute(select(Case.id, Case.number).where(Case.slot == file.row["slot"])).one_or_none()
    if other is None:
        raise error
    raise Exists(_EXISTS.format(number=other.number), extra={"case_id": other.id, "number": other.number})

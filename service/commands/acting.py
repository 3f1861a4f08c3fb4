"""act(): the one verb that changes a case's state. Page, API, mail link, clock and import all come here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from service import duties
from service.access import check_visible
from service.actor import Actor
from service.authority import Holder
from service.casefile import CaseFile, document_of, facts_of, load_case
from service.commands.inputs import load_input
from service.commands.moving import Answer, IfMatch, Move, carry_out, check_version
from service.errors import AssuranceTooLow, CaseMovedOn, NotAvailable, NotYours, Refused, UnknownAction
from service.models import CaseDocument
from service.papers import check_no_paper
from service.runut import Pulse, Runut
from workflows import kit
from workflows.kit import Facts, Role, Stage, Step, Text
from workflows.turns import turn_of

_HELD = Text(" Kasus ini sedang ditahan oleh kepegawaian.", " HR has put this case on hold.")
_SYSTEM_ROLES = frozenset({Role.CLOCK, Role.SYSTEM})


def act(
    runut: Runut, actor: Actor, reference: str, action: str, given: Mapping[str, Any], *, if_match: IfMatch,
    key: str | None = None, pulse: Pulse | None = None,
) -> Answer:
    """Takes `action` on the case for `actor` and answers the receipt.

    Checks in this order, the first that applies: invisible case, unknown action, idempotency key, version, no such
    row, somebody else's step, assurance, input, guards. Raises the service error of the first check that fails;
    nothing is written then.
    """
    pulses = iter([pulse] if pulse else [])

    def reload(connection: Connection) -> CaseFile:
        present = runut.present(connection, next(pulses, None))
        file = load_case(connection, present, reference, person_id=actor.person_id, key=key)
        check_visible(connection, file, actor.person_id)
        if action not in file.workflow.actions:
            raise UnknownAction(
                Text("Tindakan {action} tidak dikenal.", "There is no action {action}.").format(action=action)
            )
        return file

    def decide(connection: Connection, file: CaseFile) -> Move:
        check_version(file, if_match)
        rows = rows_now(file, action)
        role, holder = _capacity(file, actor, rows)
        _check_assurance(file, actor, rows, role)
        values = load_input(rows, role, given)
        facts = facts_of(file, connection)
        step = fire(file, facts, action, role)
        check_no_paper(connection, file, step)
        return move_of(file, facts, step, holder, actor, values, lambda: _in_force(connection, file))

    return carry_out(
        runut, reload, decide, actor, if_match=if_match, key=key, given=given, verb=f"{reference} {action}"
    )


def rows_now(file: CaseFile, action: str) -> tuple[Step, ...]:
    """The rows of the action in the present state. Raises NotAvailable when there are none, or HR holds the case."""
    rows = file.workflow.rows(file.row["state"], action)
    if rows and file.row["held_at"] is None:
        return rows
    words, state = file.workflow.actions[action], file.state
    held = _HELD if rows else Text("", "")
    raise NotAvailable(
        Text(
            f"«{words.button.id}» tidak dapat dilakukan sekarang: kasus ini «{state.label.id}».{held.id}",
            f"“{words.button.en}” is not possible now: this case is “{state.label.en}”.{held.en}",
        ),
        extra={"state": state.name},
    )


def _capacity(file: CaseFile, actor: Actor, rows: tuple[Step, ...]) -> tuple[Role, Holder | None]:
    """The first row of the table that is the actor's: its role and how he comes to it."""
    if actor.person_id is None:
        for step in rows:
            if step.role in _SYSTEM_ROLES:
                return step.role, None
    for role in dict.fromkeys(step.role for step in rows):
        if actor.link and role is not actor.link.role:
            continue
        for holder in file.holders(role):
            if holder.person_id == actor.person_id:
                return role, holder
    may = [holder.explanation for step in rows for holder in file.holders(step.role)]
    raise NotYours(
        Text(
            "Langkah ini bukan wewenang Anda. Yang berwenang: " + ("; ".join(t.id for t in may) or "sistem") + ".",
            "This step is not yours to take. Who may: " + ("; ".join(t.en for t in may) or "the system") + ".",
        ),
        extra={"who_may": sorted({step.role.value for step in rows})},
    )


def _check_assurance(file: CaseFile, actor: Actor, rows: tuple[Step, ...], role: Role) -> None:
    link = actor.link
    if link is None:
        return
    if link.case_id != file.id or link.case_version != file.row["version"]:
        raise CaseMovedOn(
            Text(
                "Rencana ini berubah sejak surel dikirim. Keputusan Anda belum dicatat.",
                "This plan has changed since the mail was sent. Your decision was not recorded.",
            ),
            extra={"version": file.row["version"], "state": file.row["state"]},
        )
    if not any(step.role is role and step.action in link.actions for step in rows):
        raise AssuranceTooLow(
            Text(
                "Tindakan ini tidak dapat dilakukan lewat tautan surel saja. Masuk terlebih dahulu.",
                "A mail link alone is not enough for this action. Sign in first.",
            )
        )


def fire(file: CaseFile, facts: Facts, action: str, role: Role) -> Step:
    """The row of the table that `role` takes by `action`. Raises Refused with every reason against it."""
    try:
        return file.workflow.fire(facts, action, role)
    except kit.Refused as refused:
        detail = Text(" ".join(r.id for r in refused.reasons), " ".join(r.en for r in refused.reasons))
        raise Refused(detail, reasons=refused.reasons) from None


def move_of(
    file: CaseFile, facts: Facts, step: Step, holder: Holder | None, actor: Actor, values: Mapping[str, Any],
    in_force: Callable[[], Any],
) -> Move:
    """What the step changes; `in_force` reads the text in force (canonical, sha256) where the step restores it."""
    workflow, row, now = file.workflow, file.row, file.present.now
    source, dest = workflow.state(step.source), workflow.state(step.dest)
    taking_part = [p for p in (actor.person_id, holder and holder.on_behalf_of) if p]
    stays = source.name == dest.name
    marks = workflow.remember(facts, step, taking_part)
    changes: dict[str, Any] = {
        "state": dest.name,
        "stage": dest.stage.value,
        "state_since": row["state_since"] if stays else now,
        "marks": marks,
        "slot": None if dest.voids else row["slot"],
        "declined_by": [],
    }
    if not stays:
        changes |= duties.columns_of(file, turn_of(workflow, replace(facts, state=dest.name, marks=marks)))
    if source.stage is Stage.DRAFT and dest.stage not in (Stage.DRAFT, Stage.DONE):
        changes["round"] = row["round"] + (row["submitted_at"] is not None)
    if dest.stage is not Stage.DRAFT and row["submitted_at"] is None:
        changes["submitted_at"] = now
    if "ends_on" in values:
        changes["ends_at"] = file.present.calendar.end_of_day(date.fromisoformat(str(values["ends_on"])))
        changes["due_at"] = changes["ends_at"]
    results, restored = None, None
    if step.document == "sets":
        changes["in_force_version"] = row["document_version"]
        results = workflow.project(file.id, file.document)
    elif step.document == "restores":
        restored = in_force()
        changes |= {"document_version": row["in_force_version"], "document_sha256": restored.sha256}
    return Move(
        type=f"{workflow.name}.{step.action}",
        action=step.action,
        capacity=step.role,
        holder=holder,
        changes=changes,
        requeues=True,
        links_die_of=step.action,
        texts=input_texts(values),
        results=results,
        restores=document_of(restored.canonical) if restored else None,
        tells=step.tell,
    )


def input_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """What the person gave, as texts of the event: words as they are, the rest as JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        for name, value in values.items()
        if value not in (None, "")
    }


def _in_force(connection: Connection, file: CaseFile) -> Any:
    """The stored text of the version in force."""
    return connection.execute(
        select(CaseDocument.sha256, CaseDocument.canonical).where(
            CaseDocument.case_id == file.id, CaseDocument.version == file.row["in_force_version"]
        )
    ).one()

"""save(): a new text for a case, by whoever may edit it in its present state."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete

from service.access import check_visible
from service.actor import Actor
from service.casefile import CaseFile, facts_of, load_case, problems_of, with_document
from service.commands.inputs import load
from service.commands.moving import Answer, IfMatch, Move, carry_out, check_version
from service.errors import NotAvailable, NotYours
from service.models import Autosave
from service.papers import types_from_paper
from service.runut import Pulse, Runut
from workflows.kit import Role, Text


def save(
    runut: Runut, actor: Actor, reference: str, document: Mapping[str, Any], *, if_match: IfMatch,
    key: str | None = None, pulse: Pulse | None = None,
) -> Answer:
    """Keeps `document` as the case's new version and answers the receipt with the `problems` its rules find.

    Raises NotAvailable where nobody may edit, NotYours where somebody else may, InvalidInput for a text of the wrong
    shape; problems of content never stop a save.
    """
    pulses = iter([pulse] if pulse else [])

    def reload(connection: Connection) -> CaseFile:
        present = runut.present(connection, next(pulses, None))
        file = load_case(connection, present, reference, person_id=actor.person_id, key=key)
        check_visible(connection, file, actor.person_id)
        return file

    def decide(connection: Connection, file: CaseFile) -> Move:
        check_version(file, if_match)
        held = file.held_by(actor.person_id)
        role = file.workflow.may_edit(facts_of(file), held)
        if role is None and Role.PERF_TEAM in held and types_from_paper(connection, file):
            role = Role.PERF_TEAM
        if role is None:
            _refuse(file)
        assert role is not None
        loaded = load(file.workflow.document(), document)
        edited = with_document(file, loaded)

        def forget_autosave(connection: Connection) -> None:
            connection.execute(
                delete(Autosave).where(Autosave.case_id == file.id, Autosave.person_id == actor.person_id)
            )

        return Move(
            type=f"{file.workflow.name}.save",
            action="save",
            capacity=role,
            holder=held[role],
            links_die_of="save",
            document=loaded,
            problems=problems_of(edited, connection),
            writes=forget_autosave,
        )

    return carry_out(
        runut, reload, decide, actor, if_match=if_match, key=key, given={"document": document},
        verb=f"{reference} save",
    )


def _refuse(file: CaseFile) -> None:
    state = file.state
    if not state.edit_by or file.row["held_at"] is not None:
        raise NotAvailable(
            Text(
                f"Isi rencana tidak dapat diubah sekarang: kasus ini «{state.label.id}».",
                f"The text cannot be changed now: this case is “{state.label.en}”.",
            ),
            extra={"state": state.name},
        )
    raise NotYours(
        Text("Isi ini hanya dapat diubah oleh pegawai yang bersangkutan.", "Only the employee may change this text."),
        extra={"who_may": [edit.role.value for edit in state.edit_by]},
    )

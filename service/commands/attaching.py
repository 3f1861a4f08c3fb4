"""Keeping a scan with a case: by the performance team, in the database, under a name of our own."""

import hashlib
from typing import Any

from sqlalchemy import func, insert, select

from service.access import check_visible
from service.actor import Actor
from service.casefile import load_case
from service.commands.calls import Call
from service.errors import FieldError, InvalidInput, NotAvailable
from service.ids import new_id
from service.models import Attachment
from service.runut import Runut
from service.scans import NotAScan, ending, media_type
from workflows.kit import Role, Text

MOST_OF_A_CASE = 20
_MANY = Text(
    "Kasus ini sudah mempunyai terlalu banyak lampiran.", "This case has too many attachments already."
)


def attach(runut: Runut, actor: Actor, reference: str, content: bytes) -> dict[str, Any]:
    """Keeps the scan and answers `{id, name, media_type, sha256, size}`; the same bytes again answer the same one.

    Raises NotFound, NotYours, AssuranceTooLow, InvalidInput for what is no scan, NotAvailable when there are too many.
    """
    with runut.database.write() as connection:
        present = runut.present(connection)
        file = load_case(connection, present, reference)
        check_visible(connection, file, actor.person_id)
        call = Call(connection, file, actor, {})
        call.holder([Role.PERF_TEAM])
        call.check_signed_in()
        try:
            kind = media_type(content)
        except NotAScan as problem:
            raise InvalidInput(problem.message, [FieldError("scan", problem.message)]) from None
        digest = hashlib.sha256(content).hexdigest()
        kept = select(Attachment.id, Attachment.name, Attachment.media_type, Attachment.sha256, Attachment.size)
        same = connection.execute(
            kept.where(Attachment.case_id == file.id, Attachment.sha256 == digest)
        ).one_or_none()
        if same is not None:
            return dict(same._mapping)
        count = connection.scalar(select(func.count()).where(Attachment.case_id == file.id)) or 0
        if count >= MOST_OF_A_CASE:
            raise NotAvailable(_MANY, extra={"state": file.state.name})
        row = {
            "id": new_id(), "name": f"{file.number}-pindaian-{count + 1}.{ending(kind)}", "media_type": kind,
            "sha256": digest, "size": len(content),
        }
        connection.execute(
            insert(Attachment).values(
                **row, case_id=file.id, content=content, uploaded_by=actor.person_id, uploaded_at=present.now
            )
        )
        return row

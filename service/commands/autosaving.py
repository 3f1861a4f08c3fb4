"""What somebody is typing: kept beside the case, without an event and without a version."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from service.casefile import CaseFile
from service.commands.inputs import load
from service.errors import CaseMovedOn
from service.models import Autosave
from service.runut import Runut
from service.views import when
from workflows.kit import Text

_OTHER_WINDOW = Text(
    "Isian ini sudah tersimpan dari jendela lain (simpanan {present}). Muat ulang untuk melihat keduanya.",
    "This text was kept from another window (revision {present}). Reload to see both.",
)


def autosave(connection: Connection, case_id: str, person_id: str) -> dict[str, Any] | None:
    """What the person typed last and did not save; None when there is nothing."""
    row = connection.execute(
        select(*Autosave.__table__.columns).where(Autosave.case_id == case_id, Autosave.person_id == person_id)
    ).one_or_none()
    if row is None:
        return None
    return {
        "document": row.document, "case_version": row.case_version, "revision": row.revision,
        "saved_at": when(row.saved_at),
    }


def keep_autosave(
    runut: Runut, file: CaseFile, person_id: str, document: dict[str, Any], revision: int | None
) -> dict[str, Any]:
    """Keeps the text; `revision` is the autosave that the page knows of, 0 or None at first.

    Raises CaseMovedOn when another window kept a newer one, InvalidInput for a text of the wrong shape.
    """
    loaded = load(file.workflow.document(), document)
    values = {"case_version": file.row["version"], "document": loaded, "saved_at": file.present.now}
    with runut.database.write() as connection:
        known = autosave(connection, file.id, person_id)
        present = known["revision"] if known else 0
        if present != (revision or 0):
            raise CaseMovedOn(_OTHER_WINDOW.format(present=present), extra={"revision": present})
        if known is None:
            connection.execute(
                insert(Autosave).values(case_id=file.id, person_id=person_id, revision=1, **values)
            )
        else:
            connection.execute(
                update(Autosave)
                .where(Autosave.case_id == file.id, Autosave.person_id == person_id)
                .values(revision=present + 1, **values)
            )
    return {**values, "revision": present + 1, "saved_at": when(file.present.now)}


def drop_autosave(runut: Runut, case_id: str, person_id: str) -> None:
    """Forgets what the person typed and did not save."""
    with runut.database.write() as connection:
        connection.execute(delete(Autosave).where(Autosave.case_id == case_id, Autosave.person_id == person_id))

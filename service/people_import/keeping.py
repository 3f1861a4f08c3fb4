"""The rows of imports: handing in, what a check found, that it is done, and forgetting what the files say."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service import jobs
from service.actor import Actor
from service.counters import next_number
from service.errors import Conflict, FieldError, InvalidInput, NotFound
from service.ids import new_id
from service.models import Import, Job
from service.people_import.report import Report
from service.runut import Present
from service.spreadsheets import budgets
from service.spreadsheets.words import REFUSALS
from workflows.kit import Text

KIND = "import"
CONTENTS_KEPT = timedelta(days=7)
NO_SUCH_IMPORT = Text("Impor ini tidak ada.", "There is no such import.")
_NO_FILE = Text("Pilih sekurang-kurangnya satu berkas.", "Choose at least one file.")
_NOTHING_READ = Text("Tidak ada berkas yang diterima.", "No file was taken.")
_NOT_CHECKED = Text(
    "Impor ini tidak dalam keadaan siap diterapkan; unggah berkasnya lagi.",
    "This import is not ready to be applied; upload its files again.",
)
_FORGOTTEN = Text(
    "Isi berkas ini sudah dihapus sesudah tujuh hari; unggah lagi.",
    "The files were deleted after seven days; upload them again.",
)
_AT_WORK = Text("Impor ini sedang dikerjakan.", "This import is being worked on.")


def enter(connection: Connection, present: Present, actor: Actor, files: Sequence[bytes]) -> str:
    """Keeps files that were handed in and asks for their check; answers the import's id. Raises InvalidInput."""
    given = [content for content in files if content]
    if not given:
        raise InvalidInput(_NOTHING_READ, [FieldError("files", _NO_FILE)])
    code = "files" if len(given) > budgets.MOST_FILES else ""
    if max(map(len, given)) > budgets.MOST_BYTES or sum(map(len, given)) > budgets.MOST_BYTES_TOGETHER:
        code = "bytes"
    if code:
        message, suggestion = REFUSALS[code]
        both = Text(f"{message.id} {suggestion.id}", f"{message.en} {suggestion.en}")
        raise InvalidInput(_NOTHING_READ, [FieldError("files", both)])
    import_id = record(connection, present, actor, given, content=packed(given))
    _ask(connection, present, actor, import_id, "check")
    return import_id


def record(
    connection: Connection, present: Present, actor: Actor, files: Sequence[bytes], *, content: bytes | None = None
) -> str:
    """Enters an import without starting anything; answers its id."""
    import_id = new_id()
    year = present.calendar.civil_date(present.now).year
    connection.execute(
        insert(Import).values(
            id=import_id, name=next_number(connection, f"IMPOR-{year}"), sha256=digest_of(files), kinds=[],
            state="UPLOADED", report={}, content=content, difference=None, job_id=None, created_by=actor.person_id,
            created_at=present.now, checked_at=None, applied_by=None, applied_at=None,
        )
    )
    return import_id


def check_again(connection: Connection, present: Present, actor: Actor, import_id: str) -> str:
    """Asks for the check once more, after one that was stopped or failed; answers the job's id. Raises Conflict."""
    row = _idle(connection, import_id)
    if row.state not in ("UPLOADED", "CHECKED"):
        raise Conflict(_NOT_CHECKED)
    connection.execute(update(Import).where(Import.id == import_id).values(state="UPLOADED"))
    return _ask(connection, present, actor, import_id, "check")


def apply(connection: Connection, present: Present, actor: Actor, import_id: str) -> str:
    """Asks for a checked import to be applied; answers the job's id. Raises NotFound, Conflict."""
    row = _idle(connection, import_id)
    if row.state != "CHECKED":
        raise Conflict(_NOT_CHECKED)
    return _ask(connection, present, actor, import_id, "apply")


def found(connection: Connection, now: datetime, import_id: str, report: Report) -> str:
    """Keeps what a check found and answers the state: one with problems has failed, and its files are forgotten."""
    state = "FAILED" if report.problems else "CHECKED"
    gone: dict[str, Any] = {"content": None, "difference": None} if state == "FAILED" else {}
    connection.execute(
        update(Import)
        .where(Import.id == import_id)
        .values(**{
            "kinds": report.kinds, "state": state, "report": report.as_json(), "checked_at": now,
            "difference": report.differences_json(), **gone,
        })
    )
    return state


def applied(connection: Connection, now: datetime, import_id: str, report: Report, actor: Actor) -> None:
    """Writes down that the import is done, in its own transaction; what the files say is forgotten."""
    connection.execute(
        update(Import)
        .where(Import.id == import_id)
        .values(
            kinds=report.kinds, state="APPLIED", report=report.as_json(), content=None, difference=None,
            applied_by=actor.person_id, applied_at=now,
        )
    )


def import_row(connection: Connection, import_id: str, *, lock: bool = False) -> Any:
    """The import's row. Raises NotFound."""
    query = select(*Import.__table__.columns).where(Import.id == import_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_IMPORT)
    return row


def forget_contents(connection: Connection, now: datetime) -> None:
    """Drops what the files of old imports say; their reports stay."""
    connection.execute(
        update(Import)
        .where(Import.content.is_not(None), Import.created_at < now - CONTENTS_KEPT)
        .values(content=None, difference=None)
    )


def packed(files: Sequence[bytes]) -> bytes:
    """Several files as one value: their lengths in one line of JSON, then their bytes."""
    return json.dumps([len(content) for content in files]).encode() + b"\n" + b"".join(files)


def unpacked(content: bytes) -> list[bytes]:
    """The files of `packed`."""
    header, _, rest = content.partition(b"\n")
    files = []
    for length in json.loads(header):
        files.append(rest[:length])
        rest = rest[length:]
    return files


def digest_of(files: Sequence[bytes]) -> str:
    """What the same files are known by when they come again."""
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in files)).hexdigest()


def _idle(connection: Connection, import_id: str) -> Any:
    row = import_row(connection, import_id, lock=True)
    if row.content is None and row.state in ("UPLOADED", "CHECKED"):
        raise Conflict(_FORGOTTEN)
    state = connection.scalar(select(Job.state).where(Job.id == row.job_id)) if row.job_id else None
    if state in ("WAITING", "RUNNING"):
        raise Conflict(_AT_WORK)
    return row


def _ask(connection: Connection, present: Present, actor: Actor, import_id: str, step: str) -> str:
    details: Mapping[str, Any] = {
        "import_id": import_id, "step": step, "assurance": actor.assurance, "locale": actor.locale
    }
    job_id = jobs.ask(connection, present, KIND, actor.person_id, details)
    connection.execute(update(Import).where(Import.id == import_id).values(job_id=job_id))
    return job_id

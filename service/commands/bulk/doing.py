"""Doing a bulk action: kept as it was checked, done by a job, one transaction and one event per case."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from service import jobs
from service.actor import Actor
from service.commands.bulk.checking import Check, check, check_hr, command_of, sentence_of
from service.commands.commanding import command
from service.errors import NotAvailable, NotFound, ServiceError
from service.ids import is_id, new_id
from service.jobs import Work
from service.models import BulkAction, BulkItem
from service.runut import Present, Runut
from service.texts import seal, unseal
from workflows.kit import Text

_BATCH = 10
_CHECKED_FOR = timedelta(hours=24)
NO_SUCH_BULK = Text("Tindakan massal ini tidak ada.", "There is no such bulk action.")
_OLD = Text(
    "Pemeriksaan ini sudah lebih dari sehari; pilih kasusnya dan periksa lagi.",
    "This check is more than a day old; choose the cases and check again.",
)
_NOTHING = Text(
    "Tidak ada kasus yang dapat dikerjakan; lihat sebabnya di daftar.", "No case can be done; see why in the list."
)
_FAULT = Text(
    "Terhenti karena kesalahan di pihak kami; kasus ini tidak berubah. Coba lagi.",
    "It stopped by a fault on our side; this case did not change. Try again.",
)
_ERASED = Text("Isian tindakan massal ini sudah dihapus.", "What was typed for this bulk action was erased.")

log: Any = structlog.get_logger("runut.bulk")


def prepare(runut: Runut, actor: Actor, action: str, references: list[str], given: Mapping[str, Any]) -> str:
    """Checks the bulk action, keeps what was found, and answers its id; nothing is done to any case yet.

    Raises InvalidInput, NotYours.
    """
    with runut.database.read() as connection:
        present = runut.present(connection)
        found = check(connection, runut.settings.link_pepper, present, actor, action, references, given)
    with runut.database.write() as connection:
        return _keep(connection, present, actor, action, given, found)


def start(runut: Runut, actor: Actor, bulk_id: str) -> str:
    """Lets a job do what was checked and answers the job's id; a repeat answers the same. Raises NotFound,
    NotAvailable, NotYours."""
    with runut.database.write() as connection:
        present = runut.present(connection)
        check_hr(present, actor)
        row = _row(connection, bulk_id, actor.person_id)
        if row.job_id is not None:
            return str(row.job_id)
        if present.now - row.created_at > _CHECKED_FOR:
            raise NotAvailable(_OLD)
        if not _count(connection, bulk_id, "READY"):
            raise NotAvailable(_NOTHING)
        job_id = jobs.ask(connection, present, "bulk", actor.person_id, {"bulk_id": bulk_id})
        connection.execute(update(BulkAction).where(BulkAction.id == bulk_id).values(job_id=job_id))
    runut.wake()
    return job_id


def again(runut: Runut, actor: Actor, bulk_id: str) -> str:
    """Prepares the same for the cases that failed or were not reached, checked anew; answers the new id."""
    with runut.database.read() as connection:
        present = runut.present(connection)
        row = _row(connection, bulk_id, actor.person_id)
        given = _input(present, row)
        left = connection.scalars(
            select(BulkItem.case_id)
            .where(BulkItem.bulk_id == bulk_id, BulkItem.state.in_(("FAILED", "READY")))
            .order_by(BulkItem.place)
        ).all()
    return prepare(runut, actor, command_of(row.action), list(left), given)


def do_bulk(work: Work) -> Mapping[str, Any]:
    """Gives the command to each case that the check let through, and answers how many were done and how many failed.

    Each is a transaction with an event of its own, by the authority of that instant. When a worker dies between a
    case and its mark, the next one repeats the command under the same idempotency key and is answered the receipt.
    """
    runut, bulk_id = work.runut, work.details["bulk_id"]
    with runut.database.read() as connection:
        row = connection.execute(select(*BulkAction.__table__.columns).where(BulkAction.id == bulk_id)).one()
        given = _input(runut.present(connection), row)
        total = _count(connection, bulk_id)
        skipped = _count(connection, bulk_id, "SKIPPED")
    actor = Actor(str(row.asked_by), row.channel, row.assurance)
    while batch := _next(runut, bulk_id):
        for item in batch:
            _do_one(runut, actor, row, item, given)
        with runut.database.read() as connection:
            left = _count(connection, bulk_id, "READY")
        work.report(total - left, total)
    with runut.database.read() as connection:
        done, failed = _count(connection, bulk_id, "DONE"), _count(connection, bulk_id, "FAILED")
    return {"bulk_id": bulk_id, "done": done, "skipped": skipped, "failed": failed, "summary": _summary(
        done, skipped, failed
    )}


def forget(connection: Connection, before: datetime) -> None:
    """Deletes the bulk actions from before that instant: what they did is in the log."""
    old = select(BulkAction.id).where(BulkAction.created_at < before)
    connection.execute(delete(BulkItem).where(BulkItem.bulk_id.in_(old)))
    connection.execute(delete(BulkAction).where(BulkAction.created_at < before))


def _keep(
    connection: Connection, present: Present, actor: Actor, action: str, given: Mapping[str, Any], found: Check
) -> str:
    bulk_id, mails = new_id(), found.mails
    _, sealed = seal(present.text_keys[str(actor.person_id)], json.dumps(given, sort_keys=True))
    connection.execute(
        insert(BulkAction).values(
            id=bulk_id, action=action, asked_by=actor.person_id, channel=actor.channel, assurance=actor.assurance,
            input_sealed=sealed, mails=mails.now, summarised=mails.summarised, stopped=mails.stopped,
            created_at=present.now, job_id=None,
        )
    )
    connection.execute(
        insert(BulkItem),
        [
            {
                "bulk_id": bulk_id, "case_id": item.case_id, "place": place, "case_version": item.version,
                "state": "SKIPPED" if item.skipped else "READY",
                "sentence_id": item.skipped.id if item.skipped else "",
                "sentence_en": item.skipped.en if item.skipped else "",
            }
            for place, item in enumerate(found.items)
        ],
    )
    return bulk_id


def _row(connection: Connection, bulk_id: str, person_id: str | None) -> Any:
    row = None
    if is_id(bulk_id):
        row = connection.execute(
            select(*BulkAction.__table__.columns)
            .where(BulkAction.id == bulk_id, BulkAction.asked_by == person_id)
            .with_for_update()
        ).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_BULK)
    return row


def _input(present: Present, row: Any) -> dict[str, Any]:
    found = unseal(present.text_keys.get(str(row.asked_by)), row.input_sealed)
    if found is None:
        raise NotAvailable(_ERASED)
    given: dict[str, Any] = json.loads(found[1])
    return given


def _next(runut: Runut, bulk_id: str) -> list[Any]:
    with runut.database.read() as connection:
        return list(
            connection.execute(
                select(BulkItem.case_id, BulkItem.case_version)
                .where(BulkItem.bulk_id == bulk_id, BulkItem.state == "READY")
                .order_by(BulkItem.place)
                .limit(_BATCH)
            )
        )


def _do_one(runut: Runut, actor: Actor, row: Any, item: Any, given: Mapping[str, Any]) -> None:
    state, why = "DONE", Text("", "")
    try:
        command(
            runut, actor, item.case_id, command_of(row.action), given, if_match=item.case_version,
            key=f"bulk {row.id} {item.case_id}",
        )
    except ServiceError as error:
        state, why = "FAILED", sentence_of(error)
    except DBAPIError:
        raise  # the next worker goes on with this very case
    except Exception:
        log.exception("bulk.failed", case_id=item.case_id, bulk_id=row.id)
        state, why = "FAILED", _FAULT
    with runut.database.statement() as connection:
        connection.execute(
            update(BulkItem)
            .where(BulkItem.bulk_id == row.id, BulkItem.case_id == item.case_id)
            .values(state=state, sentence_id=why.id, sentence_en=why.en)
        )


def _count(connection: Connection, bulk_id: str, state: str | None = None) -> int:
    query = select(func.count()).select_from(BulkItem).where(BulkItem.bulk_id == bulk_id)
    return int(connection.scalar(query.where(BulkItem.state == state) if state else query) or 0)


def _summary(done: int, skipped: int, failed: int) -> dict[str, str]:
    return {
        "id": f"{done} kasus selesai, {failed} gagal, {skipped} dilewati sejak pemeriksaan.",
        "en": f"{done} cases done, {failed} failed, {skipped} skipped by the check.",
    }

"""The one write path of the log: a case moves, and all that follows from it, in one transaction or not at all."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Table, delete, insert, text, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from service import models
from service.ladders import RUNGS

Row = dict[str, Any]


@dataclass(slots=True)
class Transition:
    """Everything that one event changes.

    `case` holds all columns of the case as they will be; `expected` is the (version, position) it must still have,
    None for a new case. `requeues` ends the case's open work items and timers in favour of the new ones, `replans`
    those timers only that are rungs of its deadline's ladder;
    `links_die_of` ends its mail links with that word, None lets them live. `results` replaces the projection of
    planned results, None leaves it.
    """

    case: Row
    event: Row
    expected: tuple[int, int] | None = None
    texts: list[Row] = field(default_factory=list)
    document: Row | None = None
    requeues: bool = False
    replans: bool = False
    links_die_of: str | None = None
    work_items: list[Row] = field(default_factory=list)
    timers: list[Row] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)
    results: list[Row] | None = None
    idempotency: Row | None = None
    link_id: str | None = None
    opening_id: str | None = None


def append_transition(connection: Connection, transition: Transition) -> bool:
    """Writes the transition; answers False, with nothing written, when the case is no longer as expected.

    On PostgreSQL it is one statement, on SQLite the same statements one by one inside the caller's transaction.
    Raises IntegrityError when the case's period is taken or the idempotency key was used meanwhile.
    """
    if connection.dialect.name == "postgresql":
        return _append_postgresql(connection, transition)
    return _append_sqlite(connection, transition)


_REPLACE_RESULT = (
    " ON CONFLICT (case_id, id) DO UPDATE SET "
    "(place, kind, statement, measure, parent_kind, parent_id) = (excluded.place, excluded.kind, excluded.statement, "
    "excluded.measure, excluded.parent_kind, excluded.parent_id)"
)
_FIXED = {"id", "number", "workflow", "subject_id", "cycle_id", "parent_id", "opened_at"}
"""Columns of a case that never change once it is there."""

_INSERTED: tuple[tuple[str, type[models.Base], str], ...] = (
    ("events", models.Event, ""),
    ("event_texts", models.EventText, ""),
    ("case_documents", models.CaseDocument, ""),
    ("work_items", models.WorkItem, ""),
    ("timers", models.Timer, ""),
    ("deliveries", models.Delivery, " ON CONFLICT (dedupe) DO NOTHING"),
    ("planned_results", models.PlannedResult, _REPLACE_RESULT),
    ("idempotency_keys", models.IdempotencyKey, ""),
)


def _rows(transition: Transition) -> dict[str, list[Row]]:
    return {
        "events": [transition.event],
        "event_texts": transition.texts,
        "case_documents": [transition.document] if transition.document else [],
        "work_items": transition.work_items,
        "timers": transition.timers,
        "deliveries": transition.deliveries,
        "planned_results": transition.results or [],
        "idempotency_keys": [transition.idempotency] if transition.idempotency else [],
    }


def _append_postgresql(connection: Connection, transition: Transition) -> bool:
    version, position = transition.expected or (None, None)
    given = {
        "case": transition.case,
        "at": transition.event["at"],
        "event_id": transition.event["id"],
        "requeues": transition.requeues,
        "replans": transition.replans,
        "because": transition.links_die_of,
        "link_id": transition.link_id,
        "opening_id": transition.opening_id,
        "replaces": transition.results is not None,
        **_rows(transition),
    }
    answer = connection.scalar(
        _statement(is_new=transition.expected is None),
        {
            "given": orjson.dumps(given).decode(), "case_id": transition.case["id"], "version": version,
            "position": position,
        },
    )
    return bool(answer)


@cache
def _statement(*, is_new: bool) -> Any:
    """The transition as one statement: rows arrive as one JSON value, shaped by each table's own row type.

    Only names of our own tables and columns are put into the text; every value is a parameter.
    """
    columns = ", ".join(column.name for column in _table(models.Case).columns)
    moving = ", ".join(column.name for column in _table(models.Case).columns if column.name not in _FIXED)
    record = "given, jsonb_populate_record(NULL::cases, r -> 'case')"
    moved = (
        f"INSERT INTO cases ({columns}) SELECT {columns} FROM {record} RETURNING id AS moved_id"  # noqa: S608
        if is_new
        else f"UPDATE cases SET ({moving}) = (SELECT {moving} FROM {record}) "  # noqa: S608
        "WHERE id = CAST(:case_id AS uuid) AND version = :version AND position = :position RETURNING id AS moved_id"
    )
    inserts = [
        f"{name}_in AS (INSERT INTO {name} ({names}) SELECT {names} FROM moved, given, "  # noqa: S608
        f"jsonb_populate_recordset(NULL::{name}, r -> '{name}'){suffix})"
        for name, model, suffix in _INSERTED
        for names in [", ".join(_insertable(_table(model)))]
    ]
    settled = [] if is_new else [
        "done AS (UPDATE work_items SET done_at = (r ->> 'at')::timestamptz FROM moved, given "
        "WHERE case_id = moved_id AND done_at IS NULL AND (r -> 'requeues')::bool)",
        "stopped AS (UPDATE timers SET done_at = (r ->> 'at')::timestamptz, outcome = 'moot' FROM moved, given "  # noqa: S608
        "WHERE case_id = moved_id AND done_at IS NULL AND ((r -> 'requeues')::bool "
        f"OR (r -> 'replans')::bool AND kind IN {RUNGS}))",
        "killed AS (UPDATE action_links l SET dead_at = (r ->> 'at')::timestamptz, dead_because = r ->> 'because', "
        "event_id = CASE WHEN l.id = (r ->> 'link_id')::uuid THEN (r ->> 'event_id')::uuid END FROM moved, given "
        "WHERE case_id = moved_id AND dead_at IS NULL AND r ->> 'because' IS NOT NULL)",
        "opened AS (UPDATE openings SET event_id = (r ->> 'event_id')::uuid, typed = '{}' FROM moved, given "
        "WHERE openings.id = r ->> 'opening_id')",
        "replaced AS (DELETE FROM planned_results p USING moved, given WHERE case_id = moved_id "
        "AND (r -> 'replaces')::bool AND p.id NOT IN "
        "(SELECT k.id FROM jsonb_populate_recordset(NULL::planned_results, r -> 'planned_results') k))",
    ]
    parts = ",\n".join(["given AS (SELECT CAST(:given AS jsonb) AS r)", f"moved AS ({moved})", *settled, *inserts])
    return text(f"WITH {parts}\nSELECT count(*) FROM moved")


def _append_sqlite(connection: Connection, transition: Transition) -> bool:
    cases = _table(models.Case)
    if transition.expected is None:
        connection.execute(insert(cases), transition.case)
    else:
        version, position = transition.expected
        moved = connection.execute(
            update(cases)
            .where(cases.c.id == transition.case["id"], cases.c.version == version, cases.c.position == position)
            .values(transition.case)
        )
        if moved.rowcount == 0:
            return False
        _settle_sqlite(connection, transition)
    for name, model, _suffix in _INSERTED:
        if rows := _rows(transition)[name]:
            statement = sqlite_insert(_table(model))
            if model is models.Delivery:
                statement = statement.on_conflict_do_nothing(index_elements=["dedupe"])
            connection.execute(statement, rows)
    return True


def _settle_sqlite(connection: Connection, transition: Transition) -> None:
    case_id, at = transition.case["id"], transition.event["at"]
    if transition.requeues:
        for model, values in (
            (models.WorkItem, {"done_at": at}),
            (models.Timer, {"done_at": at, "outcome": "moot"}),
        ):
            table = _table(model)
            mine = (table.c.case_id == case_id, table.c.done_at.is_(None))
            connection.execute(update(table).where(*mine).values(values))
    if transition.replans:
        timers = _table(models.Timer)
        rungs = (timers.c.case_id == case_id, timers.c.done_at.is_(None), timers.c.kind.in_(RUNGS))
        connection.execute(update(timers).where(*rungs).values(done_at=at, outcome="moot"))
    if transition.links_die_of:
        links = _table(models.ActionLink)
        if transition.link_id:
            used = links.c.id == transition.link_id
            connection.execute(update(links).where(used).values(event_id=transition.event["id"]))
        connection.execute(
            update(links)
            .where(links.c.case_id == case_id, links.c.dead_at.is_(None))
            .values(dead_at=at, dead_because=transition.links_die_of)
        )
    if transition.opening_id:
        openings = _table(models.Opening)
        decided = {"event_id": transition.event["id"], "typed": {}}
        connection.execute(update(openings).where(openings.c.id == transition.opening_id).values(decided))
    if transition.results is not None:
        results = _table(models.PlannedResult)
        connection.execute(delete(results).where(results.c.case_id == case_id))


def _table(model: type[models.Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _insertable(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name != "seq"]


"""The plan that a person had in force for the same post the year before, to begin this year's with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, select

from service.casefile import CaseFile, document_of
from service.models import Case, CaseDocument, Cycle, StrategicGoal
from service.surroundings import context_of
from workflows.kit import Document
from workflows.work_plan_carrying import goals_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """The text in force at the end of the cycle before, and the number of its case."""

    number: str
    document: Document


def earlier(connection: Connection, file: CaseFile) -> Earlier | None:
    """What the case's person had in force in the same post in the cycle's year before; None when there was nothing."""
    year = date.fromisoformat(file.dates["end"]).year
    row = connection.execute(
        select(Case.number, CaseDocument.canonical)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(CaseDocument, and_(CaseDocument.case_id == Case.id, CaseDocument.version == Case.in_force_version))
        .where(
            Case.subject_id == file.row["subject_id"], Case.post_id == file.row["post_id"],
            Case.workflow == file.workflow.name, Case.slot.is_not(None),
            Cycle.kind == file.workflow.cycle_kind, Cycle.year == year - 1,
        )
        .order_by(Case.opened_at.desc())
        .limit(1)
    ).one_or_none()
    return Earlier(row.number, document_of(row.canonical)[0]) if row else None


def carried(connection: Connection, file: CaseFile, before: Earlier) -> dict[str, Any]:
    """That text as a draft of this case: what the workflow keeps of it, linked to what is there now.

    Raises TypeError for a workflow that carries nothing over.
    """
    if file.workflow.carry_over is None:
        raise TypeError(f"{file.workflow.name} carries nothing over")
    return file.workflow.carry_over(before.document, context_of(connection, file), _words_of_goals(connection, before))


def _words_of_goals(connection: Connection, before: Earlier) -> Mapping[str, str]:
    ids = goals_of(before.document)
    if not ids:
        return {}
    rows = connection.execute(select(StrategicGoal.id, StrategicGoal.statement).where(StrategicGoal.id.in_(ids)))
    return {row.id: row.statement for row in rows}

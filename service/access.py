"""Who may see a case: as a yes or no about one, and as an SQL predicate over all."""

from sqlalchemy import ColumnElement, Connection, exists, select, true, union_all

from service.casefile import NO_SUCH_CASE, CaseFile
from service.errors import NotFound
from service.models import Case, WorkItem
from service.runut import Present
from workflows.kit import Role

_SEES_EVERYTHING = frozenset({"hr", "auditor"})


def check_visible(connection: Connection, file: CaseFile, person_id: str | None) -> None:
    """Raises NotFound unless the person may see the case; whether it exists is never told."""
    if not may_see(connection, file, person_id):
        raise NotFound(NO_SUCH_CASE)


def may_see(connection: Connection, file: CaseFile, person_id: str | None) -> bool:
    """The subject, HR and auditors; the unit's team; whoever holds a role in a submitted case, or ever had to act."""
    if person_id is None:
        return True  # the clock
    if person_id == file.row["subject_id"] or sees_everything(file.present, person_id):
        return True
    held = file.held_by(person_id)
    if Role.PERF_TEAM in held or (held and file.row["submitted_at"] is not None):
        return True
    asked = exists().where(WorkItem.case_id == file.id, WorkItem.person_id == person_id)
    return bool(connection.scalar(select(asked)))


def sees_everything(present: Present, person_id: str) -> bool:
    """Whether the person sees every case by a standing right: HR officers and auditors."""
    today = present.calendar.civil_date(present.now)
    return not _SEES_EVERYTHING.isdisjoint(present.organisation.roles_of(person_id, today))


def visible_to(present: Present, person_id: str) -> ColumnElement[bool]:
    """The same rule as a predicate on `cases`, for lists.

    A union, because each of its parts is answered by an index of its own; one condition with OR reads every case.
    """
    if sees_everything(present, person_id):
        return true()
    positions = present.organisation.visible_positions(person_id, present.now)
    units = present.organisation.team_units(person_id, present.now)
    mine = [
        select(Case.id).where(Case.subject_id == person_id),
        select(WorkItem.case_id).where(WorkItem.person_id == person_id),
    ]
    if units:
        mine.append(select(Case.id).where(Case.unit_id.in_(units)))
    if positions:
        mine += [
            select(Case.id).where(column.in_(positions), Case.submitted_at.is_not(None))
            for column in (Case.rater_position_id, Case.superior_position_id)
        ]
    return Case.id.in_(union_all(*mine))

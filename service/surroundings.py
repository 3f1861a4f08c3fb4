"""What a document's rules need of the world: the people as they read now, and what its results may be aligned with."""

from collections.abc import Iterable
from datetime import date
from itertools import repeat
from typing import TYPE_CHECKING

from sqlalchemy import Connection, String, Uuid, bindparam, literal, null, select, union_all

from service.authority import Organisation
from service.later import Later
from service.models import Case, PlannedResult, StrategicGoal
from workflows.context import Context, ParentResult, PersonCard
from workflows.kit import Role

if TYPE_CHECKING:
    from service.casefile import CaseFile


def context_of(connection: Connection, file: "CaseFile") -> Context:
    """The surroundings of the case's document now; one statement, once somebody looks at the parents."""
    organisation = file.present.organisation
    subject_id = file.row["subject_id"]
    raters = file.holders(Role.RATER)
    rater = raters[0] if raters else None
    starts_on, ends_on = year_of(file)
    return Context(
        subject=card(organisation, subject_id, file.row["post_id"]),
        rater=card(organisation, rater.person_id, rater.position_id) if rater else None,
        starts_on=starts_on,
        ends_on=ends_on,
        parents=Later(lambda: list(parents_of(connection, file))),
        rater_may_act=rater is not None and not organisation.person(rater.person_id).locked,
        rater_is_subject=any(holder.person_id == subject_id for holder in raters) or _holds_rater_post(file),
    )


def card(organisation: Organisation, person_id: str, position_id: str | None) -> PersonCard:
    """The person as the forms print him, in the post that counts here."""
    person = organisation.person(person_id)
    position = organisation.positions.get(position_id) if position_id else None
    unit = organisation.units.get(position.unit_id) if position else None
    return PersonCard(
        name=person.name,
        nip=person.nip,
        rank=person.rank,
        grade=person.grade,
        post=position.title if position else "",
        unit=unit.name if unit else "",
        post_class=position.post_class if position else "",
        political=person.political,
    )


def year_of(file: "CaseFile") -> tuple[date, date]:
    """First and last day of the cycle's year."""
    year = date.fromisoformat(file.dates["end"]).year
    return date(year, 1, 1), date(year, 12, 31)


def parents_of(connection: Connection, file: "CaseFile") -> Iterable[ParentResult]:
    """The superior's planned results in force, then the goals of the offices above, to point a planned result to."""
    organisation = file.present.organisation
    asked = {
        "rater_position_id": file.row["rater_position_id"],
        "cycle_id": file.row["cycle_id"],
        "year": year_of(file)[0].year,
        **_offices(unit.id for unit in organisation.unit_path(file.row["unit_id"])),
    }
    for row in connection.execute(_PARENTS, asked):
        if row.kind == "RESULT":
            yield ParentResult(row.kind, row.result_id, row.statement, row.measure, organisation.person(row.owner).name)
        else:
            measure = ": ".join(part for part in (row.measure, row.target) if part)
            yield ParentResult(row.kind, row.goal_id, row.statement, measure, organisation.units[row.owner].name)


_MOST_OFFICES = 8
_RESULTS = (
    select(
        literal("RESULT").label("kind"), PlannedResult.id.label("result_id"),
        null().cast(Uuid(as_uuid=False)).label("goal_id"),
        PlannedResult.statement, PlannedResult.measure, literal("").label("target"), Case.subject_id.label("owner"),
        PlannedResult.place.label("place"),
    )
    .join(Case, Case.id == PlannedResult.case_id)
    .where(
        Case.post_id == bindparam("rater_position_id"), Case.cycle_id == bindparam("cycle_id"),
        Case.in_force_version.is_not(None),
    )
)
_GOALS = select(
    literal("GOAL"), null().cast(String(36)), StrategicGoal.id, StrategicGoal.statement, StrategicGoal.indicator,
    StrategicGoal.target, StrategicGoal.unit_id, literal(0),
).where(
    StrategicGoal.year == bindparam("year"),
    StrategicGoal.unit_id.in_([bindparam(f"office_{n}", type_=Uuid(as_uuid=False)) for n in range(_MOST_OFFICES)]),
)
_UNITED = union_all(_RESULTS, _GOALS).subquery()
# Results come before goals, each in their own order.
_PARENTS = select(_UNITED).order_by(_UNITED.c.kind.desc(), _UNITED.c.place, _UNITED.c.goal_id)


def _offices(ids: Iterable[str]) -> dict[str, str | None]:
    """The offices above as a fixed number of values, so that the statement is always the same one."""
    padded = [*ids, *repeat(None, _MOST_OFFICES)][:_MOST_OFFICES]
    return {f"office_{n}": office_id for n, office_id in enumerate(padded)}


def _holds_rater_post(file: "CaseFile") -> bool:
    return bool(file.row["post_id"] == file.row["rater_position_id"])

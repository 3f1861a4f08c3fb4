"""Cases whose people changed: they move on to a new version, their links die, and whoever is new is asked.

So the version check of a decision that is under way covers authority as well.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, text, true, update

import workflows
from service import telling
from service.actor import CLOCK, Actor
from service.append import append_transition
from service.authority import CaseRoles, Holder, Organisation, holders
from service.authority.organisation import MOST_RUNGS
from service.casefile import CaseFile, load_case
from service.commands.handing_over import was_rater
from service.commands.moving import Move, transition_of
from service.counters import ORGANISATION, bump
from service.duties import changed_turn, work_items
from service.models import ActionLink, Case, Counter, Delivery, WorkItem
from service.runut import Present, Runut
from workflows.kit import Role, Tell

RESETTLED = "resettled"
_ROLES = (Role.EMPLOYEE, Role.RATER, Role.RATER_SUPERIOR, Role.PERF_TEAM)
_BATCH = 500
_MOST_IN_A_LIST = 5000
_ONE_DAY = timedelta(days=1)


@dataclass
class Touched:
    """What a change may concern: posts, units and people by id, or every open case; `reassigned` holds the people and
    posts that got another rater by an order, whose open cases follow it; `reposted` the people whose post or unit was
    recorded wrongly, whose open cases become cases of the right one."""

    positions: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    reassigned: set[str] = field(default_factory=set)
    reposted: set[str] = field(default_factory=set)
    everything: bool = False


def resettle(
    connection: Connection, actor: Actor, before: Present, after: Present, touched: Touched, order: str
) -> list[str]:
    """Moves every open case whose people differ between `before` and `after`; answers their numbers.

    Runs in the caller's transaction. Roles compared are those that decide; HR officers act for the office and are
    compared where one stands in for a performance team.
    """
    moved = []
    for row in _open_cases(connection, after.organisation, touched):
        posts = _posts_of(row, after, touched)
        if posts is None and _people(before, row) == _people(after, row):
            continue
        connection.execute(select(Case.id).where(Case.id == row.id).with_for_update())
        file = load_case(connection, after, row.id)
        if not file.state.final:
            moved.append(file.number)
            _move_on(connection, actor, file, {"before": before, "posts": posts or {}, "order": order})
    return moved


def resettle_by_date(runut: Runut, actor: Actor = CLOCK) -> list[str]:
    """Moves the open cases whose people change because a term begins or ended; answers their numbers.

    Looks at the days since it last ran and does nothing more that day; called once a day by the clock.
    """
    with runut.database.read() as connection:
        present = runut.present(connection)
        today = present.calendar.civil_date(present.now)
        if _last_day(connection) == today:
            return []
    with runut.database.write() as connection:
        generation = bump(connection, ORGANISATION)
        present = runut.present(connection, replace(runut.pulse(connection), organisation=generation - 1))
        last_on = _last_day(connection) or today - _ONE_DAY
        moved: list[str] = []
        if last_on < today:
            then = replace(present, now=present.calendar.end_of_day(last_on))
            touched = _terms_between(present.organisation, last_on, today)
            moved = resettle(connection, actor, then, present, touched, "")
            connection.execute(_REMEMBER, {"name": RESETTLED, "value": int(today.strftime("%Y%m%d"))})
    runut.wake()
    return moved


def _last_day(connection: Connection) -> date | None:
    last = connection.scalar(select(Counter.value).where(Counter.name == RESETTLED))
    return date.fromisoformat(str(last)) if last else None


_REMEMBER = text(
    "INSERT INTO counters (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def roles_of_row(row: Any) -> CaseRoles:
    """What fixes who may act, of a row of `cases`."""
    return CaseRoles(
        case_id=row.id, workflow=row.workflow, subject_id=row.subject_id, unit_id=row.unit_id,
        rater_position_id=row.rater_position_id, superior_position_id=row.superior_position_id,
        took_part=frozenset(row.marks.get("took_part", ())),
    )


def not_final() -> ColumnElement[bool]:
    """The condition on `cases` that a case is still open to steps."""
    ended = [
        and_(Case.workflow == workflow.name, Case.edition == workflow.edition, Case.state == state.name)
        for workflow in workflows.all_workflows()
        for state in workflow.states
        if state.final
    ]
    return ~or_(*ended)


def _move_on(connection: Connection, actor: Actor, file: CaseFile, because: dict[str, Any]) -> None:
    present = file.present
    after = replace(file, row={**file.row, **because["posts"]})
    turn = changed_turn(connection, after) if because["posts"] else {}
    after = replace(after, row={**after.row, **turn})
    role = after.awaited
    was = set() if turn else {h.person_id for h in _holders(because["before"], file.roles, role, file)}
    now = _holders(present, after.roles, role, file)
    new = [holder for holder in now if holder.person_id not in was]
    today = present.calendar.civil_date(present.now)
    is_hr = actor.person_id is not None and "hr" in present.organisation.roles_of(actor.person_id, today)
    move = Move(
        type="case.authority",
        action="authority",
        capacity=Role.HR if is_hr else Role.SYSTEM,
        holder=None,
        changes={**because["posts"], **turn},
        links_die_of="authority",
        texts={"reason": because["order"]} if because["order"] else {},
        problems=(),
    )
    moved = replace(after, row={**after.row, "version": file.row["version"] + 1})
    asked = {holder.person_id for holder in new} | _lose_a_link(connection, file.id)
    also = [] if role is None or file.row["held_at"] is not None else [
        telling.request_or_news(moved, move.event_id, Tell(role, asks=True), "authority", holder.person_id)
        for holder in now
        if holder.person_id in asked and holder.person_id not in file.row["declined_by"]
    ]
    also += _rater_changed(connection, because["before"], file, moved, move.event_id)
    transition, _ = transition_of(connection, file, replace(move, also=also), actor)
    transition.work_items = work_items(moved, role, moved.row["version"], moved.row["due_at"], new)
    connection.execute(
        update(WorkItem)
        .where(
            WorkItem.case_id == file.id, WorkItem.done_at.is_(None),
            WorkItem.person_id.not_in([holder.person_id for holder in now]),
            true() if new else WorkItem.role == role,
        )
        .values(done_at=present.now)
    )
    if not append_transition(connection, transition):
        raise RuntimeError(f"case {file.number} moved although its row was locked")


def _rater_changed(
    connection: Connection, before: Present, file: CaseFile, after: CaseFile, event_id: str
) -> list[dict[str, Any]]:
    """News where the rater is another one: to him who rates from now on, and to him who is asked for a note."""
    was = {h.person_id: h for h in _holders(before, file.roles, Role.RATER, file) if h.on_behalf_of is None}
    now = {h.person_id for h in _holders(after.present, after.roles, Role.RATER, file) if h.on_behalf_of is None}
    gone, organisation = sorted(was.keys() - now), after.present.organisation
    leaving = [
        person_id for person_id in gone
        if organisation.is_active(person_id) and connection.scalar(select(was_rater(file, person_id)))
    ]
    coming = sorted(now - was.keys()) if gone and file.state.waits_for is not Role.RATER else []
    return [
        *(telling.outsiders_news(after, event_id, "authority", person_id, "FORMER") for person_id in leaving),
        *(
            telling.request_or_news(after, event_id, Tell(Role.RATER), "authority", person_id)
            for person_id in coming
        ),
    ]


def _lose_a_link(connection: Connection, case_id: str) -> set[str]:
    """Whoever holds a live link to the case, or has a request for it on the way: he needs a new one."""
    linked = select(ActionLink.person_id).where(ActionLink.case_id == case_id, ActionLink.dead_at.is_(None))
    waiting = select(Delivery.person_id).where(
        Delivery.case_id == case_id, Delivery.rule == "asked", Delivery.done_at.is_(None)
    )
    return {str(person_id) for person_id in connection.scalars(linked.union(waiting)) if person_id}


def _holders(present: Present, roles: CaseRoles, role: Role | None, file: CaseFile) -> tuple[Holder, ...]:
    if role is None:
        return ()
    return holders(present.organisation, roles, role, present.now, file.workflow.scopes.get(role))


def _people(present: Present, row: Any) -> list[tuple[Role, str, str | None]]:
    """Who may decide in the case, and for whom."""
    scopes = workflows.get(row.workflow, row.edition).scopes
    roles = roles_of_row(row)
    return [
        (role, holder.person_id, holder.on_behalf_of)
        for role in _ROLES
        for holder in holders(present.organisation, roles, role, present.now, scopes.get(role))
    ]


def _posts_of(row: Any, after: Present, touched: Touched) -> dict[str, str | None] | None:
    """The posts of rater and superior that an order gives the case, and its own post and unit where they were wrong;
    None when nothing differs."""
    organisation, today = after.organisation, after.calendar.civil_date(after.now)
    own = organisation.post_of(row.subject_id, today) if row.subject_id in touched.reposted else None
    if own and (own[0].id, own[1].id) != (row.post_id, row.unit_id):
        return _under(organisation, row, own[0].id, own[1].id, today)
    if touched.reassigned.isdisjoint({row.subject_id, row.post_id, row.rater_position_id}):
        return None
    rater = organisation.rater_position_for(row.subject_id, row.post_id, today)
    superior = organisation.superior_position_for(rater, today) if rater else None
    if (rater, superior) == (row.rater_position_id, row.superior_position_id):
        return None
    return {"rater_position_id": rater, "superior_position_id": superior}


def _under(organisation: Organisation, row: Any, post_id: str, unit_id: str, today: date) -> dict[str, str | None]:
    """The case as one of that post: whose period it takes, which unit it belongs to and who rates in it."""
    rater = organisation.rater_position_for(row.subject_id, post_id, today)
    return {
        "post_id": post_id, "unit_id": unit_id, "rater_position_id": rater,
        "superior_position_id": organisation.superior_position_for(rater, today) if rater else None,
        "slot": slot_of(row.workflow, row.subject_id, post_id, row.cycle_id),
    }


def slot_of(workflow: str, subject_id: str, post_id: str, cycle_id: str) -> str:
    """What only one case may occupy: a person's post in a period."""
    return f"{workflow} {subject_id} {post_id} {cycle_id}"[:120]


def _open_cases(connection: Connection, organisation: Organisation, touched: Touched) -> Iterator[Any]:
    """The open cases that may be concerned, in the order of their ids, a batch at a time."""
    concerned = _condition(organisation, touched)
    query = (
        select(
            Case.id, Case.workflow, Case.edition, Case.subject_id, Case.post_id, Case.unit_id, Case.rater_position_id,
            Case.superior_position_id, Case.marks, Case.cycle_id,
        )
        .where(not_final(), concerned)
        .order_by(Case.id)
        .limit(_BATCH)
    )
    last = None
    while rows := connection.execute(query if last is None else query.where(Case.id > last)).all():
        yield from rows
        last = rows[-1].id


def _condition(organisation: Organisation, touched: Touched) -> ColumnElement[bool]:
    if touched.everything:
        return true()
    posts = _with_those_below(
        touched.positions, ((position.id, position.reports_to_id) for position in organisation.positions.values())
    )
    units = _with_those_below(touched.units, ((unit.id, unit.parent_id) for unit in organisation.units.values()))
    named = [key[0] for key, letters in organisation.index.reroutes_of.items()
             if any(letter.person_id in touched.people for letter in letters)]
    if max(len(posts), len(units)) > _MOST_IN_A_LIST:
        return true()
    given = [
        (Case.rater_position_id, touched.positions | touched.reassigned),
        (Case.superior_position_id, posts),
        (Case.unit_id, units),
        (Case.subject_id, touched.people | touched.reassigned | touched.reposted),
        (Case.post_id, touched.reassigned),
        (Case.id, named),
    ]
    return or_(false(), *(column.in_(sorted(values)) for column, values in given if values))


def _with_those_below(start: set[str], pairs: Iterable[tuple[str, str | None]]) -> set[str]:
    """These and everything under them: an empty post is stood in for by the next one above."""
    below: dict[str | None, list[str]] = {}
    if start:
        for child, parent in pairs:
            below.setdefault(parent, []).append(child)
    found, frontier = set(start), list(start)
    for _ in range(MOST_RUNGS):
        frontier = [child for parent in frontier for child in below.get(parent, ()) if child not in found]
        found.update(frontier)
    return found


def _terms_between(organisation: Organisation, last_on: date, today: date) -> Touched:
    """What begins after `last_on` up to `today`, or ended from `last_on` on until before `today`."""

    def turns(record: Any) -> bool:
        ended = record.ends_on is not None and last_on <= record.ends_on < today
        return bool(ended or last_on < record.starts_on <= today)

    index, touched = organisation.index, Touched()
    for groups, kept in (
        (index.appointments_at, touched.positions), (index.delegations_at, touched.positions),
        (index.team_of, touched.units), (index.assignments_of_person, touched.reassigned),
        (index.assignments_of_position, touched.reassigned),
    ):
        kept.update(key for key, records in groups.items() if any(map(turns, records)))
    touched.everything = any(map(turns, index.grants_for.get("hr", ())))
    return touched

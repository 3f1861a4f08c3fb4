"""Who keeps a case from being asked for: the real blocker, through as many cases as it takes, and his deadline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from service.authority import MOST_RUNGS, Holder
from service.authority.words import ROLES
from service.casefile import CaseFile, facts_of, load_case
from service.models import Case
from workflows.dates import day
from workflows.kit import Hands, Role, Text
from workflows.turns import guard_named

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Blocker:
    """Somebody who has to act before anybody can be asked here. `number` is the case in which he has to; None where it
    was not even opened, or where it is HR that has to help. `because` says what is awaited of him."""

    holder: Holder
    role: Role
    since: datetime | None
    due_at: datetime | None
    number: str | None
    because: Text


def blockers(file: CaseFile) -> tuple[Blocker, ...]:
    """Those who have to act before whoever the table names can be asked; empty where somebody is asked."""
    if file.row["blocked_by"] is None or file.awaited is not None or file.connection is None:
        return ()
    return tuple(_of_own_case(file.connection, file, hands_of(file), (file.id,)))


def hands_of(file: CaseFile) -> Hands:
    """In whose hands lies what keeps the case from being asked for. The case must be blocked."""
    guard = guard_named(file.workflow, file.row["blocked_by"])
    assert guard.hands is not None
    return guard.hands(facts_of(file, file.connection))


def not_asked_because(file: CaseFile) -> Text:
    """What keeps whoever the table names from being asked. The case must be blocked."""
    missing = hands_of(file).missing
    return Text(
        f"Keputusan belum diminta, karena {missing.id}.", f"No decision is asked for yet, because {missing.en}."
    )


def blocked_sentence(file: CaseFile) -> Text:
    """Why whoever the table names is not asked yet, and who has to act until when. The case must be blocked."""
    why = not_asked_because(file)
    names = [
        Text(f"{b.holder.explanation.id}{_until(file, b).id}", f"{b.holder.explanation.en}{_until(file, b).en}")
        for b in blockers(file)
    ]
    if not names:
        return why
    because = blockers(file)[0].because
    return Text(
        f"{why.id} Yang ditunggu: {'; '.join(name.id for name in names[:_MOST_NAMED])} ({because.id}).",
        f"{why.en} Awaited: {'; '.join(name.en for name in names[:_MOST_NAMED])} ({because.en}).",
    )


def _until(file: CaseFile, blocker: Blocker) -> Text:
    """`, tenggat 30 Januari 2026, lewat 2 hari kerja`"""
    if blocker.due_at is None:
        return Text("", "")
    calendar, now = file.present.calendar, file.present.now
    due_on = calendar.civil_date(blocker.due_at)
    due, late = day(due_on), 0
    if blocker.due_at < now:
        late = calendar.working_days_between(due_on, calendar.civil_date(now))
    late_id = f", lewat {late} hari kerja" if late else ""
    late_en = f", {late} working {'day' if late == 1 else 'days'} late" if late else ""
    return Text(f", tenggat {due.id}{late_id}", f", due {due.en}{late_en}")


def _of_own_case(connection: Connection, file: CaseFile, hands: Hands, seen: tuple[str, ...]) -> Iterator[Blocker]:
    """Whoever has to move the case that the holder of `hands.role` has himself, or those who keep him from it."""
    post = file.row["rater_position_id" if hands.role is Role.RATER else "superior_position_id"]
    found = _case_of_post(connection, file, post)
    if found is None:
        yield from _who_opens(file, post)
        return
    other = load_case(connection, file.present, found)
    is_blocked = other.awaited is None and other.row["blocked_by"] is not None
    if is_blocked and other.id not in seen and len(seen) < MOST_RUNGS:
        yield from _of_own_case(connection, other, hands_of(other), (*seen, other.id))
        return
    holders = other.holders(other.awaited) if other.awaited and other.row["held_at"] is None else ()
    if holders:
        because = _WAITS.format(number=other.number, name=_subject(other), state_id=other.state.label.id,
                                state_en=other.state.label.en)
        for holder in holders:
            assert other.awaited is not None
            yield Blocker(holder, other.awaited, other.awaited_since, other.row["due_at"], other.number, because)
        return
    yield from _hr(file, _STUCK.format(number=other.number, name=_subject(other)))


def _case_of_post(connection: Connection, file: CaseFile, post: str | None) -> str | None:
    """The case of the same kind and cycle that was opened for this post, the newest."""
    if post is None:
        return None
    query = select(Case.id).where(
        Case.post_id == post, Case.cycle_id == file.row["cycle_id"], Case.workflow == file.workflow.name,
        Case.slot.is_not(None),
    )
    return connection.scalar(query.order_by(Case.opened_at.desc(), Case.id).limit(1))


def _who_opens(file: CaseFile, post: str | None) -> Iterator[Blocker]:
    """The holder of a post whose case was never opened; HR where nobody holds it for good."""
    organisation, now = file.present.organisation, file.present.now
    acting = organisation.acting(post, organisation.date_of(now)) if post else ()
    holders = [how for how in acting if how.kind == "DEFINITIVE"]
    rule = file.workflow.initial.due
    for how in holders:
        name = organisation.person(how.person_id).name
        explanation = Text(f"{name}, {ROLES[Role.EMPLOYEE].id}", f"{name}, {ROLES[Role.EMPLOYEE].en}")
        due = file.present.calendar.due(rule, now, file.deadlines) if rule and rule.startswith("cycle.") else None
        holder = Holder(how.person_id, None, how.position_id, explanation)
        yield Blocker(holder, Role.EMPLOYEE, None, due, None, _NOT_OPENED.format(name=name))
    if not holders:
        yield from _hr(file, _VACANT)


def _hr(file: CaseFile, because: Text) -> Iterator[Blocker]:
    for holder in file.holders(Role.HR):
        yield Blocker(holder, Role.HR, None, None, None, because)


def _subject(file: CaseFile) -> str:
    return file.present.organisation.person(file.row["subject_id"]).name


_WAITS = Text("rencana {name} ({number}) «{state_id}»", "the plan of {name} ({number}) is “{state_en}”")
_NOT_OPENED = Text("{name} belum membuat rencananya", "{name} has not begun his plan")
_STUCK = Text(
    "rencana {name} ({number}) tidak akan berlaku tanpa bantuan kepegawaian",
    "the plan of {name} ({number}) will not come into force unless HR helps",
)
_VACANT = Text(
    "jabatan pejabat penilai tidak ada pemegang definitifnya, jadi tidak ada rencana untuk ditautkan",
    "nobody holds the rater's post for good, so there is no plan to link to",
)

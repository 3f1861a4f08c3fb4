"""Who may act on a case, in which role, at which instant: the only place that knows.

Buttons, links, work items, mails and *why* all ask here, with the instant of the question and never with an older
answer. A case fixes positions, the instant fixes persons. Sources: PermenPANRB 6/2022 art. 1 (the rater is the direct
superior or an official with delegated authority); PP 30/2019 (the rater's superior decides an objection).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from service.authority import words
from service.authority.organisation import Organisation
from service.authority.records import Acting, Unit
from workflows.kit import Role, Text


@dataclass(frozen=True, slots=True)
class CaseRoles:
    """What a case fixes about its roles. `took_part` holds the ids of everybody who determined, explained or rejected
    what is now to be decided, and of those they did it for."""

    case_id: str
    workflow: str
    subject_id: str
    unit_id: str
    rater_position_id: str | None
    superior_position_id: str | None
    took_part: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who may act now. `on_behalf_of` is the post's holder whom a substitute acts for; `position_id` is the
    post whose powers are used, None where the role does not come from a post."""

    person_id: str
    on_behalf_of: str | None
    position_id: str | None
    explanation: Text


@dataclass(frozen=True, slots=True)
class Passed:
    """A place on the way to a role's holders where nobody may act, and why; `position_id` where it is a post."""

    because: Text
    position_id: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a role leads: its holders, and the places on the way that were passed over, in the order of asking."""

    holders: tuple[Holder, ...]
    passed: tuple[Passed, ...] = ()


def holders(
    organisation: Organisation, case: CaseRoles, role: Role, instant: datetime, scope: str | None
) -> tuple[Holder, ...]:
    """Everybody who may act as `role` on `case` at `instant`, each once, in a stable order; empty when nobody may.

    `scope` is what a delegation must allow for this role; None counts every delegation, which is right for seeing and
    telling, not for acting. Except as EMPLOYEE nobody comes in who is the case's subject or acts for him; nobody ever
    who is locked. PERF_TEAM and HR never stand in for RATER or RATER_SUPERIOR.
    """
    return route(organisation, case, role, instant, scope).holders


def others(
    organisation: Organisation, case: CaseRoles, role: Role, instant: datetime, scope: str | None,
    without: frozenset[str],
) -> tuple[Holder, ...]:
    """Who could take the place of `without` as rater or rater's superior: in the same post, else up the ladder.

    Empty when nobody is free, and for roles that are no official's.
    """
    on = organisation.date_of(instant)
    barred = frozenset({case.subject_id, *without})
    if role is Role.RATER_SUPERIOR:
        raters = (rater.person_id for rater in _rater(organisation, case, instant, None).holders)
        free_of = frozenset({*barred, *case.took_part, *raters})
        return _ladder(organisation, case, case.superior_position_id, on, scope, free_of).holders
    if role is not Role.RATER:
        return ()
    same_post = organisation.acting(case.rater_position_id, on, scope, barred) if case.rater_position_id else ()
    if same_post:
        return _as_holders(organisation, same_post, words.ROLES[Role.RATER])
    return _ladder(organisation, case, case.superior_position_id, on, scope, barred).holders


def explain(organisation: Organisation, case: CaseRoles, role: Role, instant: datetime, scope: str | None) -> Text:
    """One sentence that says who may act as `role`, or why nobody may and who can help."""
    found = route(organisation, case, role, instant, scope)
    if found.holders:
        return words.who_may(holder.explanation for holder in found.holders)
    match role:
        case Role.EMPLOYEE:
            return words.EMPLOYEE_LOCKED
        case Role.RATER | Role.RATER_SUPERIOR:
            return words.nobody(role, (place.because for place in found.passed))
        case Role.PERF_TEAM | Role.HR:
            return words.NO_HR
        case Role.CLOCK | Role.SYSTEM:
            return words.CLOCK_ACTS


def route(organisation: Organisation, case: CaseRoles, role: Role, instant: datetime, scope: str | None) -> Route:
    """The same holders with the way that led to them: what *why* shows."""
    match role:
        case Role.EMPLOYEE:
            return _employee(organisation, case)
        case Role.RATER:
            return _rater(organisation, case, instant, scope)
        case Role.RATER_SUPERIOR:
            return _superior(organisation, case, instant, scope)
        case Role.PERF_TEAM:
            return _team(organisation, case, organisation.date_of(instant))
        case Role.HR:
            return _hr(organisation, case, organisation.date_of(instant))
        case Role.CLOCK | Role.SYSTEM:
            return Route(())


def _employee(organisation: Organisation, case: CaseRoles) -> Route:
    if not organisation.is_active(case.subject_id):
        return Route(())
    subject = organisation.person(case.subject_id)
    return Route((Holder(subject.id, None, None, words.employee(subject)),))


def _rater(organisation: Organisation, case: CaseRoles, instant: datetime, scope: str | None) -> Route:
    """The named person, else the rater's post; where neither may act, the ladder upward from the superior's post.

    A letter sets the post aside for good: when the named person may not act, the post's holder does not come back.
    """
    on, subject = organisation.date_of(instant), frozenset({case.subject_id})
    if organisation.letter(case.case_id, Role.RATER, instant):
        if named := _named(organisation, case, Role.RATER, instant, subject):
            return Route(named)
        reason = Passed(words.LETTER_IDLE)
    elif case.rater_position_id is None:
        reason = Passed(words.NO_RATER)
    else:
        if found := organisation.acting(case.rater_position_id, on, scope, subject):
            return Route(_as_holders(organisation, found, words.ROLES[Role.RATER]))
        is_held = organisation.acting(case.rater_position_id, on)
        reason = Passed(words.RATER_BARRED if is_held else words.RATER_VACANT, case.rater_position_id)
    return _ladder(organisation, case, case.superior_position_id, on, scope, subject, reason)


def _superior(organisation: Organisation, case: CaseRoles, instant: datetime, scope: str | None) -> Route:
    """The named person, else the first free post from the superior's upward, past everybody who judged before."""
    raters = _rater(organisation, case, instant, None).holders  # whomever a substitute acts for is among them himself
    free_of = frozenset({case.subject_id, *case.took_part, *(rater.person_id for rater in raters)})
    on, start = organisation.date_of(instant), case.superior_position_id
    if not organisation.letter(case.case_id, Role.RATER_SUPERIOR, instant):
        return _ladder(organisation, case, start, on, scope, free_of)
    if named := _named(organisation, case, Role.RATER_SUPERIOR, instant, free_of):
        return Route(named)
    set_aside = organisation.positions.get(start) if start else None
    above = set_aside.reports_to_id if set_aside else None
    return _ladder(organisation, case, above, on, scope, free_of, Passed(words.LETTER_IDLE))


def _named(
    organisation: Organisation, case: CaseRoles, role: Role, instant: datetime, barred: frozenset[str]
) -> tuple[Holder, ...]:
    letter = organisation.letter(case.case_id, role, instant)
    if letter is None or letter.person_id in barred or not organisation.is_active(letter.person_id):
        return ()
    person = organisation.person(letter.person_id)
    return (Holder(person.id, None, None, words.named(person, role, letter)),)


def _ladder(
    organisation: Organisation,
    case: CaseRoles,
    start: str | None,
    on: date,
    scope: str | None,
    barred: frozenset[str],
    *passed: Passed,
) -> Route:
    """The first post from `start` upward in which somebody is free; posts without such a person are passed over."""
    for position in organisation.positions_upward(start):
        if found := organisation.acting(position.id, on, scope, barred):
            is_superior = position.id == case.superior_position_id
            role_name = words.ROLES[Role.RATER_SUPERIOR] if is_superior else words.ABOVE_SUPERIOR
            because = tuple(place.because for place in passed)
            return Route(_as_holders(organisation, found, role_name, because), passed)
        is_held = organisation.acting(position.id, on)
        passed = (*passed, Passed(words.barred(position) if is_held else words.vacant(position), position.id))
    return Route((), passed)


def _as_holders(
    organisation: Organisation, found: Iterable[Acting], role_name: Text, because: tuple[Text, ...] = ()
) -> tuple[Holder, ...]:
    def explained(how: Acting) -> Text:
        text = words.acting(how, organisation.people, organisation.positions)
        return text if how.on_behalf_of and not because else words.in_role(text, role_name, because)

    return tuple(Holder(how.person_id, how.on_behalf_of, how.position_id, explained(how)) for how in found)


def _team(organisation: Organisation, case: CaseRoles, on: date) -> Route:
    """The team of the unit, else of the nearest unit above that has somebody free, else HR."""
    own: Unit | None = organisation.units.get(case.unit_id)
    passed: tuple[Passed, ...] = ()
    for unit in organisation.unit_path(case.unit_id):
        if members := [m for m in organisation.team_of(unit.id, on) if m != case.subject_id]:
            below = own if unit is not own else None
            texts = [(m, words.team(organisation.person(m), unit, below)) for m in members]
            return Route(tuple(Holder(m, None, None, text) for m, text in texts), passed)
        passed = (*passed, Passed(words.no_team(unit)))
    officers = [officer.person_id for officer in _hr(organisation, case, on).holders]
    texts = [(o, words.hr_for_team(organisation.person(o), own)) for o in officers]
    return Route(tuple(Holder(o, None, None, text) for o, text in texts), passed)


def _hr(organisation: Organisation, case: CaseRoles, on: date) -> Route:
    officers = [officer for officer in organisation.granted("hr", on) if officer != case.subject_id]
    return Route(tuple(Holder(o, None, None, words.standing(organisation.person(o), "hr")) for o in officers))

"""The whole way to a role's holders, place by place, for somebody who asks why it is they, or why it is nobody."""

from collections.abc import Iterator
from datetime import datetime

from service.authority import words
from service.authority.holders import CaseRoles, Passed, holders, route
from service.authority.organisation import Organisation
from service.authority.records import holds_on
from workflows.kit import Role, Text


def rungs(
    organisation: Organisation, case: CaseRoles, role: Role, instant: datetime, scope: str | None
) -> tuple[Text, ...]:
    """One sentence per place that was asked before anybody was found, with who is kept out there and by what; none
    where the first place gave the holders."""
    found = route(organisation, case, role, instant, scope)
    judges = _judges(organisation, case, instant) if role is Role.RATER_SUPERIOR else frozenset()
    return tuple(_rung(organisation, case, role, instant, place, judges) for place in found.passed)


def _judges(organisation: Organisation, case: CaseRoles, instant: datetime) -> frozenset[str]:
    raters = holders(organisation, case, Role.RATER, instant, None)
    return frozenset({*case.took_part, *(rater.person_id for rater in raters)})


def _rung(
    organisation: Organisation, case: CaseRoles, role: Role, instant: datetime, place: Passed, judges: frozenset[str]
) -> Text:
    position = organisation.positions.get(place.position_id or "")
    if position is None:
        letter = organisation.letter(case.case_id, role, instant)
        named = organisation.people.get(letter.person_id) if letter and place.because == words.LETTER_IDLE else None
        return words.listed(place.because, words.whose(named)) if named else place.because
    found = tuple(_kept_out(organisation, case, position.id, instant, judges))
    return words.at_post(position, words.joined(found) if found else words.EMPTY_POST)


def _kept_out(
    organisation: Organisation, case: CaseRoles, position_id: str, instant: datetime, judges: frozenset[str]
) -> Iterator[Text]:
    """Everybody at this post with what keeps him out: being locked, the duty rules, or the scope of his delegation."""
    on = organisation.date_of(instant)
    for appointment in organisation.index.appointments_at.get(position_id, ()):
        if holds_on(appointment, on) and not organisation.is_active(appointment.person_id):
            yield words.keeps_out(organisation.person(appointment.person_id), words.IS_LOCKED)
    for how in organisation.acting(position_id, on):
        if how.person_id == case.subject_id:
            why = words.IS_SUBJECT
        elif how.person_id in judges or how.on_behalf_of in judges:
            why = words.TOOK_PART
        elif how.on_behalf_of == case.subject_id:
            why = words.ACTS_FOR_SUBJECT
        else:
            why = words.NOT_IN_SCOPE
        yield words.keeps_out(organisation.person(how.person_id), why)

"""What a delegation would bring about, told before it is saved."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from service.authority.holders import CaseRoles, holders
from service.authority.organisation import Organisation
from service.authority.records import Dated, Delegation, holds_on
from workflows.dates import day
from workflows.kit import Role, Text

_ONE_DAY = timedelta(days=1)


def conflicts(organisation: Organisation, delegation: Delegation, open_cases: Iterable[CaseRoles]) -> list[Text]:
    """Sentences for HR on what is wrong with `delegation`, which is not yet in `organisation`; empty when all is well.

    Named are cases at this post in which the substitute would judge himself, act for the subject, or decide over what
    he himself rates or took part in, and the days on which nobody would be there for the post. In such cases the duty
    rules keep him out anyway; the sentences say so before somebody counts on him.
    """
    mine = [c for c in open_cases if delegation.position_id in (c.rater_position_id, c.superior_position_id)]
    found = [*_own_cases(organisation, delegation, mine), *_judged_before(organisation, delegation, mine)]
    return [*found, *_uncovered(organisation.with_delegation(delegation), delegation)]


def _own_cases(organisation: Organisation, delegation: Delegation, cases: list[CaseRoles]) -> Iterator[Text]:
    substitute = organisation.person(delegation.to_person_id).name
    giver = organisation.person(delegation.from_person_id).name
    if own := sum(c.subject_id == delegation.to_person_id for c in cases):
        yield Text(
            f"{substitute} sendiri adalah pegawai yang dinilai dalam {own} kasus jabatan ini; di kasus itu ia tidak"
            " dapat bertindak.",
            f"{substitute} is the employee in {own} of this post's cases and cannot act there.",
        )
    if given := sum(c.subject_id == delegation.from_person_id for c in cases):
        yield Text(
            f"{giver} adalah pegawai yang dinilai dalam {given} kasus jabatan ini; {substitute} tidak dapat"
            " mewakilinya di sana.",
            f"{giver} is the employee in {given} of this post's cases; {substitute} cannot act for him there.",
        )


def _judged_before(organisation: Organisation, delegation: Delegation, cases: list[CaseRoles]) -> Iterator[Text]:
    substitute = organisation.person(delegation.to_person_id)
    instants = [_end_of(organisation, on) for on in (delegation.starts_on, delegation.ends_on)]
    for case in cases:
        if case.superior_position_id != delegation.position_id or case.subject_id == substitute.id:
            continue
        raters = [rater for instant in instants for rater in holders(organisation, case, Role.RATER, instant, None)]
        judges = {judge for rater in raters for judge in (rater.person_id, rater.on_behalf_of)}
        if substitute.id in judges or substitute.id in case.took_part:
            subject = organisation.person(case.subject_id).name
            yield Text(
                f"{substitute.name} ikut menilai dalam kasus {subject}, sehingga tidak dapat memutus di sana sebagai"
                " atasan pejabat penilai.",
                f"{substitute.name} takes part in rating {subject} and so cannot decide there as the rater's superior.",
            )


def _uncovered(planned: Organisation, delegation: Delegation) -> Iterator[Text]:
    """The days of the delegation on which everybody who may act for the post is himself away, or nobody may."""
    starts = _change_days(planned, delegation)
    ends = [*(start - _ONE_DAY for start in starts[1:]), delegation.ends_on]
    first: date | None = None
    for start, end in zip(starts, ends, strict=True):
        if any(not _is_away(planned, how.person_id, start) for how in planned.acting(delegation.position_id, start)):
            if first is not None:
                yield _nobody_there(planned, delegation, first, start - _ONE_DAY)
            first = None
        elif first is None:
            first = start
        if first is not None and end == delegation.ends_on:
            yield _nobody_there(planned, delegation, first, end)


def _change_days(planned: Organisation, delegation: Delegation) -> list[date]:
    """The days on which something may change for the post; between two of them every day is alike."""
    held = planned.index.appointments_at.get(delegation.position_id, ())
    handed = planned.index.delegations_at.get(delegation.position_id, ())
    involved = {a.person_id for a in held} | {d.to_person_id for d in handed}
    absences = [d for person_id in involved for d in planned.index.delegations_from.get(person_id, ())]
    days = {delegation.starts_on}
    records: tuple[Dated, ...] = (*held, *handed, *absences)
    for record in records:
        days.add(record.starts_on)
        if record.ends_on is not None and record.ends_on < delegation.ends_on:
            days.add(record.ends_on + _ONE_DAY)
    return sorted(on for on in days if delegation.starts_on <= on <= delegation.ends_on)


def _is_away(planned: Organisation, person_id: str, on: date) -> bool:
    """Whether a Plh stands in for this person on that day, which is named only for somebody absent."""
    return any(d.kind == "PLH" and holds_on(d, on) for d in planned.index.delegations_from.get(person_id, ()))


def _nobody_there(planned: Organisation, delegation: Delegation, first: date, last: date) -> Text:
    title = planned.positions[delegation.position_id].title
    since, until = day(first), day(last)
    return Text(
        f"Dari {since.id} sampai {until.id} tidak ada yang menjalankan jabatan {title}.",
        f"From {since.en} until {until.en} nobody is there for the post {title}.",
    )


def _end_of(organisation: Organisation, on: date) -> datetime:
    return datetime.combine(on, time.max, organisation.zone)

"""What a delegation or a Plt would bring about, told before it is saved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from service.authority.holders import CaseRoles, holders
from service.authority.organisation import Organisation
from service.authority.records import Appointment, Dated, Delegation, holds_on
from workflows.dates import day
from workflows.kit import Role, Text

_ONE_DAY = timedelta(days=1)
_LONGEST_PLT = timedelta(days=184)
"""Three months and one extension of three (SE Kepala BKN 1/SE/I/2021)."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """Somebody who is to use a post's powers from one day to another; `giver_id` is None for a Plt."""

    record_id: str
    person_id: str
    giver_id: str | None
    position_id: str
    kind: str
    starts_on: date
    ends_on: date


def conflicts(
    organisation: Organisation, planned: Delegation | Appointment, open_cases: Iterable[CaseRoles]
) -> list[Text]:
    """Sentences for HR on what is wrong with `planned`, which is not yet in `organisation`; empty when all is well.

    Named are cases at this post in which the substitute would judge himself, his own rater, act for the subject, or
    decide over what he himself rates or took part in; who else stands in for the post in that time; a Plt longer than
    the law lets one be; and the days on which nobody would be there for the post. In such cases the duty rules keep him
    out anyway; the sentences say so before somebody counts on him.
    """
    plan = _plan(planned)
    mine = [c for c in open_cases if plan.position_id in (c.rater_position_id, c.superior_position_id)]
    after = (
        organisation.with_delegation(planned) if isinstance(planned, Delegation)
        else organisation.with_appointment(planned)
    )
    return [
        *_own_cases(organisation, plan, mine), *_own_rater(organisation, plan, mine),
        *_judged_before(organisation, plan, mine), *_beside(organisation, plan), *_too_long(plan),
        *_uncovered(after, plan),
    ]


def _plan(planned: Delegation | Appointment) -> _Planned:
    if isinstance(planned, Delegation):
        return _Planned(
            planned.id, planned.to_person_id, planned.from_person_id, planned.position_id, planned.kind,
            planned.starts_on, planned.ends_on,
        )
    ends_on = planned.ends_on or date.max
    return _Planned(
        planned.id, planned.person_id, None, planned.position_id, planned.kind, planned.starts_on, ends_on
    )


def _own_cases(organisation: Organisation, plan: _Planned, cases: list[CaseRoles]) -> Iterator[Text]:
    substitute = organisation.person(plan.person_id).name
    if own := sum(c.subject_id == plan.person_id for c in cases):
        yield Text(
            f"{substitute} sendiri adalah pegawai yang dinilai dalam {own} kasus jabatan ini; di kasus itu ia tidak"
            " dapat bertindak.",
            f"{substitute} is the employee in {own} of this post's cases and cannot act there.",
        )
    if plan.giver_id is None:
        return
    giver = organisation.person(plan.giver_id).name
    if given := sum(c.subject_id == plan.giver_id for c in cases):
        yield Text(
            f"{giver} adalah pegawai yang dinilai dalam {given} kasus jabatan ini; {substitute} tidak dapat"
            " mewakilinya di sana.",
            f"{giver} is the employee in {given} of this post's cases; {substitute} cannot act for him there.",
        )


def _own_rater(organisation: Organisation, plan: _Planned, cases: list[CaseRoles]) -> Iterator[Text]:
    """The substitute over the one who rates him: allowed by the duty rules, and for HR to know."""
    post = organisation.post_of(plan.person_id, plan.starts_on)
    rater = organisation.rater_position_for(plan.person_id, post[0].id, plan.starts_on) if post else None
    raters = {how.person_id for how in organisation.acting(rater, plan.starts_on)} if rater else set()
    substitute = organisation.person(plan.person_id).name
    for rater_id in sorted({c.subject_id for c in cases} & (raters - {plan.person_id, plan.giver_id})):
        name = organisation.person(rater_id).name
        yield Text(
            f"{name} menilai {substitute}, dan {substitute} akan memutuskan dalam kasus {name}.",
            f"{name} rates {substitute}, and {substitute} would decide in the case of {name}.",
        )


def _beside(organisation: Organisation, plan: _Planned) -> Iterator[Text]:
    """Others who stand in for the post in the same time; delegates share powers and are no substitutes."""
    if plan.kind == "DELEGATE":
        return
    others = [
        (d.to_person_id, "Plh", d) for d in organisation.index.delegations_at.get(plan.position_id, ())
        if d.kind == "PLH" and d.id != plan.record_id
    ] + [
        (a.person_id, "Plt", a) for a in organisation.index.appointments_at.get(plan.position_id, ())
        if a.kind == "PLT" and a.id != plan.record_id
    ]
    for person_id, kind, record in others:
        last = min(record.ends_on or plan.ends_on, plan.ends_on)
        first = max(record.starts_on, plan.starts_on)
        if first <= last and person_id not in (plan.person_id, plan.giver_id):
            name, since, until = organisation.person(person_id).name, day(first), day(last)
            yield Text(
                f"{name} sudah menjadi {kind} jabatan ini dari {since.id} sampai {until.id}.",
                f"{name} is {kind} of this post already, from {since.en} until {until.en}.",
            )


def _too_long(plan: _Planned) -> Iterator[Text]:
    if plan.kind == "PLT" and plan.ends_on - plan.starts_on > _LONGEST_PLT:
        yield Text(
            "Plt paling lama 3 bulan dan dapat diperpanjang satu kali 3 bulan (SE Kepala BKN 1/SE/I/2021).",
            "A Plt lasts 3 months and may be extended once by 3 months (SE Kepala BKN 1/SE/I/2021).",
        )


def _judged_before(organisation: Organisation, plan: _Planned, cases: list[CaseRoles]) -> Iterator[Text]:
    substitute = organisation.person(plan.person_id)
    instants = [_end_of(organisation, on) for on in (plan.starts_on, plan.ends_on)]
    for case in cases:
        if case.superior_position_id != plan.position_id or case.subject_id == substitute.id:
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


def _uncovered(planned: Organisation, plan: _Planned) -> Iterator[Text]:
    """The days of it on which everybody who may act for the post is himself away, or nobody may."""
    starts = _change_days(planned, plan)
    ends = [*(start - _ONE_DAY for start in starts[1:]), plan.ends_on]
    first: date | None = None
    for start, end in zip(starts, ends, strict=True):
        if any(not _is_away(planned, how.person_id, start) for how in planned.acting(plan.position_id, start)):
            if first is not None:
                yield _nobody_there(planned, plan, first, start - _ONE_DAY)
            first = None
        elif first is None:
            first = start
        if first is not None and end == plan.ends_on:
            yield _nobody_there(planned, plan, first, end)


def _change_days(planned: Organisation, plan: _Planned) -> list[date]:
    """The days on which something may change for the post; between two of them every day is alike."""
    held = planned.index.appointments_at.get(plan.position_id, ())
    handed = planned.index.delegations_at.get(plan.position_id, ())
    involved = {a.person_id for a in held} | {d.to_person_id for d in handed}
    absences = [d for person_id in involved for d in planned.index.delegations_from.get(person_id, ())]
    days = {plan.starts_on}
    records: tuple[Dated, ...] = (*held, *handed, *absences)
    for record in records:
        days.add(record.starts_on)
        if record.ends_on is not None and record.ends_on < plan.ends_on:
            days.add(record.ends_on + _ONE_DAY)
    return sorted(on for on in days if plan.starts_on <= on <= plan.ends_on)


def _is_away(planned: Organisation, person_id: str, on: date) -> bool:
    """Whether a Plh stands in for this person on that day, which is named only for somebody absent."""
    return any(d.kind == "PLH" and holds_on(d, on) for d in planned.index.delegations_from.get(person_id, ()))


def _nobody_there(planned: Organisation, plan: _Planned, first: date, last: date) -> Text:
    title = planned.positions[plan.position_id].title
    since, until = day(first), day(last)
    return Text(
        f"Dari {since.id} sampai {until.id} tidak ada yang menjalankan jabatan {title}.",
        f"From {since.en} until {until.en} nobody is there for the post {title}.",
    )


def _end_of(organisation: Organisation, on: date) -> datetime:
    return datetime.combine(on, time.max, organisation.zone)

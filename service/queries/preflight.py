"""What would go wrong if a cycle were opened now: findings with the people they are about and the way to mend them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, select

from config.settings import Settings
from service.authority import Organisation, Person
from service.mail_rate import mail_forecast
from service.models import Case, Cycle
from service.queries.cycles import expected, without_case, without_post
from service.queries.paging import Page
from service.queries.people import keyset_page
from service.runut import Present
from service.views import when
from service.waves import Wave, count_by_office, waves
from workflows.addresses import is_role_address, mailbox
from workflows.kit import Locale, Text

_NAMED = 20
_PERSON = "/people/{id}"
NO_SUCH_FINDING = Text("Temuan ini tidak ada (lagi).", "There is no such finding (any more).")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in order. Level E stops the opening, W is worth a look; `people` are whom it is about, and
    `remedy` the address of the page that mends it (`{id}`: the person's)."""

    code: str
    level: Literal["E", "W"]
    message: Text
    remedy: str
    people: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Preflight:
    """The findings of one cycle, whom it is for, how many of them lack a case, and the mails that making it sends."""

    findings: tuple[Finding, ...]
    people: tuple[Person, ...]
    missing: int
    waves: tuple[Wave, ...]
    hours: float | None

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stops the opening."""
        return tuple(finding for finding in self.findings if finding.level == "E")

    @property
    def mails(self) -> int:
        """How many mails it would send to make the cases that are not there yet."""
        return sum(wave.mails for wave in self.waves)


def preflight(connection: Connection, present: Present, settings: Settings, view: Mapping[str, Any]) -> Preflight:
    """Everything that can be known before the cycle is opened."""
    people = sorted(expected(connection, present, view), key=lambda person: (person.name, person.id))
    missing = without_case(connection, present, view)
    organisation, today = present.organisation, present.calendar.civil_date(present.now)
    mailed = [organisation.post_of(p.id, today) for p in missing if p.email]
    found = waves(
        count_by_office(organisation, (post[1].id for post in mailed if post)), settings.smtp_rate, present.calendar,
        present.now,
    )
    return Preflight(
        findings=(*_of_the_year(present, view), *_of_people(connection, present, view, people)),
        people=tuple(people),
        missing=len(missing),
        waves=tuple(found),
        hours=mail_forecast(settings, sum(wave.mails for wave in found)),
    )


def preflight_view(organisation: Organisation, found: Preflight, view: Mapping[str, Any], locale: Locale) -> Any:
    """The findings as plain JSON, each with the first people it is about."""
    return {
        "cycle_id": view["id"],
        "people": len(found.people),
        "without_case": found.missing,
        "problems": [
            {
                "code": finding.code, "level": finding.level, "message": finding.message.to(locale),
                "count": len(finding.people), "remedy": finding.remedy.replace("/{id}", ""),
                "people": [{"id": person.id, "name": person.name} for person in finding.people[:_NAMED]],
            }
            for finding in found.findings
        ],
        "mails": found.mails,
        "hours": found.hours,
        "waves": [
            {
                "unit": {"id": wave.office_id, "name": organisation.units[wave.office_id].name},
                "mails": wave.mails, "starts_at": when(wave.starts_at), "ends_at": when(wave.ends_at),
            }
            for wave in found.waves
        ],
    }


def people_of(found: Preflight, code: str, cursor: str | None = None, limit: int = 50) -> Page | None:
    """A page of the people that the finding of that code is about; None when there is no such finding."""
    finding = next((finding for finding in found.findings if finding.code == code), None)
    if finding is None:
        return None
    return keyset_page(finding.people, lambda person: [person.name, person.id], limit, cursor)


def _of_the_year(present: Present, view: Mapping[str, Any]) -> Iterator[Finding]:
    calendar, today = present.calendar, present.calendar.civil_date(present.now)
    years = {date.fromisoformat(on).year for on in view["dates"].values()}
    for year in sorted(years - calendar.years):
        yield Finding("calendar", "E", _NO_CALENDAR.format(year=year), "/calendar")
    for year in sorted(years & calendar.provisional):
        yield Finding("calendar-provisional", "W", _PROPOSED.format(year=year), "/calendar")
    if rules := present.rules.unconfirmed():
        yield Finding("rules-unconfirmed", "W", _RULES.format(count=len(rules)), "/rules")
    first = view["dates"].get("plan_submit") or view["dates"]["report"]
    if date.fromisoformat(first) < today:
        yield Finding("date-past", "W", _PAST, f"/cycles/{view['id']}/extend")


def _of_people(
    connection: Connection, present: Present, view: Mapping[str, Any], people: Sequence[Person]
) -> Iterator[Finding]:
    organisation, today = present.organisation, present.calendar.civil_date(present.now)
    raters = {person.id: _rating(organisation, person, today) for person in people}
    answering = [*people, *_raters(organisation, raters.values(), today, {person.id for person in people})]
    checks: tuple[tuple[str, Text, str, Iterable[Person]], ...] = (
        ("no-position", _NO_POSITION, _PERSON, without_post(present, view)),
        ("no-rater-post", _NO_RATER_POST, _PERSON, (p for p in people if raters[p.id].kind == "none")),
        ("no-rater", _NO_RATER, _PERSON, (p for p in people if raters[p.id].kind == "vacant")),
        ("rates-himself", _RATES_HIMSELF, _PERSON, (p for p in people if raters[p.id].kind == "himself")),
        ("no-address", _NO_ADDRESS, _PERSON, (p for p in answering if not p.email)),
        ("role-address", _ROLE_ADDRESS, _PERSON, (p for p in answering if p.email and is_role_address(p.email))),
        ("shared-address", _SHARED, _PERSON, _sharing(organisation, answering)),
        ("no-team", _NO_TEAM, _PERSON, _without_team(organisation, people, today) if view["reviewed"] else ()),
        ("two-cases", _TWO_CASES, _PERSON, _elsewhere(connection, view, people)),
    )
    for code, sentence, remedy, found in checks:
        if named := tuple(sorted(found, key=lambda person: (person.name, person.id))):
            yield Finding(code, "W", sentence.format(count=len(named)), remedy, named)


@dataclass(frozen=True, slots=True)
class _Rating:
    """How a person is rated: `well`, or what is wrong (`none`: no post rates him, `vacant`, `himself`); the post."""

    kind: str
    post_id: str | None


def _rating(organisation: Organisation, person: Person, on: date) -> _Rating:
    post = organisation.post_of(person.id, on)
    rater = organisation.rater_position_for(person.id, post[0].id, on) if post else None
    if post is None or rater is None:
        return _Rating("none", None)
    if rater == post[0].id or _returns(organisation, post[0].id, rater, on):
        return _Rating("himself", rater)
    acting = organisation.acting(rater, on, "approve")
    if not acting:
        return _Rating("vacant", rater)
    others = [each for each in acting if person.id not in (each.person_id, each.on_behalf_of)]
    return _Rating("well" if others else "himself", rater)


def _returns(organisation: Organisation, post_id: str, rater: str, on: date) -> bool:
    """Whether the chain of raters above the post comes back to it."""
    seen, at = set[str](), organisation.superior_position_for(rater, on)
    while at is not None and at not in seen:
        if at == post_id:
            return True
        seen.add(at)
        at = organisation.superior_position_for(at, on)
    return False


def _raters(
    organisation: Organisation, ratings: Iterable[_Rating], on: date, known: set[str]
) -> Iterator[Person]:
    """Those who rate somebody and are not themselves among the people of the cycle: they get mails as well."""
    posts = dict.fromkeys(rating.post_id for rating in ratings if rating.post_id)
    found = dict.fromkeys(each.person_id for post_id in posts for each in organisation.acting(post_id, on))
    return (organisation.person(person_id) for person_id in found if person_id not in known)


def _sharing(organisation: Organisation, people: Iterable[Person]) -> Iterator[Person]:
    owners: dict[str, int] = {}
    for person in organisation.people.values():
        if person.email and not person.locked:
            owners[mailbox(person.email)] = owners.get(mailbox(person.email), 0) + 1
    return (person for person in people if person.email and owners.get(mailbox(person.email), 0) > 1)


def _without_team(organisation: Organisation, people: Iterable[Person], on: date) -> Iterator[Person]:
    served: dict[str, bool] = {}
    for person in people:
        post = organisation.post_of(person.id, on)
        assert post is not None
        unit_id = post[1].id
        if unit_id not in served:
            served[unit_id] = any(organisation.team_of(unit.id, on) for unit in organisation.unit_path(unit_id))
        if not served[unit_id]:
            yield person


def _elsewhere(connection: Connection, view: Mapping[str, Any], people: Iterable[Person]) -> Iterator[Person]:
    """People of this cycle who have a case in another cycle of the same period."""
    have = set(connection.scalars(cases_elsewhere(view)))
    return (person for person in people if person.id in have)


def cases_elsewhere(view: Mapping[str, Any]) -> Any:
    """The statement: ids of people with a case in another cycle of the same kind, year and period."""
    return (
        select(Case.subject_id).join(Cycle, Cycle.id == Case.cycle_id).where(
            Cycle.kind == view["kind"], Cycle.year == view["year"], Cycle.period == view["period"],
            Cycle.id != view["id"], Case.slot.is_not(None),
        )
    )


_NO_CALENDAR = Text("Kalender kerja {year} belum dimuat.", "The working calendar of {year} is not loaded.")
_PROPOSED = Text(
    "Kalender kerja {year} masih usulan; belum dicocokkan dengan keputusan bersama.",
    "The working calendar of {year} is a proposal, not yet checked against the decree.",
)
_RULES = Text(
    "{count} aturan belum ditegaskan kepegawaian; berlaku nilai anjurannya.",
    "Rules that HR has not confirmed: {count}. Their recommended values hold.",
)
_PAST = Text(
    "Tenggat pertama siklus ini sudah lewat; kasus akan langsung terlambat. Perpanjang dahulu dengan surat.",
    "The cycle's first deadline is past; cases would be late at once. Extend it by letter first.",
)
_NO_POSITION = Text(
    "{count} pegawai belum mempunyai jabatan; mereka tidak mendapat kasus.",
    "People without a post: {count}. They get no case.",
)
_NO_RATER_POST = Text(
    "{count} pegawai tidak mempunyai jabatan penilai: rantai penilaiannya tidak berujung.",
    "People whom no post rates: {count}. Their chain of raters ends nowhere.",
)
_NO_RATER = Text(
    "{count} pegawai belum mempunyai pejabat penilai yang menjabat: jabatannya kosong tanpa Plt atau Plh.",
    "People without a rater in office: {count}. The rater's post is vacant, without an acting official.",
)
_RATES_HIMSELF = Text(
    "{count} pegawai akan menilai dirinya sendiri: rantai penilaiannya kembali kepadanya.",
    "People who would rate themselves: {count}. Their chain of raters leads back to them.",
)
_NO_ADDRESS = Text(
    "{count} orang tidak mempunyai alamat surel sendiri; mereka diberi tahu dengan surat tercetak.",
    "People without an address of their own: {count}. They are told by printed notices.",
)
_ROLE_ADDRESS = Text(
    "{count} orang memakai alamat surel kedinasan (misalnya kepegawaian@); siapa pun di meja itu dapat membaca "
    "tautannya.",
    "People with the address of a desk (such as kepegawaian@): {count}. Whoever sits there can read their links.",
)
_SHARED = Text(
    "{count} orang berbagi satu kotak surel dengan orang lain.",
    "People who share a mailbox with somebody else: {count}.",
)
_NO_TEAM = Text(
    "{count} pegawai berada di unit tanpa tim pengelola kinerja; kepegawaian yang mereviu.",
    "People in units without a performance team: {count}. HR will review.",
)
_TWO_CASES = Text(
    "{count} pegawai akan mempunyai dua kasus: sudah ada kasus di siklus lain untuk masa yang sama.",
    "People who would have two cases: {count}. There is one already in another cycle for the same period.",
)

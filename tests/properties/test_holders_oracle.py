"""The rules of authority against a second reading of them that shares no code and takes no short cut.

`RUNUT_EXAMPLES` says how many random offices to try; 1,000 unless told, 10,000 in the long run.
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.authority import (
    Appointment,
    CaseRoles,
    Delegation,
    Grant,
    Organisation,
    Person,
    Position,
    Reroute,
    TeamMember,
    Unit,
    explain,
    holders,
)
from workflows.kit import Role

NOW = datetime(2026, 1, 19, 18, 30, tzinfo=UTC)
TODAY = date(2026, 1, 20)  # in Jakarta it is already past midnight
SCOPES = ("approve", "rate", "decide")
JUDGES = (Role.RATER, Role.RATER_SUPERIOR)
EVERYBODY = tuple(f"p{n}" for n in range(8))

EXAMPLES = int(os.environ.get("RUNUT_EXAMPLES", "1000"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(60 + EXAMPLES // 20)]
try_many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass
class World:
    people: list[Person]
    units: list[Unit]
    positions: list[Position]
    appointments: list[Appointment]
    delegations: list[Delegation]
    team_members: list[TeamMember]
    grants: list[Grant]
    reroutes: list[Reroute]
    case: CaseRoles

    def organisation(self, turned: bool = False) -> Organisation:
        records = {name: value for name, value in vars(self).items() if name != "case"}
        if turned:
            records = {name: value[::-1] for name, value in records.items()}
        return Organisation.of(1, ZoneInfo("Asia/Jakarta"), **records)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A small office with every kind of disorder."""
    people_ids = EVERYBODY[: draw(st.sampled_from([5, 8, 6, 3, 2]))]
    post_ids = [f"s{n}" for n in range(draw(st.sampled_from([3, 4, 2, 1])))]
    unit_ids = [f"u{n}" for n in range(draw(st.sampled_from([3, 2, 1])))]
    who, post, unit = st.sampled_from(people_ids), st.sampled_from(post_ids), st.sampled_from(unit_ids)
    locked = draw(st.sampled_from([0, 0, 1, 2]).flatmap(lambda most: st.sets(who, max_size=most)))
    # Mostly valid today, sometimes starting or ending today, over or still to come.
    term = st.sampled_from([(-9, 9)] * 4 + [(-9, None)] * 3 + [(0, 0), (-5, 0), (0, 5), (-9, -1), (1, 9)]).map(days)
    people = [Person(p, p, "", "", "", "", "id", p in locked, False) for p in people_ids]
    units = [Unit(u, u, draw(st.none() | unit)) for u in unit_ids]
    # A line upward from s0, or any tangle with loops.
    line = dict(zip(post_ids, [*post_ids[1:], None], strict=True))
    tangled = draw(st.sampled_from([False, False, True]))
    above = {p: draw(st.none() | post) if tangled else line[p] for p in post_ids}
    positions = [Position(p, p, unit_ids[0], "", above[p]) for p in post_ids]
    usual = dict(zip(post_ids, people_ids[1:], strict=False))  # p0 works below s0, p1 sits there, p2 above him, …
    seats = [
        (draw(st.just(usual.get(p, "p0")) | who), p) for p in post_ids if draw(st.sampled_from([True, True, False]))
    ]
    seats += draw(st.lists(st.tuples(who, post), max_size=3))
    kind: st.SearchStrategy[Any] = st.sampled_from(["DEFINITIVE", "DEFINITIVE", "PLT"])
    appointments = [Appointment(f"a{n}", p, s, draw(kind), "", *draw(term)) for n, (p, s) in enumerate(seats)]
    subject = draw(st.just("p0") | who)
    case = CaseRoles(
        "case",
        "work_plan",
        subject,
        draw(unit),
        draw(st.sampled_from([post_ids[0]] * 5 + [None, *post_ids])),
        draw(st.sampled_from([post_ids[1 % len(post_ids)]] * 5 + [None, *post_ids])),
        draw(st.sampled_from([0, 0, 1, 2]).flatmap(lambda most: st.frozensets(who, max_size=most))),
    )
    since, judge = st.sampled_from([-2, -1, 0, 1]), st.sampled_from(JUDGES)
    letters = [
        Reroute(
            draw(st.sampled_from(["case", "case", "x"])), draw(judge), draw(who), "", NOW + timedelta(hours=draw(since))
        )
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))
    ]
    team = [TeamMember(draw(who), draw(unit), *draw(term)) for _ in range(draw(st.sampled_from([0, 1, 2, 3])))]
    right: st.SearchStrategy[Any] = st.sampled_from(["hr", "hr", "admin"])
    grants = [Grant(draw(who), draw(right), *draw(term)) for _ in range(draw(st.sampled_from([0, 1, 2, 3])))]
    papers = draw(delegations(who, post_ids, term, seats))
    return World(people, units, positions, appointments, papers, team, grants, letters, case)


@st.composite
def delegations(draw: st.DrawFn, who: Any, post_ids: list[str], term: Any, seats: list[Any]) -> list[Delegation]:
    """Papers at mostly one post, given mostly by those whom the power has reached: chains, forks and circles."""
    found: list[Delegation] = []
    scope = st.sampled_from([frozenset(SCOPES)] * 3) | st.frozensets(st.sampled_from(SCOPES))
    sort: st.SearchStrategy[Any] = st.sampled_from(["PLH", "DELEGATE"])
    straight = draw(st.sampled_from([False] * 5 + [True]))  # one long chain, longer than powers may be handed on
    if straight:
        top, line = seats[0][1] if seats else post_ids[0], [seats[0][0] if seats else "p1", *EVERYBODY[2:]]
        long = TODAY - timedelta(days=9), TODAY + timedelta(days=9)
        for n, (giver, taker) in enumerate(pairwise(line)):
            found.append(Delegation(f"c{n}", giver, taker, top, "PLH", "", long[0], *long, frozenset(SCOPES)))
    for n in range(draw(st.sampled_from([3, 6, 8, 1, 0]))):
        where = draw(st.sampled_from([*post_ids[:2], *post_ids[:2], *post_ids]))
        reached = [p for p, s in seats if s == where] + [d.to_person_id for d in found if d.position_id == where]
        giver = draw(st.sampled_from(reached[-3:]) | who) if reached else draw(who)
        first, last = draw(term)
        until = last or TODAY + timedelta(days=30)
        found.append(Delegation(f"d{n}", giver, draw(who), where, draw(sort), "", first, first, until, draw(scope)))
    return found


def days(term: tuple[int, int | None]) -> tuple[date, date | None]:
    first, last = term
    return TODAY + timedelta(days=first), None if last is None else TODAY + timedelta(days=last)


# From here on the second reading of the rules: straight from the lists, however slow.


def today(thing: Any) -> bool:
    return bool(thing.starts_on <= TODAY) and (thing.ends_on is None or bool(thing.ends_on >= TODAY))


def out(world: World, barred: set[str]) -> set[str]:
    """Nobody who is barred, locked or unknown takes any part in a post's powers."""
    return barred | {p.id for p in world.people if p.locked} | (set(EVERYBODY) - {p.id for p in world.people})


def post_holders(world: World, post: str | None, scope: str | None, barred: set[str]) -> list[tuple[str, str | None]]:
    gone = out(world, barred)
    seated = [a for a in world.appointments if a.position_id == post and today(a) and a.person_id not in gone]
    definitive = sorted((a for a in seated if a.kind == "DEFINITIVE"), key=lambda a: (a.starts_on, a.id))
    plt = sorted((a for a in seated if a.kind == "PLT"), key=lambda a: (a.starts_on, a.id))
    masters: list[str] = []
    for seat in definitive + plt:
        if seat.person_id not in masters:
            masters.append(seat.person_id)
    papers = [d for d in world.delegations if d.position_id == post and today(d) and (not scope or scope in d.scope)]
    chains = [([m], list[Delegation]()) for m in masters]
    for walked, used in chains:  # grows while it is walked: every chain without a repetition, up to five papers long
        for paper in papers:
            if paper.from_person_id == walked[-1] and paper.to_person_id not in {*walked, *gone} and len(used) < 5:
                chains.append(([*walked, paper.to_person_id], [*used, paper]))
    best: dict[str, tuple[Any, str, Delegation]] = {}
    for walked, used in chains:
        if used and walked[-1] not in masters:
            rank = (len(used), [(d.starts_on, d.id) for d in reversed(used)], masters.index(walked[0]))
            if walked[-1] not in best or rank < best[walked[-1]][0]:
                best[walked[-1]] = (rank, walked[0], used[-1])
    helpers = sorted(best.items(), key=lambda item: (item[1][2].starts_on, item[1][2].id))
    return [*((m, None) for m in masters), *((person, master) for person, (_, master, _) in helpers)]


def climb(world: World, post: str | None, scope: str | None, barred: set[str]) -> list[tuple[Any, ...]]:
    for _ in range(len(world.positions)):
        rung = [p for p in world.positions if p.id == post]
        if not rung:
            return []
        found = post_holders(world, post, scope, barred)
        if found:
            return [(*pair, post) for pair in found]
        post = rung[0].reports_to_id
    return []


def named(world: World, role: Role) -> str | None:
    letters = [r for r in world.reroutes if r.case_id == "case" and r.role == role and r.since <= NOW]
    return sorted(letters, key=lambda r: (r.since, r.person_id))[-1].person_id if letters else None


def expected(world: World, role: Role, scope: str | None) -> list[tuple[Any, ...]]:
    case, subject = world.case, world.case.subject_id
    if role is Role.EMPLOYEE:
        return [] if subject in out(world, set()) else [(subject, None, None)]
    if role is Role.RATER:
        letter = named(world, Role.RATER)
        if letter and letter not in out(world, {subject}):
            return [(letter, None, None)]
        mine = [] if letter else post_holders(world, case.rater_position_id, scope, {subject})
        if mine:
            return [(*pair, case.rater_position_id) for pair in mine]
        return climb(world, case.superior_position_id, scope, {subject})
    if role is Role.RATER_SUPERIOR:
        barred = {subject} | set(case.took_part)
        for person, master, _ in expected(world, Role.RATER, None):
            barred |= {person, master} - {None}
        letter = named(world, Role.RATER_SUPERIOR)
        if letter and letter not in out(world, barred):
            return [(letter, None, None)]
        start = case.superior_position_id
        if letter:
            start = next((p.reports_to_id for p in world.positions if p.id == start), None)
        return climb(world, start, scope, barred)
    return expected_helpers(world, role) if role in (Role.PERF_TEAM, Role.HR) else []


def expected_helpers(world: World, role: Role) -> list[tuple[Any, ...]]:
    case, gone = world.case, out(world, {world.case.subject_id})
    if role is Role.PERF_TEAM:
        unit: str | None = case.unit_id
        for _ in world.units:
            team = [m for m in world.team_members if m.unit_id == unit and today(m) and m.person_id not in gone]
            if team:
                return alone(sorted((m.starts_on, m.person_id) for m in team))
            unit = next((u.parent_id for u in world.units if u.id == unit), None)
    officers = [g for g in world.grants if g.role == "hr" and today(g) and g.person_id not in gone]
    return alone(sorted((g.starts_on, g.person_id) for g in officers))


def alone(people: list[tuple[date, str]]) -> list[tuple[Any, ...]]:
    return [(person, None, None) for person in dict.fromkeys(person for _, person in people)]


def found(world: World, role: Role, scope: str | None, organisation: Organisation) -> list[tuple[Any, ...]]:
    return [(h.person_id, h.on_behalf_of, h.position_id) for h in holders(organisation, world.case, role, NOW, scope)]


@given(worlds())
@try_many
def test_both_readings_of_the_rules_agree(world: World) -> None:
    organisation = world.organisation()
    for role in Role:
        for scope in (None, *SCOPES):
            assert found(world, role, scope, organisation) == expected(world, role, scope), (role, scope)


@given(worlds())
@try_many
def test_duty_holds_in_every_office(world: World) -> None:
    organisation, case = world.organisation(), world.case
    locked = {p.id for p in world.people if p.locked}
    judges = {role: holders(organisation, case, role, NOW, None) for role in JUDGES}
    for role in set(Role) - {Role.EMPLOYEE}:
        for holder in holders(organisation, case, role, NOW, None):
            assert case.subject_id not in (holder.person_id, holder.on_behalf_of)
            assert not locked & {holder.person_id, holder.on_behalf_of}
    raters = {p for holder in judges[Role.RATER] for p in (holder.person_id, holder.on_behalf_of) if p}
    deciders = {p for holder in judges[Role.RATER_SUPERIOR] for p in (holder.person_id, holder.on_behalf_of) if p}
    assert not deciders & (raters | case.took_part)
    lettered = {r.person_id for r in world.reroutes}
    assert all(h.position_id or h.person_id in lettered for role in JUDGES for h in judges[role])


@given(worlds())
@try_many
def test_the_order_of_loading_changes_nothing_and_every_answer_has_words(world: World) -> None:
    organisation, turned = world.organisation(), world.organisation(turned=True)
    for role in Role:
        assert holders(organisation, world.case, role, NOW, "decide") == holders(
            turned, world.case, role, NOW, "decide"
        )
        sentence = explain(organisation, world.case, role, NOW, "decide")
        assert sentence.id.strip()
        assert sentence.en.strip()


@given(worlds())
@try_many
def test_what_a_person_exercises_is_where_he_is_found(world: World) -> None:
    organisation = world.organisation()
    for person in EVERYBODY:
        posts = {p.id for p in world.positions if person in [who for who, _ in post_holders(world, p.id, None, set())]}
        assert organisation.visible_positions(person, NOW) == posts

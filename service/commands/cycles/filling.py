"""The cases of a cycle for everybody it is for, or for some offices: asked for by HR, made by a job in batches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

import workflows
from service import jobs
from service.actor import CLOCK, Actor
from service.append import append_transition
from service.authority import Person
from service.casefile import CaseFile
from service.commands.cycles.checks import check_hr, check_unit, locked_cycle
from service.commands.cycles.inputs import Cases
from service.commands.cycles.registers import enter_cycle
from service.commands.inputs import load
from service.commands.opening import as_carried, file_of, opening
from service.counters import ORGANISATION, held, next_number
from service.errors import Conflict
from service.jobs import Work, ask, outcomes, settle, settled
from service.models import Case, Cycle, Job
from service.queries.cycles import cycle as cycle_view
from service.queries.cycles import expected, without_post
from service.runut import Present, Runut
from service.surroundings import context_of
from service.telling import request_or_news
from service.waves import count_by_office, office_of, waves
from workflows.kit import Role, Tell, Text

KIND = "open-cycle"
DONE, EXISTS, ELSEWHERE, NO_POST = "DONE", "EXISTS", "ELSEWHERE", "NO_POST"
_WORKFLOWS = {"ANNUAL": "work_plan"}
_BATCH = 20
_log: Any = structlog.get_logger("runut.cycles")
_NOT_OPEN = Text(
    "Siklus ini tidak sedang dibuka; kasus hanya dibuat di siklus yang dibuka.",
    "This cycle is not open; cases are made only in an open one.",
)
_NO_WORKFLOW = Text(
    "Siklus jenis ini tidak mempunyai kasus yang dibuat untuk semua pegawai.",
    "A cycle of this kind has no cases that are made for everybody.",
)
_RUNNING = Text(
    "Pembuatan kasus untuk siklus ini sedang berjalan. Tunggu sampai selesai, atau hentikan dahulu.",
    "Cases of this cycle are being made. Wait until that ends, or stop it first.",
)


def create_cases(runut: Runut, actor: Actor, cycle_id: str, given: Mapping[str, Any]) -> str:
    """Asks for the cases of an open cycle, for everybody or for the offices named, and answers the job's id.

    Raises NotYours, NotFound, InvalidInput; Conflict when the cycle is not open or a job is making them already.
    """
    with runut.database.write() as connection:
        present = runut.present(connection)
        check_hr(present, actor)
        values = load(Cases(), given)
        cycle = locked_cycle(connection, cycle_id)
        if cycle["opened_at"] is None or cycle["closed_at"] is not None:
            raise Conflict(_NOT_OPEN)
        job_id = ask_for_cases(connection, present, actor, cycle, values)
        enter_cycle(connection, present, actor, cycle, "cases", asked_facts(values, job_id))
    runut.wake()
    return job_id


def ask_for_cases(
    connection: Connection, present: Present, actor: Actor, cycle: Mapping[str, Any], values: Mapping[str, Any]
) -> str:
    """Enters the job in the caller's transaction, which holds the cycle. Raises InvalidInput, Conflict."""
    if cycle["kind"] not in _WORKFLOWS:
        raise Conflict(_NO_WORKFLOW)
    for unit_id in values["unit_ids"]:
        check_unit(present.organisation, unit_id)
    if running_job(connection, cycle["id"]):
        raise Conflict(_RUNNING)
    details = {"cycle_id": cycle["id"], "unit_ids": values["unit_ids"], "carry_over": values["carry_over"]}
    return ask(connection, present, KIND, actor.person_id, details)


def asked_facts(values: Mapping[str, Any], job_id: str) -> dict[str, Any]:
    """What the register keeps of such a request."""
    return {"job_id": job_id, "unit_ids": values["unit_ids"], "carry_over": values["carry_over"]}


def running_job(connection: Connection, cycle_id: str) -> str | None:
    """The job that is making cases of this cycle now."""
    query = select(Job.id, Job.details).where(Job.kind == KIND, Job.state.in_(("WAITING", "RUNNING")))
    return next((row.id for row in connection.execute(query) if row.details["cycle_id"] == cycle_id), None)


def open_cases(work: Work) -> Mapping[str, Any]:
    """Does the job: batch by batch, each case with the note of it in one transaction; answers what came to how many.

    A worker that takes it over goes on with the people of whom nothing is noted yet. Raises Conflict when the cycle
    is closed meanwhile.
    """
    runut, job_id = work.runut, str(work.row["id"])
    with runut.database.read() as connection:
        present = runut.present(connection)
        people = [person.id for person in _asked_people(connection, present, work.details)]
        starts = _starts(work, present, people)
        done = frozenset(jobs.settled(connection, job_id))
    total, count = len(done.union(people)), len(done)
    work.report(count, total, {"starts": starts})
    left = [person_id for person_id in people if person_id not in done]
    for ids in (left[start : start + _BATCH] for start in range(0, len(left), _BATCH)):
        _Batch(work, ids, starts).carry_out()
        count += len(ids)
        work.report(count, total)
    runut.wake()
    with runut.database.read() as connection:
        found = outcomes(connection, job_id)
    _log.info("cycle filled", cycle_id=work.details["cycle_id"], job_id=job_id, **found)
    return {"outcomes": found}


@dataclass(frozen=True)
class _Batch:
    """Some people whose cases are made in one transaction."""

    work: Work
    ids: Sequence[str]
    starts: Mapping[str, str]

    def carry_out(self) -> None:
        """Makes the cases, by the people as they stand when they are written."""
        while not self._write(*self._prepared()):
            pass

    def _prepared(self) -> tuple[Present, dict[str, CaseFile]]:
        """The cases as they would begin now, by person; nobody without a post is among them."""
        runut, details = self.work.runut, self.work.details
        with runut.database.read() as connection:
            present = runut.present(connection)
            today = present.calendar.civil_date(present.now)
            cycle = connection.execute(_open_cycle(details["cycle_id"])).one_or_none()
            if cycle is None:
                raise Conflict(_NOT_OPEN)
            workflow = workflows.get(_WORKFLOWS[cycle.kind])
            files = {}
            for person_id in self.ids:
                person = present.organisation.people.get(person_id)
                post = present.organisation.post_of(person_id, today)
                if post is None or person is None or person.locked:
                    continue
                file = file_of(present, workflow, person_id, post, cycle)
                file = replace(file, document=workflow.blank(context_of(connection, file)))
                files[person_id] = as_carried(connection, file) if details["carry_over"] else file
            return present, files

    def _write(self, present: Present, files: Mapping[str, CaseFile]) -> bool:
        """False, with nothing written, when people changed since the cases were prepared."""
        job_id, cycle_id = str(self.work.row["id"]), self.work.details["cycle_id"]
        with self.work.runut.database.write() as connection:
            if held(connection, ORGANISATION) != present.organisation.generation:
                return False
            if connection.execute(_open_cycle(cycle_id).with_for_update(read=True)).one_or_none() is None:
                raise Conflict(_NOT_OPEN)
            noted = settled(connection, job_id)
            standing = _standing(connection, cycle_id, self.ids)
            for person_id in self.ids:
                if person_id not in noted:
                    settle(connection, job_id, person_id, *self._one(connection, files.get(person_id), standing))
        return True

    def _one(
        self, connection: Connection, file: CaseFile | None, standing: Mapping[str, tuple[str, str]]
    ) -> tuple[str, str | None]:
        """(what came of it, the case that was made or stands in the way) for one person."""
        if file is None:
            return NO_POST, None
        if (found := standing.get(file.row["subject_id"])) is not None:
            return found
        try:
            with connection.begin_nested():
                return DONE, self._open(connection, file)
        except IntegrityError:  # he opened it himself this very moment
            other = connection.scalar(select(Case.id).where(Case.slot == file.row["slot"]))
            if other is None:
                raise
            return EXISTS, other

    def _open(self, connection: Connection, file: CaseFile) -> str:
        now = file.present.now
        year = file.present.calendar.civil_date(now).year
        number = next_number(connection, f"{file.workflow.number_prefix}-{year}")
        transition, opened = opening(file, number, Role.CLOCK, CLOCK)
        office = office_of(file.present.organisation, file.row["unit_id"])
        starts_at = datetime.fromisoformat(self.starts[office]) if office in self.starts else now
        for holder in opened.holders(Role.EMPLOYEE):
            row = request_or_news(
                opened, transition.event["id"], Tell(Role.EMPLOYEE, asks=True), "open", holder.person_id
            )
            transition.deliveries.append({**row, "next_at": max(starts_at, now)})
        append_transition(connection, transition)
        return file.id


def _asked_people(connection: Connection, present: Present, details: Mapping[str, Any]) -> list[Person]:
    """Those whom the job is for, always in the same order: of the offices named, or everybody."""
    view = cycle_view(connection, present, details["cycle_id"])
    assert view is not None
    organisation, today, wanted = present.organisation, present.calendar.civil_date(present.now), details["unit_ids"]
    people = list(expected(connection, present, view))
    if not wanted:
        people += without_post(present, view)
    else:
        posts = {person.id: organisation.post_of(person.id, today) for person in people}
        people = [
            person for person in people
            for post in [posts[person.id]]
            if post and any(unit.id in wanted for unit in organisation.unit_path(post[1].id))
        ]
    return sorted(people, key=lambda person: (person.name, person.id))


def _starts(work: Work, present: Present, people: Iterable[str]) -> dict[str, str]:
    """When each office's mails begin to leave, fixed by the worker who began the job."""
    if work.memo.get("starts"):
        return dict(work.memo["starts"])
    organisation, today = present.organisation, present.calendar.civil_date(present.now)
    posts = [organisation.post_of(person_id, today) for person_id in people]
    counts = count_by_office(organisation, (post[1].id for post in posts if post))
    found = waves(counts, work.runut.settings.smtp_rate, present.calendar, present.now)
    return {wave.office_id: wave.starts_at.isoformat() for wave in found}


def _open_cycle(cycle_id: str) -> Any:
    return select(*Cycle.__table__.columns).where(
        Cycle.id == cycle_id, Cycle.opened_at.is_not(None), Cycle.closed_at.is_(None)
    )


def _standing(connection: Connection, cycle_id: str, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Of these people, who has a case that stands in the way: (why, case), in this cycle or one for the same period."""
    here = select(Cycle.kind, Cycle.year, Cycle.period).where(Cycle.id == cycle_id).subquery()
    rows = connection.execute(
        select(Case.subject_id, Case.id, Case.cycle_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(here, (Cycle.kind == here.c.kind) & (Cycle.year == here.c.year) & (Cycle.period == here.c.period))
        .where(Case.subject_id.in_(ids), Case.slot.is_not(None))
        .order_by(Case.id)
    )
    return {row.subject_id: (EXISTS if row.cycle_id == cycle_id else ELSEWHERE, row.id) for row in rows}

"""A case opened on somebody's desk: everything that a page about one case shows, read at one instant."""

from dataclasses import dataclass

from sqlalchemy import Connection

from service.access import check_visible
from service.casefile import CaseFile, facts_of, load_case, offers
from service.pages.web import reading
from service.papers import types_from_paper
from service.runut import Present
from service.surroundings import context_of
from workflows.context import Context
from workflows.kit import Facts, Offer, Problem, Role, Stage


@dataclass(frozen=True)
class Opened:
    """One case as its reader may see it. `edits_as` is the role in which the reader may change the text now."""

    file: CaseFile
    context: Context
    problems: tuple[Problem, ...]
    facts: Facts
    offers: tuple[Offer, ...]
    edits_as: Role | None
    reader_id: str

    @property
    def is_own(self) -> bool:
        """Whether the reader is whom the case is about."""
        return bool(self.reader_id == self.file.row["subject_id"])

    @property
    def is_setting(self) -> bool:
        """Whether the case is past drafting, so that what stops its setting stops it now."""
        return self.file.state.stage is not Stage.DRAFT

    def offer(self, action: str) -> Offer | None:
        """The reader's first row of `action`, blocked or not; None when it is not his or not now."""
        return next((offer for offer in self.offers if offer.step.action == action), None)


def open_case_file(number: str) -> Opened:
    """The case for the signed-in reader. Raises NotFound also when he may not see it."""
    with reading() as (connection, present, person_id):
        return opened(connection, present, person_id, number)


def opened(connection: Connection, present: Present, person_id: str, number: str) -> Opened:
    """The same on a connection that the page needs for more."""
    file = load_case(connection, present, number)
    check_visible(connection, file, person_id)
    context = context_of(connection, file)
    problems = tuple(file.workflow.problems(file.document, context))
    facts = facts_of(file, connection, problems=problems)
    held = file.held_by(person_id)
    edits_as = None if file.row["held_at"] else file.workflow.may_edit(facts, held)
    if edits_as is None and Role.PERF_TEAM in held and types_from_paper(connection, file):
        edits_as = Role.PERF_TEAM
    return Opened(
        file=file,
        context=context,
        problems=problems,
        facts=facts,
        offers=offers(file, facts, person_id),
        edits_as=edits_as,
        reader_id=person_id,
    )

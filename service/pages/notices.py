"""Requests on paper for people without a mailbox: printing the notice, recording its delivery, whom to visit."""

from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from service.casefile import NO_SUCH_CASE
from service.commands.commanding import command
from service.errors import InvalidInput, NotAvailable, NotFound, NotYours, Refused
from service.pages.beside import handles_paper, without_mailbox
from service.pages.cases import frame
from service.pages.decisions import Typed, page_status, typed_of
from service.pages.forms import form_input
from service.pages.opened import Opened, opened
from service.pages.picking import person_called
from service.pages.trace import late_words
from service.pages.web import actor, reading, render, runut, see_other, signed_in, translate, words
from service.queries.notices import notices_of, visits
from service.runut import Present
from workflows.dates import day, weekday_day
from workflows.kit import Role, Stage, Text

blueprint = Blueprint("notices", __name__)

_SHOWN_AGAIN = (InvalidInput, NotAvailable, NotYours, Refused)
_ASKS: dict[Stage, Text] = {
    Stage.DRAFT: Text("menyusun dan mengajukan {thing} Anda", "to write and submit your {thing}"),
    Stage.REVIEW: Text("memeriksa {thing} tersebut", "to review this {thing}"),
    Stage.APPROVAL: Text("memutuskan {thing} tersebut", "to decide on this {thing}"),
    Stage.APPEAL: Text("memberi putusan atas {thing} tersebut", "to give a ruling on this {thing}"),
    Stage.DONE: Text("memeriksa {thing} tersebut", "to look at this {thing}"),
}


@blueprint.get("/cases/<number>/notice")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """Who has to be told on paper, the notices printed so far, and the form that records a delivery."""
    return _page(number)


@blueprint.post("/cases/<number>/notice")
@signed_in
def print_(number: str) -> ResponseReturnValue:
    """Gives a notice its number and shows it, ready to print."""
    given = {"person": request.form.get("person", "")}
    try:
        receipt = command(
            runut(), actor(), number, "print_notice", given, if_match="any", key=request.form.get("key") or None
        )
    except _SHOWN_AGAIN as error:
        return _page(number, typed_of(request.form, "print_notice", error, g.locale), page_status(error))
    with reading() as (connection, present, _person_id):
        made = notices_of(connection, present, receipt["case"]["id"])
    notice = next(row for row in made if row["printed_event_id"] == receipt["event_id"])
    return see_other(".paper", number=number, notice_number=notice["number"])


@blueprint.get("/cases/<number>/notices/<notice_number>")
@signed_in
def paper(number: str, notice_number: str) -> ResponseReturnValue:
    """The notice as it is printed: number, what is asked, deadline, where to go; no secrets and nothing of the text."""
    with reading() as (connection, present, person_id):
        case = _opened(connection, present, number, person_id)
        found = [row for row in notices_of(connection, present, case.file.id) if row["number"] == notice_number]
        if not found:
            raise NotFound(NO_SUCH_CASE)
        notice, organisation = found[0], present.organisation
        addressee = organisation.person(notice["person_id"])
        post = organisation.post_of(addressee.id, organisation.date_of(present.now))
        team = [organisation.person(h.person_id).name for h in case.file.holders(Role.PERF_TEAM)]
    file = case.file
    title = words(file.workflow.title).partition(" (")[0]
    return render(
        "notice_paper.html",
        notice=notice,
        addressee=addressee,
        post=post and {"title": post[0].title, "unit": post[1].name},
        number=file.number,
        thing=title[:1].lower() + title[1:],
        asks=words(_ASKS[file.state.stage]).format(thing=title[:1].lower() + title[1:]),
        subject=None if addressee.id == file.row["subject_id"] else organisation.person(file.row["subject_id"]).name,
        team=team[:3],
        base_url=runut().settings.base_url,
    )


@blueprint.post("/cases/<number>/notices/<notice_number>/delivery")
@signed_in
def deliver(number: str, notice_number: str) -> ResponseReturnValue:
    """Records the day on the receipt."""
    given = form_input(request.form)
    try:
        with reading() as (connection, present, person_id):
            case = _opened(connection, present, number, person_id)
            ids = {row["number"]: row["id"] for row in notices_of(connection, present, case.file.id)}
            given["notice"] = ids.get(notice_number, "")
            if called := given.get("handed_by"):
                on = present.calendar.civil_date(present.now)
                given["handed_by"] = person_called(present.organisation, str(called), "handed_by", on)
        command(
            runut(), actor(), number, "record_hand_delivery", given, if_match="any",
            key=request.form.get("key") or None,
        )
    except _SHOWN_AGAIN as error:
        return _page(number, typed_of(request.form, "record_hand_delivery", error, g.locale), page_status(error))
    return see_other(".show", number=number, done="handed")


@blueprint.get("/visits")
@signed_in
def listed() -> ResponseReturnValue:
    """People to visit: they have to act and no mail reaches them. For HR and performance teams."""
    with reading() as (connection, present, person_id):
        if not handles_paper(present, person_id):
            raise NotYours(Text(
                "Halaman ini untuk kepegawaian dan tim pengelola kinerja.",
                "This page is for HR and performance teams.",
            ))
        rows = visits(connection, present, person_id)
        calendar, today = present.calendar, present.calendar.civil_date(present.now)
        for row in rows:
            late = row["due_at"] is not None and row["due_at"] < present.now
            days = calendar.working_days_between(calendar.civil_date(row["due_at"]), today) if late else 0
            row["due"] = {
                "text": late_words(days) if late else words(weekday_day(calendar.civil_date(row["due_at"])))
                if row["due_at"] else translate("tanpa tenggat", "no deadline"),
                "tone": "danger" if late else "info",
            }
            row["state"] = words(row["state"])
            row["paper"] = _paper_words(row)
    return render("visits.html", rows=rows, wide=True)


def _paper_words(row: dict[str, Any]) -> dict[str, str]:
    if row["handed_on"]:
        return {"text": translate("Diserahkan {on}", "Handed over {on}", on=words(day(row["handed_on"]))),
                "tone": "success"}
    if row["notice"]:
        return {"text": translate("Dicetak, belum diserahkan", "Printed, not handed over"), "tone": "warning"}
    return {"text": translate("Belum dicetak", "Not printed yet"), "tone": "danger"}


def _opened(connection: Connection, present: Present, number: str, person_id: str) -> Opened:
    """The case, for an HR officer or team member of it. Raises NotYours."""
    case = opened(connection, present, person_id, number)
    if not {Role.HR, Role.PERF_TEAM} & case.file.held_by(person_id, [Role.HR, Role.PERF_TEAM]).keys():
        raise NotYours(Text(
            "Surat pemberitahuan dicetak oleh kepegawaian atau tim pengelola kinerja unit ini.",
            "Notices are printed by HR or by this unit's performance team.",
        ))
    return case


def _page(number: str, typed: Typed | None = None, status: int = 200) -> ResponseReturnValue:
    typed = typed or Typed()
    with reading() as (connection, present, person_id):
        case = _opened(connection, present, number, person_id)
        printed = notices_of(connection, present, case.file.id)
        to_tell = without_mailbox(case)
        page = frame(connection, case)
        today = present.calendar.civil_date(present.now).isoformat()
    return render(
        "case_notice.html", status=status, typed=typed, printed=printed, to_tell=to_tell, today=today,
        page_error=bool(typed.errors), done=request.args.get("done", ""), **page,
    )

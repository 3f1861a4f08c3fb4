"""Before and after a cycle opens: the preflight with its remedies, the opening, and the cases that a job makes."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from service.authority import Organisation
from service.commands.cycles import create_cases, open_cycle
from service.commands.cycles.filling import DONE, ELSEWHERE, EXISTS, NO_POST, running_job
from service.errors import Conflict, FieldError, InvalidInput, Refused
from service.pages.cycles import found_cycle, shown
from service.pages.filters import address
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.queries.jobs import items, visible_job
from service.queries.preflight import Finding, Preflight, people_of, preflight
from service.runut import Present
from service.waves import office_of
from workflows.kit import Text

blueprint = Blueprint("cycle_opening", __name__, url_prefix="/cycles/<uuid:cycle_id>")

_NAMED, _PAGE = 5, 50
_FAULTS = (Conflict, Refused, InvalidInput)
OUTCOMES: dict[str, tuple[Text, str]] = {
    DONE: (Text("Kasus dibuat", "Case made"), "success"),
    EXISTS: (Text("Sudah mempunyai kasus", "Has a case already"), "neutral"),
    ELSEWHERE: (Text("Punya kasus di siklus lain", "Has a case in another cycle"), "warning"),
    NO_POST: (Text("Belum mempunyai jabatan", "Has no post"), "warning"),
}


@blueprint.get("/preflight")
@for_roles("hr")
def check(cycle_id: Any) -> ResponseReturnValue:
    """What would go wrong, the mails that leave, and the form that opens the cycle or makes its cases."""
    return _check_page(str(cycle_id))


@blueprint.get("/preflight/<code>")
@for_roles("hr")
def finding(cycle_id: Any, code: str) -> ResponseReturnValue:
    """Everybody whom one finding is about, each with the page that mends it."""
    cursor = request.args.get("cursor")
    with reading() as (connection, present, _person_id):
        view = found_cycle(connection, present, str(cycle_id))
        found = preflight(connection, present, runut().settings, view)
        page = people_of(found, code, cursor, _PAGE)
        if page is None:
            return see_other(".check", cycle_id=cycle_id)
        chosen = next(finding for finding in found.findings if finding.code == code)
        today = present.calendar.civil_date(present.now)
        rows = []
        for person in page.items:
            post = present.organisation.post_of(person.id, today)
            rows.append({
                "name": {"text": person.name, "href": chosen.remedy.format(id=person.id)},
                "post": post[0].title if post else "", "unit": post[1].name if post else "", "email": person.email,
            })
    place = f"/cycles/{cycle_id}/preflight/{code}"
    return render(
        "cycle_finding.html", cycle=shown(view), message=words(chosen.message), rows=rows, wide=True,
        with_address=code.endswith("address"),
        first_href=place if cursor else "",
        next_href=address(place, {"cursor": page.cursor}) if page.cursor else "",
    )


@blueprint.post("/open")
@for_roles("hr")
def post_open(cycle_id: Any) -> ResponseReturnValue:
    """Opens the cycle; with cases it leads to the job that makes them."""
    try:
        given = {"create_cases": request.form.get("for_whom", "nobody") != "nobody", **_for_whom()}
        job_id = open_cycle(runut(), actor(), str(cycle_id), given)
    except _FAULTS as error:
        return _check_page(str(cycle_id), error)
    if job_id:
        return see_other("job_pages.job", job_id=job_id)
    return see_other("cycles.show", cycle_id=cycle_id, done="opened")


@blueprint.post("/cases")
@for_roles("hr")
def post_cases(cycle_id: Any) -> ResponseReturnValue:
    """Asks for cases in a cycle that is open and leads to the job that makes them."""
    try:
        return see_other("job_pages.job", job_id=create_cases(runut(), actor(), str(cycle_id), _for_whom()))
    except _FAULTS as error:
        return _check_page(str(cycle_id), error)


@blueprint.get("/jobs/<uuid:job_id>")
@for_roles("hr")
def made(cycle_id: Any, job_id: Any) -> ResponseReturnValue:
    """What came of each person in one job: `?outcome=` for one kind of it only."""
    outcome, cursor = request.args.get("outcome", ""), request.args.get("cursor")
    with reading() as (connection, present, person_id):
        view = found_cycle(connection, present, str(cycle_id))
        job = visible_job(connection, present, person_id, str(job_id))
        if job["details"].get("cycle_id") != view["id"]:
            raise NoSuchPage
        page = items(connection, job["id"], outcome or None, limit=_PAGE, cursor=cursor)
        people = present.organisation.people
        rows = [
            {
                "name": {"text": people[row["item_id"]].name, "href": f"/people/{row['item_id']}"},
                "outcome": {"text": words(OUTCOMES[row["outcome"]][0]), "tone": OUTCOMES[row["outcome"]][1]},
                "case": {"text": row["number"], "href": f"/cases/{row['number']}"} if row["number"] else "",
            }
            for row in page.items
        ]
    place = f"/cycles/{cycle_id}/jobs/{job_id}"
    counts = job["result"].get("outcomes", {})
    tabs = [
        {"label": translate("Semua", "All"), "href": place, "current": not outcome, "count": sum(counts.values())},
        *(
            {"label": words(text), "href": address(place, {"outcome": code}), "current": code == outcome,
             "count": counts.get(code, 0)}
            for code, (text, _tone) in OUTCOMES.items() if counts.get(code)
        ),
    ]
    return render(
        "cycle_cases.html", cycle=shown(view), rows=rows, tabs=tabs,
        first_href=address(place, {"outcome": outcome}) if cursor else "",
        next_href=address(place, {"outcome": outcome, "cursor": page.cursor}) if page.cursor else "",
    )


def _for_whom() -> dict[str, Any]:
    """Whom the form asks cases for; no office means everybody. Raises InvalidInput when offices are to be chosen."""
    by_office = request.form.get("for_whom") == "offices"
    offices = request.form.getlist("unit_ids") if by_office else []
    if by_office and not offices:
        raise InvalidInput(_CHOOSE, [FieldError("unit_ids", _CHOOSE)])
    return {"unit_ids": offices, "carry_over": request.form.get("carry_over") == "yes"}


def _check_page(cycle_id: str, error: Conflict | Refused | InvalidInput | None = None) -> ResponseReturnValue:
    with reading() as (connection, present, _person_id):
        view = found_cycle(connection, present, cycle_id)
        found = preflight(connection, present, runut().settings, view)
        job_id = running_job(connection, cycle_id)
    organisation = present.organisation
    return render(
        "cycle_preflight.html",
        status=409 if error else 200,
        page_error=bool(error),
        errors=_errors(error),
        cycle=shown(view),
        findings=[_finding(view["id"], finding) for finding in found.findings],
        blocked=[words(finding.message) for finding in found.blocking],
        people=len(found.people),
        missing=found.missing,
        mails=found.mails,
        hours=found.hours,
        waves=_waves(organisation, found),
        offices=_offices(present, found),
        job_id=job_id,
        typed={"for_whom": request.form.get("for_whom", "everybody" if view["state"] == "open" else "nobody"),
               "unit_ids": request.form.getlist("unit_ids"), "carry_over": request.form.get("carry_over", "")},
        annual=view["kind"] == "ANNUAL",
        wide=True,
    )


def _errors(error: Conflict | Refused | InvalidInput | None) -> list[dict[str, str]]:
    if error is None:
        return []
    if isinstance(error, InvalidInput):
        return [{"field": field.path, "message": words(field.message)} for field in error.fields]
    return [{"field": "", "message": words(sentence)} for sentence in error.reasons or (error.detail,)]


def _finding(cycle_id: str, finding: Finding) -> dict[str, Any]:
    about = finding.people
    return {
        "level": finding.level,
        "message": words(finding.message),
        "people": [{"name": p.name, "href": finding.remedy.format(id=p.id)} for p in about[:_NAMED]],
        "more": len(about) - _NAMED,
        "all_href": f"/cycles/{cycle_id}/preflight/{finding.code}" if about else "",
        "href": "" if about else finding.remedy,
    }


def _waves(organisation: Organisation, found: Preflight) -> list[dict[str, Any]]:
    return [
        {"office": organisation.units[wave.office_id].name, "mails": wave.mails, "from": wave.starts_at,
         "until": wave.ends_at}
        for wave in found.waves
    ]


def _offices(present: Present, found: Preflight) -> list[dict[str, Any]]:
    """The offices that people of the cycle work in, as choices."""
    organisation, today = present.organisation, present.calendar.civil_date(present.now)
    counts: dict[str, int] = {}
    for person in found.people:
        post = organisation.post_of(person.id, today)
        assert post is not None
        office = office_of(organisation, post[1].id)
        counts[office] = counts.get(office, 0) + 1
    return [
        {"value": office, "label": organisation.units[office].name,
         "hint": translate("{n} pegawai", "{n} people", n=count)}
        for office, count in sorted(counts.items(), key=lambda each: organisation.units[each[0]].name)
    ]


_CHOOSE = Text("Pilih sekurang-kurangnya satu kantor.", "Choose at least one office.")

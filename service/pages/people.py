"""HR's list of people: post, unit, rater, who acts for whom; and recording or ending a delegation."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.authority import Organisation, Person
from service.commands.people import changing, delegate, end_delegation
from service.commands.people.foreseeing import Foreseen, foresee
from service.errors import Conflict, FieldError, InvalidInput, NotFound, NotYours
from service.pages.filters import address
from service.pages.forms import form_input
from service.pages.picking import person_called
from service.pages.remedies import mail_rows
from service.pages.standing import for_roles
from service.pages.web import actor, reading, render, runut, see_other, translate, words
from service.queries.cycles import cycle, cycle_title, without_case
from service.queries.paging import Page
from service.queries.people import delegation_view, people_page, person_view
from service.runut import Present
from workflows.kit import Text

blueprint = Blueprint("people", __name__)

_NO_PERSON = Text("Pegawai ini tidak ada.", "There is no such person.")


@blueprint.get("/people")
@for_roles("hr")
def people() -> ResponseReturnValue:
    """People by name: `?q=`, and `?without=<cycle>` for those who have not begun in it."""
    q, without = request.args.get("q", "").strip(), request.args.get("without", "")
    with reading() as (connection, present, _person_id):
        on, organisation = present.calendar.civil_date(present.now), present.organisation
        chosen = cycle(connection, present, without) if without else None
        only = frozenset(p.id for p in without_case(connection, present, chosen)) if chosen else None
        problems = []
        try:
            page = people_page(organisation, on, q=q, only=only, cursor=request.args.get("cursor"))
        except InvalidInput as error:
            page, problems = Page([], None), [{"field": "", "message": words(error.detail)}]
        rows = [_listed(organisation, person, on) for person in page.items]
    given = {"q": q, "without": without if chosen else ""}
    chips = []
    if q:
        href = address("/people", {**given, "q": None})
        chips.append({"label": translate("Cari", "Search"), "value": q, "href": href})
    if chosen:
        chips.append({
            "label": translate("Belum memulai", "Not begun"), "value": words(cycle_title(chosen)),
            "href": address("/people", {"q": q}),
        })
    return render(
        "people.html",
        status=422 if problems else 200,
        errors=problems,
        page_error=bool(problems),
        rows=rows,
        chips=chips,
        given=given,
        missing=len(only) if only is not None else None,
        next_href=address("/people", {**given, "cursor": page.cursor}) if page.cursor else "",
        first_href=address("/people", given) if request.args.get("cursor") else "",
        wide=True,
    )


@blueprint.get("/people/<uuid:person_id>")
@for_roles("hr")
def person(person_id: Any) -> ResponseReturnValue:
    """One person: posts, rater, delegations, and the form that records one."""
    return _person_page(str(person_id))


@blueprint.post("/people/<uuid:person_id>/delegations")
@for_roles("hr")
def post_delegation(person_id: Any) -> ResponseReturnValue:
    """Records a delegation of this person's powers; what is wrong comes back with what was typed."""
    return _delegating(str(person_id), checked=True)


@blueprint.post("/people/<uuid:person_id>/delegations/check")
@for_roles("hr")
def check_delegation(person_id: Any) -> ResponseReturnValue:
    """What the delegation would bring about, before it is recorded: cases, mails, and what contradicts it."""
    return _delegating(str(person_id), checked=False)


def _delegating(giver: str, *, checked: bool) -> ResponseReturnValue:
    typed = {**form_input(request.form), "scope": request.form.getlist("scope")}
    order = typed.get("order_number", "")
    try:
        given = {**typed, "from_person_id": giver, "to_person_id": _substitute(typed.get("to", ""))}
        given.pop("to", None)
        if not checked:
            foreseen = foresee(runut(), actor(), order, lambda change: delegate(change, given))
            return _check_page(giver, given, foreseen)
        with changing(runut(), actor(), order) as change:
            delegate(change, given)
    except InvalidInput as error:
        return _person_page(giver, typed, [_error(field) for field in error.fields], status=422)
    except Conflict as conflict:
        errors = [{"field": "", "message": words(reason)} for reason in conflict.reasons or (conflict.detail,)]
        return _person_page(giver, typed, errors, status=409, conflicts="conflicts" in conflict.extra)
    except NotYours as error:
        return _person_page(giver, typed, [{"field": "", "message": words(error.detail)}], status=403)
    return see_other(".person", person_id=giver, done="recorded")


@blueprint.post("/people/<uuid:person_id>/delegations/<uuid:delegation_id>/end")
@for_roles("hr")
def post_end(person_id: Any, delegation_id: Any) -> ResponseReturnValue:
    """Ends a delegation now: from today its substitute acts no more."""
    with changing(runut(), actor()) as change:
        end_delegation(change, {"id": str(delegation_id)})
    return see_other(".person", person_id=str(person_id), done="ended")


def _check_page(giver: str, given: Mapping[str, Any], foreseen: Foreseen) -> ResponseReturnValue:
    with reading() as (_connection, present, _person_id):
        people, post = present.organisation.people, present.organisation.positions[given["position_id"]]
    until = [date.fromisoformat(given[name]) for name in ("starts_on", "ends_on")]
    return render(
        "delegation_check.html",
        giver={"id": giver, "name": people[giver].name},
        substitute=people[given["to_person_id"]].name,
        post=post.title,
        given=given,
        first=until[0],
        last=until[1],
        cases=foreseen.cases,
        mail_rows=mail_rows(foreseen.mails),
        fields=[(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"],
    )


def _person_page(
    person_id: str, typed: Mapping[str, Any] | None = None, errors: list[dict[str, str]] | None = None,
    status: int = 200, conflicts: bool = False,
) -> ResponseReturnValue:
    with reading() as (_connection, present, reader_id):
        organisation, on = present.organisation, present.calendar.civil_date(present.now)
        found = organisation.people.get(person_id)
        if found is None:
            raise NotFound(_NO_PERSON)
        view = person_view(organisation, found, on, in_full=True)
        delegations = [
            {**delegation_view(organisation, d, on), "starts_on": d.starts_on, "ends_on": d.ends_on}
            for d in sorted(organisation.delegations, key=lambda d: d.starts_on, reverse=True)
            if person_id in (d.from_person_id, d.to_person_id)
        ]
        capacities = [words(c.explanation) for c in organisation.capacities(person_id, present.now)]
        posts = _posts(present, person_id)
        typed = typed or _proposed(present)
    return render(
        "person.html",
        status=status,
        errors=errors or [],
        conflicts=conflicts,
        by_field={error["field"]: error["message"] for error in reversed(errors or [])},
        page_error=bool(errors),
        person=view,
        capacities=capacities,
        delegations=delegations,
        posts=posts,
        typed=typed,
        own=reader_id == person_id,
        done=request.args.get("done", ""),
    )


def _proposed(present: Present) -> dict[str, str]:
    """What the form of a delegation begins with: a Plh for two weeks, or `?to=<id>&from=&until=` as somebody proposed.
    """
    today = present.calendar.civil_date(present.now)
    to = present.organisation.people.get(request.args.get("to", ""))
    return {
        "type": "PLH", "position_id": request.args.get("position", ""),
        "to": (to.nip or to.name) if to else "", "starts_on": _day("from", today),
        "ends_on": _day("until", today + timedelta(days=14)),
    }


def _day(name: str, default: date) -> str:
    given = request.args.get(name, "")
    try:
        return max(date.fromisoformat(given), default if name == "from" else date.min).isoformat()
    except ValueError:
        return default.isoformat()


def _posts(present: Present, person_id: str) -> list[dict[str, str]]:
    """The posts whose powers this person uses or used, the present ones first."""
    organisation = present.organisation
    now = [how.position_id for how in organisation.acting_as(person_id, present.now)]
    past = [held.position_id for held in organisation.index.appointments_of.get(person_id, ())]
    return [
        {"value": position_id, "label": organisation.positions[position_id].title}
        for position_id in dict.fromkeys([*now, *past])
        if position_id in organisation.positions
    ]


def _listed(organisation: Organisation, found: Person, on: date) -> dict[str, Any]:
    view = person_view(organisation, found, on, in_full=True)
    active = [
        delegation_view(organisation, d, on)
        for d in (
            *organisation.index.delegations_from.get(found.id, ()), *organisation.index.delegations_to.get(found.id, ())
        )
    ]
    return {**view, "delegations": [d for d in active if d["active"]]}


def _substitute(called: str) -> str:
    with reading() as (_connection, present, _reader_id):
        return person_called(present.organisation, called, "to", present.calendar.civil_date(present.now))


def _error(field: FieldError) -> dict[str, str]:
    path = "to" if field.path == "to_person_id" else field.path
    return {"field": "" if path == "from_person_id" else path, "message": words(field.message)}

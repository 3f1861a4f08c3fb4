"""People, posts and who acts for whom: everybody may look names up, HR changes them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from service.api.context import actor, json_object, page_answer, reading, require_role, runut, visitor
from service.api.schemas import PagedQuery
from service.authority.records import holds_on
from service.commands import people
from service.commands.departing import NewDeparture, OwnCase, depart, plan_departure
from service.commands.people import Change, changing, inputs
from service.errors import NotFound
from service.jsonschema import json_schema
from service.queries import people as holding
from service.runut import Present
from service.signin import roles_of
from workflows.kit import Departure, Text

blueprint = Blueprint("admin", __name__, url_prefix="/api/v1", description="People, posts and who acts for whom")

_CONCERNED = {"hr", "auditor"}
_Write = Callable[[Change, Mapping[str, Any]], Any]


class PeopleQuery(PagedQuery):
    """`?q=sari`: part of a name, a post or a unit; a whole NIP."""

    q = fields.String(load_default=None, validate=validate.Length(max=100))


class HeldQuery(PagedQuery):
    """`?person=…&position=…&active=true`"""

    person = fields.UUID(load_default=None)
    position = fields.UUID(load_default=None)
    active = fields.Boolean(load_default=None)


def body_of(schema: type[Schema]) -> dict[str, Any]:
    """The OpenAPI description of a JSON body that a command checks itself."""
    return {"content": {"application/json": {"schema": json_schema(schema())}}}


@blueprint.get("/people")
@blueprint.arguments(PeopleQuery, location="query", unknown=RAISE)
def get_people(query: dict[str, Any]) -> ResponseReturnValue:
    """People by name with post, unit and rater; NIP, rank and address for HR only."""
    with reading() as (_connection, present, person_id):
        on, organisation = present.calendar.civil_date(present.now), present.organisation
        page = holding.people_page(organisation, on, q=query["q"], limit=query["limit"], cursor=query["cursor"])
        in_full = "hr" in roles_of(present, person_id)
        return page_answer(page, [holding.person_view(organisation, p, on, in_full=in_full) for p in page.items])


@blueprint.post("/people")
@blueprint.doc(requestBody=body_of(inputs.NewPerson))
def post_person() -> ResponseReturnValue:
    """Enters a person; answers the id."""
    return _created("people", people.create_person, json_object())


@blueprint.post("/people/<uuid:person_id>/departures")
@blueprint.doc(requestBody=body_of(NewDeparture))
def post_departure(person_id: Any) -> ResponseReturnValue:
    """Transfer, long leave, retirement or death: ends the posts and, as their tables say, the person's own cases."""
    visitor()
    return jsonify({"cases": [_own_case(case) for case in depart(runut(), actor(), str(person_id), json_object())]})


@blueprint.get("/people/<uuid:person_id>/departures/<kind>")
def get_departure(person_id: Any, kind: str) -> ResponseReturnValue:
    """What a departure of this kind would do to the person's own open cases; nothing changes."""
    require_hr()
    if kind not in list(Departure):
        raise NotFound(Text("Jenis ini tidak dikenal.", "There is no such kind."))
    with reading() as (connection, present, _person_id):
        cases = plan_departure(connection, present, str(person_id), kind)
    return jsonify({"cases": [_own_case(case) for case in cases]})


@blueprint.get("/units")
@blueprint.arguments(PagedQuery, location="query", unknown=RAISE)
def get_units(query: dict[str, Any]) -> ResponseReturnValue:
    """Work units by name."""
    with reading() as (_connection, present, _person_id):
        units = present.organisation.units.values()
        page = holding.keyset_page(units, lambda unit: [unit.name, unit.id], query["limit"], query["cursor"])
        return page_answer(page, [{"id": u.id, "name": u.name, "parent_id": u.parent_id} for u in page.items])


@blueprint.post("/units")
@blueprint.doc(requestBody=body_of(inputs.NewUnit))
def post_unit() -> ResponseReturnValue:
    """Enters a work unit; answers the id."""
    return _created("units", people.create_unit, json_object())


@blueprint.get("/positions")
@blueprint.arguments(PagedQuery, location="query", unknown=RAISE)
def get_positions(query: dict[str, Any]) -> ResponseReturnValue:
    """Posts by title, with who uses their powers today."""
    with reading() as (_connection, present, _person_id):
        organisation, on = present.organisation, present.calendar.civil_date(present.now)
        page = holding.keyset_page(
            organisation.positions.values(), lambda post: [post.title, post.id], query["limit"], query["cursor"]
        )
        return page_answer(page, [
            {
                **(holding.named_position(organisation, post.id) or {}), "unit_id": post.unit_id,
                "post_class": post.post_class, "reports_to_id": post.reports_to_id,
                "people": [
                    holding.named_person(organisation, how.person_id) for how in organisation.acting(post.id, on)
                ],
            }
            for post in page.items
        ])


@blueprint.post("/positions")
@blueprint.doc(requestBody=body_of(inputs.NewPosition))
def post_position() -> ResponseReturnValue:
    """Enters a post; answers the id."""
    return _created("positions", people.create_position, json_object())


@blueprint.get("/appointments")
@blueprint.arguments(HeldQuery, location="query", unknown=RAISE)
def get_appointments(query: dict[str, Any]) -> ResponseReturnValue:
    """Who holds which post, ended terms too; all for HR and auditors, others see their own."""
    with reading() as (_connection, present, person_id):
        held = [
            a for a in holding.appointments(present.organisation)
            if _sees(present, person_id, a.person_id) and _fits(present, query, a, a.position_id, a.person_id)
        ]
        return _terms(present, query, held, holding.appointment_view)


@blueprint.post("/appointments")
@blueprint.doc(requestBody=body_of(inputs.NewAppointment))
def post_appointment() -> ResponseReturnValue:
    """Puts a person into a post; its open cases follow. 409 where a leading post is held in that time."""
    return _created("appointments", people.appoint, json_object())


@blueprint.post("/appointments/<uuid:record_id>/end")
def end_appointment(record_id: Any) -> ResponseReturnValue:
    """Ends an appointment on `ends_on`, without it at once."""
    return _ended(people.end_appointment, str(record_id))


@blueprint.get("/delegations")
@blueprint.arguments(HeldQuery, location="query", unknown=RAISE)
def get_delegations(query: dict[str, Any]) -> ResponseReturnValue:
    """Who acts for whom, ended ones too; all for HR and auditors, others see those they gave or got."""
    with reading() as (_connection, present, person_id):
        given = [
            d for d in present.organisation.delegations
            if _sees(present, person_id, d.from_person_id, d.to_person_id)
            and _fits(present, query, d, d.position_id, d.from_person_id, d.to_person_id)
        ]
        return _terms(present, query, given, holding.delegation_view)


@blueprint.post("/delegations")
@blueprint.doc(requestBody=body_of(inputs.NewDelegation))
def post_delegation() -> ResponseReturnValue:
    """Records a Plh, a delegate or a Plt; 409 with `conflicts` when it contradicts what is there."""
    return _created("delegations", people.delegate, json_object())


@blueprint.post("/delegations/<uuid:record_id>/end")
def end_delegation(record_id: Any) -> ResponseReturnValue:
    """Ends a delegation on `ends_on`, without it at once."""
    return _ended(people.end_delegation, str(record_id))


@blueprint.get("/rater-assignments")
@blueprint.arguments(HeldQuery, location="query", unknown=RAISE)
def get_rater_assignments(query: dict[str, Any]) -> ResponseReturnValue:
    """Who rates whom where the posts do not say it; all for HR and auditors, others see their own."""
    with reading() as (_connection, present, person_id):
        assigned = [
            a for a in holding.assignments(present.organisation)
            if _sees(present, person_id, a.person_id) and _fits(present, query, a, a.position_id, a.person_id)
        ]
        return _terms(present, query, assigned, holding.assignment_view)


@blueprint.post("/rater-assignments")
@blueprint.doc(requestBody=body_of(inputs.NewAssignment))
def post_rater_assignment() -> ResponseReturnValue:
    """Says by an order who rates a person or a post; open cases follow."""
    return _created("rater-assignments", people.assign_rater, json_object())


def require_hr() -> None:
    """Raises NotYours unless the caller is an HR officer or administrator."""
    with reading() as (_connection, present, person_id):
        require_role(present, person_id, "hr", "admin")


def _own_case(case: OwnCase) -> dict[str, Any]:
    return {
        "number": case.number, "state": case.state.to(g.locale), "action": case.action,
        "title": case.label.to(g.locale), "done": case.is_done,
    }


def _created(place: str, write: _Write, given: Mapping[str, Any]) -> ResponseReturnValue:
    visitor()
    with changing(runut(), actor()) as change:
        record_id = write(change, given)
    response = jsonify({"id": record_id})
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/{place}"
    return response


def _ended(write: _Write, record_id: str) -> ResponseReturnValue:
    visitor()
    with changing(runut(), actor()) as change:
        write(change, {**json_object(), "id": record_id})
    return Response(status=204)


def _sees(present: Present, person_id: str, *concerned: str | None) -> bool:
    return person_id in concerned or not _CONCERNED.isdisjoint(roles_of(present, person_id))


def _fits(
    present: Present, query: Mapping[str, Any], record: Any, position_id: str | None, *concerned: str | None
) -> bool:
    on = present.calendar.civil_date(present.now)
    return (
        (query["person"] is None or str(query["person"]) in concerned)
        and (query["position"] is None or str(query["position"]) == position_id)
        and (query["active"] is None or query["active"] == holds_on(record, on))
    )


def _terms(
    present: Present, query: Mapping[str, Any], records: list[Any], view: Callable[..., Any]
) -> ResponseReturnValue:
    """Records by their first day."""
    on = present.calendar.civil_date(present.now)
    page = holding.keyset_page(
        records, lambda record: [record.starts_on.isoformat(), record.id], query["limit"], query["cursor"]
    )
    return page_answer(page, [view(present.organisation, record, on) for record in page.items])

"""Delegations: a post's powers used by somebody else for a time, by an order."""

from collections.abc import Mapping
from typing import Any

from service.authority import Delegation
from service.commands.inputs import load
from service.commands.people.changing import Change
from service.commands.people.conflicting import check_conflicts
from service.commands.people.inputs import SCOPES, Ending, NewDelegation
from service.commands.people.posts import appoint
from service.ids import new_id
from service.models import authority as tables
from workflows.kit import Text

_HIMSELF = Text("Tidak dapat dilimpahkan kepada diri sendiri.", "Nobody can hand powers to himself.")
_NOT_HIS = Text(
    "Pegawai ini tidak menjalankan jabatan itu pada hari pertama pelimpahan.",
    "This person does not exercise that post on the first day of the delegation.",
)
_LOCKED = Text("Akun pegawai ini terkunci; pilih orang lain.", "This person's account is locked; choose somebody else.")
_NO_SCOPE = Text("Sebut sekurang-kurangnya satu kewenangan.", "Name at least one power.")


def delegate(change: Change, given: Mapping[str, Any]) -> str:
    """Hands a post's powers to somebody for a time and answers the id.

    A Plh has all powers unless a scope is given; a Plt is kept as an appointment, because a vacant post has nobody to
    act for. HR records any; a holder may name a delegate for his own post. Raises InvalidInput, NotYours, and Conflict
    with every sentence of what would go wrong unless `accept_conflicts` says that the order stands all the same: the
    duty rules keep the substitute out of such cases anyway.
    """
    values = load(NewDelegation(), given)
    me = change.actor.person_id
    if not (values["type"] == "DELEGATE" and me == values["from_person_id"]):
        change.check_hr(concerns=values["to_person_id"])
    for name in ("from_person_id", "to_person_id"):
        change.check_known("people", values[name], name)
    change.check_known("positions", values["position_id"], "position_id")
    change.check_term(values["starts_on"], values["ends_on"])
    if not change.organisation.is_active(values["to_person_id"]):
        change.refuse("to_person_id", _LOCKED)
    if values["type"] == "PLT":
        kept = ("position_id", "order_number", "starts_on", "ends_on", "accept_conflicts")
        term = {name: given[name] for name in kept if given.get(name) is not None}
        return appoint(change, {**term, "person_id": values["to_person_id"], "kind": "PLT"})
    delegation = _delegation(change, values)
    accepted = check_conflicts(change, delegation, accepted=values["accept_conflicts"])
    change.add(
        tables.Delegation,
        [{name: getattr(delegation, name) for name in Delegation.__slots__} | {"scope": sorted(delegation.scope)}],
    )
    change.touched.positions.add(delegation.position_id)
    change.note(
        "people.delegate", delegation_id=delegation.id, kind=delegation.kind, from_person_id=delegation.from_person_id,
        to_person_id=delegation.to_person_id, position_id=delegation.position_id, starts_on=delegation.starts_on,
        ends_on=delegation.ends_on, order_number=delegation.order_number, scope=sorted(delegation.scope),
        conflicts_accepted=accepted,
    )
    return delegation.id


def end_delegation(change: Change, given: Mapping[str, Any]) -> None:
    """Ends a delegation; `ends_on` is its last day, left out it ends at once. HR may, and whoever gave it."""
    values = load(Ending(), given)
    held = change.row(tables.Delegation, values["id"])
    if change.actor.person_id != held.from_person_id:
        change.check_hr(concerns=held.to_person_id)
    last_day = values["ends_on"] or change.yesterday
    change.set(tables.Delegation, held.id, ends_on=last_day)
    change.touched.positions.add(held.position_id)
    change.note("people.end_delegation", delegation_id=held.id, ends_on=last_day)


def _delegation(change: Change, values: Mapping[str, Any]) -> Delegation:
    if values["from_person_id"] == values["to_person_id"]:
        change.refuse("to_person_id", _HIMSELF)
    acting = change.organisation.acting(values["position_id"], values["starts_on"])
    if values["from_person_id"] not in {how.person_id for how in acting}:
        change.refuse("from_person_id", _NOT_HIS)
    scope = values["scope"] or (SCOPES if values["type"] == "PLH" else ())
    if not scope:
        change.refuse("scope", _NO_SCOPE)
    return Delegation(
        id=new_id(), from_person_id=values["from_person_id"], to_person_id=values["to_person_id"],
        position_id=values["position_id"], kind=values["type"], order_number=values["order_number"],
        order_date=values["order_date"], starts_on=values["starts_on"], ends_on=values["ends_on"],
        scope=frozenset(scope),
    )

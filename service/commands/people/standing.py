"""Membership in performance teams and standing rights."""

from collections.abc import Mapping
from typing import Any

from service.commands.inputs import load
from service.commands.people.changing import Change
from service.commands.people.inputs import Ending, NewGrant, NewMember
from service.errors import Conflict
from service.ids import new_id
from service.models import RoleGrant
from service.models.authority import TeamMember
from workflows.kit import Text

_LAST_HR = Text(
    "Ini petugas kepegawaian yang terakhir. Beri hak itu kepada orang lain dahulu.",
    "This is the last HR officer. Give that right to somebody else first.",
)


def add_team_member(change: Change, given: Mapping[str, Any]) -> str:
    """Adds a person to a unit's performance team, from today unless said; answers the membership's id."""
    change.check_hr(concerns=given.get("person_id"))
    values = load(NewMember(), given)
    change.check_known("people", values["person_id"], "person_id")
    change.check_known("units", values["unit_id"], "unit_id")
    values["starts_on"] = values["starts_on"] or change.today
    change.check_term(values["starts_on"], values["ends_on"])
    member_id = new_id()
    change.add(TeamMember, [{"id": member_id, **values}])
    change.note("people.join_team", member_id=member_id, **values)
    change.touched.units.add(values["unit_id"])
    return member_id


def end_team_member(change: Change, given: Mapping[str, Any]) -> None:
    """Ends a membership; `ends_on` is its last day, left out it ends at once. Raises InvalidInput."""
    values = load(Ending(), given)
    member = change.row(TeamMember, values["id"])
    change.check_hr(concerns=member.person_id)
    last_day = values["ends_on"] or change.yesterday
    change.set(TeamMember, member.id, ends_on=last_day)
    change.note("people.leave_team", member_id=member.id, person_id=member.person_id, ends_on=last_day)
    change.touched.units.add(member.unit_id)


def grant(change: Change, given: Mapping[str, Any]) -> str:
    """Gives a standing right, from today unless said; answers its id. Only an administrator makes another one."""
    values = load(NewGrant(), given)
    roles = ("admin",) if values["role"] == "admin" else ("hr", "admin")
    change.check_hr(concerns=values["person_id"], roles=roles)
    change.check_known("people", values["person_id"], "person_id")
    values["starts_on"] = values["starts_on"] or change.today
    change.check_term(values["starts_on"], values["ends_on"])
    grant_id = new_id()
    change.add(RoleGrant, [{"id": grant_id, **values}])
    change.note("people.grant", grant_id=grant_id, **values)
    change.touched.everything |= values["role"] == "hr"
    return grant_id


def revoke_grant(change: Change, given: Mapping[str, Any]) -> None:
    """Ends a standing right; `ends_on` is its last day, left out it ends at once.

    Raises Conflict for the last HR officer.
    """
    values = load(Ending(), given)
    held = change.row(RoleGrant, values["id"])
    change.check_hr(concerns=held.person_id, roles=("admin",) if held.role == "admin" else ("hr", "admin"))
    if held.role == "hr":
        check_another_hr(change, held.person_id)
    last_day = values["ends_on"] or change.yesterday
    change.set(RoleGrant, held.id, ends_on=last_day)
    change.note("people.revoke", grant_id=held.id, person_id=held.person_id, role=held.role, ends_on=last_day)
    change.touched.everything |= held.role == "hr"


def check_another_hr(change: Change, person_id: str) -> None:
    """Raises Conflict when this person is the only HR officer left: nobody could repair anything any more."""
    officers = change.organisation.granted("hr", change.today)
    if person_id in officers and len(officers) == 1:
        raise Conflict(_LAST_HR)

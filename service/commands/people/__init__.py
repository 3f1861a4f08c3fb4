"""People and authority: each command works on a Change, and one Change is one transaction.

    with changing(runut, actor, "SK 800/12/2026") as change:
        person_id = create_person(change, {"name": "Sari Misal", "email": "sari@contoh.example"})

When the block ends, the open cases whose people differ now have moved on with it, or nothing has happened at all.
"""

from service.commands.people.addresses import lift_suppression, suppress_address
from service.commands.people.changing import Change, changing
from service.commands.people.delegating import delegate, end_delegation
from service.commands.people.leaving import lock_person
from service.commands.people.persons import change_address, change_person, create_person
from service.commands.people.posts import (
    appoint,
    assign_rater,
    change_position,
    change_unit,
    create_position,
    create_unit,
    end_appointment,
    end_assignment,
)
from service.commands.people.resettling import resettle_by_date
from service.commands.people.slips import print_slip
from service.commands.people.standing import add_team_member, end_team_member, grant, revoke_grant

__all__ = [
    "Change", "add_team_member", "appoint", "assign_rater", "change_address", "change_person", "change_position",
    "change_unit", "changing", "create_person", "create_position", "create_unit", "delegate", "end_appointment",
    "end_assignment", "end_delegation", "end_team_member", "grant", "lift_suppression", "lock_person", "print_slip",
    "resettle_by_date", "revoke_grant", "suppress_address",
]

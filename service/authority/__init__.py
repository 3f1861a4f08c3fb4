"""Who may act: the organisation as one snapshot, and the rules that find a role's holders in it."""

from service.authority.conflicts import conflicts
from service.authority.holders import CaseRoles, Holder, explain, holders, others
from service.authority.organisation import MOST_HOPS, MOST_RUNGS, Organisation
from service.authority.records import (
    Acting,
    Appointment,
    Capacity,
    Delegation,
    Grant,
    Person,
    Position,
    RaterAssignment,
    Reroute,
    TeamMember,
    Unit,
)
from service.authority.rungs import rungs

__all__ = [
    "MOST_HOPS",
    "MOST_RUNGS",
    "Acting",
    "Appointment",
    "Capacity",
    "CaseRoles",
    "Delegation",
    "Grant",
    "Holder",
    "Organisation",
    "Person",
    "Position",
    "RaterAssignment",
    "Reroute",
    "TeamMember",
    "Unit",
    "conflicts",
    "explain",
    "holders",
    "others",
    "rungs",
]

"""Help by role, the words of the field, and what becomes of personal data; open to everybody."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.pages.help_texts import GLOSSARY, ROLES, TASKS
from service.pages.web import reading, render, visitor, words
from service.signin import roles_of

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
def help_page() -> ResponseReturnValue:
    """Five tasks for each role, the reader's own first and unfolded; glossary and contact."""
    mine = _roles()
    ordered = sorted(ROLES, key=lambda role: role not in mine)
    return render(
        "help.html",
        roles=[
            {
                "name": words(ROLES[role]), "mine": role in mine,
                "tasks": [
                    {"title": words(task.title), "steps": words(task.steps), "href": task.href} for task in tasks
                ],
            }
            for role in ordered
            for tasks in [TASKS[role]]
        ],
        glossary=[{"term": term, "english": english, "meaning": words(meaning)} for term, english, meaning in GLOSSARY],
        signed_in=bool(mine),
    )


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Which data, why, who sees them, how long, and one's rights (UU 27/2022)."""
    return render("privacy.html")


def _roles() -> frozenset[str]:
    """Which of the help's roles the reader has; empty for somebody who is not signed in."""
    if visitor() is None:
        return frozenset()
    with reading() as (_connection, present, person_id):
        found: set[str] = {"employee", *roles_of(present, person_id)}
        kinds: Mapping[str, Any] = {c.kind: c for c in present.organisation.capacities(person_id, present.now)}
        held = present.organisation.visible_positions(person_id, present.now)
        if any(position.reports_to_id in held for position in present.organisation.positions.values()):
            found.add("rater")
        if "PERF_TEAM" in kinds:
            found.add("perf_team")
    return frozenset(found & ROLES.keys())

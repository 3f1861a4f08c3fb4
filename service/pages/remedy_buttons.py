"""The remedies of *why* as buttons and forms: each leads to its check page."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from service.commands.remedies import OF_ADDRESSES, REMEDIES, substituted_post
from service.pages.opened import Opened
from service.pages.web import words


def remedy_buttons(case: Opened, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What HR can do now, the quickest first; the first one that asks for nothing is the page's primary button."""
    buttons = [_button(case, name, answer) for name in answer["remedies"]]
    if buttons and not buttons[0]["inputs"]:
        buttons[0]["kind"] = "primary"
    return buttons


def _button(case: Opened, name: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    remedy, number = REMEDIES[name], case.file.number
    return {
        "action": name, "label": words(remedy.label), "effect": words(remedy.effect), "inputs": list(remedy.inputs),
        "kind": "secondary", "blocked": [], "phrases": [], "grounds": [],
        "href": _href(case, name),
        "post": url_for("remedy_pages.check", number=number, name=name),
        "people": [p for p in answer["reach"] if p["stopped"] == (name == "lift_suppression")]
        if name in OF_ADDRESSES else [],
    }


def _href(case: Opened, name: str) -> str:
    if name == "copy_reminder":
        return url_for("remedy_pages.show_reminder_text", number=case.file.number)
    post = substituted_post(case.file)
    if name == "substitute" and post:
        return url_for("people.person", person_id=post[0], position=post[1], case=case.file.number, _anchor="record")
    return ""

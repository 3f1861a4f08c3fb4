"""From a posted form to the input of a step: dotted names become nested values, empty fields are left out."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

_NOT_INPUT = frozenset({"csrf_token", "action", "version", "key", "phrases", "next", "code"})


def form_input(form: MultiDict[str, str]) -> dict[str, Any]:
    """The input that a form holds: `legal_basis.number` is put into `legal_basis`; ticked phrases lead the reason."""
    given: dict[str, Any] = {}
    for name, value in form.items():
        if name in _NOT_INPUT or not value.strip():
            continue
        *path, last = name.split(".")
        place: Any = given
        for part in path:
            place = place.setdefault(part, {}) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[last] = value.strip()
    if reason := _reason(form, given):
        given["reason"] = reason
    return given


def _reason(form: MultiDict[str, str], given: Mapping[str, Any]) -> str:
    parts = [phrase.strip() for phrase in form.getlist("phrases") if phrase.strip()]
    if given.get("reason"):
        parts.append(str(given["reason"]))
    return "\n".join(parts)

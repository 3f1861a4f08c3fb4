"""What happened to a case, as the timeline shows it: sentences by round, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from service.authority.words import ROLES
from service.pages.web import translate
from service.sentences import predicate
from workflows.kit import Role, Stage, State, Text, Workflow

_SOMEBODY = Text("Seseorang (nama sudah dihapus)", "Somebody (name erased)")
_SYSTEM = Text("Sistem", "The system")
_CHANNELS: Mapping[str, Text] = {
    "link": Text("lewat tautan surel", "by e-mail link"),
    "api": Text("lewat API", "through the API"),
    "paper": Text("di atas kertas bertanda tangan", "on signed paper"),
    "import": Text("lewat impor", "by import"),
    "cli": Text("lewat baris perintah", "by command line"),
}
_TONES: Mapping[str, str] = {
    Stage.DRAFT: "neutral", Stage.REVIEW: "info", Stage.APPROVAL: "info", Stage.APPEAL: "warning", Stage.DONE: "success"
}


def event_sentence(workflow: Workflow, event: Mapping[str, Any], locale: str) -> str:
    """`Sari Misal mengajukan rencana kerja.`; whoever acted for somebody is named with him."""
    actor, principal = event["actor"], event["on_behalf_of"]
    name = (actor["name"] or _SOMEBODY.to(locale)) if actor else _SYSTEM.to(locale)
    for_whom = ""
    if principal:
        for_whom = f" {Text('atas nama', 'on behalf of').to(locale)} {principal['name'] or _SOMEBODY.to(locale)}"
    return f"{name}{for_whom} {predicate(event['type'], workflow).to(locale)}."


def timeline_rounds(workflow: Workflow, events: Iterable[Mapping[str, Any]], locale: str) -> list[dict[str, Any]]:
    """The events by round, newest first, as the timeline component takes them; saves in a row are one item."""
    rounds: list[dict[str, Any]] = []
    for event in reversed(_without_repeated_saves(list(events))):
        if not rounds or rounds[-1]["round"] != event["round"]:
            rounds.append({"round": event["round"], "items": []})
        rounds[-1]["items"].append(_item(workflow, event, locale))
    return rounds


def state_tone(stage: str, *, late: bool = False, voided: bool = False) -> str:
    """The tone of a stage's badge."""
    return "danger" if late else "neutral" if voided else _TONES.get(stage, "neutral")


def tone_of(state: State, *, late: bool = False) -> str:
    """The tone of a case's badge; what was returned wants attention."""
    if state.name == "returned" and not late:
        return "warning"
    return state_tone(state.stage.value, late=late, voided=state.voids)


def last_return(events: Sequence[Mapping[str, Any]], state: State) -> Mapping[str, Any] | None:
    """The event that returned the case, while it is returned; None otherwise."""
    if state.name != "returned":
        return None
    moved = [event for event in events if event["to"] == state.name and event["from"] != state.name]
    return moved[-1] if moved else None


def hand_over_notes(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The notes that raters left for those after them, the newest first; texts that were erased are left out."""
    return [
        {
            "by": event["actor"]["name"] or translate(_SOMEBODY.id, _SOMEBODY.en),
            "at": datetime.fromisoformat(event["at"]),
            "text": event["texts"]["text"],
        }
        for event in reversed(events)
        if event["type"] == "case.hand_over" and event["texts"].get("text")
    ]


def late_words(days: int) -> str:
    """`Lewat 3 hari kerja`."""
    if days == 0:
        return translate("Lewat tenggat", "Overdue")
    if days == 1:
        return translate("Lewat 1 hari kerja", "1 working day late")
    return translate("Lewat {n} hari kerja", "{n} working days late", n=days)


def _item(workflow: Workflow, event: Mapping[str, Any], locale: str) -> dict[str, Any]:
    moved = event["from"] != event["to"]
    state = workflow.state(event["to"])
    how = _CHANNELS.get(event["channel"])
    who = [ROLES[Role(event["capacity"])].to(locale)] + ([how.to(locale)] if how else [])
    sentence = event_sentence(workflow, event, locale)
    if event.get("times", 1) > 1:
        times = Text("({n} kali)", "({n} times)").format(n=event["times"]).to(locale)
        sentence = f"{sentence.removesuffix('.')} {times}."
    badge = {"label": state.label.to(locale), "tone": tone_of(state)}
    return {
        "sentence": sentence,
        "at": datetime.fromisoformat(event["at"]),
        "actor": ", ".join(who),
        "reason": event["reason"] or event["texts"].get("text", ""),
        "badge": badge if moved else None,
    }


def _without_repeated_saves(events: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for event in events:
        same = kept and event["type"].endswith(".save") and kept[-1]["type"] == event["type"]
        if same and kept[-1]["actor"] == event["actor"]:
            kept[-1] = {**event, "times": kept[-1].get("times", 1) + 1}
        else:
            kept.append(dict(event))
    return kept

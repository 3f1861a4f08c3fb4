"""Decision forms: which buttons a reader gets, what they ask for, and what a posted form says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from service.errors import CaseMovedOn, FieldError, InvalidInput, ServiceError
from service.pages.forms import form_input
from service.pages.opened import Opened
from service.pages.picking import person_called
from service.responses import status_of
from service.runut import Present
from workflows.fields import REQUIRED
from workflows.inputs import Ground
from workflows.kit import Facts, Offer, Role, Step, Text, Workflow

PHRASES: Mapping[str, tuple[Text, ...]] = {
    "return": (
        Text("Target belum terukur", "Target not measurable"),
        Text("Belum selaras dengan hasil atasan", "Not aligned with the superior's result"),
        Text("Masih berupa kegiatan, belum hasil", "Describes an activity, not a result"),
    ),
}
COMMAND_INPUTS: Mapping[str, tuple[str, ...]] = {
    "remind": ("to_person",),
    "copy_reminder": (),
    "reroute": ("reason", "to_person", "legal_basis"),
    "extend": ("reason", "letter_number", "due_on"),
    "hold": ("reason",),
    "resume_case": ("reason",),
    "comment": ("text",),
    "hand_over": ("text",),
    "decline": ("ground", "from", "until", "proposed_substitute", "text"),
}
LABELS: Mapping[str, Text] = {
    "step": Text("Apa yang ditandatangani", "What was signed"),
    "paper_date": Text("Tanggal pada berkas", "Date on the paper"),
    "scan": Text("Pindaian", "Scan"),
    "handed_on": Text("Diterima pada tanggal", "Received on"),
    "handed_by": Text("Diserahkan oleh", "Handed over by"),
    "proposed": Text("Yang benar", "What is right"),
    "about": Text("Apa yang keliru", "What is wrong"),
    "reason": Text("Alasan", "Reason"),
    "legal_basis": Text("Dasar hukum", "Legal basis"),
    "legal_basis.kind": Text("Jenis surat", "Kind of letter"),
    "legal_basis.number": Text("Nomor surat", "Number of the letter"),
    "legal_basis.date": Text("Tanggal surat", "Date of the letter"),
    "legal_basis.title": Text("Tentang", "Subject"),
    "ends_on": Text("Berakhir pada", "Ends on"),
    "text": Text("Catatan", "Note"),
    "ground": Text("Sebabnya", "Why"),
    "from": Text("Dari tanggal", "From"),
    "until": Text("Sampai tanggal", "Until"),
    "to_person": Text("Dialihkan kepada", "Re-route to"),
    "proposed_substitute": Text("Usul pengganti", "Proposed substitute"),
    "due_on": Text("Tenggat baru", "New deadline"),
    "letter_number": Text("Nomor surat", "Number of the letter"),
}
_GROUND_HINTS: Mapping[Ground, Text] = {
    Ground.NOT_MINE: Text(
        "Misalnya pegawai ini bukan bawahan Anda, atau Anda sudah pindah.",
        "For example this is not your subordinate, or you have moved.",
    ),
    Ground.ABSENT: Text(
        "Cuti, dinas luar, atau sakit. Isi tanggal dan usul pengganti di bawah.",
        "Leave, travel or illness. Fill in dates and a proposed substitute below.",
    ),
    Ground.CONFLICT: Text(
        "Misalnya hubungan keluarga atau perkara pribadi.", "For example a family tie or a personal dispute."
    ),
}
_KIND_OF_CASE = frozenset({"has_version_in_force", "never_in_force"})
"""Guards that tell a first plan from an amendment: a button that fails them would only puzzle."""
_PEOPLE = frozenset({"to_person", "proposed_substitute"})
_NO_REASON = Text("Tuliskan atau pilih sekurang-kurangnya satu alasan.", "Write or choose at least one reason.")


@dataclass(frozen=True)
class Typed:
    """What came back from a form that was not carried out: its texts, and what is wrong with them."""

    action: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    errors: tuple[dict[str, str], ...] = ()
    moved_from: int | None = None

    def value(self, action: str, name: str) -> str:
        """What was typed into a field of this action's form."""
        return self.values.get(name, "") if action == self.action else ""

    def error(self, action: str, name: str) -> str:
        """What is wrong with a field of this action's form."""
        key = field_key(action, name)
        return next((error["message"] for error in self.errors if error["field"] == key), "")


def field_key(action: str, name: str) -> str:
    """The element key of a field, different for each form of a page."""
    return f"{action}.{name}"


def buttons(opened: Opened, locale: str) -> list[dict[str, Any]]:
    """The reader's steps as forms, the one that moves the case on first; `group` is main or hr."""
    rows = [_button(opened, offer, locale) for offer in opened.offers if fits_the_case(offer.step, opened.facts)]
    taken = opened.edits_as is not None
    for row in rows:
        if row["group"] == "main" and not row["inputs"] and not row["blocked"] and not taken:
            row["kind"], taken = "primary", True
    return sorted(rows, key=lambda row: (row["kind"] != "primary", bool(row["inputs"])))


def fits_the_case(step: Step, facts: Facts) -> bool:
    """Whether the step can ever be taken in this case: not, when it is for amendments and this is a first plan."""
    return all(guard.holds(facts) for guard in step.guards if guard.name in _KIND_OF_CASE)


def may_decline(opened: Opened) -> bool:
    """Whether the case waits for the reader's decision, which he may declare not to be his to take."""
    waits_for = opened.file.awaited
    if waits_for in (None, Role.EMPLOYEE) or opened.file.row["held_at"] is not None:
        return False
    return any(holder.person_id == opened.reader_id for holder in opened.file.waiting())


def may_comment(opened: Opened) -> bool:
    """Whether the reader takes part in the open case and may leave a note on it."""
    talkers = {Role.EMPLOYEE, Role.RATER, Role.PERF_TEAM, Role.RATER_SUPERIOR}
    return not opened.file.state.final and not talkers.isdisjoint(opened.file.held_by(opened.reader_id))


def grounds(locale: str) -> list[dict[str, str]]:
    """The grounds on which a decision may be declined, as choices."""
    return [
        {"value": ground.value, "label": ground.label.to(locale), "hint": _GROUND_HINTS[ground].to(locale)}
        for ground in Ground
    ]


def phrases_of(action: str, locale: str) -> list[dict[str, str]]:
    """The ready sentences of an action's reason, as choices; none for most actions."""
    return [{"value": f"{text.to(locale)}.", "label": text.to(locale)} for text in PHRASES.get(action, ())]


def field_sentence(action: str, wrong: FieldError, locale: str) -> str:
    """What is wrong with a field of this action's form, as the person who filled it in reads it."""
    if action in PHRASES and wrong.path == "reason" and wrong.message == REQUIRED:
        return _NO_REASON.to(locale)
    label = LABELS.get(wrong.path)
    return f"{label.to(locale)}: {wrong.message.to(locale)}" if label else wrong.message.to(locale)


def given_of(form: MultiDict[str, str], names: Iterable[str], present: Present) -> dict[str, Any]:
    """What a posted form gives to a step that asks for `names`; people are named by NIP, address or name.

    Raises InvalidInput when nobody is called so, or several.
    """
    wanted = {name.removesuffix("?") for name in names}
    given = {name: value for name, value in form_input(form).items() if name in wanted}
    on = present.calendar.civil_date(present.now)
    for name in _PEOPLE & given.keys():
        given[name] = person_called(present.organisation, str(given[name]), name, on)
    return given


def input_names(workflow: Workflow, action: str) -> tuple[str, ...]:
    """Everything that any row of the action, or the command, asks for."""
    if action in COMMAND_INPUTS:
        return COMMAND_INPUTS[action]
    return tuple(dict.fromkeys(name for step in workflow.steps if step.action == action for name in step.input))


def typed_of(form: MultiDict[str, str], action: str, error: ServiceError, locale: str) -> Typed:
    """What to show again after `error`: every text as it was typed, and the sentences beside their fields."""
    values = {name: text for name, text in form.items() if name not in ("csrf_token", "version", "key", "action")}
    phrases, errors = tuple(form.getlist("phrases")), tuple(_errors(action, error, locale))
    return Typed(action, values, phrases, errors, _moved_from(form, error))


def page_status(error: ServiceError) -> int:
    """The HTTP status of a page that shows the error; a stale version is a conflict there (409, not 412)."""
    return 409 if isinstance(error, CaseMovedOn) else status_of(error)[0]


def _errors(action: str, error: ServiceError, locale: str) -> Iterable[dict[str, str]]:
    if isinstance(error, InvalidInput):
        for wrong in error.fields:
            yield {"field": field_key(action, wrong.path), "message": field_sentence(action, wrong, locale)}
    elif error.reasons:
        yield from ({"field": "", "message": reason.to(locale)} for reason in error.reasons)
    else:
        yield {"field": "", "message": error.detail.to(locale)}


def _moved_from(form: Mapping[str, str], error: ServiceError) -> int | None:
    version = form.get("version", "")
    return int(version) if isinstance(error, CaseMovedOn) and version.isdecimal() else None


def _button(opened: Opened, offer: Offer, locale: str) -> dict[str, Any]:
    step, words = offer.step, opened.file.workflow.actions[offer.step.action]
    dest = opened.file.workflow.state(step.dest)
    return {
        "action": step.action,
        "label": words.button.to(locale),
        "effect": words.effect.to(locale),
        "inputs": [name.removesuffix("?") for name in step.input],
        "phrases": phrases_of(step.action, locale),
        "blocked": [sentence.to(locale) for sentence in offer.blocked_by],
        "kind": "danger" if dest.voids else "secondary",
        "group": "hr" if step.role is Role.HR else "main",
    }

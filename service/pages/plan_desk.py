"""A plan on its writer's desk, and the page of one part of it: form, conflict, and text that comes too late."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from service.casefile import NO_SUCH_CASE
from service.commands.autosaving import autosave
from service.errors import NotFound
from service.ids import new_secret
from service.pages.documents import plan_view
from service.pages.opened import Opened, opened
from service.pages.plan_parts import RESULT, Part, part_href, unsaved_parts
from service.pages.plan_saving import Outcome, save_part
from service.pages.web import reading, render, see_other, translate, words
from service.queries.versions import saved_at
from workflows.kit import Document, Text

_TOO_LATE = Text(
    "Rencana ini sudah tidak di tangan Anda: sudah diajukan, ditarik, atau ditahan sejak halaman ini dibuka.",
    "This plan is no longer in your hands: it was submitted, recalled or put on hold since you opened the page.",
)
_TEXT_BELOW = Text("Tulisan Anda ada di bawah; salin bila perlu.", "Your text is below; copy it if you need to.")
_CARRIED = ("csrf_token", "version", "id", "do", "kind", "parent", "perspective")


@dataclass(frozen=True)
class Desk:
    """A plan on the writer's desk: the case, when its text was saved, and what was typed and not saved."""

    case: Opened
    saved_at: datetime
    kept: Mapping[str, Any] | None

    @property
    def document(self) -> Document:
        """The saved text."""
        return self.case.file.document

    def unsaved(self) -> list[Part]:
        """The parts of which a newer text was typed and not saved."""
        return list(unsaved_parts(self.document, self.kept["document"])) if self.kept else []


def open_desk(number: str) -> Desk | None:
    """The plan, if the reader may see it (else NotFound); None while he may not edit it."""
    with reading() as (connection, present, person_id):
        case = opened(connection, present, person_id, number)
        if case.file.workflow.name != "work_plan":
            raise NotFound(NO_SUCH_CASE)
        if case.edits_as is None:
            return None
        at = saved_at(connection, case.file.id, case.file.row["document_version"])
        return Desk(case, at, autosave(connection, case.file.id, person_id))


def part_page(
    number: str, part: Part, template: str, then: str, more: Callable[[Desk], dict[str, Any]] = lambda desk: {}
) -> ResponseReturnValue:
    """The page of a part: its form on GET; a post saves it and leads on to `then`. `more` is what the template needs
    beside the form."""
    if request.method == "GET":
        desk = open_desk(number)
        if desk is None:
            return see_other("case.show", number=number)
        values = values_of(desk, part) or {}
        return part_form(desk, part, template, part.shown(values, g.locale), **more(desk))
    outcome = save_part(number, part)
    if outcome.saved:
        return see_other(then, number=number)
    desk = open_desk(number)
    if outcome.case is None or desk is None:
        return too_late_page(number, part)
    if outcome.clashes:
        return choose_page(desk, outcome)
    return part_form(desk, part, template, request.form.to_dict(), outcome.errors, **more(desk))


def part_form(
    desk: Desk, part: Part, template: str, shown: Mapping[str, Any], errors: tuple[dict[str, str], ...] = (),
    **values: Any,
) -> ResponseReturnValue:
    """The form of a part with these values; unsaved text is offered beside it."""
    number = desk.case.file.number
    result_id = part.id if part.key == RESULT else None
    is_unsaved = any(other == part for other in desk.unsaved())
    uses_kept = is_unsaved and request.args.get("kept") == "1"
    version = desk.kept["case_version"] if uses_kept and desk.kept else desk.case.file.row["version"]
    return desk_page(
        template,
        desk,
        status=422 if errors else 200,
        shown=shown,
        errors=errors,
        error_at={error["field"]: error["message"] for error in reversed(errors)},
        form_version=version,
        autosave_url=url_for("editor.keep", number=number, part=part.key, result=result_id),
        kept_at=datetime.fromisoformat(desk.kept["saved_at"]) if desk.kept and is_unsaved and not uses_kept else None,
        kept_href=part_href(number, part, kept=1),
        uses_kept=uses_kept,
        page_error=bool(errors),
        script=True,
        **values,
    )


def values_of(desk: Desk, part: Part) -> dict[str, Any] | None:
    """The part as saved, or as it was being typed when the writer asks for that."""
    if request.args.get("kept") == "1" and desk.kept:
        typed = part.read(desk.kept["document"])
        if typed is not None:
            return typed
    return part.read(desk.document)


def choose_page(desk: Desk, outcome: Outcome) -> ResponseReturnValue:
    """Two people changed one field: both texts side by side, one choice per field (409)."""
    hidden = [(name, text) for name, text in request.form.items() if name not in ("csrf_token", "version", "do")]
    return desk_page(
        "edit_choose.html", desk, status=409, clashes=outcome.clashes, hidden=hidden,
        form_version=desk.case.file.row["version"], action=request.path, page_error=True,
    )


def too_late_page(number: str, part: Part) -> ResponseReturnValue:
    """The plan left the writer's hands while he was typing: nothing was saved, and here is every text he typed."""
    kept = [
        {"label": words(part.label(name)), "text": text}
        for name, text in request.form.items()
        if text.strip() and name not in _CARRIED and not name.endswith((".id", ".aspect")) and name[:6] != "merge."
    ]
    error = {
        "title": translate("Belum tersimpan", "Not saved"),
        "happened": words(_TOO_LATE),
        "safe": words(_TEXT_BELOW),
        "kept": kept,
        "todo": translate("Buka kasusnya untuk melihat siapa yang memegangnya.", "Open the case to see who has it."),
        "number": new_secret()[:8].upper(),
    }
    way_on = {"href": url_for("case.show", number=number), "label": translate("Buka kasus", "Open the case")}
    return render("error.html", status=409, error=error, way_on=way_on, page_error=True)


def desk_page(
    template: str, desk: Desk, *, script: bool = False, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """A page of the editor: what all of them show of the plan, and what this one shows."""
    file = desk.case.file
    plan = {
        "number": file.number,
        "version": file.row["version"],
        "year": desk.case.context.starts_on.year,
        "own": desk.case.is_own,
        "subject": desk.case.context.subject.name,
        "saved_at": desk.saved_at,
        "state": words(file.state.label),
        "returned": file.row["state"] == "returned",
        "due_at": file.row["due_at"],
    }
    view = plan_view(file.document, desk.case.context, g.locale)
    revision = desk.kept["revision"] if desk.kept else 0
    return render(template, status=status, script=script, edited=plan, plan=view, revision=revision, **values)

"""The page of a job: how far it is, stopping it, and what came of it. It reloads itself without any script."""

from datetime import datetime
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from service import jobs
from service.pages.job_kinds import KINDS, OTHER
from service.pages.numbers import shown_number
from service.pages.web import actor, reading, render, runut, see_other, signed_in, translate, words
from service.queries.jobs import OPEN, visible_job
from workflows.kit import Text

blueprint = Blueprint("job_pages", __name__)

RELOAD_S = 2
STATES = {
    "WAITING": (Text("Menunggu dimulai", "Waiting to begin"), "info"),
    "RUNNING": (Text("Sedang dikerjakan", "At work"), "info"),
    "DONE": (Text("Selesai", "Done"), "success"),
    "FAILED": (Text("Gagal", "Failed"), "danger"),
    "STOPPED": (Text("Dihentikan", "Stopped"), "warning"),
}


@blueprint.get("/jobs/<uuid:job_id>")
@signed_in
def job(job_id: Any) -> ResponseReturnValue:
    """How far the job is; `Refresh` reloads the page until it has ended."""
    with reading() as (connection, present, person_id):
        view = visible_job(connection, present, person_id, str(job_id))
    kind, (label, tone) = KINDS.get(view["kind"], OTHER), STATES[view["state"]]
    is_open, result = view["state"] in OPEN, view["result"]
    response = render(
        "job.html",
        job={**view, **{name: _instant(view[name]) for name in ("created_at", "started_at", "finished_at")}},
        title=words(kind.title),
        state={"label": words(label), "tone": tone},
        is_open=is_open,
        progress=progress_words(view),
        back={"href": kind.back[0], "label": words(kind.back[1])},
        href=kind.leads_to(view),
        link_label=words(kind.link_label),
        stop_effect=words(kind.stop_effect),
        result_template=kind.template,
        result=result,
        summary=in_words(result.get("summary")),
        problem=in_words(result.get("problem")),
        reasons=[in_words(reason) for reason in result.get("reasons", ())],
        reload_s=RELOAD_S,
    )
    if is_open:
        response.headers["Refresh"] = str(RELOAD_S)
    return response


@blueprint.post("/jobs/<uuid:job_id>/stop")
@signed_in
def post_stop(job_id: Any) -> ResponseReturnValue:
    """Stops the job; one that has ended stays as it is."""
    me = actor().person_id
    assert me is not None
    with runut().database.write() as connection:
        present = runut().present(connection)
        visible_job(connection, present, me, str(job_id))
        jobs.stop(connection, present, str(job_id))
    return see_other(".job", job_id=str(job_id))


def progress_words(view: dict[str, Any]) -> str:
    """“1.250 of 5.000 rows” in the reader's language; that nobody knows yet while the total is unknown."""
    if not view["total"]:
        return translate("Belum diketahui berapa banyak", "Nobody knows yet how much it is")
    kind = KINDS.get(view["kind"], OTHER)
    shown = {name: shown_number(str(view[name]), g.locale) for name in ("done", "total")}
    return words(kind.counted.format(**shown))


def in_words(both: dict[str, str] | None) -> str:
    """A sentence kept in both languages, in the reader's; empty for none."""
    return words(Text(both["id"], both["en"])) if both else ""


def _instant(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None

"""What lies on the desk of HR and of performance teams beside the cases: counts with the page that deals with each."""

from typing import Any

from flask import url_for
from sqlalchemy import Connection

from service.pages.beside import handles_paper
from service.pages.web import translate
from service.queries.corrections import count_open
from service.queries.notices import visits
from service.runut import Present
from service.signin import roles_of


def hr_desk(connection: Connection, present: Present, person_id: str) -> list[dict[str, Any]]:
    """Rows as `summary_rows` takes them, for HR and performance teams; nothing that is zero."""
    if not handles_paper(present, person_id):
        return []
    to_visit = visits(connection, present, person_id)
    unprinted = sum(row["notice"] is None for row in to_visit)
    rows = [{
        "term": translate("Pegawai tanpa surel", "People without a mailbox"), "value": len(to_visit),
        "note": translate("{n} belum dicetakkan surat", "{n} without a printed notice", n=unprinted)
        if unprinted else "",
        "href": url_for("notices.listed"), "action": translate("Lihat", "Show"),
    }]
    if "hr" in roles_of(present, person_id):
        rows.append(_corrections(connection, present))
    return [row for row in rows if row["value"]]


def _corrections(connection: Connection, present: Present) -> dict[str, Any]:
    waiting, late = count_open(connection, present)
    return {
        "term": translate("Permintaan koreksi data", "Requests for a correction"), "value": waiting,
        "note": translate("{n} lewat tenggat", "{n} overdue", n=late) if late else "",
        "href": url_for("corrections.listed"), "action": translate("Jawab", "Answer"),
    }

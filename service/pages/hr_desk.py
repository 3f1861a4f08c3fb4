"""What lies on HR's desk beside the cases: counts with the page that deals with each."""

from typing import Any

from flask import url_for
from sqlalchemy import Connection

from service.pages.web import translate
from service.queries.corrections import count_open
from service.runut import Present
from service.signin import roles_of


def hr_desk(connection: Connection, present: Present, person_id: str) -> list[dict[str, Any]]:
    """Rows as `summary_rows` takes them; empty for everybody else, and nothing that is zero."""
    if "hr" not in roles_of(present, person_id):
        return []
    waiting, late = count_open(connection, present)
    rows = [{
        "term": translate("Permintaan koreksi data", "Requests for a correction"), "value": waiting,
        "note": translate("{n} lewat tenggat", "{n} overdue", n=late) if late else "",
        "href": url_for("corrections.listed"), "action": translate("Jawab", "Answer"),
    }]
    return [row for row in rows if row["value"]]

"""What was entered from signed paper and is not carried out yet; what it lets the team do, and what it stops."""

from typing import Any

from sqlalchemy import Connection, select

from service.casefile import CaseFile
from service.errors import Refused
from service.models import AssistedEntry
from workflows.dates import day
from workflows.kit import Role, Stage, Step, Text

LIVE = ("TYPING", "WAITING")


def live_entry(connection: Connection, file: CaseFile) -> Any | None:
    """The entry of this case that is still to be confirmed; None without one, or when the case has moved on since."""
    found = connection.execute(
        select(AssistedEntry.__table__).where(AssistedEntry.case_id == file.id, AssistedEntry.state.in_(LIVE))
    ).one_or_none()
    if found is None or not file.workflow.rows(file.row["state"], found.action):
        return None
    if found.state == "WAITING" and found.case_version != file.row["version"]:
        return None
    return found


def types_from_paper(connection: Connection, file: CaseFile) -> bool:
    """Whether the performance team may change the text now, because it types it from the employee's signed paper."""
    is_his = any(edit.role is Role.EMPLOYEE for edit in file.state.edit_by) and file.row["held_at"] is None
    if not is_his:
        return False
    entry = live_entry(connection, file)
    return entry is not None and entry.state == "TYPING"


def check_no_paper(connection: Connection, file: CaseFile, step: Step) -> None:
    """Raises Refused when a plan would be set in default although the employee submitted it on paper in time."""
    if step.document != "sets" or step.role is Role.EMPLOYEE or file.state.stage is not Stage.DRAFT:
        return
    entry = live_entry(connection, file)
    limit = file.deadlines.get("plan_default")
    if entry is None or (limit is not None and entry.paper_on > file.present.calendar.civil_date(limit)):
        return
    on = day(entry.paper_on)
    reason = Text(
        f"Pegawai sudah mengajukan di atas kertas tertanggal {on.id}. Tunggu konfirmasinya, atau tarik berkas itu.",
        f"The employee submitted on paper dated {on.en}. Wait for his confirmation, or withdraw that paper.",
    )
    raise Refused(reason, reasons=[reason])

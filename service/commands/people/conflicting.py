"""Conflicts of somebody who is to use a post's powers: told before anything is saved, saved only when accepted."""

from sqlalchemy import or_, select

from service.authority import Appointment, Delegation, conflicts
from service.commands.people.changing import Change
from service.commands.people.resettling import not_final, roles_of_row
from service.errors import Conflict
from service.models import Case
from workflows.kit import Text

_CONFLICTS = Text(
    "Belum dicatat, karena: {reasons} Bila surat perintahnya tetap berlaku, catat dengan menerima akibat itu.",
    "Not recorded yet, because: {reasons} If the order stands all the same, record it and accept that.",
)


def found_conflicts(change: Change, planned: Delegation | Appointment) -> list[Text]:
    """What would go wrong, as sentences; the cases looked at are the open ones at that post."""
    at_this_post = or_(
        Case.rater_position_id == planned.position_id, Case.superior_position_id == planned.position_id
    )
    rows = change.connection.execute(select(*Case.__table__.columns).where(not_final(), at_this_post))
    return conflicts(change.organisation, planned, [roles_of_row(row) for row in rows])


def check_conflicts(change: Change, planned: Delegation | Appointment, *, accepted: bool) -> int:
    """How many conflicts there are, all of them accepted. Raises Conflict with every sentence when they are not."""
    found = found_conflicts(change, planned)
    if found and not accepted:
        detail = Text(*(
            words.format(reasons=" ".join(reason.to(locale) for reason in found))
            for words, locale in ((_CONFLICTS.id, "id"), (_CONFLICTS.en, "en"))
        ))
        locale = change.actor.locale
        raise Conflict(detail, reasons=found, extra={"conflicts": [text.to(locale) for text in found]})
    return len(found)

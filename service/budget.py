"""One mail a person and working day, beside codes, sign-in links, fresh links and first requests.

Whoever is about to send such a mail claims the day for it in `mail_days`, in the transaction before the sending. Of two
workers one wins; what the other has waits for the next summary. A claim belongs to its delivery: a worker that dies
between claim and sending loses nothing, because whoever takes the same delivery next finds the day claimed by it.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import aliased

from service import outbox
from service.models import Delivery, MailDay, Timer, WorkItem
from service.outbox import Taken
from service.runut import Present
from service.telling import next_summary_at, summary_row
from workflows.calendar import CalendarEnds
from workflows.ladder import OFFICE_ENDS_AT, SUMMARY_AT, Rung, summary_day

_WAITING = ("PENDING", "RETRY")
_OPEN = (*_WAITING, "LEASED", "HELD")
_SATURDAY = 5
_GATHERING = timedelta(minutes=10)
"""So long a summary waits for what the clock still finds when it looks late."""


def is_budgeted(row: Mapping[str, Any]) -> bool:
    """Whether the mail of this row counts: news, summaries, and reminders that HR sends."""
    return row["rule"] in ("told", "digest") or (row["rule"] == "asked" and row["details"].get("action") == "remind")


def claim(connection: Connection, present: Present, row: Mapping[str, Any]) -> bool:
    """Whether this mail may leave now as its recipient's one of the working day, which it then has claimed.

    A summary leaves in office hours only; news of its own makes way for a summary that the same day will bring.
    """
    if _makes_way(connection, present, row):
        return False
    on = _working_day(present)
    connection.execute(
        _insert(connection, MailDay)
        .values(person_id=row["person_id"], on_date=on, delivery_id=row["id"])
        .on_conflict_do_nothing()
    )
    return bool(_claimed_by(connection, row["person_id"], on) == row["id"])


def would_leave(connection: Connection, present: Present, row: Mapping[str, Any]) -> bool:
    """Whether `claim` would let this mail go now; for saying beforehand what a command sends."""
    free = (None, row["id"])
    return (
        not _makes_way(connection, present, row)
        and _claimed_by(connection, row["person_id"], _working_day(present)) in free
    )


def put_off(connection: Connection, present: Present, held: Taken) -> None:
    """The mail did not get the day: news waits for the next summary, a summary for the next working day.

    A summary that would only repeat one of the same day is ended instead.
    """
    person_id, at = held.row["person_id"], next_summary_at(present.calendar, present.now)
    if held.row["rule"] != "digest":
        outbox.gather(connection, held)
        ask_for_summary(connection, present, person_id, at)
    elif _is_repeated(connection, present, held):
        outbox.cancel(connection, held, present.now, "another summary left that day")
    else:
        outbox.put_off(connection, held, at)


def give_back(connection: Connection, delivery_id: str) -> None:
    """The mail will not leave any more: the days that it claimed are free for another one."""
    connection.execute(delete(MailDay).where(MailDay.delivery_id == delivery_id))


def ask_for_summary(connection: Connection, present: Present, person_id: str, at: datetime) -> None:
    """A summary for the person that leaves at `at`, unless one is on its way by then; the next day's when that day's
    has left."""
    open_ones = select(Delivery.id).where(
        Delivery.person_id == person_id, Delivery.rule == "digest", Delivery.state.in_(_WAITING), Delivery.next_at <= at
    )
    if connection.execute(open_ones.limit(1)).first() is not None:
        return
    for instant in dict.fromkeys((at, next_summary_at(present.calendar, present.now))):
        row = summary_row(present.calendar, present.now, person_id, instant)
        made = connection.execute(
            _insert(connection, Delivery).values(row).on_conflict_do_nothing(index_elements=["dedupe"])
        )
        if made.rowcount:
            return


def rescue(connection: Connection, present: Present) -> int:
    """Asks for a summary for everybody whose gathered news waits for none; answers for how many."""
    people = connection.scalars(unasked()).all()
    for person_id in people:
        ask_for_summary(connection, present, person_id, next_summary_at(present.calendar, present.now))
    return len(people)


def unasked() -> Select[Any]:
    """The people who have gathered news and no summary on its way."""
    coming = aliased(Delivery)
    is_coming = exists().where(
        coming.person_id == Delivery.person_id, coming.rule == "digest", coming.state.in_(_OPEN)
    )
    return select(Delivery.person_id).where(Delivery.state == "GATHERED", ~is_coming).distinct()


def soon(present: Present) -> datetime:
    """When a summary leaves that the clock asks for: at seven of this working day, later in the day a little from now,
    after office hours at the next seven o'clock."""
    calendar, now = present.calendar, present.now
    if not _is_office_day(present) or now >= _today(present) + OFFICE_ENDS_AT:
        return next_summary_at(calendar, now)
    return max(_today(present) + SUMMARY_AT, now + _GATHERING)


def _makes_way(connection: Connection, present: Present, row: Mapping[str, Any]) -> bool:
    if row["rule"] == "digest":
        return not _is_office_hour(present)
    return _summary_is_coming(connection, present, row["person_id"], _working_day(present))


def _claimed_by(connection: Connection, person_id: str, on: date) -> str | None:
    query = select(MailDay.delivery_id).where(MailDay.person_id == person_id, MailDay.on_date == on)
    claimed_by: str | None = connection.scalar(query)
    return claimed_by


def _is_office_hour(present: Present) -> bool:
    begin = _today(present)
    return _is_office_day(present) and begin + SUMMARY_AT <= present.now < begin + OFFICE_ENDS_AT


def _is_office_day(present: Present) -> bool:
    on = present.calendar.civil_date(present.now)
    with suppress(CalendarEnds):
        return present.calendar.is_working_day(on)
    return on.weekday() < _SATURDAY


def _today(present: Present) -> datetime:
    return present.calendar.start_of_day(present.calendar.civil_date(present.now))


def _working_day(present: Present) -> date:
    with suppress(CalendarEnds):  # no deadline hangs on it: without the calendar each day counts by itself
        return summary_day(present.calendar, present.now)
    return present.calendar.civil_date(present.now)


def _summary_is_coming(connection: Connection, present: Present, person_id: str, on: date) -> bool:
    """Whether a summary is asked for on that day, or a rung of a case that waits for the person lies on it."""
    until = present.calendar.end_of_day(on)
    asked = exists().where(
        Delivery.person_id == person_id, Delivery.rule == "digest", Delivery.state.in_(_OPEN), Delivery.next_at <= until
    )
    rung = exists().where(
        WorkItem.person_id == person_id, WorkItem.done_at.is_(None), Timer.case_id == WorkItem.case_id,
        Timer.done_at.is_(None), Timer.kind.in_([rung.value for rung in Rung]), Timer.due_at <= until,
    )
    return bool(connection.scalar(select(or_(asked, rung))))


def _is_repeated(connection: Connection, present: Present, held: Taken) -> bool:
    """Whether another summary got the day and left nothing for this one to tell."""
    person_id = held.row["person_id"]
    winner = connection.scalar(
        select(Delivery.rule)
        .join(MailDay, MailDay.delivery_id == Delivery.id)
        .where(MailDay.person_id == person_id, MailDay.on_date == _working_day(present))
    )
    left = select(Delivery.id).where(
        Delivery.person_id == person_id, or_(Delivery.state == "GATHERED", Delivery.summary_id == held.id)
    )
    return winner == "digest" and connection.execute(left.limit(1)).first() is None


def _insert(connection: Connection, model: Any) -> Any:
    return (insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite)(model)

"""Who hears of an event: the rows of the outbox that a step's `tell` column asks for."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from service.authority.words import STANDING
from service.casefile import CaseFile
from service.ids import new_id
from service.runut import Present
from workflows.calendar import Calendar, CalendarEnds
from workflows.kit import Role, Step, Tell, Text
from workflows.ladder import SUMMARY_AT, next_summary

LANE_CODES, LANE_REQUESTS, LANE_NEWS = 0, 1, 2
_NEWS_USEFUL_FOR = timedelta(days=30)
QUEUE_ROLES = (Role.PERF_TEAM, Role.HR)
OUTSIDERS: Mapping[str, Text] = {
    "AUDITOR": STANDING["auditor"],
    "ASKER": Text("yang meminta koreksi data", "the person who asked for a correction"),
    "TYPIST": Text("yang memasukkan berkas", "the person who entered the paper"),
    "FORMER": Text("yang berwenang sebelumnya", "the official who had it before"),
}
"""Who hears of a case without a role in it, and as what."""


def delivery(
    *, dedupe: str, rule: str, person_id: str | None, now: datetime, lane: int, case_id: str | None = None,
    event_id: str | None = None, channel: str = "mail", at: datetime | None = None,
    expires_at: datetime | None = None, gathered: bool = False, **details: Any,
) -> dict[str, Any]:
    """One row of the outbox, due at `at` (now when not said); `gathered` when it waits for the next summary."""
    return {
        "id": new_id(),
        "dedupe": dedupe,
        "channel": channel,
        "lane": lane,
        "rule": rule,
        "case_id": case_id,
        "event_id": event_id,
        "person_id": person_id,
        "details": details,
        "state": "GATHERED" if gathered else "PENDING",
        "attempts": 0,
        "created_at": now,
        "next_at": at or now,
        "lease_until": None,
        "expires_at": expires_at,
        "done_at": None,
        "answer": None,
        "summary_id": None,
    }


def deliveries(
    after: CaseFile, event_id: str, tells: Iterable[Tell], action: str, actor_id: str | None
) -> list[dict[str, Any]]:
    """The mails of one event, one row per person, and the event itself for other systems.

    Whoever did it is not told of it. Group roles have a queue and one digest a day instead of a mail per case.
    """
    rows: dict[str, dict[str, Any]] = {}
    for tell in sorted(tells, key=lambda tell: not tell.asks):
        for holder in after.holders(tell.role):
            has_declined = tell.asks and holder.person_id in after.row["declined_by"]
            if holder.person_id == actor_id or has_declined:
                continue
            row = request_or_news(after, event_id, tell, action, holder.person_id)
            rows.setdefault(f"{row['rule'] == 'digest'} {holder.person_id}", row)
    return [*rows.values(), exchange_row(event_id, after.present.now, after.id)]


def requests_now(after: CaseFile, tells: Iterable[Tell]) -> tuple[Tell, ...]:
    """The same tells, but that a request goes to whoever is asked now: to somebody else instead, or to nobody yet."""
    found = tuple(tells)
    if after.row["blocked_by"] is None or not any(tell.asks for tell in found):
        return found
    instead = (Tell(after.awaited, asks=True),) if after.awaited else ()
    return (*instead, *(tell for tell in found if not tell.asks))


def exchange_row(event_id: str, now: datetime, case_id: str | None = None) -> dict[str, Any]:
    """The event itself for other systems."""
    return delivery(
        dedupe=f"{event_id} exchange", channel="exchange", rule="event", person_id=None, now=now, lane=LANE_NEWS,
        case_id=case_id, event_id=event_id,
    )


def request_or_news(after: CaseFile, event_id: str, tell: Tell, action: str, person_id: str) -> dict[str, Any]:
    """One row for one person: for group roles his daily summary, else a request, or news.

    Requests leave at once. So does the employee's news of a decision, after which his case waits for nobody, where the
    day's one mail is still free (service.budget). Other news waits for the next summary.
    """
    present = after.present
    if tell.role in QUEUE_ROLES:
        return summary_row(present.calendar, present.now, person_id)
    now = present.now
    return delivery(
        dedupe=f"{event_id} {'asked' if tell.asks else 'told'} {person_id} mail",
        rule="asked" if tell.asks else "told",
        person_id=person_id,
        now=now,
        lane=LANE_REQUESTS if tell.asks else LANE_NEWS,
        case_id=after.id,
        event_id=event_id,
        expires_at=None if tell.asks else now + _NEWS_USEFUL_FOR,
        gathered=not tell.asks and not (tell.role is Role.EMPLOYEE and after.state.waits_for is None),
        action=action,
        role=tell.role.value,
        version=after.row["version"],
    )


def outsiders_news(after: CaseFile, event_id: str, action: str, person_id: str, standing: str) -> dict[str, Any]:
    """News for somebody who holds no role in the case: `standing` is one of OUTSIDERS."""
    now = after.present.now
    return delivery(
        dedupe=f"{event_id} told {person_id} mail", rule="told", person_id=person_id, now=now, lane=LANE_NEWS,
        case_id=after.id, event_id=event_id, expires_at=now + _NEWS_USEFUL_FOR, gathered=standing != "ASKER",
        action=action, role=standing, version=after.row["version"],
    )


def summary_row(
    calendar: Calendar, now: datetime, person_id: str, at: datetime | None = None
) -> dict[str, Any]:
    """The person's summary at `at`, or at the next seven o'clock: one row a day, however much asks for it."""
    at = at or next_summary_at(calendar, now)
    on = calendar.civil_date(at)
    return delivery(
        dedupe=f"digest {on.isoformat()} {person_id}", rule="digest", person_id=person_id, now=now, at=at,
        lane=LANE_NEWS,
    )


def next_summary_at(calendar: Calendar, now: datetime) -> datetime:
    """When the next summary leaves; no deadline hangs on it, so behind the calendar's end it leaves the next day."""
    with suppress(CalendarEnds):
        return next_summary(calendar, now)
    return calendar.start_of_day(calendar.civil_date(now) + timedelta(days=1)) + SUMMARY_AT


def with_summaries(present: Present, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, and a summary for everybody to whom one of them waits for it."""
    people = dict.fromkeys(row["person_id"] for row in rows if row["state"] == "GATHERED")
    return [*rows, *(summary_row(present.calendar, present.now, person_id) for person_id in people)]


def as_history_if(is_history: bool, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows; of a history that is taken over from elsewhere no mail leaves: mails are kept as SUPPRESSED."""
    if not is_history:
        return rows
    return [
        {**row, "state": "SUPPRESSED", "done_at": row["created_at"]} if row["channel"] == "mail" else row
        for row in rows
        if row["rule"] != "digest"
    ]


def is_decided_by_mail(step_rows: Iterable[Step], role: Role) -> bool:
    """Whether a request to `role` carries a decision link; otherwise it leads to the case, which asks for a sign-in."""
    return any(step.role is role and step.tier in ("A", "B") for step in step_rows)


def asks_by_link(step_rows: Iterable[Step], role: Role) -> frozenset[str]:
    """The actions of `role` that a mail link may offer without a code or a sign-in (tier A)."""
    return frozenset(step.action for step in step_rows if step.role is role and step.tier == "A")

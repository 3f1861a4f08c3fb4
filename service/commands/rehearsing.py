"""What a command would do, without doing it: the same checks and the same rows, nothing written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from service import budget
from service.access import check_visible
from service.actor import Actor
from service.casefile import load_case
from service.commands.calls import Call
from service.commands.commanding import COMMANDS
from service.commands.moving import moved
from service.errors import ServiceError
from service.mail.suppression import stopped_since
from service.runut import Present


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One case under a command: `version` as it stands, `rows` of the outbox that would be left, or the `refusal`."""

    case_id: str
    number: str
    version: int
    rows: tuple[Mapping[str, Any], ...] = ()
    refusal: ServiceError | None = None


@dataclass(frozen=True, slots=True)
class Mails:
    """What would leave: mails of their own, people who read of it in a daily summary, people whom no mail reaches."""

    now: int = 0
    summarised: int = 0
    stopped: int = 0


def rehearse(
    connection: Connection, present: Present, actor: Actor, reference: str, name: str, given: Mapping[str, Any]
) -> Rehearsal:
    """The command `name` on the case as it stands. Raises NotFound for a case that the actor may not see."""
    file = load_case(connection, present, reference)
    check_visible(connection, file, actor.person_id)
    try:
        move = COMMANDS[name](Call(connection, file, actor, given))
    except ServiceError as refusal:
        return Rehearsal(file.id, file.number, file.row["version"], refusal=refusal)
    rows = tuple(row for row in moved(file, move, actor)[0].deliveries if row["channel"] == "mail")
    return Rehearsal(file.id, file.number, file.row["version"], rows)


def mails_of(connection: Connection, pepper: bytes, present: Present, rehearsals: tuple[Rehearsal, ...]) -> Mails:
    """What all of them together would leave: rows for one daily summary count once, and nobody gets two mails of news
    on one working day."""
    return mails_of_rows(connection, pepper, present, [row for rehearsal in rehearsals for row in rehearsal.rows])


def mails_of_rows(
    connection: Connection, pepper: bytes, present: Present, left: Iterable[Mapping[str, Any]]
) -> Mails:
    """The same for rows of the outbox."""
    rows = {row["dedupe"]: row for row in left}
    stopped = stopped_since(connection, pepper, present, {str(row["person_id"]) for row in rows.values()})
    now, summarised, got_news = 0, set[str](), set[str]()
    for row in rows.values():
        person_id = str(row["person_id"])
        is_news = budget.is_budgeted(row)
        if row["state"] == "GATHERED" or row["rule"] == "digest" or (
            is_news and (person_id in got_news or not budget.would_leave(connection, present, row))
        ):
            summarised.add(person_id)
        elif person_id not in stopped:
            now += 1
            got_news.update([person_id] if is_news else [])
    unreached = {row["person_id"] for row in rows.values()} & stopped.keys()
    return Mails(now, len(summarised - stopped.keys()), len(unreached))

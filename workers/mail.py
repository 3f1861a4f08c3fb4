"""Mailing: from rows under a lease to what the mail server answered for each of them."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog
from jinja2 import TemplateError
from sqlalchemy import Connection, update

from service import budget, outbox
from service.mail.letter import Letter, Obsolete, UnknownRule
from service.mail.letters import draft, finish, letter_bytes
from service.mail.messages import Unmailable
from service.mail.suppression import NO_MAILBOX, STOPPED, stopped_since
from service.models import ActionLink
from service.outbox import Taken
from service.runut import Present, Runut
from workers.smtp import MailServer, Outcome, ServerAway

_MOST_SECONDS = 40
"""After this long the rest of a batch is given back, so that no lease of 60 s runs out in our hands."""

log = structlog.get_logger()


def deliver(
    runut: Runut, ids: Sequence[str], lease: datetime, connect: Callable[[str, str], MailServer] = MailServer
) -> None:
    """Sends the mails of those rows of `ids` that are still under `lease`, and writes down what came of each."""
    started_s = time.monotonic()
    with runut.database.statement() as connection:
        taken = outbox.take(connection, runut.pulse(connection).now, ids, lease)
    if not taken:
        return
    present, letters = _letters(runut, taken)
    settings = runut.settings
    if settings.smtp_url is None:
        _postpone_all(runut, [held for held, _ in letters], "no mail server is set (RUNUT_SMTP_URL)")
        return
    with connect(settings.smtp_url, settings.mail_from.partition("@")[2]) as server:
        for place, (held, letter) in enumerate(letters):
            rest = [later for later, _ in letters[place:]]
            if time.monotonic() - started_s > _MOST_SECONDS:
                with runut.database.write() as connection:
                    outbox.put_back(connection, rest)
                runut.wake()
                return
            try:
                _send(runut, present, server, held, letter)
            except ServerAway as away:
                _postpone_all(runut, rest, str(away))
                return


def _letters(runut: Runut, taken: Sequence[Taken]) -> tuple[Present, list[tuple[Taken, Letter]]]:
    """The mails that still make sense and may leave today, with their secrets stored; the other rows are closed."""
    drafts, letters = list[tuple[Taken, Letter]](), list[tuple[Taken, Letter]]()
    closed = list[tuple[Taken, str]]()
    unknown = list[tuple[Taken, str]]()
    with runut.database.read() as connection:
        present = runut.present(connection)
        people = [str(held.row["person_id"]) for held in taken]
        stopped = stopped_since(connection, runut.settings.link_pepper, present, people)
        known = present.organisation.people
        without = {p for p in people if p in known and not known[p].email}
        silent = [held for held in taken if str(held.row["person_id"]) in {*stopped, *without}]
        for held in (held for held in taken if held not in silent):
            try:
                drafts.append((held, draft(connection, runut, present, held.row)))
            except Obsolete as obsolete:
                closed.append((held, str(obsolete)))
            except UnknownRule as problem:
                unknown.append((held, str(problem)))
    with runut.database.write() as connection:
        for held, letter in sorted(drafts, key=_recipient):  # always in the same order: days are claimed, no deadlock
            if budget.is_budgeted(held.row) and not budget.claim(connection, present, held.row):
                budget.put_off(connection, present, held)
                continue
            try:
                letters.append((held, finish(connection, runut, present, letter)))
            except Obsolete as obsolete:
                closed.append((held, str(obsolete)))
                continue
            outbox.sum_up(connection, held, present.now, letter.sums_up)
            outbox.outlive(connection, present.now, letter.outlived)
        for held in silent:
            because = NO_MAILBOX if str(held.row["person_id"]) in without else STOPPED
            outbox.suppress(connection, held, present.now, because)
            if held.row["rule"] == "digest":
                gathered = dict.fromkeys(outbox.gathered(connection, held), because)
                outbox.outlive(connection, present.now, gathered, "SUPPRESSED")
        for held, because in closed:
            _close(connection, present.now, held, because)
        for held, because in unknown:
            log.error("mail.unknown_rule", delivery_id=held.id, rule=held.row["rule"])
            outbox.bury(connection, held, present.now, because)
    return present, sorted(letters, key=lambda finished: finished[0].id)


def _recipient(drafted: tuple[Taken, Letter]) -> str:
    return str(drafted[0].row["person_id"])


def _close(connection: Connection, now: datetime, held: Taken, because: str) -> None:
    """Nothing is left to say; of a summary this is true of all that was gathered for it."""
    outbox.cancel(connection, held, now, because)
    budget.give_back(connection, held.id)
    if held.row["rule"] == "digest":
        outbox.outlive(connection, now, dict.fromkeys(outbox.gathered(connection, held), because))


def _send(runut: Runut, present: Present, server: MailServer, held: Taken, letter: Letter) -> None:
    try:
        data = letter_bytes(runut, present, letter)
    except (Unmailable, TemplateError) as problem:
        log.error("mail.cannot_be_made", delivery_id=held.id, rule=held.row["rule"], problem=str(problem))
        with runut.database.write() as connection:
            outbox.bury(connection, held, runut.pulse(connection).now, f"cannot be made: {problem}")
            budget.give_back(connection, held.id)
        return
    outcome = server.send(runut.settings.mail_from, letter.person.email, data)
    is_final = outcome.kind in ("bounced", "refused")
    with runut.database.write() if is_final else runut.database.statement() as connection:
        _record(connection, held, runut.pulse(connection).now, outcome)
    log.info("mail.answered", delivery_id=held.id, rule=held.row["rule"], outcome=outcome.kind)


def _record(connection: Connection, held: Taken, now: datetime, outcome: Outcome) -> None:
    match outcome.kind:
        case "accepted":
            outbox.accepted(connection, held, now, outcome.answer)
        case "later":
            outbox.postpone(connection, held, now, outcome.answer)
        case "refused":
            outbox.refused(connection, held, now, outcome.answer)
            budget.give_back(connection, held.id)
        case "bounced":
            outbox.bounced(connection, held, now, outcome.answer)
            budget.give_back(connection, held.id)
            connection.execute(
                update(ActionLink)
                .where(ActionLink.delivery_id == held.id, ActionLink.dead_at.is_(None))
                .values(dead_at=now, dead_because="bounced")
            )


def _postpone_all(runut: Runut, rows: Iterable[Taken], answer: str) -> None:
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        for held in rows:
            outbox.postpone(connection, held, now, answer)

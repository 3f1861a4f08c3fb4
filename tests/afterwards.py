"""What must hold of the ledger, the mails and the log once everything is quiet, whatever happened before."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from service.audit.fsck import check_all
from service.audit.verify import verify_database
from service.audit.waiting import walk
from service.models import Delivery
from service.outbox import HELD_FOR
from service.runut import Runut
from tests.fleet import until
from tests.mailing import wait
from tests.smtp_sink import Received

_STILL_S = 3


def rows(runut: Runut) -> list[Any]:
    """The whole outbox, oldest first."""
    with runut.database.read() as connection:
        return list(connection.execute(select(*Delivery.__table__.columns).order_by(Delivery.id)))


def states(runut: Runut) -> dict[str, int]:
    """How many rows of the outbox are in each state."""
    return dict(Counter(row.state for row in rows(runut)))


def is_quiet(runut: Runut) -> bool:
    """Whether all that is left waits for a later day."""
    with runut.database.read() as connection:
        now = runut.pulse(connection).now
    return all(_waits_for_later(row, now) for row in rows(runut) if row.done_at is None)


def _waits_for_later(row: Any, now: datetime) -> bool:
    return row.state == "GATHERED" or (row.state == "PENDING" and row.next_at > now)


def settle(runut: Runut, timeout_s: float) -> None:
    """Waits until everything is quiet. Raises AssertionError with what is not."""
    until(lambda: is_quiet(runut), timeout_s, lambda: _open(runut))


def hurry(runut: Runut, timeout_s: float) -> None:
    """Like `settle`, but the clock skips the leases of whoever died, and the pauses before another attempt.

    `timeout_s` is how long nothing may move in spite of that. Raises AssertionError with what is left.
    """
    moved_s = skipped_s = time.monotonic()
    before = _open(runut)
    while not is_quiet(runut):
        now_s, left = time.monotonic(), _open(runut)
        if left != before:
            before, moved_s, skipped_s = left, now_s, now_s
        assert now_s - moved_s < timeout_s, f"nothing moves any more: {left}"
        if not is_anything_due_or_leased(runut):
            wait(runut, timedelta(seconds=10))
        elif now_s - skipped_s > _STILL_S:
            wait(runut, HELD_FOR + timedelta(seconds=1))
            skipped_s = now_s
        time.sleep(0.2)


def is_anything_due_or_leased(runut: Runut) -> bool:
    """Whether somebody has something to do now, or died over it."""
    with runut.database.read() as connection:
        now = runut.pulse(connection).now
    left = [row for row in rows(runut) if row.done_at is None and row.state != "GATHERED"]
    return any(row.state == "LEASED" or row.next_at <= now for row in left)


def _open(runut: Runut) -> Counter[Any]:
    """What has not ended: how many rows by rule, state, attempts and answer."""
    return Counter((row.rule, row.state, row.attempts, row.answer) for row in rows(runut) if row.done_at is None)


def check_mails(runut: Runut, arrived: Sequence[Received]) -> int:
    """None was lost, none was made up, and who got one twice can tell; answers how many came twice.

    `arrived` is what the mail server took, in the order in which it did.
    """
    ledger = {row.id: row for row in rows(runut) if row.channel == "mail"}
    open_ones = [row for row in ledger.values() if row.state in ("PENDING", "RETRY", "LEASED") and row.rule != "digest"]
    assert not open_ones, [(row.rule, row.state, row.attempts, row.answer) for row in open_ones]
    taken = Counter[str]()
    for mail in arrived:
        message = mail.message
        delivery_id = str(message["X-Runut-Delivery"])
        assert delivery_id in ledger, f"a mail of nobody's: {delivery_id}"
        assert message["Message-ID"].startswith(f"<{delivery_id}@"), message["Message-ID"]
        taken[delivery_id] += 1
    lost = [row for row in ledger.values() if row.state == "ACCEPTED" and row.id not in taken]
    assert not lost, f"lost: {lost}"
    to = {(str(mail.message["X-Runut-Delivery"]), mail.recipient) for mail in arrived}
    assert len(to) == len(taken), "one delivery went to two addresses"
    asked = Counter((row.event_id, row.rule, row.person_id) for row in ledger.values() if row.event_id)
    assert set(asked.values()) <= {1}, [key for key, count in asked.items() if count > 1]
    return sum(taken.values()) - len(taken)


def check_waiting(runut: Runut) -> int:
    """No case waits for nobody without saying why, and none for somebody whom a duty rule refuses; answers how many
    open cases were looked at."""
    with runut.database.read() as connection:
        looked, breaches = walk(connection, runut.present(connection))
    assert not breaches, breaches[:10]
    return looked


def check_log(runut: Runut) -> None:
    """The log is whole and every invariant that can be asked of the database holds."""
    verify_database(runut)
    broken = [(finding.line(), finding.breaches[:5]) for finding in check_all(runut) if finding.breaches]
    assert not broken, broken

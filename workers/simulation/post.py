"""The fake post: every mail is leased, drafted and rendered by the real code, and then counted."""

from collections.abc import Collection
from typing import Self

from sqlalchemy import update

from service import outbox
from service.models import Delivery
from service.runut import Runut
from workers.jobs import do_jobs
from workers.mail import deliver
from workers.smtp import MailServer, Outcome

_AT_ONCE = 200
_WAITING = ("PENDING", "RETRY", "LEASED")


class Post(MailServer):
    """A mail server in memory: takes everything, but for addresses that do not exist."""

    def __init__(self, unknown: Collection[str]) -> None:
        super().__init__("smtp://simulation.invalid:25", "simulation.invalid")
        self._unknown = frozenset(unknown)
        self.bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def send(self, sender: str, recipient: str, data: bytes) -> Outcome:
        """Counts the mail; what came of it depends on the address only."""
        self.bytes += len(data)
        if recipient in self._unknown:
            return Outcome("bounced", "550 no such user")
        return Outcome("accepted", "250 kept in mind")

    def carry(self, runut: Runut) -> int:
        """Delivers all mails that are due, and hands the events over to systems that take everything; how many mails.
        """
        self._publish(runut)
        carried = 0
        while True:
            with runut.database.statement() as connection:
                lease, rows = outbox.lease(connection, runut.pulse(connection).now, limit=_AT_ONCE)
            if not rows:
                return carried
            deliver(runut, [row.id for row in rows if row.channel == "mail"], lease, lambda _url, _host: self)
            do_jobs(runut, [row.id for row in rows if row.channel == "job"], lease)
            carried += len(rows)

    def _publish(self, runut: Runut) -> None:
        with runut.database.write() as connection:
            connection.execute(
                update(Delivery)
                .where(Delivery.channel == "exchange", Delivery.state.in_(_WAITING))
                .values(state="ACCEPTED", attempts=1, done_at=runut.pulse(connection).now, answer="taken")
            )

"""What a change of people would bring about, found out by making it and taking it back in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from service.actor import Actor
from service.commands.people.changing import Change, changing_within
from service.commands.rehearsing import Mails, mails_of_rows
from service.models import Case, Delivery, Event
from service.runut import Runut


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The numbers of the cases that would move on with the change, and the mails that would leave."""

    cases: tuple[str, ...]
    mails: Mails


class _Undone(Exception):
    """Takes the change back; carries what it brought about."""

    def __init__(self, foreseen: Foreseen) -> None:
        super().__init__("taken back")
        self.foreseen = foreseen


def foresee(runut: Runut, actor: Actor, order: str, make: Callable[[Change], Any]) -> Foreseen:
    """What `make` would bring about. Raises what it raises; nothing is changed in any case."""
    try:
        with runut.database.write() as connection:
            last = connection.scalar(select(func.max(Event.seq))) or 0
            with changing_within(runut, connection, actor, order) as change:
                make(change)
            moved = connection.scalars(
                select(Case.number).join(Event, Event.case_id == Case.id).where(Event.seq > last).distinct()
            )
            rows = connection.execute(
                select(*Delivery.__table__.columns).where(
                    Delivery.created_at >= change.present.now, Delivery.channel == "mail"
                )
            ).mappings()
            left = [dict(row) for row in rows]
            mails = mails_of_rows(connection, runut.settings.link_pepper, change.present, left)
            raise _Undone(Foreseen(tuple(sorted(moved)), mails))
    except _Undone as undone:
        return undone.foreseen

"""Signs of life: when each kind of process last did its round."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from service.models import Heartbeat


def beat(connection: Connection, kind: str, now: datetime, *, every: timedelta = timedelta(0)) -> bool:
    """Notes that `kind` is at work; False, with nothing written, when that was noted less than `every` ago.

    Of several processes that ask at once one gets True, so it also says whose turn a rare chore is.
    """
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = insert(Heartbeat).values(kind=kind, at=now)
    written = connection.execute(
        statement.on_conflict_do_update(
            index_elements=[Heartbeat.kind], set_={"at": now},
            where=or_(Heartbeat.at <= now - every, Heartbeat.at > now),
        ).returning(Heartbeat.kind)
    )
    return written.first() is not None


def last_beats(connection: Connection) -> dict[str, datetime]:
    """Each kind with its newest sign of life."""
    return {row.kind: row.at for row in connection.execute(select(Heartbeat.kind, Heartbeat.at))}

"""What keeps the service itself going: its clock and the signs of life of its processes."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, instant, word


class ClockOffset(Base):
    """One row: how far the service's now is from the database's, in milliseconds; 0 in production."""

    __tablename__ = "clock_offset"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    milliseconds: Mapped[int] = mapped_column(BigInteger)


class Heartbeat(Base):
    """When a kind of process last did its round."""

    __tablename__ = "heartbeats"
    kind: Mapped[word] = mapped_column(primary_key=True, comment="beat, relay, worker")
    at: Mapped[instant]

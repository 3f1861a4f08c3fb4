"""How fast mails may leave: as many a minute as the mail server takes, and how long a crowd of them then needs.

All relays pay for the mails they let go out of one row, `mail_pace`. Codes and sign-in links are never held up.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from config.settings import Settings
from service.models import MailPace

_MINUTES_OF_AN_HOUR = 60
_MINUTE = timedelta(minutes=1)
_SAVED_UP = timedelta(seconds=5)
"""For so long an unused allowance is kept, so that a pause of the relay costs nothing and no burst follows it."""


def mail_forecast(settings: Settings, mails: int) -> float | None:
    """How many hours so many mails need at `RUNUT_SMTP_RATE`, codes and sign-in links aside; None without a limit.

    Raises ValueError for less than no mail.
    """
    if mails < 0:
        raise ValueError("there are no fewer mails than none")
    return None if settings.smtp_rate is None else mails / settings.smtp_rate / _MINUTES_OF_AN_HOUR


def allowance(connection: Connection, rate: int, now: datetime) -> int:
    """How many mails may leave at `now` at `rate` mails a minute; nobody else may ask until this transaction ends."""
    return int((now - _paid_until(connection, rate, now)) / (_MINUTE / rate))


def pay(connection: Connection, rate: int, now: datetime, mails: int) -> None:
    """Takes so many mails off the allowance, in the transaction in which it was asked for."""
    paid_until = _paid_until(connection, rate, now) + mails * (_MINUTE / rate)
    connection.execute(update(MailPace).values(paid_until=paid_until))


def _paid_until(connection: Connection, rate: int, now: datetime) -> datetime:
    paid_until: datetime = connection.scalars(select(MailPace.paid_until).with_for_update()).one()
    return max(paid_until, now - max(_SAVED_UP, _MINUTE / rate))

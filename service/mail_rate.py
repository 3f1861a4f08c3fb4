"""How fast mails may leave: as many a minute as the mail server takes, and how long a crowd of them then needs."""

from config.settings import Settings

_MINUTES_OF_AN_HOUR = 60


def mail_forecast(settings: Settings, mails: int) -> float | None:
    """How many hours so many mails need at `RUNUT_SMTP_RATE`, codes and sign-in links aside; None without a limit.

    Raises ValueError for less than no mail.
    """
    if mails < 0:
        raise ValueError("there are no fewer mails than none")
    return None if settings.smtp_rate is None else mails / settings.smtp_rate / _MINUTES_OF_AN_HOUR

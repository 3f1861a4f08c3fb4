from dataclasses import replace

import pytest

from config.settings import InvalidSettings, Settings, from_environment
from service.mail_rate import mail_forecast


@pytest.fixture
def mail_settings(environ: dict[str, str]) -> Settings:
    return from_environment(environ)


def test_a_forecast_says_how_many_hours_the_mails_of_a_cycle_need(mail_settings: Settings) -> None:
    slow = replace(mail_settings, smtp_rate=100)
    assert mail_forecast(slow, 6_000) == 1.0
    assert mail_forecast(slow, 0) == 0.0
    with pytest.raises(ValueError, match="none"):
        mail_forecast(slow, -1)


def test_without_a_limit_there_is_nothing_to_forecast(mail_settings: Settings) -> None:
    assert mail_settings.smtp_rate is None
    assert mail_forecast(mail_settings, 6_000) is None


def test_the_rate_is_a_number_of_mails_a_minute(environ: dict[str, str]) -> None:
    assert from_environment({**environ, "RUNUT_SMTP_RATE": "120"}).smtp_rate == 120
    for wrong in ("0", "-1", "1.5", "fast"):
        with pytest.raises(InvalidSettings, match="RUNUT_SMTP_RATE"):
            from_environment({**environ, "RUNUT_SMTP_RATE": wrong})

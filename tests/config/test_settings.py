"""Settings come from the environment, and all that is wrong with them is said in one message."""

from pathlib import Path

import pytest

from config.settings import InvalidSettings, from_environment

PRODUCTION = {
    "RUNUT_ENV": "production",
    "RUNUT_DATABASE_URL": "postgresql://runut@localhost/runut",
    "RUNUT_BASE_URL": "https://kinerja.contoh.example",
    "RUNUT_SMTP_URL": "smtp+starttls://user:word@mail.contoh.example",
    "RUNUT_SECRET_KEY": "s" * 40,
    "RUNUT_LINK_PEPPER": "p" * 40,
    "RUNUT_MAIL_FROM": "runut@contoh.example",
    "RUNUT_HELP_CONTACT": "BKPSDM",
}


def problems_of(environ: dict[str, str]) -> str:
    with pytest.raises(InvalidSettings) as caught:
        from_environment(environ)
    return str(caught.value)


def test_a_demo_needs_nothing_and_keeps_its_secrets(tmp_path: Path) -> None:
    environ = {"RUNUT_HOME": str(tmp_path)}
    first, second = (from_environment(environ, demo=True) for _ in range(2))
    assert (first.environment, first.is_embedded, first.base_url) == ("demo", True, "http://127.0.0.1:8000")
    assert first.secret_key == second.secret_key
    assert first.secret_key != first.link_pepper
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_whole_production_starts() -> None:
    settings = from_environment(PRODUCTION)
    assert settings.is_https
    assert settings.origin == "https://kinerja.contoh.example"
    assert settings.database_url.startswith("postgresql+psycopg://")


@pytest.mark.parametrize("name", [
    "RUNUT_BASE_URL", "RUNUT_SMTP_URL", "RUNUT_SECRET_KEY", "RUNUT_LINK_PEPPER", "RUNUT_HELP_CONTACT",
    "RUNUT_MAIL_FROM",
])
def test_production_refuses_to_start_without(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}
    assert name in problems_of(environ)


@pytest.mark.parametrize("address", [
    "http://kinerja.contoh.example", "https://localhost", "https://127.0.0.1:8000", "https://[::1]",
])
def test_production_wants_a_public_https_address(address: str) -> None:
    assert "RUNUT_BASE_URL" in problems_of({**PRODUCTION, "RUNUT_BASE_URL": address})


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    said = problems_of({
        "RUNUT_ENV": "staging", "RUNUT_HOME": str(tmp_path), "RUNUT_PORT": "eighty", "RUNUT_TIMEZONE": "Mars/Olympus",
        "RUNUT_DATABASE_URL": "mysql://x/y", "RUNUT_BROKER_URL": "kafka://x", "RUNUT_SMTP_URL": "mail.contoh.example",
        "RUNUT_BASE_URL": "kinerja", "RUNUT_SECRET_KEY": "short", "RUNUT_MAIL_FROM": "two@x.example, three@y.example",
        "RUNUT_LOCALE": "fr",
    })
    for name in ("ENV", "PORT", "TIMEZONE", "DATABASE_URL", "BROKER_URL", "SMTP_URL", "BASE_URL", "SECRET_KEY",
                 "MAIL_FROM", "LOCALE"):
        assert f"RUNUT_{name}" in said


def test_the_clock_of_a_production_cannot_be_set() -> None:
    assert "RUNUT_NOW" in problems_of({**PRODUCTION, "RUNUT_NOW": "2026-01-19T09:00:00+07:00"})

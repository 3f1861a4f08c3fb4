from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from config.settings import InvalidSettings
from service.clock import advance_clock, begin_clock, now, set_clock
from service.errors import Refused
from service.runut import Runut
from tests.factories import create_organisation, create_plan

FRIDAY = datetime.fromisoformat("2026-02-13T10:00:00+07:00")
A_MOMENT = timedelta(seconds=30)


def starting(runut: Runut, at: str, environment: str = "test") -> Runut:
    settings = replace(runut.settings, start_at=at, environment=environment)  # type: ignore[arg-type]
    return Runut(settings, runut.database)


@pytest.mark.parametrize("at", ["2026-02-13T10:00:00+07:00", "2026-02-13T10:00", "2026-02-13T03:00:00Z"])
def test_the_first_start_keeps_how_far_it_is_from_real_time(runut: Runut, at: str) -> None:
    begin_clock(starting(runut, at))
    begin_clock(starting(runut, "2031-01-01"))

    assert timedelta() <= now(runut) - FRIDAY < A_MOMENT


def test_a_service_with_cases_keeps_its_time(runut: Runut) -> None:
    create_plan(create_organisation(runut, now=None), document={})

    begin_clock(starting(runut, "2031-01-01"))

    assert now(runut).year < 2031


def test_what_is_no_time_stops_the_start(runut: Runut) -> None:
    with pytest.raises(InvalidSettings, match="RUNUT_NOW"):
        begin_clock(starting(runut, "tomorrow"))


def test_the_clock_advances_by_days_and_by_working_days(runut: Runut) -> None:
    create_organisation(runut, now=FRIDAY.isoformat())

    assert timedelta() <= advance_clock(runut, "2wd") - FRIDAY - timedelta(days=6) < A_MOMENT
    assert timedelta() <= advance_clock(runut, "14d") - FRIDAY - timedelta(days=20) < A_MOMENT


@pytest.mark.parametrize("step", ["-1d", "2 weeks", "", "0d", "1.5h"])
def test_what_is_no_step_moves_nothing(runut: Runut, step: str) -> None:
    with pytest.raises(Refused):
        advance_clock(runut, step)


def test_the_clock_never_goes_back(runut: Runut) -> None:
    set_clock(runut, "2090-01-01T00:00")

    with pytest.raises(Refused):
        set_clock(runut, "2089-12-31")


def test_production_has_the_databases_time(runut: Runut) -> None:
    production = starting(runut, "2090-01-01", "production")
    begin_clock(production)

    with pytest.raises(Refused):
        advance_clock(production, "1d")
    assert now(production).year < 2090

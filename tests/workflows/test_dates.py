"""Dates as letters of the office write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from workflows.dates import day, moment, weekday_day
from workflows.kit import Text


def test_a_date_names_its_month() -> None:
    assert day(date(2026, 1, 19)) == Text("19 Januari 2026", "19 January 2026")
    assert day(date(2026, 8, 1)) == Text("1 Agustus 2026", "1 August 2026")


def test_every_month_has_a_name_of_its_own() -> None:
    months = [day(date(2026, month, 1)) for month in range(1, 13)]
    assert len({text.id for text in months}) == len({text.en for text in months}) == 12
    assert months[-1] == Text("1 Desember 2026", "1 December 2026")


def test_a_date_may_carry_its_weekday() -> None:
    assert weekday_day(date(2026, 1, 26)) == Text("Senin, 26 Januari 2026", "Monday, 26 January 2026")
    assert weekday_day(date(2026, 2, 1)) == Text("Minggu, 1 Februari 2026", "Sunday, 1 February 2026")


@pytest.mark.parametrize(
    ("zone", "clock"),
    [("Asia/Jakarta", "14.05 WIB"), ("Asia/Makassar", "15.05 WITA"), ("Asia/Jayapura", "16.05 WIT")],
)
def test_an_instant_is_told_by_the_clock_of_its_zone(zone: str, clock: str) -> None:
    at = datetime(2026, 1, 19, 7, 5, 59, tzinfo=UTC)
    assert moment(at, ZoneInfo(zone)) == Text(f"19 Januari 2026 pukul {clock}", f"19 January 2026, {clock}")


def test_shortly_before_midnight_in_london_it_is_tomorrow_in_jakarta() -> None:
    at = datetime(2026, 1, 19, 23, 59, tzinfo=UTC)
    assert moment(at, ZoneInfo("Asia/Jakarta")).en == "20 January 2026, 06.59 WIB"


def test_elsewhere_the_offset_stands_for_the_zone() -> None:
    at = datetime(2026, 1, 19, 7, 5, tzinfo=UTC)
    assert moment(at, UTC).en == "19 January 2026, 07.05 UTC+00:00"
    assert moment(at, timezone(timedelta(hours=-3, minutes=-30))).en == "19 January 2026, 03.35 UTC-03:30"


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2026, 1, 19, 7, 5), UTC)

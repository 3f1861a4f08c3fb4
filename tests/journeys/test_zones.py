"""Dates are the office's, whatever zone the server, the database's session and the log's reader live in."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from service.commands.commanding import command
from service.commands.cycles import set_calendar_days
from service.queries.recounts import shifts
from service.runut import Runut
from tests.afterwards import check_log
from tests.browsing import browse
from tests.factories import REASON, Org, create_organisation, create_plan, set_now

LATE_IN_THE_EVENING = "2026-01-19T23:30:00+07:00"
JUST_AFTER_MIDNIGHT = "2026-01-20T00:30:00+07:00"


@pytest.fixture(params=["UTC", "America/St_Johns", "Pacific/Kiritimati"])
def environ(environ: dict[str, str], request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A process in another zone, with sessions of PostgreSQL in it too (libpq reads PGTZ)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        patch.setenv("PGTZ", request.param)
        time.tzset()
        yield environ
    time.tzset()


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut, now=LATE_IN_THE_EVENING)


def test_the_zone_of_process_and_session_is_really_another_one(org: Org) -> None:
    assert time.tzname[0] in ("UTC", "NST", "+14")
    if org.runut.database.is_postgresql:
        with org.runut.database.read() as connection:
            assert connection.scalar(text("SHOW timezone")) == os.environ["PGTZ"]


@pytest.mark.parametrize(("now", "due_on", "in_words"), [
    (LATE_IN_THE_EVENING, "2026-01-26T16:59:59.999999Z", "Senin, 26 Januari 2026"),
    (JUST_AFTER_MIDNIGHT, "2026-01-27T16:59:59.999999Z", "Selasa, 27 Januari 2026"),
])
def test_a_deadline_is_counted_from_the_day_on_the_office_wall(org: Org, now: str, due_on: str, in_words: str) -> None:
    set_now(org.runut, now)
    case = create_plan(org, "in_approval")

    assert case["due_at"] == due_on
    assert in_words in browse(org, "rater").read("/")


def test_hold_recount_and_extension_name_the_same_days_everywhere(org: Org) -> None:
    case, hr = create_plan(org, "in_approval"), org.actor("hr")
    held = command(org.runut, hr, case["id"], "hold", {"reason": REASON}, if_match=case["version"])["case"]
    set_now(org.runut, "2026-01-21T00:10:00+07:00")
    resumed = command(org.runut, hr, case["id"], "resume_case", {"reason": REASON}, if_match=held["version"])["case"]
    assert resumed["due_at"] == "2026-01-28T16:59:59.999999Z"

    closed: list[dict[str, Any]] = [{"date": "2026-01-28", "kind": "LOCAL", "name": "Banjir"}]
    set_calendar_days(org.runut, hr, {"year": 2026, "days": closed})
    with org.runut.database.read() as connection:
        (shift,) = shifts(connection, org.runut.present(connection))
    assert shift.becomes.isoformat() == "2026-01-29T16:59:59.999999+00:00"

    letter = {"reason": REASON, "letter_number": "800/3", "due_on": "2026-02-02"}
    later = command(org.runut, hr, case["id"], "extend", letter, if_match=resumed["version"])["case"]
    assert later["due_at"] == "2026-02-02T16:59:59.999999Z"
    check_log(org.runut)


def test_the_year_changes_with_the_office_and_not_with_greenwich(org: Org) -> None:
    set_now(org.runut, "2027-01-01T00:30:00+07:00")
    assert "Kalender kerja 2027" in browse(org, "employee").read("/calendar")

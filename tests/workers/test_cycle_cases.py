"""Cases of a cycle made by a job while people open theirs: only on PostgreSQL, which has more than one writer."""

from typing import Any

import pytest

from service.commands.cycles import filling
from service.commands.opening import open_case
from service.runut import Runut
from tests.afterwards import check_log
from tests.factories import create_organisation
from tests.service.commands.test_filling import cases_of, filled, items


def test_who_opens_his_own_case_in_that_very_moment_keeps_it(
    runut_postgresql: Runut, monkeypatch: pytest.MonkeyPatch
) -> None:
    org, look = create_organisation(runut_postgresql), filling._standing

    def look_too_early(*asked: Any) -> Any:
        found = look(*asked)
        open_case(org.runut, org.actor("auditor"), "work_plan")
        return found

    monkeypatch.setattr(filling, "_standing", look_too_early)
    done = filled(org)

    assert done["result"]["outcomes"] == {"DONE": 12, "EXISTS": 1}
    assert items(org)["auditor"] == ("EXISTS", cases_of(org, "auditor")[0].id)
    check_log(org.runut)

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from service import codes
from service.ids import new_id
from service.models import OneTimeCode
from service.runut import Runut
from tests.factories import Org, create_organisation

PEPPER, BROWSER = b"p" * 32, "b" * 64


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def asked(org: Org) -> tuple[str, datetime]:
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        code_id = new_id()
        connection.execute(
            insert(OneTimeCode).values(
                id=code_id, purpose="decision", person_id=org.people["rater"], binding=BROWSER, tries=0,
                created_at=now, expires_at=now + timedelta(minutes=10),
            )
        )
    return code_id, now


def issued(org: Org) -> tuple[str, str, str, datetime]:
    code_id, now = asked(org)
    with org.runut.database.write() as connection:
        token, code = codes.issue(connection, PEPPER, code_id, now)
    return code_id, token, code, now


def check(org: Org, code_id: str, code: str, now: datetime, binding: str = BROWSER) -> str:
    with org.runut.database.write() as connection:
        return codes.check_code(connection, PEPPER, code_id, code, now, binding=binding).outcome


def test_a_code_is_eight_digits_and_right_once(org: Org) -> None:
    code_id, _, code, now = issued(org)
    assert len(code) == 8 and code.isdecimal()
    assert check(org, code_id, f" {code[:4]} {code[4:]} ", now) == "right"
    assert check(org, code_id, code, now) == "wrong"


def test_five_wrong_tries_exhaust_a_code_even_for_the_right_one(org: Org) -> None:
    code_id, _, code, now = issued(org)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    assert [check(org, code_id, wrong, now) for _ in range(5)] == ["wrong"] * 5
    assert check(org, code_id, code, now) == "exhausted"


def test_a_code_ends_after_ten_minutes(org: Org) -> None:
    code_id, token, code, now = issued(org)
    assert check(org, code_id, code, now + timedelta(minutes=10)) == "expired"
    with org.runut.database.write() as connection:
        assert codes.check_token(connection, PEPPER, token, now + timedelta(minutes=10)) is None


def test_a_code_is_wrong_in_another_browser(org: Org) -> None:
    code_id, _, code, now = issued(org)
    assert check(org, code_id, code, now, binding="c" * 64) == "wrong"


def test_a_token_is_looked_at_often_and_used_once(org: Org) -> None:
    _, token, _, now = issued(org)
    with org.runut.database.write() as connection:
        found = [codes.find_token(connection, PEPPER, token, now) for _ in range(3)]
        assert [row["person_id"] for row in found if row] == [org.people["rater"]] * 3
        assert codes.check_token(connection, PEPPER, token, now) is not None
        assert codes.check_token(connection, PEPPER, token, now) is None
        assert codes.find_token(connection, PEPPER, token, now) is None


def test_a_mail_made_again_carries_a_new_code_and_the_old_one_is_wrong(org: Org) -> None:
    code_id, _, old, now = issued(org)
    with org.runut.database.write() as connection:
        _, new = codes.issue(connection, PEPPER, code_id, now)
    assert old == new or check(org, code_id, old, now) == "wrong"
    assert check(org, code_id, new, now) == "right"


def test_no_code_is_made_for_a_request_that_is_over(org: Org) -> None:
    code_id, _, code, now = issued(org)
    assert check(org, code_id, code, now) == "right"
    with org.runut.database.write() as connection, pytest.raises(codes.CodeGone):
        codes.issue(connection, PEPPER, code_id, now)


def test_an_empty_code_is_never_right_before_the_mail_is_made(org: Org) -> None:
    code_id, now = asked(org)
    assert check(org, code_id, "", now) == "wrong"

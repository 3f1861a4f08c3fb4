from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from service.codes import issue
from service.models import OneTimeCode, Person
from service.pages.signin import local_path
from service.signin import hash_password
from tests.factories import Org, set_now

Visit = Callable[[str], Any]
PASSWORD = "kata sandi yang panjang"


@pytest.fixture
def with_password(org: Org) -> None:
    with org.runut.database.write() as connection:
        connection.execute(update(Person).values(password_hash=hash_password(PASSWORD)))


def _mailed(org: Org) -> tuple[str, str]:
    """(token, code) of the newest request, as the mail worker makes them."""
    with org.runut.database.write() as connection:
        newest = select(OneTimeCode.id).order_by(OneTimeCode.created_at.desc(), OneTimeCode.id.desc())
        code_id = connection.scalar(newest.limit(1))
        now = org.runut.pulse(connection).now
        return issue(connection, org.runut.settings.link_pepper, str(code_id), now)


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back(
    org: Org, visit: Visit, with_password: None
) -> None:
    browser = visit("").get("/cases/SKP-2026-000001")

    assert browser.page.request.path == "/signin"
    browser.press("/signin", False, email="rater@muara.example", password=PASSWORD, do="password")
    assert browser.page.status_code == 303 and browser.page.location == "/cases/SKP-2026-000001"


def test_one_signs_in_with_the_nip_too(org: Org, visit: Visit, with_password: None) -> None:
    browser = visit("").get("/signin").press("/signin", email="190002022000011002", password=PASSWORD, do="password")

    assert "Rahmat Rekaan, SKM" in browser.text


def test_the_enter_key_after_a_password_signs_in_instead_of_mailing(
    org: Org, visit: Visit, with_password: None
) -> None:
    browser = visit("").get("/signin").press("/signin", email="rater@muara.example", password=PASSWORD, do="link")

    assert "Pekerjaan saya" in browser.text


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    org: Org, visit: Visit, with_password: None
) -> None:
    known = visit("").get("/signin").press("/signin", email="rater@muara.example", password="salah", do="password")
    unknown = visit("").get("/signin").press("/signin", email="hantu@muara.example", password="salah", do="password")

    assert known.page.status_code == unknown.page.status_code == 422
    assert known.text.replace("rater@", "") == unknown.text.replace("hantu@", "")


def test_the_eleventh_attempt_is_told_when_to_come_back(org: Org, visit: Visit, with_password: None) -> None:
    browser = visit("").get("/signin")
    for _ in range(10):
        browser.press("/signin", email="rater@muara.example", password="salah", do="password")
    browser.press("/signin", email="rater@muara.example", password=PASSWORD, do="password")

    assert browser.page.status_code == 429
    assert int(browser.page.headers["Retry-After"]) <= 15 * 60
    assert "Coba lagi 15 menit lagi" in browser.text


def test_a_mail_is_promised_whether_or_not_somebody_is_registered(org: Org, visit: Visit) -> None:
    known = visit("").get("/signin").press("/signin", email="rater@muara.example", do="link")
    unknown = visit("").get("/signin").press("/signin", email="hantu@muara.example", do="link")

    assert "Bila terdaftar, surel sudah dikirim" in known.text
    assert known.text == unknown.text


def test_looking_at_the_mailed_link_signs_nobody_in_and_the_button_does_once(org: Org, visit: Visit) -> None:
    visit("").get("/signin?next=/help").press("/signin", email="rater@muara.example", do="link")
    token, _ = _mailed(org)
    other = visit("")

    for _ in range(3):
        assert other.get(f"/signin/{token}").page.status_code == 200
    assert "Keluar" not in other.text
    other.press(f"/signin/{token}", False)
    assert other.page.status_code == 303 and other.page.location == "/help"
    assert visit("").get(f"/signin/{token}").page.status_code == 410
    assert other.press(f"/signin/{token}").page.status_code in (403, 410)


def test_the_code_works_only_in_the_browser_that_asked_for_it(org: Org, visit: Visit) -> None:
    asking = visit("").get("/signin").press("/signin", email="rater@muara.example", do="link")
    _, code = _mailed(org)

    elsewhere = visit("").get("/signin?sent=1").press("/signin", code=code, do="code")
    assert elsewhere.page.status_code == 422
    assert "Pekerjaan saya" in asking.press("/signin", code=f"{code[:4]} {code[4:]}", do="code").text


def test_the_sixth_wrong_code_ends_the_request(org: Org, visit: Visit) -> None:
    browser = visit("").get("/signin").press("/signin", email="rater@muara.example", do="link")
    _, code = _mailed(org)
    wrong = str((int(code) + 1) % 10**8).zfill(8)
    for _ in range(5):
        assert browser.press("/signin", code=wrong, do="code").page.status_code == 422

    assert browser.press("/signin", code=code, do="code").page.status_code == 429


def test_a_link_is_over_after_ten_minutes(org: Org, visit: Visit) -> None:
    visit("").get("/signin").press("/signin", email="rater@muara.example", do="link")
    token, _ = _mailed(org)
    set_now(org.runut, "2026-01-19T09:11:00+07:00")

    assert visit("").get(f"/signin/{token}").page.status_code == 410


def test_signing_out_ends_the_session_and_not_only_the_cookie(org: Org, visit: Visit) -> None:
    browser = visit("rater").get("/")
    stolen = browser.client.get_cookie("runut_session").value
    browser.press("/signout")
    thief = visit("")
    thief.client.set_cookie("runut_session", stolen)

    assert thief.get("/").page.request.path == "/signin"


def test_a_form_from_elsewhere_signs_nobody_in(org: Org, visit: Visit, with_password: None) -> None:
    browser = visit("").get("/signin")
    given = {"email": "rater@muara.example", "password": PASSWORD, "do": "password"}

    assert browser.client.post("/signin", data=given).status_code == 403
    foreign = browser.client.post(
        "/signin", data={**given, **browser.hidden("/signin")}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "/\\evil.example", "https://evil.example", "/x\\y", "/\x00", "evil", "/signin", ""]
)
def test_nobody_is_sent_to_another_site_after_signing_in(elsewhere: str) -> None:
    assert local_path(elsewhere) == "/"

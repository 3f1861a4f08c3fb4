from typing import Any

import pytest
from sqlalchemy import select, update

from service.models import Delivery
from service.runut import Runut
from tests import factories
from tests.browsing import browse
from tests.factories import Org


@pytest.fixture
def org(runut: Runut) -> Org:
    return factories.create_organisation(runut)


def _mail(org: Org, **values: Any) -> str:
    """The id of the rater's request, changed so."""
    with org.runut.database.write() as connection:
        found = connection.scalar(
            select(Delivery.id).where(Delivery.person_id == org.people["rater"], Delivery.rule == "asked")
        )
        assert found is not None
        if values:
            connection.execute(update(Delivery).where(Delivery.id == found).values(**values))
    return found


def test_hr_sees_of_every_mail_who_what_and_what_became_of_it(org: Org) -> None:
    case = factories.create_plan(org, "in_approval")
    page = browse(org, "hr").read("/deliveries?name=rahmat")

    assert "Rahmat Rekaan, SKM" in page and case["number"] in page
    assert "Permintaan mereviu dan meneruskan rencana kerja" in page and "Menunggu dikirim" in page


@pytest.mark.parametrize(("state", "words"), [
    ("ACCEPTED", "Accepted by the server"), ("BOUNCED", "Bounced"), ("DEAD", "Failed"), ("SUPPRESSED", "Not sent"),
    ("RETRY", "Being retried"), ("EXPIRED", "Expired"),
])
def test_states_are_told_in_words(org: Org, state: str, words: str) -> None:
    factories.create_plan(org, "in_approval")
    _mail(org, state=state)

    assert words in browse(org, "auditor", "en").read(f"/deliveries?state={state}&name=rahmat")


def test_a_dead_mail_is_sent_again_by_hr_and_by_nobody_else(org: Org) -> None:
    factories.create_plan(org, "in_approval")
    mail = _mail(org, state="DEAD", attempts=100, answer="no answer")
    auditor, hr = browse(org, "auditor"), browse(org, "hr")

    assert "Kirim ulang" not in auditor.read("/deliveries?state=DEAD")
    assert auditor.post(f"/deliveries/{mail}/retry", "/audit").status_code == 403
    answer = hr.post(f"/deliveries/{mail}/retry", "/deliveries?state=DEAD")

    assert answer.status_code == 303
    assert "dimasukkan lagi ke antrean" in hr.read(answer.headers["Location"])
    with org.runut.database.read() as connection:
        row = connection.execute(select(Delivery.state, Delivery.attempts).where(Delivery.id == mail)).one()
    assert tuple(row) == ("PENDING", 0)


def test_a_mail_that_has_not_failed_is_not_sent_twice(org: Org) -> None:
    factories.create_plan(org, "in_approval")
    mail = _mail(org, state="ACCEPTED")
    hr = browse(org, "hr")
    answer = hr.post(f"/deliveries/{mail}/retry", "/deliveries")

    assert "tidak ada yang diubah" in hr.read(answer.headers["Location"])
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Delivery.state).where(Delivery.id == mail)) == "ACCEPTED"


def test_a_post_without_the_form_token_is_refused(org: Org) -> None:
    factories.create_plan(org, "in_approval")
    mail = _mail(org, state="DEAD")
    answer = browse(org, "hr").client.post(f"/deliveries/{mail}/retry")

    assert answer.status_code == 403


@pytest.mark.parametrize("query", ["state=LOST", "person=nobody", "cursor=abc"])
def test_a_bad_filter_of_the_ledger_is_named(org: Org, query: str) -> None:
    assert browse(org, "hr").read(f"/deliveries?{query}", 422).startswith("Kesalahan:")


def test_the_ledger_is_not_for_others(org: Org) -> None:
    assert browse(org, "employee").get("/deliveries").status_code == 403

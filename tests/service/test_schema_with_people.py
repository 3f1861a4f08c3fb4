"""The schema goes back and forward with people in it, also with somebody who has no mailbox."""

from sqlalchemy import text, update

from service.models import Person
from service.runut import Runut
from service.schema import downgrade, is_current, upgrade
from tests.afterwards import check_log
from tests.factories import create_organisation, create_plan


def test_a_person_without_an_address_survives_a_step_back_and_forward(runut: Runut) -> None:
    org = create_organisation(runut)
    create_plan(org, "in_approval")
    with runut.database.write() as connection:
        connection.execute(update(Person).where(Person.id == org.people["peer"]).values(email=None))

    downgrade(runut.database, "20261124_1004")
    with runut.database.read() as connection:
        addresses = connection.scalars(text("SELECT email FROM people")).all()
    assert None not in addresses and sum(str(a).startswith("tanpa.surel.") for a in addresses) == 1
    upgrade(runut.database)

    assert is_current(runut.database)
    check_log(runut)

"""The reminder that people send by hand gives nothing away, whichever case it is about."""

import re

import pytest
from sqlalchemy import select

from service import demo
from service.casefile import load_case
from service.models import ActionLink, Case
from service.reminder_text import reminder_text
from service.runut import Runut
from workflows.kit import Locale


@pytest.mark.parametrize("locale", ["id", "en"])
def test_no_reminder_text_of_a_demo_case_holds_a_name_a_nip_or_a_link(runut: Runut, locale: Locale) -> None:
    demo.load(runut, 0, 0)
    settings = runut.settings
    with runut.database.read() as connection:
        present = runut.present(connection)
        files = [load_case(connection, present, case_id) for case_id in connection.scalars(select(Case.id))]
        handles = set(connection.scalars(select(ActionLink.handle_hash)))
    names = {word for person in present.organisation.people.values() for word in re.findall(r"\w{4,}", person.name)}
    nips = {person.nip for person in present.organisation.people.values() if person.nip}
    assert len(files) > 5 and len(names) > 10

    for file in files:
        text = reminder_text(file, settings.domain, settings.agency, locale)
        told = set(re.findall(r"\w{4,}", text.replace(settings.agency, "").replace(settings.domain, "")))
        assert not told & names, (file.number, told & names)
        assert not any(nip in text for nip in nips) and not any(handle in text for handle in handles)
        assert "://" not in text and "/a/" not in text and "rnt_" not in text
        assert file.number in text and settings.domain in text

"""Migrations go forward and back on both databases, and end where the models are."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import service.models.authority  # noqa: F401 - makes its tables known
from service.models import Base
from service.runut import Runut
from service.schema import downgrade, is_current, upgrade


def test_the_schema_goes_back_to_nothing_and_forward_again(runut: Runut) -> None:
    assert is_current(runut.database)
    downgrade(runut.database, "base")
    assert not is_current(runut.database)
    assert inspect(runut.database.engine).get_table_names() == ["alembic_version"]
    upgrade(runut.database)
    assert is_current(runut.database)


def test_a_second_upgrade_changes_nothing(runut: Runut) -> None:
    before = sorted(inspect(runut.database.engine).get_table_names())
    upgrade(runut.database)
    assert sorted(inspect(runut.database.engine).get_table_names()) == before


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_the_migrations_make_the_tables_of_the_models(runut: Runut) -> None:
    with runut.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    # `recorded_in` is PostgreSQL's own: which transaction wrote an event.
    assert [change for change in differences if "recorded_in" not in str(change)] == []

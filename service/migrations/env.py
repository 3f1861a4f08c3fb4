"""Runs migrations on the connection that service.schema hands over, inside its transaction."""

from alembic import context
from sqlalchemy import text

import service.models.authority  # noqa: F401 - makes its tables known
from service.models import Base

_LOCK_TIMEOUT_S = 5
_STATEMENT_TIMEOUT_S = 600

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    # A migration that cannot get its lock gives up instead of queueing everybody behind it.
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT_S}s'"))
    connection.execute(text(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT_S}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('runut migrations'))"))
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

"""Registers and jobs: events that belong to no case, and work that takes longer than a request."""

import sqlalchemy as sa
from alembic import op

from service.models.base import Json, UtcDateTime

revision = "20261124_0900"
down_revision = "20261124_0501"
branch_labels = None
depends_on = None

_CHAIN = "whose chain it belongs to: a case's, or a register's"
_REFUSAL = """
CREATE TRIGGER events_no_{verb} BEFORE {verb} ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
"""


def upgrade() -> None:
    op.create_table(
        "registers",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False, comment="SIKLUS-2026, KALENDER-2026, ATURAN"),
        sa.Column("position", sa.Integer(), nullable=False, comment="number of events so far"),
        sa.Column("chain_head", sa.String(length=64), nullable=False, comment="hash of the newest event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registers")),
        sa.UniqueConstraint("name", name=op.f("uq_registers_name")),
    )
    op.create_table(
        "register_entries",
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "canonical", sa.Text(), nullable=False,
            comment="RFC 8785 text; the event's document_sha256 is over its bytes",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_register_entries")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "asked_by", sa.Uuid(as_uuid=False), nullable=True, comment="None: the command line or the clock"
        ),
        sa.Column("details", Json, nullable=False, comment="what was asked for; ids and codes, never texts or secrets"),
        sa.Column("state", sa.String(length=40), nullable=False, comment="WAITING, RUNNING, DONE, FAILED or STOPPED"),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False, comment="0 while nobody knows"),
        sa.Column("memo", Json, nullable=False, comment="where to go on when a worker died on it"),
        sa.Column("result", Json, nullable=False, comment="what came of it, as its kind defines"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=True),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_newest", "jobs", ["created_at", "id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_events_case_id", "events", type_="foreignkey")
        op.alter_column("events", "case_id", comment=_CHAIN)
        op.alter_column(
            "deliveries", "channel", comment="mail, exchange or job", existing_comment="mail or exchange"
        )
    else:
        _rebuild_events(lambda batch: batch.drop_constraint("fk_events_case_id", type_="foreignkey"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE events DISABLE TRIGGER events_no_change")
        _forget_registers()
        op.execute("ALTER TABLE events ENABLE TRIGGER events_no_change")
        op.alter_column(
            "deliveries", "channel", comment="mail or exchange", existing_comment="mail, exchange or job"
        )
        op.alter_column("events", "case_id", comment=None, existing_comment=_CHAIN)
        op.create_foreign_key("fk_events_case_id", "events", "cases", ["case_id"], ["id"])
    else:
        _rebuild_events(lambda batch: batch.create_foreign_key("fk_events_case_id", "cases", ["case_id"], ["id"]))
    op.drop_index("ix_jobs_newest", table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("register_entries")
    op.drop_table("registers")


def _rebuild_events(change) -> None:  # type: ignore[no-untyped-def]  # a batch of Alembic has no public type
    """SQLite copies the table for a change of its constraints, and its triggers go with the old one."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER events_no_{verb}")
    _forget_registers()
    with op.batch_alter_table("events", recreate="always", table_kwargs={"sqlite_autoincrement": True}) as batch:
        change(batch)
    for verb in ("UPDATE", "DELETE"):
        op.execute(_REFUSAL.format(verb=verb))


def _forget_registers() -> None:
    """Going back loses what the older schema has no place for; going forward there is nothing of it yet."""
    op.execute("DELETE FROM events WHERE case_id IN (SELECT id FROM registers)")
    op.execute("DELETE FROM deliveries WHERE channel = 'job'")

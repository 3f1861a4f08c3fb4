"""Timers that several clocks take under a lease, one mail a person and working day, and the pace of mails."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_0940"
down_revision = "20261124_0910"
branch_labels = None
depends_on = None

_KIND = "the clock's action, or the rung of the deadline's ladder"
_BACK = (
    "UPDATE deliveries SET state = 'PENDING' WHERE state = 'GATHERED'",
    "UPDATE deliveries SET state = 'CANCELLED', answer = 'summed up in a daily summary' WHERE state = 'SUMMED'",
    "DELETE FROM timers WHERE kind IN "
    "('remind_early', 'remind_due', 'overdue', 'tell_superior', 'offer_reroute')",
)


def upgrade() -> None:
    op.add_column(
        "timers",
        sa.Column("lease_until", UtcDateTime, nullable=True, comment="until when the clock that took it may fire it"),
    )
    op.add_column(
        "deliveries",
        sa.Column(
            "summary_id", sa.Uuid(as_uuid=False), nullable=True, comment="SUMMED: the summary that it went into"
        ),
    )
    op.create_index(
        "ix_deliveries_gathered", "deliveries", ["person_id"], unique=False, postgresql_where="state = 'GATHERED'"
    )
    op.create_index(
        "ix_deliveries_of_summary", "deliveries", ["summary_id"], unique=False,
        postgresql_where="summary_id IS NOT NULL",
    )
    op.create_table(
        "mail_days",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False, comment="a working day of the office"),
        sa.Column("delivery_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "on_date", name=op.f("pk_mail_days")),
    )
    op.create_index("ix_mail_days_of_delivery", "mail_days", ["delivery_id"], unique=False)
    pace = op.create_table(
        "mail_pace",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paid_until", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_pace")),
    )
    op.bulk_insert(pace, [{"id": 1, "paid_until": datetime(2026, 1, 1, tzinfo=UTC)}])
    _say(_KIND, "the clock's action")


def downgrade() -> None:
    for statement in _BACK:
        op.execute(statement)
    _say("the clock's action", _KIND)
    op.drop_table("mail_pace")
    op.drop_index("ix_mail_days_of_delivery", table_name="mail_days")
    op.drop_table("mail_days")
    op.drop_index("ix_deliveries_of_summary", table_name="deliveries")
    op.drop_index("ix_deliveries_gathered", table_name="deliveries")
    op.drop_column("deliveries", "summary_id")
    op.drop_column("timers", "lease_until")


def _say(comment: str, before: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("timers", "kind", comment=comment, existing_comment=before)

"""Bulk actions: one command for many cases, checked first, then done by a job case by case."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_1004"
down_revision = "20261124_1003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_actions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "action", sa.String(length=40), nullable=False,
            comment="remind, extend, …; remind_office is remind for whole offices",
        ),
        sa.Column("asked_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("assurance", sa.String(length=40), nullable=False),
        sa.Column(
            "input_sealed", sa.Text(), nullable=False, comment="JSON, sealed with the text key of who asked"
        ),
        sa.Column("mails", sa.Integer(), nullable=False, comment="as the check counted them"),
        sa.Column("summarised", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("job_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_actions")),
    )
    op.create_index("ix_bulk_actions_newest", "bulk_actions", ["created_at", "id"], unique=False)
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="the order in which they are done"),
        sa.Column(
            "case_version", sa.Integer(), nullable=False, comment="as checked; a case that moved since is left alone"
        ),
        sa.Column(
            "state", sa.String(length=40), nullable=False, comment="READY, SKIPPED by the check; then DONE or FAILED"
        ),
        sa.Column("sentence_id", sa.Text(), nullable=False, comment="why it was skipped or failed; empty otherwise"),
        sa.Column("sentence_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_actions.id"], name=op.f("fk_bulk_items_bulk_id")),
        sa.PrimaryKeyConstraint("bulk_id", "case_id", name=op.f("pk_bulk_items")),
    )


def downgrade() -> None:
    op.drop_table("bulk_items")
    op.drop_index("ix_bulk_actions_newest", table_name="bulk_actions")
    op.drop_table("bulk_actions")

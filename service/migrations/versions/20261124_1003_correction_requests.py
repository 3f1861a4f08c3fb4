"""Requests for a correction of who rates whom, of a post, a unit or a name, each with a deadline of its own."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_1003"
down_revision = "20261124_0959"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction_requests",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("asked_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False, comment="RATER, POST, UNIT or NAME"),
        sa.Column(
            "proposed_id", sa.Uuid(as_uuid=False), nullable=True, comment="the post or unit that would be right"
        ),
        sa.Column("state", sa.String(length=40), nullable=False, comment="OPEN, ACCEPTED, REFUSED or WITHDRAWN"),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False, comment="by when HR answers; the case goes on meanwhile"),
        sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.Column("asked_event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("decided_event_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_correction_requests_asked_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_correction_requests_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_requests")),
    )
    op.create_index("ix_correction_requests_of_case", "correction_requests", ["case_id"], unique=False)
    op.create_index("ix_correction_requests_open", "correction_requests", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_correction_requests_open", table_name="correction_requests")
    op.drop_index("ix_correction_requests_of_case", table_name="correction_requests")
    op.drop_table("correction_requests")

"""Imports of HR data: what was handed in, what was found, what came of it."""

import sqlalchemy as sa
from alembic import op

from service.models.base import Json, UtcDateTime

revision = "20261124_0959"
down_revision = "20261124_0958"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "name", sa.String(length=40), nullable=False,
            comment="made here: IMPOR-2026-000012; names of files say too much",
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the files in the order given"),
        sa.Column("kinds", Json, nullable=False, comment="units, positions, people, appointments, raters, leavers"),
        sa.Column("state", sa.String(length=40), nullable=False, comment="UPLOADED, CHECKED, APPLIED or FAILED"),
        sa.Column("report", Json, nullable=False, comment="counts, problems, where what changes; no values of people"),
        sa.Column(
            "content", sa.LargeBinary(), nullable=True, comment="the files; gone once applied or after 7 days"
        ),
        sa.Column("difference", Json, nullable=True, comment="old and new values; goes with the content"),
        sa.Column(
            "job_id", sa.Uuid(as_uuid=False), nullable=True, comment="the job that works on it or did so last"
        ),
        sa.Column("created_by", sa.Uuid(as_uuid=False), nullable=True, comment="None: the command line"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("checked_at", UtcDateTime, nullable=True),
        sa.Column("applied_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("applied_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_newest", "imports", ["created_at", "id"], unique=False)
    op.create_index("ix_imports_of_content", "imports", ["sha256"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_imports_of_content", table_name="imports")
    op.drop_index("ix_imports_newest", table_name="imports")
    op.drop_table("imports")

"""Scans of signed papers, and what the performance team entered from them."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_1035"
down_revision = "20261124_1018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "name", sa.String(length=300), nullable=False,
            comment="made by the service; never what the sender called it",
        ),
        sa.Column(
            "media_type", sa.String(length=40), nullable=False, comment="application/pdf, image/png or image/jpeg"
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("uploaded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["people.id"], name=op.f("fk_attachments_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_of_case", "attachments", ["case_id"], unique=False)
    op.create_table(
        "assisted_entries",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "case_version", sa.Integer(), nullable=False, comment="the version that the employee is asked to confirm"
        ),
        sa.Column(
            "action", sa.String(length=40), nullable=False, comment="the employee's step: submit, recall or dispute"
        ),
        sa.Column(
            "paper_on", sa.Date(), nullable=False, comment="the date beside the signature; it counts for deadlines"
        ),
        sa.Column("attachment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("entered_at", UtcDateTime, nullable=False),
        sa.Column(
            "entered_event_id", sa.Uuid(as_uuid=False), nullable=False, comment="its texts hold what the paper says"
        ),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.Column("closed_event_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_assisted_entries_attachment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assisted_entries_case_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["people.id"], name=op.f("fk_assisted_entries_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_entries")),
    )
    op.create_index("ix_assisted_entries_of_case", "assisted_entries", ["case_id", "state"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_assisted_entries_of_case", table_name="assisted_entries")
    op.drop_table("assisted_entries")
    op.drop_index("ix_attachments_of_case", table_name="attachments")
    op.drop_table("attachments")

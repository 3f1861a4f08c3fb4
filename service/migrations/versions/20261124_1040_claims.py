"""Who works on a case of a group role's queue."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_1040"
down_revision = "20261124_1035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "case_version", sa.Integer(), nullable=False, comment="the claim ends when the case is no longer there"
        ),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_claims")),
    )


def downgrade() -> None:
    op.drop_table("claims")

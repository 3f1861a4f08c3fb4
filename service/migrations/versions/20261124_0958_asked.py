"""Who is asked: when, who instead of whom the table names, and what keeps somebody from being asked."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_0958"
down_revision = "20261124_0955"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.add_column(
            sa.Column("asked_at", UtcDateTime, nullable=True, comment="None: at entry, or nobody is asked yet")
        )
        batch.add_column(
            sa.Column(
                "blocked_by", sa.String(length=40), nullable=True,
                comment="the guard that keeps whoever the table names from acting; he is not asked meanwhile",
            )
        )
        batch.add_column(
            sa.Column(
                "asked_instead", sa.String(length=40), nullable=True, comment="the role that is asked meanwhile, if any"
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.drop_column("asked_instead")
        batch.drop_column("blocked_by")
        batch.drop_column("asked_at")

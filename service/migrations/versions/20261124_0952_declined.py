"""Who said that he cannot decide a case stands at the case, so that nobody waits for him any more."""

import sqlalchemy as sa
from alembic import op

from service.models.base import Json

revision = "20261124_0952"
down_revision = "20261124_0945"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.add_column(
            sa.Column(
                "declined_by", Json, nullable=False, server_default="[]",
                comment="who said that he cannot decide it as it stands now",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.drop_column("declined_by")

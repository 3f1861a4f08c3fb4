"""Items of jobs: what came of each person or case, written together with what was done."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_0945"
down_revision = "20261124_0940"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_items",
        sa.Column("job_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "item_id", sa.Uuid(as_uuid=False), nullable=False, comment="the person or the case it was about"
        ),
        sa.Column(
            "outcome", sa.String(length=40), nullable=False, comment="DONE, or the code of why it was skipped"
        ),
        sa.Column(
            "case_id", sa.Uuid(as_uuid=False), nullable=True, comment="the case that came of it or stood in the way"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_items_job_id")),
        sa.PrimaryKeyConstraint("job_id", "item_id", name=op.f("pk_job_items")),
    )


def downgrade() -> None:
    op.drop_table("job_items")

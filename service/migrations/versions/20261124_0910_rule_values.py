"""Rules that an office sets: the values that it confirmed."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_0910"
down_revision = "20261124_0900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_values",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "value", sa.String(length=40), nullable=False, comment="a whole number in digits, or the name of a choice"
        ),
        sa.Column("letter_number", sa.String(length=300), nullable=False),
        sa.Column(
            "confirmed_by", sa.Uuid(as_uuid=False), nullable=True, comment="None: an operator at the command line"
        ),
        sa.Column("confirmed_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_rule_values_confirmed_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rule_values")),
    )


def downgrade() -> None:
    op.drop_table("rule_values")

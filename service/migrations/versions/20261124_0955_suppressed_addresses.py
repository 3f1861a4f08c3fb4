"""Addresses that get no mail because HR said so."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_0955"
down_revision = "20261124_0952"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suppressed_addresses",
        sa.Column("address_hash", sa.String(length=64), nullable=False, comment="HMAC-SHA256(pepper, address)"),
        sa.Column(
            "person_id", sa.Uuid(as_uuid=False), nullable=False, comment="whose address it was when HR stopped it"
        ),
        sa.Column("since_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_suppressed_addresses")),
    )


def downgrade() -> None:
    op.drop_table("suppressed_addresses")

"""People without a mailbox of their own, and the notices that are printed and handed over to them."""

import sqlalchemy as sa
from alembic import op

from service.models.base import UtcDateTime

revision = "20261124_1018"
down_revision = "20261124_1004"
branch_labels = None
depends_on = None

_BEFORE = "ASCII, lower case; the only address mails go to"
_PURPOSES_BEFORE, _PURPOSES = "signin or decision", "signin, decision or slip"
_NOW = f"{_BEFORE}; None: no mailbox of his own"


def upgrade() -> None:
    with op.batch_alter_table("people") as batch:
        batch.alter_column(
            "email", existing_type=sa.String(length=254), nullable=True, comment=_NOW, existing_comment=_BEFORE
        )
    op.create_table(
        "printed_notices",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False, comment="SURAT-2026-000001"),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False, comment="as the case stood when it was printed"),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True, comment="the deadline as it stands on the paper"),
        sa.Column("printed_at", UtcDateTime, nullable=False),
        sa.Column("printed_event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=True, comment="the day on the receipt"),
        sa.Column("handed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("handed_event_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_printed_notices_case_id")),
        sa.ForeignKeyConstraint(["handed_by"], ["people.id"], name=op.f("fk_printed_notices_handed_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_printed_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_notices")),
        sa.UniqueConstraint("number", name=op.f("uq_printed_notices_number")),
    )
    op.create_index("ix_printed_notices_of_case", "printed_notices", ["case_id"], unique=False)
    op.create_index("ix_printed_notices_of_person", "printed_notices", ["person_id", "printed_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("one_time_codes", "purpose", comment=_PURPOSES, existing_comment=_PURPOSES_BEFORE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("one_time_codes", "purpose", comment=_PURPOSES_BEFORE, existing_comment=_PURPOSES)
    op.drop_index("ix_printed_notices_of_person", table_name="printed_notices")
    op.drop_index("ix_printed_notices_of_case", table_name="printed_notices")
    op.drop_table("printed_notices")
    op.execute(
        "UPDATE people SET email = 'tanpa.surel.' || replace(CAST(id AS varchar(36)), '-', '') || '@contoh.invalid' "
        "WHERE email IS NULL"
    )
    with op.batch_alter_table("people") as batch:
        batch.alter_column(
            "email", existing_type=sa.String(length=254), nullable=False, comment=_BEFORE, existing_comment=_NOW
        )

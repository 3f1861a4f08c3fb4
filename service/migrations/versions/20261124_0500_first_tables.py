"""The first tables."""

import sqlalchemy as sa
from alembic import op

from service.models.base import Json, UtcDateTime

revision = "20261124_0500"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="HOLIDAY, JOINT_LEAVE or LOCAL"),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("on_date", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False, comment="decree, or the source of the proposal"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "clock_offset",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_offset")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "deliveries",
        sa.Column(
            "id", sa.Uuid(as_uuid=False), nullable=False, comment="also the Message-ID and the X-Runut-Delivery header"
        ),
        sa.Column(
            "dedupe", sa.String(length=300), nullable=False, comment="event, rule, recipient and channel in one key"
        ),
        sa.Column("channel", sa.String(length=40), nullable=False, comment="mail or exchange"),
        sa.Column("lane", sa.Integer(), nullable=False, comment="0 codes and sign-in, 1 requests, 2 news"),
        sa.Column("rule", sa.String(length=80), nullable=False, comment="which mail: asked, told, digest, code, …"),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("details", Json, nullable=False, comment="codes and ids the mail needs; never texts or secrets"),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("lease_until", UtcDateTime, nullable=True),
        sa.Column("expires_at", UtcDateTime, nullable=True, comment="after which it is of no use any more"),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True, comment="what the server said, cut and without addresses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_deliveries_dedupe")),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["state", "lane", "next_at"],
        unique=False,
        postgresql_where="state IN ('PENDING','RETRY','LEASED')",
    )
    op.create_index("ix_deliveries_newest", "deliveries", ["created_at", "id"], unique=False)
    op.create_index("ix_deliveries_of_case", "deliveries", ["case_id", "created_at"], unique=False)
    op.create_index("ix_deliveries_of_person", "deliveries", ["person_id", "created_at"], unique=False)
    op.create_table(
        "event_texts",
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False, comment="base64 of nonce, AES-256-GCM(salt ‖ text)"),
        sa.PrimaryKeyConstraint("event_id", "name", name=op.f("pk_event_texts")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("kind", sa.String(length=40), nullable=False, comment="beat, relay, worker"),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False, comment="random: says nothing about the person"),
        sa.Column("nip", sa.String(length=18), nullable=True, comment="18 digits; political officials have none"),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("rank", sa.String(length=300), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column(
            "email", sa.String(length=254), nullable=False, comment="ASCII, lower case; the only address mails go to"
        ),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("political", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("locked_at", UtcDateTime, nullable=True, comment="since when he may neither sign in nor act"),
        sa.Column(
            "text_key",
            sa.LargeBinary(),
            nullable=False,
            comment="AES-256 key of his texts in the log; erasing it erases them",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("nip", name=op.f("uq_people_nip")),
    )
    op.create_table(
        "signin_failures",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=300), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signin_failures")),
    )
    op.create_index("ix_signin_failures_of_account", "signin_failures", ["account_hash", "at"], unique=False)
    op.create_index("ix_signin_failures_of_network", "signin_failures", ["network", "at"], unique=False)
    op.create_table(
        "timers",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="the clock's action"),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True, comment="fired, late, moot or cancelled"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index("ix_timers_due", "timers", ["done_at", "due_at"], unique=False)
    op.create_index("ix_timers_of_case", "timers", ["case_id", "done_at"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False, comment="the unit's code in the HR system"),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("parent_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "work_items",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("position_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("since_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_items")),
    )
    op.create_index("ix_work_items_of_case", "work_items", ["case_id", "done_at"], unique=False)
    op.create_index("ix_work_items_open_by_person", "work_items", ["person_id", "done_at", "due_at"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_api_keys_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_table(
        "cycles",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="ANNUAL, QUARTER or MONTH"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False, comment="quarter 1-4, month 1-12, 0 for the year"),
        sa.Column("unit_id", sa.Uuid(as_uuid=False), nullable=True, comment="None: the whole government"),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("dates", Json, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=True),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cycles_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
        sa.UniqueConstraint("kind", "year", "period", "unit_id", name=op.f("uq_cycles_kind_year_period_unit_id")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_idempotency_keys_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False, comment="signin or decision"),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "binding",
            sa.String(length=64),
            nullable=False,
            comment="keyed hash of what it is for: browser, case, action, digest",
        ),
        sa.Column("code_hash", sa.String(length=64), nullable=True, comment="set when the mail is made"),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("next_path", sa.String(length=300), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_one_time_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_codes_token_hash")),
    )
    op.create_index("ix_one_time_codes_of_person", "one_time_codes", ["person_id", "created_at"], unique=False)
    op.create_table(
        "perf_team_members",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("unit_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_perf_team_members_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_perf_team_members_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perf_team_members")),
    )
    op.create_table(
        "positions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "post_class",
            sa.String(length=40),
            nullable=False,
            comment="JPT_PRATAMA, ADMINISTRATOR, PENGAWAS, PELAKSANA, FUNGSIONAL, …",
        ),
        sa.Column("reports_to_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["reports_to_id"], ["positions.id"], name=op.f("fk_positions_reports_to_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_positions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.UniqueConstraint("code", name=op.f("uq_positions_code")),
    )
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False, comment="hr, auditor, planner, admin"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_grants_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_table(
        "strategic_goals",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False, comment="RPJMD, RENSTRA or PK"),
        sa.Column("parent_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("unit_id", sa.Uuid(as_uuid=False), nullable=True, comment="the office that owns it"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("indicator", sa.String(length=300), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["strategic_goals.id"], name=op.f("fk_strategic_goals_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_strategic_goals_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategic_goals")),
    )
    op.create_index("ix_strategic_goals_of_unit", "strategic_goals", ["unit_id", "year"], unique=False)
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="DEFINITIVE or PLT"),
        sa.Column("order_number", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appointments_person_id")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_appointments_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index("ix_appointments_of_person", "appointments", ["person_id"], unique=False)
    op.create_index("ix_appointments_of_position", "appointments", ["position_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False, comment="SKP-2026-000123"),
        sa.Column("workflow", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="number of events so far"),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=False, comment="the subject's post at opening"),
        sa.Column("unit_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cycle_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("parent_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column(
            "slot",
            sa.String(length=120),
            nullable=True,
            comment="person, post and period that this case occupies; None once cancelled",
        ),
        sa.Column("rater_position_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("superior_position_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("submitted_at", UtcDateTime, nullable=True, comment="when it first left the subject's hands"),
        sa.Column("state_since", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("held_at", UtcDateTime, nullable=True),
        sa.Column("ends_at", UtcDateTime, nullable=True, comment="an early end decided by HR"),
        sa.Column("document_version", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("in_force_version", sa.Integer(), nullable=True, comment="document version in force"),
        sa.Column("chain_head", sa.String(length=64), nullable=False, comment="hash of the newest event"),
        sa.Column("marks", Json, nullable=False, comment="what the workflow remembers; folded from the events"),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cases_cycle_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.ForeignKeyConstraint(["post_id"], ["positions.id"], name=op.f("fk_cases_post_id")),
        sa.ForeignKeyConstraint(["rater_position_id"], ["positions.id"], name=op.f("fk_cases_rater_position_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["people.id"], name=op.f("fk_cases_subject_id")),
        sa.ForeignKeyConstraint(["superior_position_id"], ["positions.id"], name=op.f("fk_cases_superior_position_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cases_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("slot", name=op.f("uq_cases_slot")),
    )
    op.create_index("ix_cases_by_stage", "cases", ["stage", "id"], unique=False)
    op.create_index("ix_cases_due", "cases", ["due_at"], unique=False)
    op.create_index("ix_cases_of_rater_position", "cases", ["rater_position_id"], unique=False)
    op.create_index("ix_cases_of_subject", "cases", ["subject_id", "id"], unique=False)
    op.create_index("ix_cases_of_superior_position", "cases", ["superior_position_id"], unique=False)
    op.create_index("ix_cases_of_unit", "cases", ["unit_id", "state", "state_since", "id"], unique=False)
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("from_person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("to_person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="PLH or DELEGATE"),
        sa.Column("order_number", sa.String(length=300), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("scope", Json, nullable=False, comment="approve, rate, decide"),
        sa.CheckConstraint("from_person_id <> to_person_id", name=op.f("ck_delegations_not_to_himself")),
        sa.ForeignKeyConstraint(["from_person_id"], ["people.id"], name=op.f("fk_delegations_from_person_id")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_delegations_position_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name=op.f("fk_delegations_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_table(
        "rater_assignments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("position_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("rater_position_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (position_id IS NULL)", name=op.f("ck_rater_assignments_person_or_position")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rater_assignments_person_id")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_rater_assignments_position_id")),
        sa.ForeignKeyConstraint(
            ["rater_position_id"], ["positions.id"], name=op.f("fk_rater_assignments_rater_position_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rater_assignments")),
    )
    op.create_table(
        "action_links",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handle_hash", sa.String(length=64), nullable=False, comment="HMAC-SHA256(pepper, handle)"),
        sa.Column("delivery_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("actions", Json, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=True, comment="first POST by a person"),
        sa.Column("dead_at", UtcDateTime, nullable=True),
        sa.Column(
            "dead_because", sa.String(length=40), nullable=True, comment="decided, moved_on, reassigned, reported, …"
        ),
        sa.Column(
            "event_id", sa.Uuid(as_uuid=False), nullable=True, comment="the decision taken through this very link"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_action_links_case_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_action_links_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_action_links_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_links")),
        sa.UniqueConstraint("handle_hash", name=op.f("uq_action_links_handle_hash")),
    )
    op.create_index("ix_action_links_live_of_case", "action_links", ["case_id", "dead_at"], unique=False)
    op.create_index("ix_action_links_of_delivery", "action_links", ["delivery_id"], unique=False)
    op.create_table(
        "autosaves",
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_autosaves_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_autosaves_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_autosaves")),
    )
    op.create_table(
        "case_documents",
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "canonical",
            sa.Text(),
            nullable=False,
            comment="RFC 8785 text with its nonce; the digest is over these bytes",
        ),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_documents_case_id")),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_case_documents")),
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False, comment="<workflow>.<action> or case.<command>"),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor_id", sa.Uuid(as_uuid=False), nullable=True, comment="None: the clock or the system"),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_events_case_id_position")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_by_actor", "events", ["actor_id", "seq"], unique=False)
    op.create_index("ix_events_by_type", "events", ["type", "seq"], unique=False)
    op.create_table(
        "planned_results",
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("parent_kind", sa.String(length=40), nullable=True),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_planned_results_case_id")),
        sa.PrimaryKeyConstraint("case_id", "id", name=op.f("pk_planned_results")),
    )
    op.create_index("ix_planned_results_of_case", "planned_results", ["case_id"], unique=False)
    op.create_table(
        "reroutes",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("legal_basis", sa.String(length=600), nullable=False),
        sa.Column("since_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reroutes_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reroutes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reroutes")),
    )
    op.create_index("ix_reroutes_of_case", "reroutes", ["case_id"], unique=False)
    op.create_table(
        "openings",
        sa.Column("id", sa.String(length=300), nullable=False, comment="random; in the address instead of the handle"),
        sa.Column("link_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=False),
        sa.Column("shown_sha256", sa.String(length=64), nullable=False),
        sa.Column("typed", Json, nullable=False),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["action_links.id"], name=op.f("fk_openings_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )


def downgrade() -> None:
    op.drop_table("openings")
    op.drop_index("ix_reroutes_of_case", table_name="reroutes")
    op.drop_table("reroutes")
    op.drop_index("ix_planned_results_of_case", table_name="planned_results")
    op.drop_table("planned_results")
    op.drop_index("ix_events_by_type", table_name="events")
    op.drop_index("ix_events_by_actor", table_name="events")
    op.drop_table("events")
    op.drop_table("case_documents")
    op.drop_table("autosaves")
    op.drop_index("ix_action_links_of_delivery", table_name="action_links")
    op.drop_index("ix_action_links_live_of_case", table_name="action_links")
    op.drop_table("action_links")
    op.drop_table("rater_assignments")
    op.drop_table("delegations")
    op.drop_index("ix_cases_of_unit", table_name="cases")
    op.drop_index("ix_cases_of_superior_position", table_name="cases")
    op.drop_index("ix_cases_of_subject", table_name="cases")
    op.drop_index("ix_cases_of_rater_position", table_name="cases")
    op.drop_index("ix_cases_due", table_name="cases")
    op.drop_index("ix_cases_by_stage", table_name="cases")
    op.drop_table("cases")
    op.drop_index("ix_appointments_of_position", table_name="appointments")
    op.drop_index("ix_appointments_of_person", table_name="appointments")
    op.drop_table("appointments")
    op.drop_index("ix_strategic_goals_of_unit", table_name="strategic_goals")
    op.drop_table("strategic_goals")
    op.drop_table("sessions")
    op.drop_table("role_grants")
    op.drop_table("positions")
    op.drop_table("perf_team_members")
    op.drop_index("ix_one_time_codes_of_person", table_name="one_time_codes")
    op.drop_table("one_time_codes")
    op.drop_table("idempotency_keys")
    op.drop_table("cycles")
    op.drop_table("api_keys")
    op.drop_index("ix_work_items_open_by_person", table_name="work_items")
    op.drop_index("ix_work_items_of_case", table_name="work_items")
    op.drop_table("work_items")
    op.drop_table("units")
    op.drop_index("ix_timers_of_case", table_name="timers")
    op.drop_index("ix_timers_due", table_name="timers")
    op.drop_table("timers")
    op.drop_index("ix_signin_failures_of_network", table_name="signin_failures")
    op.drop_index("ix_signin_failures_of_account", table_name="signin_failures")
    op.drop_table("signin_failures")
    op.drop_table("people")
    op.drop_table("heartbeats")
    op.drop_table("event_texts")
    op.drop_index("ix_deliveries_of_person", table_name="deliveries")
    op.drop_index("ix_deliveries_of_case", table_name="deliveries")
    op.drop_index("ix_deliveries_newest", table_name="deliveries")
    op.drop_index(
        "ix_deliveries_due", table_name="deliveries", postgresql_where="state IN ('PENDING','RETRY','LEASED')"
    )
    op.drop_table("deliveries")
    op.drop_table("counters")
    op.drop_table("clock_offset")
    op.drop_table("calendar_years")
    op.drop_table("calendar_days")

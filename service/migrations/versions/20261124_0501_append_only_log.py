"""Events can be added and never changed: triggers refuse it on both databases, whoever asks."""

from alembic import op

revision = "20261124_0501"
down_revision = "20261124_0500"
branch_labels = None
depends_on = None

_REFUSAL = "events are append-only"
_SQLITE = """
CREATE TRIGGER events_no_{verb} BEFORE {verb} ON events BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_POSTGRESQL = (
    f"""
    CREATE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_events()
    """,
    """
    CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()
    """,
    # The transaction that wrote an event: the sealer reads below the horizon of running ones, so it skips none.
    "ALTER TABLE events ADD COLUMN recorded_in xid8 NOT NULL DEFAULT pg_current_xact_id()",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in _POSTGRESQL:
            op.execute(statement)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(verb=verb, refusal=_REFUSAL))
    op.execute("INSERT INTO clock_offset (id, milliseconds) VALUES (1, 0)")
    op.execute("INSERT INTO counters (name, value) VALUES ('organisation', 1), ('calendar', 1)")


def downgrade() -> None:
    op.execute("DELETE FROM counters")
    op.execute("DELETE FROM clock_offset")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE events DROP COLUMN recorded_in")
        op.execute("DROP TRIGGER events_no_truncate ON events")
        op.execute("DROP TRIGGER events_no_change ON events")
        op.execute("DROP FUNCTION refuse_change_of_events()")
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER events_no_{verb}")

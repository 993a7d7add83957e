"""The change log: how long it is kept, its kinds as a vocabulary, and that a record was hidden from somebody."""

import sqlalchemy as sa
from alembic import op

from models.history import FACT_TABLES
from models.migrations.ddl import EDITOR, PARTNER, READER, owned_by_editor, refresh_generated

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LOGGED = ("entity", "relation", *FACT_TABLES)
# Of constant arguments only, so that a statement asks it once, before it reads a row.
IS_KEPT_AFTER = """
    CREATE FUNCTION is_kept_after(after_xid bigint, after_seq bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    BEGIN
        IF EXISTS (SELECT FROM change_floor f WHERE (after_xid, after_seq) < (f.xid, f.seq)) THEN
            RAISE EXCEPTION USING ERRCODE = 'TH410', MESSAGE = 'Changes after this cursor are no longer kept.',
                HINT = 'Take the cursor of changeLog { endCursor }, export everything anew, and go on after it.';
        ELSIF after_xid >= (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint THEN
            RAISE EXCEPTION USING ERRCODE = 'TH410', MESSAGE = 'This cursor is of another database than this one.',
                HINT = 'Take the cursor of changeLog { endCursor }, export everything anew, and go on after it.';
        END IF;
        RETURN true;
    END $$
"""
# Whoever could see a record and no longer can hears that it is gone, by the rights that it had.
LOG_HIDDEN = """
    CREATE FUNCTION log_hidden() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO change (verb, kind, record_id, owner_id, audience)
        SELECT 'REMOVED', CASE TG_TABLE_NAME WHEN 'entity' THEN to_jsonb(was) ->> 'kind'
                          ELSE upper(TG_TABLE_NAME) END, was.id, was.owner_id, was.audience
        FROM was JOIN became USING (id)
        WHERE (was.audience = 'PUBLIC' AND became.audience <> 'PUBLIC')
           OR (was.audience = 'PARTNERS' AND became.audience = 'OWNER')
           OR (became.audience = 'OWNER' AND was.owner_id IS NOT NULL
               AND was.owner_id IS DISTINCT FROM became.owner_id);
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "change_floor",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), primary_key=True),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("pruned_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.execute(f"GRANT SELECT ON change_floor TO {READER}, {PARTNER}, {EDITOR}")
    op.execute(f"GRANT INSERT, UPDATE ON change_floor TO {EDITOR}")
    op.execute(IS_KEPT_AFTER)
    op.execute(LOG_HIDDEN)
    owned_by_editor("log_hidden()")
    for table in LOGGED:
        # Triggers fire in the order of their names: this one before log_change_update.
        op.execute(
            f"CREATE TRIGGER log_change_hidden AFTER UPDATE ON {table} REFERENCING OLD TABLE AS was "
            "NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION log_hidden()"
        )
    refresh_generated()


def downgrade() -> None:
    for table in LOGGED:
        op.execute(f"DROP TRIGGER log_change_hidden ON {table}")
    op.execute("DROP FUNCTION log_hidden()")
    op.execute("DROP FUNCTION is_kept_after(bigint, bigint)")
    op.drop_table("change_floor")
    op.execute("ALTER TABLE change DROP CONSTRAINT IF EXISTS ck_change_kind")
    refresh_generated()

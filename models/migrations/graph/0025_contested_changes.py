"""Disputes and corrections are in the change log, for whoever may see them."""

from alembic import op

from models.migrations.ddl import EDITOR, PARTNER, owned_by_editor, refresh_generated
from models.migrations.functions import close_functions

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("dispute", "correction")
LOG = """
    CREATE FUNCTION log_contested() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO change (verb, kind, record_id, owner_id, audience)
        SELECT CASE TG_OP WHEN 'INSERT' THEN 'CREATED' WHEN 'UPDATE' THEN 'UPDATED' ELSE 'REMOVED' END,
               upper(TG_TABLE_NAME), now_.id, now_.owner_id, 'PARTNERS'
        FROM touched AS now_;
        PERFORM pg_notify('triplehelix_change', '');
        RETURN NULL;
    END $$
"""
SEEN = " AND ".join(
    f"(kind <> '{table.upper()}' OR EXISTS (SELECT 1 FROM {table} c WHERE c.id = change.record_id))"
    for table in TABLES
)
"""The inner selects run under the same role: the policies of disputes and corrections decide."""


def upgrade() -> None:
    op.execute(LOG)
    owned_by_editor("log_contested()")
    close_functions()
    for table in TABLES:
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER log_change_{event.lower()} AFTER {event} ON {table} "
                f"REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION log_contested()"
            )
    # Beside the policy of audiences, which lets partners in and readers not.
    op.execute(f"CREATE POLICY contested ON change AS RESTRICTIVE FOR SELECT TO {PARTNER} USING ({SEEN})")
    refresh_generated()


def downgrade() -> None:
    op.execute("DROP POLICY contested ON change")
    for table in TABLES:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER log_change_{event} ON {table}")
    op.execute("DROP FUNCTION log_contested()")
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    op.execute("DELETE FROM change WHERE kind IN ('DISPUTE', 'CORRECTION')")
    op.execute("RESET ROLE")
    refresh_generated()

"""After a restore, the change log of before stands below every transaction of the new server."""

import sqlalchemy as sa
from alembic import op

from models.change import RESTORED_XID
from models.migrations.ddl import refresh_generated

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

RESTORED = f"""
        ELSIF after_xid > {RESTORED_XID}
              AND EXISTS (SELECT FROM change_floor f WHERE after_xid <= f.restored_xid) THEN
            RAISE EXCEPTION USING ERRCODE = 'TH410', MESSAGE = 'This cursor is of before a restore.',
                HINT = 'Take the cursor of changeLog {{ endCursor }}, export everything anew, and go on after it.';
"""


def _function(also: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION is_kept_after(after_xid bigint, after_seq bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    BEGIN
        IF EXISTS (SELECT FROM change_floor f WHERE (after_xid, after_seq) < (f.xid, f.seq)) THEN
            RAISE EXCEPTION USING ERRCODE = 'TH410', MESSAGE = 'Changes after this cursor are no longer kept.',
                HINT = 'Take the cursor of changeLog {{ endCursor }}, export everything anew, and go on after it.';
        {also.strip()}
        ELSIF after_xid >= (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint THEN
            RAISE EXCEPTION USING ERRCODE = 'TH410', MESSAGE = 'This cursor is of another database than this one.',
                HINT = 'Take the cursor of changeLog {{ endCursor }}, export everything anew, and go on after it.';
        END IF;
        RETURN true;
    END $$
    """


def upgrade() -> None:
    op.add_column("change_floor", sa.Column("restored_xid", sa.BigInteger(), nullable=True))
    op.execute(_function(RESTORED))
    refresh_generated()


def downgrade() -> None:
    op.execute(_function(""))
    op.drop_column("change_floor", "restored_xid")
    refresh_generated()

"""Functions that look behind row security never take a caller's temporary table for a table of ours."""

from alembic import op

from models.migrations.ddl import EDITOR

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

DEFINERS = """
    SELECT oid::regprocedure::text FROM pg_proc
    WHERE prosecdef AND pronamespace = current_schema()::regnamespace AND proowner = '{editor}'::regrole ORDER BY 1
"""


def upgrade() -> None:
    # A path that does not name pg_temp has it in front (PostgreSQL, CREATE FUNCTION, "Writing SECURITY
    # DEFINER Functions Safely"). What later migrations make takes their own path, which ends with it.
    found = op.get_bind().exec_driver_sql(DEFINERS.format(editor=EDITOR)).scalars().all()
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    for signature in found:
        op.execute(f"ALTER FUNCTION {signature} SET search_path FROM CURRENT")
    op.execute("RESET ROLE")


def downgrade() -> None:
    """An older release is served as well by what is safer."""

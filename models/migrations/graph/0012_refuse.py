"""The function `refuse`: a statement refuses an argument that it alone can judge."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Volatile, so that the planner never calls it ahead of time.
REFUSE = """
    CREATE FUNCTION refuse(code text, problem text, advice text) RETURNS text LANGUAGE plpgsql VOLATILE
    AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = code, MESSAGE = problem, HINT = advice; END $$
"""


def upgrade() -> None:
    op.execute(REFUSE)


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse")

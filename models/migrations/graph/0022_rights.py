"""Functions that look behind row security are for the three roles; statements are spelled under any owner."""

from alembic import op

from models import FACT_COLUMNS
from models.migrations.ddl import EDITOR
from models.migrations.functions import close_functions

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    close_functions()
    # As in 0010, which changed only the rows that the tables' owner was allowed to see.
    codes = ", ".join(f"'{code}'" for code in FACT_COLUMNS)
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    op.execute(
        f"UPDATE assertion SET field = upper(field) WHERE field <> upper(field) AND upper(field) IN ({codes}) "
        r"AND NOT (value #>> '{}' ~ '^\d{4}(-\d\d)?$' AND right(field, 3) = '_on')"
    )
    op.execute("RESET ROLE")


def downgrade() -> None:
    """Nothing that an older release needs open was closed to the roles."""

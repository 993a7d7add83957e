"""The functions of the shared schema that look behind row security are called by its triggers alone."""

from models.migrations.functions import close_functions

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    close_functions()


def downgrade() -> None:
    """Nothing that an older release needs open was closed."""

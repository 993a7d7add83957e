"""A relation that waits for its other end keeps how sure its source is."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import refresh_generated

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pending_relation", sa.Column("confidence", sa.Float(), nullable=True))
    refresh_generated()


def downgrade() -> None:
    op.drop_column("pending_relation", "confidence")
    refresh_generated()

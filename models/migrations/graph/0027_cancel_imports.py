"""An import can be called off by whose it is, and ends when the key that sent it is revoked."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import CURRENT_PARTNER, PARTNER, refresh_generated

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MINE = f"owner_id = {CURRENT_PARTNER}"
CHANGED = "is_cancelled, status, finished_at"


def upgrade() -> None:
    op.add_column("import_job", sa.Column("key_prefix", sa.Text(), nullable=True))
    op.execute(f"GRANT UPDATE ({CHANGED}) ON import_job TO {PARTNER}")
    op.execute(
        f"CREATE POLICY partner_cancels ON import_job FOR UPDATE TO {PARTNER} "
        f"USING ({MINE} AND status IN ('QUEUED', 'RUNNING')) "
        f"WITH CHECK ({MINE} AND is_cancelled AND status IN ('RUNNING', 'CANCELLED'))"
    )
    refresh_generated()


def downgrade() -> None:
    op.execute("DROP POLICY partner_cancels ON import_job")
    op.execute(f"REVOKE UPDATE ({CHANGED}) ON import_job FROM {PARTNER}")
    op.drop_column("import_job", "key_prefix")
    refresh_generated()

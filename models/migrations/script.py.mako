"""${message}"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
from models.migrations.ddl import refresh_generated

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    refresh_generated()


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
    refresh_generated()

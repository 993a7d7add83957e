"""Who migrates acts with the rights of the three roles, also where its own role inherits nothing by itself."""

from alembic import op

from models.migrations.ddl import ROLES

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for role in ROLES:
        # Only where it is needed: who was given the roles by another may not be allowed to give them.
        op.execute(
            f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{role}', 'USAGE') THEN "
            f"GRANT {role} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE; END IF; END $$"
        )


def downgrade() -> None:
    """Nothing was made that others would miss."""

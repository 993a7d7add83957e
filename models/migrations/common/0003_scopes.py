"""Keys that were made before their scopes meant anything keep, by name, what they could do."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME_WHAT_THEY_COULD = """
    UPDATE common.api_key
    SET scopes = CASE role WHEN 'editor' THEN '{admin,entities:write,persons:read}'::text[]
                           ELSE '{entities:write,persons:read}'::text[] END
"""


def upgrade() -> None:
    op.execute(NAME_WHAT_THEY_COULD)


def downgrade() -> None:
    # Scopes changed nothing before; what was written there then cannot be told any more, and need not.
    pass

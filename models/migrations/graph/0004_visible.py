"""An index that tells whether a record may be seen."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_entity_visible",
        "entity",
        ["id"],
        postgresql_include=["kind", "audience", "record_status", "owner_id"],
    )


def downgrade() -> None:
    op.drop_index("ix_entity_visible", table_name="entity")

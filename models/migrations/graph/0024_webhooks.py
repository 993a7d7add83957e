"""Webhooks, their secrets and deliveries."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import CURRENT_PARTNER, EDITOR, PARTNER, READER, refresh_generated

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

IS_PENDING = sa.text("status = 'PENDING'")
OWN = f"owner_id = {CURRENT_PARTNER}"
KNOWN_OF_SECRETS = "id, webhook_id, created_at, expires_at, owner_id"
"""Only who delivers, an editor's role, reads the secret itself."""
GRANTS = (
    ("webhook", "SELECT, INSERT, UPDATE, DELETE"),
    ("webhook_secret", f"SELECT ({KNOWN_OF_SECRETS}), INSERT, UPDATE (expires_at)"),
    ("webhook_delivery", "SELECT, INSERT, UPDATE (due_at, first_at, attempts), DELETE"),
)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), primary_key=True)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _owner() -> sa.Column[object]:
    return sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("common.partner.id"), nullable=False)


def _audience() -> sa.Column[object]:
    return sa.Column("audience", sa.Text(), server_default=sa.text("'OWNER'"), nullable=False)


def _webhook_id() -> sa.Column[object]:
    key = sa.ForeignKey("webhook.id", ondelete="CASCADE")
    return sa.Column("webhook_id", sa.Uuid(), key, nullable=False)


def upgrade() -> None:
    later = sa.DateTime(timezone=True)
    op.create_table(
        "webhook",
        _id(),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("kinds", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'ENABLED'"), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("disabled_at", later, nullable=True),
        sa.Column("failing_since", later, nullable=True),
        sa.Column("given_up", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _instant("created_at"),
        _instant("updated_at"),
        _owner(),
        _audience(),
    )
    op.create_table(
        "webhook_secret",
        _id(),
        _webhook_id(),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        _instant("created_at"),
        sa.Column("expires_at", later, nullable=True),
        _owner(),
    )
    op.create_table(
        "webhook_delivery",
        _id(),
        _webhook_id(),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", later, nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'PENDING'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _instant("due_at"),
        sa.Column("first_at", later, nullable=True),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        _instant("created_at"),
        sa.Column("finished_at", later, nullable=True),
        _owner(),
        _audience(),
    )
    for table in ("webhook", "webhook_secret", "webhook_delivery"):
        op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    op.create_index("ix_webhook_secret_webhook_id", "webhook_secret", ["webhook_id"])
    for name, columns in (
        ("waiting", ["webhook_id", "place"]),
        ("record", ["webhook_id", "record_id", "place"]),
    ):
        op.create_index(
            f"ix_webhook_delivery_{name}", "webhook_delivery", columns, postgresql_where=IS_PENDING
        )
    op.create_index("ix_webhook_delivery_webhook_id_id", "webhook_delivery", ["webhook_id", "id"])
    op.create_index("ix_webhook_delivery_finished_at", "webhook_delivery", ["finished_at"])
    for table, rights in GRANTS:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"GRANT {rights} ON {table} TO {PARTNER}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {EDITOR}")
        op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY partner_owns ON {table} TO {PARTNER} USING ({OWN}) WITH CHECK ({OWN})")
    for table in ("webhook", "webhook_delivery"):
        # A request without a key is refused before; were it not, there would be nothing to see.
        op.execute(f"GRANT SELECT ON {table} TO {READER}")
    refresh_generated()


def downgrade() -> None:
    for table in ("webhook_delivery", "webhook_secret", "webhook"):
        op.drop_table(table)
    refresh_generated()

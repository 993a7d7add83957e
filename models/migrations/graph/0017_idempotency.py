"""Keys of mutations that are sent again."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import CURRENT_PARTNER, EDITOR, PARTNER, refresh_generated

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEPT = "created_at < now() - interval '24 hours'"
"""Before this a key cannot be dropped, by whatever mistake."""


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(key) BETWEEN 1 AND 200", name=op.f("ck_idempotency_key_key")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["common.partner.id"], name=op.f("fk_idempotency_key_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
    )
    op.create_index(
        "uq_idempotency_key_partner_id_key",
        "idempotency_key",
        ["partner_id", "key"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        op.f("ix_idempotency_key_partner_id_created_at"), "idempotency_key", ["partner_id", "created_at"]
    )
    op.execute("ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO {PARTNER}, {EDITOR}")
    op.execute(f"CREATE POLICY edits ON idempotency_key TO {EDITOR} USING (true) WITH CHECK (true)")
    own = f"partner_id = {CURRENT_PARTNER}"
    op.execute(f"CREATE POLICY partner_reads ON idempotency_key FOR SELECT TO {PARTNER} USING ({own})")
    op.execute(f"CREATE POLICY partner_inserts ON idempotency_key FOR INSERT TO {PARTNER} WITH CHECK ({own})")
    op.execute(
        f"CREATE POLICY partner_updates ON idempotency_key FOR UPDATE TO {PARTNER} USING ({own}) WITH CHECK ({own})"
    )
    op.execute(
        f"CREATE POLICY partner_deletes ON idempotency_key FOR DELETE TO {PARTNER} USING ({own} AND {KEPT})"
    )
    refresh_generated()


def downgrade() -> None:
    op.drop_table("idempotency_key")
    refresh_generated()

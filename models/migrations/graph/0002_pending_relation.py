"""Relations whose other end is still to come."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.ddl import EDITOR, refresh_checks

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = (
    "'EMPLOYED_BY', 'HOLDS_POST_AT', 'BOARD_MEMBER_OF', 'STUDIED_AT', 'FOUNDED', 'TENANT_OF', 'DEVELOPS', 'HOSTS', "
    "'SUPERVISES', 'PART_OF', 'RUNS', 'FUNDS', 'PARTICIPATES_IN', 'PARTY_TO', 'CONVENED', 'ATTENDED', "
    "'INVESTED_IN', 'SPIN_OFF_OF', 'SUCCEEDS', 'COLLABORATES_WITH', 'RELATED_TO'"
)
SCHEMES = (
    "'ROR', 'ORCID', 'ISNI', 'LEI', 'WIKIDATA', 'DOI', 'GRID', 'CROSSREF_FUNDER', 'PK_NTN', 'PK_SEC', 'PK_HEC', "
    "'PARTNER'"
)


def upgrade() -> None:
    op.create_table(
        "pending_relation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("is_subject", sa.Boolean(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("target_slug", sa.Text(), nullable=True),
        sa.Column("target_scheme", sa.Text(), nullable=True),
        sa.Column("target_value", sa.Text(), nullable=True),
        sa.Column("target_partner_id", sa.Uuid(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "precision IN ('DAY', 'MONTH', 'YEAR')", name=op.f("ck_pending_relation_precision")
        ),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_pending_relation_role")),
        sa.CheckConstraint(f"target_scheme IN ({SCHEMES})", name=op.f("ck_pending_relation_target_scheme")),
        sa.CheckConstraint(
            "num_nonnulls(target_id, target_slug, target_value) = 1", name=op.f("ck_pending_relation_target")
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_pending_relation_entity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["common.partner.id"], name=op.f("fk_pending_relation_owner_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_pending_relation_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_relation")),
    )
    op.create_index(op.f("ix_pending_relation_owner_id"), "pending_relation", ["owner_id"], unique=False)
    op.create_index(op.f("ix_pending_relation_source_id"), "pending_relation", ["source_id"], unique=False)
    op.create_index(
        "uq_pending_relation_fact",
        "pending_relation",
        [
            "entity_id",
            "is_subject",
            "role",
            "target_id",
            "target_slug",
            "target_scheme",
            "target_value",
            "target_partner_id",
            "valid",
            "title",
        ],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    refresh_checks()
    # What an editor has read and not yet placed is no statement of the platform: editors only.
    op.execute("ALTER TABLE pending_relation ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE pending_relation FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON pending_relation TO {EDITOR}")
    op.execute(f"CREATE POLICY edits ON pending_relation TO {EDITOR} USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.drop_table("pending_relation")

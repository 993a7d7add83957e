"""Why records are withdrawn, disputes of what others state, proposed corrections; what a partner keeps to itself
stands in nobody's way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.ddl import (
    CURRENT_PARTNER,
    EDITOR,
    PARTNER,
    READER,
    owned_by_editor,
    protect_part,
    refresh_generated,
)

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MINE = f"owner_id = {CURRENT_PARTNER}"
OF_MY_RECORD = (
    f"EXISTS (SELECT 1 FROM entity e WHERE e.id = correction.entity_id AND e.owner_id = {CURRENT_PARTNER})"
)
TOUCHES_MINE = (
    "EXISTS (SELECT 1 FROM entity e WHERE e.id IN (dispute.subject_id, dispute.object_id) "
    f"AND e.owner_id = {CURRENT_PARTNER})"
)
# Inner selects of a policy run under the same role: what cannot be seen cannot be disputed.
IS_SEEN = """
    CASE WHEN relation_id IS NOT NULL THEN EXISTS (
        SELECT 1 FROM relation r WHERE r.id = dispute.relation_id AND r.subject_id = dispute.subject_id
          AND r.object_id = dispute.object_id AND r.owner_id IS NOT DISTINCT FROM dispute.stated_by)
    WHEN assertion_id IS NOT NULL THEN EXISTS (
        SELECT 1 FROM assertion a WHERE a.id = dispute.assertion_id AND a.entity_id = dispute.subject_id
          AND dispute.object_id = dispute.subject_id AND a.field = dispute.field
          AND a.owner_id IS NOT DISTINCT FROM dispute.stated_by)
    ELSE EXISTS (
        SELECT 1 FROM entity e WHERE e.id = dispute.subject_id AND dispute.object_id = dispute.subject_id
          AND e.owner_id IS NOT DISTINCT FROM dispute.stated_by) END
"""
DECIDED = "status, resolution, resolved_at, resolved_by"

FUNCTIONS = (
    (
        "is_disputed(uuid)",
        # That a statement is disputed is known to all who see it; by whom and why only to those concerned.
        """
        CREATE FUNCTION is_disputed(statement uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
            SELECT EXISTS (SELECT FROM dispute WHERE relation_id = statement AND status = 'OPEN')
                OR EXISTS (SELECT FROM dispute WHERE assertion_id = statement AND status = 'OPEN')
        $$
        """,
    ),
    (
        "close_disputes()",
        # Merging and erasing move and remove what they touch: nobody takes anything back there.
        """
        CREATE FUNCTION close_disputes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path FROM CURRENT AS $$
        BEGIN
            IF current_setting('triplehelix.deriving', true) = 'on' THEN RETURN NULL; END IF;
            UPDATE dispute d SET status = 'UPHELD', resolution = 'What it disputes was taken back.',
                resolved_at = now(), resolved_by = nullif(current_setting('app.partner', true), '')::uuid
            FROM was
            WHERE d.status = 'OPEN'
              AND was.id = CASE TG_TABLE_NAME WHEN 'relation' THEN d.relation_id ELSE d.assertion_id END;
            RETURN NULL;
        END $$
        """,
    ),
)


def _guard(table: str, seen: str) -> None:
    """Forced row security: readers see nothing, partners what concerns them, editors everything."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT ON {table} TO {READER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({DECIDED}) ON {table} TO {PARTNER}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {EDITOR}")
    op.execute(f"CREATE POLICY edits ON {table} TO {EDITOR} USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY partner_reads ON {table} FOR SELECT TO {PARTNER} USING ({seen})")


def _protect() -> None:
    # What a partner stated in error it takes back itself; the history keeps it.
    op.execute(f"GRANT DELETE ON relation TO {PARTNER}")
    op.execute(f"CREATE POLICY partner_deletes ON relation FOR DELETE TO {PARTNER} USING ({MINE})")
    protect_part("withdrawal")
    op.execute(f"REVOKE DELETE ON withdrawal FROM {PARTNER}")
    _guard("dispute", f"{MINE} OR stated_by = {CURRENT_PARTNER} OR {TOUCHES_MINE}")
    op.execute(
        f"CREATE POLICY partner_inserts ON dispute FOR INSERT TO {PARTNER} "
        f"WITH CHECK ({MINE} AND status = 'OPEN' AND {IS_SEEN})"
    )
    op.execute(
        f"CREATE POLICY partner_updates ON dispute FOR UPDATE TO {PARTNER} "
        f"USING ({MINE} AND status = 'OPEN') WITH CHECK ({MINE} AND status = 'WITHDRAWN')"
    )
    _guard("correction", f"{MINE} OR {OF_MY_RECORD}")
    op.execute(f"GRANT UPDATE (assertion_id) ON correction TO {PARTNER}")
    op.execute(
        f"CREATE POLICY partner_inserts ON correction FOR INSERT TO {PARTNER} WITH CHECK ({MINE} "
        "AND status = 'OPEN' AND EXISTS (SELECT 1 FROM entity e WHERE e.id = correction.entity_id))"
    )
    op.execute(
        f"CREATE POLICY partner_updates ON correction FOR UPDATE TO {PARTNER} "
        f"USING (status = 'OPEN' AND ({MINE} OR {OF_MY_RECORD})) "
        f"WITH CHECK (({MINE} AND status = 'WITHDRAWN') OR ({OF_MY_RECORD} "
        f"AND status IN ('ACCEPTED', 'REJECTED') AND resolved_by = {CURRENT_PARTNER}))"
    )
    for signature, body in FUNCTIONS:
        op.execute(body)
        owned_by_editor(signature)
    for table in ("relation", "assertion"):
        op.execute(
            f"CREATE TRIGGER close_disputes AFTER DELETE ON {table} REFERENCING OLD TABLE AS was "
            "FOR EACH STATEMENT EXECUTE FUNCTION close_disputes()"
        )


def _relation_fact(*, where: str | None) -> None:
    op.drop_index("uq_relation_fact", "relation")
    op.create_index(
        "uq_relation_fact",
        "relation",
        ["subject_id", "role", "object_id", "starts_on", "title"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=None if where is None else sa.text(where),
    )


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'OPEN'"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("assertion_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(status = 'OPEN') = (resolved_at IS NULL)", name=op.f("ck_correction_resolved")),
        sa.CheckConstraint(
            "field IN ('AGREEMENT_STATUS', 'AREA', 'BUDGET', 'CITY', 'CLOSES_ON', 'COUNTRY', 'DESCRIPTION', 'DOMAINS', 'ELIGIBILITY', 'EMPLOYEE_COUNT', 'ENDS_ON', 'ESTABLISHED_ON', 'FIELDS', 'FOUNDED_ON', 'FUNDING_STAGE', 'HELD_ON', 'IS_FREELANCER', 'IS_FUNDER', 'ISIC', 'LEGAL_NAME', 'LEVEL', 'MODALITY', 'NOTIFIED_ON', 'OPENS_ON', 'PLACE', 'PROGRAM_KIND', 'REGIME', 'SEQUENCE_NUMBER', 'SIGNED_ON', 'SIZE_CLASS', 'SOURCE_TYPES', 'SPHERE', 'STARTS_ON', 'STUDENT_COUNT', 'SUBDIVISION', 'SUBJECT', 'TYPE', 'VALID_FROM', 'VALID_UNTIL', 'VERTICALS', 'WEBSITE')",
            name=op.f("ck_correction_field"),
        ),
        sa.CheckConstraint(
            "status IN ('OPEN', 'ACCEPTED', 'REJECTED', 'WITHDRAWN')", name=op.f("ck_correction_status")
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_correction_entity_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_correction_owner_id")),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["common.partner.id"], name=op.f("fk_correction_resolved_by")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_correction_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_entity_id"), "correction", ["entity_id"], unique=False)
    op.create_index(op.f("ix_correction_owner_id"), "correction", ["owner_id"], unique=False)
    op.create_index(op.f("ix_correction_source_id"), "correction", ["source_id"], unique=False)
    op.create_index(
        op.f("ix_correction_status_proposed_at_id"),
        "correction",
        ["status", "proposed_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_correction_open",
        "correction",
        ["owner_id", "entity_id", "field"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status = 'OPEN'"),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=True),
        sa.Column("assertion_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'OPEN'"), nullable=False),
        sa.Column("disputed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(status = 'OPEN') = (resolved_at IS NULL)", name=op.f("ck_dispute_resolved")),
        sa.CheckConstraint(
            "field IN ('AGREEMENT_STATUS', 'AREA', 'BUDGET', 'CITY', 'CLOSES_ON', 'COUNTRY', 'DESCRIPTION', 'DOMAINS', 'ELIGIBILITY', 'EMPLOYEE_COUNT', 'ENDS_ON', 'ESTABLISHED_ON', 'FIELDS', 'FOUNDED_ON', 'FUNDING_STAGE', 'HELD_ON', 'IS_FREELANCER', 'IS_FUNDER', 'ISIC', 'LEGAL_NAME', 'LEVEL', 'MODALITY', 'NOTIFIED_ON', 'OPENS_ON', 'PLACE', 'PROGRAM_KIND', 'REGIME', 'SEQUENCE_NUMBER', 'SIGNED_ON', 'SIZE_CLASS', 'SOURCE_TYPES', 'SPHERE', 'STARTS_ON', 'STUDENT_COUNT', 'SUBDIVISION', 'SUBJECT', 'TYPE', 'VALID_FROM', 'VALID_UNTIL', 'VERTICALS', 'WEBSITE')",
            name=op.f("ck_dispute_field"),
        ),
        sa.CheckConstraint(
            "status IN ('OPEN', 'UPHELD', 'REJECTED', 'WITHDRAWN')", name=op.f("ck_dispute_status")
        ),
        sa.CheckConstraint(
            "num_nonnulls(relation_id, field) = 1 AND (assertion_id IS NULL OR field IS NOT NULL)",
            name=op.f("ck_dispute_what"),
        ),
        sa.ForeignKeyConstraint(["object_id"], ["entity.id"], name=op.f("fk_dispute_object_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_dispute_owner_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["common.partner.id"], name=op.f("fk_dispute_resolved_by")),
        sa.ForeignKeyConstraint(["stated_by"], ["common.partner.id"], name=op.f("fk_dispute_stated_by")),
        sa.ForeignKeyConstraint(["subject_id"], ["entity.id"], name=op.f("fk_dispute_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index(
        op.f("ix_dispute_assertion_id"),
        "dispute",
        ["assertion_id"],
        unique=False,
        postgresql_where=sa.text("assertion_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_dispute_object_id"), "dispute", ["object_id"], unique=False)
    op.create_index(op.f("ix_dispute_owner_id"), "dispute", ["owner_id"], unique=False)
    op.create_index(
        op.f("ix_dispute_relation_id"),
        "dispute",
        ["relation_id"],
        unique=False,
        postgresql_where=sa.text("relation_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_dispute_stated_by"), "dispute", ["stated_by"], unique=False)
    op.create_index(
        op.f("ix_dispute_status_disputed_at_id"), "dispute", ["status", "disputed_at", "id"], unique=False
    )
    op.create_index(op.f("ix_dispute_subject_id"), "dispute", ["subject_id"], unique=False)
    op.create_index(
        "uq_dispute_open",
        "dispute",
        ["owner_id", "relation_id", "assertion_id", "subject_id", "field"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status = 'OPEN'"),
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("status_before", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status_before IN ('ACTIVE', 'INACTIVE', 'WITHDRAWN', 'MERGED')",
            name=op.f("ck_withdrawal_status_before"),
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_withdrawal_entity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["restored_by"], ["common.partner.id"], name=op.f("fk_withdrawal_restored_by")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["common.partner.id"], name=op.f("fk_withdrawal_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index(op.f("ix_withdrawal_entity_id"), "withdrawal", ["entity_id"], unique=False)
    op.create_index(
        "uq_withdrawal_open",
        "withdrawal",
        ["entity_id"],
        unique=True,
        postgresql_where=sa.text("restored_at IS NULL"),
    )
    op.create_index(
        "uq_relation_own",
        "relation",
        ["owner_id", "subject_id", "role", "object_id", "starts_on", "title"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("audience = 'OWNER'"),
    )
    _relation_fact(where="audience <> 'OWNER'")
    refresh_generated()
    _protect()


def downgrade() -> None:
    op.execute("DROP POLICY partner_deletes ON relation")
    op.execute(f"REVOKE DELETE ON relation FROM {PARTNER}")
    for table in ("relation", "assertion"):
        op.execute(f"DROP TRIGGER close_disputes ON {table}")
    for signature, _ in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
    for table in ("withdrawal", "dispute", "correction"):
        op.drop_table(table)
    # What two partners keep to themselves alike cannot stand in one table any more: one of each stays.
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    op.execute(
        "DELETE FROM relation r WHERE audience = 'OWNER' AND EXISTS (SELECT FROM relation x "
        "WHERE (x.subject_id, x.role, x.object_id, x.starts_on) = (r.subject_id, r.role, r.object_id, r.starts_on) "
        "AND x.title IS NOT DISTINCT FROM r.title AND (x.audience <> 'OWNER' OR x.id < r.id))"
    )
    op.execute("RESET ROLE")
    op.drop_index("uq_relation_own", table_name="relation")
    _relation_fact(where=None)
    refresh_generated()

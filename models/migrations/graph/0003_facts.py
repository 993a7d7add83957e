"""Facts beside relations: licences, incentives, rounds, exports, promises, skills and needs, and their parts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.ddl import (
    keep_history,
    log_changes,
    owned_by_editor,
    protect,
    protect_history,
    read_for_all,
    refresh_generated,
)
from models.migrations.parts import follow_parent, forget_parent

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FACTS = (
    *("licence", "incentive", "funding_round", "export_statistic"),
    *("directive", "commitment", "skill", "need"),
)
PARTS = (
    ("funding_round_investor", "funding_round", "round_id", None),
    ("expert_skill", "entity", "expert_id", "skills_audience"),
    ("program_skill", "entity", "program_id", None),
    ("need_skill", "need", "need_id", None),
)
"""Table, what its rows belong to, by which column, and a further audience that hides them."""

# As in 0001: under a row policy PostgreSQL uses no index for LIKE, so these run as the editor role and apply the
# caller's rights themselves.
VISIBLE = """
    CASE current_setting('role')
        WHEN 'triplehelix_editor' THEN true
        WHEN 'triplehelix_partner' THEN r.audience IN ('PUBLIC', 'PARTNERS')
            OR r.owner_id = nullif(current_setting('app.partner', true), '')::uuid
        ELSE r.audience = 'PUBLIC'
    END
"""
LOOKUPS = tuple(
    (
        f"{name}(text[])",
        f"""
        CREATE FUNCTION {name}(patterns text[]) RETURNS SETOF uuid
        LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
        SET search_path FROM CURRENT
        AS $$ SELECT r.id FROM {table} r
            WHERE r.{column} LIKE patterns[1] AND r.{column} LIKE ALL (patterns) AND {VISIBLE} $$
        """,
    )
    for name, table, column in (
        ("skill_ids_labelled", "skill", "labels_folded"),
        ("need_ids_titled", "need", "title_folded"),
    )
)


def guard() -> None:
    """Rights, row security, history and the change log of the new tables."""
    for table in ("market_group", "currency"):
        read_for_all(table)
    for table in FACTS:
        protect(table)
    for table, parent, key, personal in PARTS:
        follow_parent(table, parent, key, personal=personal)
    for table in (*FACTS, *(table for table, *_ in PARTS)):
        columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(f"{table}_history")]
        protect_history(f"{table}_history")
        keep_history(table, [name for name in columns if name != "recorded_until"])
    for table in FACTS:
        log_changes(table, f"'{table.upper()}'")
    for signature, body in LOOKUPS:
        op.execute(body)
        owned_by_editor(signature)


def upgrade() -> None:
    op.create_table(
        "commitment_history",
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_kind", sa.Text(), nullable=False),
        sa.Column("made_to_id", sa.Uuid(), nullable=True),
        sa.Column("made_to_kind", sa.Text(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_kind", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_kind", sa.Text(), nullable=False),
        sa.Column("directive_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("zone_kind", sa.Text(), nullable=False),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fulfilled_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("evidence_url", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_commitment_history_id", "commitment_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "currency",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_currency")),
    )
    op.create_table(
        "directive_history",
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_kind", sa.Text(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_kind", sa.Text(), nullable=False),
        sa.Column("addressee_id", sa.Uuid(), nullable=True),
        sa.Column("addressee_kind", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fulfilled_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("evidence_url", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_directive_history_id", "directive_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "expert_skill_history",
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("expert_kind", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_expert_skill_history_id", "expert_skill_history", ["id", "recorded_from"], unique=False
    )
    op.create_table(
        "export_statistic_history",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("is_fiscal_year", sa.Boolean(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("vertical", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("company_kind", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("zone_kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_export_statistic_history_id", "export_statistic_history", ["id", "recorded_from"], unique=False
    )
    op.create_table(
        "funding_round_history",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("company_kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("announced_on_precision", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_funding_round_history_id", "funding_round_history", ["id", "recorded_from"], unique=False
    )
    op.create_table(
        "funding_round_investor_history",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("investor_kind", sa.Text(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_funding_round_investor_history_id",
        "funding_round_investor_history",
        ["id", "recorded_from"],
        unique=False,
    )
    op.create_table(
        "incentive_history",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("offered_by_kind", sa.Text(), nullable=False),
        sa.Column("licence_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("size_classes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("verticals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("relief_percent", sa.Numeric(), nullable=True),
        sa.Column("duration_months", sa.Integer(), nullable=True),
        sa.Column("legal_reference", sa.Text(), nullable=False),
        sa.Column("legal_url", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_incentive_history_id", "incentive_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "licence_history",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("zone_kind", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_licence_history_id", "licence_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "market_group",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_market_group")),
    )
    op.create_table(
        "need_history",
        sa.Column("posted_by_id", sa.Uuid(), nullable=False),
        sa.Column("posted_by_kind", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_folded", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("verticals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_need_history_id", "need_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "need_skill_history",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_need_skill_history_id", "need_skill_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "program_skill_history",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("program_kind", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_program_skill_history_id", "program_skill_history", ["id", "recorded_from"], unique=False
    )
    op.create_table(
        "skill_history",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("alt_labels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("labels_folded", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("broader_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_skill_history_id", "skill_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "skill",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("alt_labels", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "labels",
            sa.Text(),
            sa.Computed("common.skill_labels(label, alt_labels)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "labels_folded",
            sa.Text(),
            sa.Computed("common.fold(common.skill_labels(label, alt_labels))", persisted=True),
            nullable=False,
        ),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("broader_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_skill_audience")),
        sa.CheckConstraint("scheme IN ('ESCO', 'ISCED_F', 'LOCAL')", name=op.f("ck_skill_scheme")),
        sa.CheckConstraint(
            "type IN ('COMPETENCE', 'KNOWLEDGE', 'LANGUAGE', 'TRANSVERSAL', 'GROUP', 'FIELD')",
            name=op.f("ck_skill_type"),
        ),
        sa.CheckConstraint("broader_id <> id", name=op.f("ck_skill_broader")),
        sa.ForeignKeyConstraint(["broader_id"], ["skill.id"], name=op.f("fk_skill_broader_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_skill_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_skill_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_skill_scheme_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_skill_slug")),
    )
    op.create_index(op.f("ix_skill_broader_id_id"), "skill", ["broader_id", "id"], unique=False)
    op.create_index(op.f("ix_skill_label_id"), "skill", ["label", "id"], unique=False)
    op.create_index(
        "ix_skill_labels_folded",
        "skill",
        ["labels_folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"labels_folded": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_skill_owner_id"), "skill", ["owner_id"], unique=False)
    op.create_index(op.f("ix_skill_source_id"), "skill", ["source_id"], unique=False)
    op.create_table(
        "directive",
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_kind", sa.Text(), server_default=sa.text("'MEETING'"), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_kind", sa.Text(), nullable=False),
        sa.Column("addressee_id", sa.Uuid(), nullable=True),
        sa.Column("addressee_kind", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'OPEN'"), nullable=False),
        sa.Column("fulfilled_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("evidence_url", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "addressee_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'EXPERT')",
            name=op.f("ck_directive_addressee_kind"),
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_directive_audience")),
        sa.CheckConstraint(
            "fulfilled_on IS NULL OR status = 'FULFILLED'", name=op.f("ck_directive_fulfilled")
        ),
        sa.CheckConstraint(
            "issuer_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'EXPERT')",
            name=op.f("ck_directive_issuer_kind"),
        ),
        sa.CheckConstraint("meeting_kind IN ('MEETING')", name=op.f("ck_directive_meeting_kind")),
        sa.CheckConstraint("status IN ('OPEN', 'FULFILLED', 'DROPPED')", name=op.f("ck_directive_status")),
        sa.CheckConstraint(
            "(addressee_id IS NULL) = (addressee_kind IS NULL)", name=op.f("ck_directive_addressee")
        ),
        sa.CheckConstraint("fulfilled_on >= issued_on", name=op.f("ck_directive_fulfilled_on")),
        sa.CheckConstraint("issued_on <= due_on", name=op.f("ck_directive_due_on")),
        sa.ForeignKeyConstraint(
            ["addressee_id", "addressee_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_directive_addressee_id_addressee_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id", "issuer_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_directive_issuer_id_issuer_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "meeting_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_directive_meeting_id_meeting_kind"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_directive_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_directive_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
        sa.UniqueConstraint("slug", name=op.f("uq_directive_slug")),
    )
    op.create_index(op.f("ix_directive_addressee_id_id"), "directive", ["addressee_id", "id"], unique=False)
    op.create_index(op.f("ix_directive_due_on_id"), "directive", ["due_on", "id"], unique=False)
    op.create_index(op.f("ix_directive_issuer_id_id"), "directive", ["issuer_id", "id"], unique=False)
    op.create_index(op.f("ix_directive_meeting_id_id"), "directive", ["meeting_id", "id"], unique=False)
    op.create_index(op.f("ix_directive_owner_id"), "directive", ["owner_id"], unique=False)
    op.create_index(op.f("ix_directive_source_id"), "directive", ["source_id"], unique=False)
    op.create_table(
        "expert_skill",
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("expert_kind", sa.Text(), server_default=sa.text("'EXPERT'"), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_expert_skill_audience")
        ),
        sa.CheckConstraint("expert_kind IN ('EXPERT')", name=op.f("ck_expert_skill_expert_kind")),
        sa.CheckConstraint(
            "level IN ('BASIC', 'INTERMEDIATE', 'ADVANCED', 'EXPERT')", name=op.f("ck_expert_skill_level")
        ),
        sa.ForeignKeyConstraint(
            ["expert_id", "expert_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_expert_skill_expert_id_expert_kind"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_expert_skill_owner_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_expert_skill_skill_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_expert_skill_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_skill")),
        sa.UniqueConstraint("expert_id", "skill_id", name=op.f("uq_expert_skill_expert_id_skill_id")),
    )
    op.create_index(op.f("ix_expert_skill_expert_id_id"), "expert_skill", ["expert_id", "id"], unique=False)
    op.create_index(op.f("ix_expert_skill_owner_id"), "expert_skill", ["owner_id"], unique=False)
    op.create_index(
        "ix_expert_skill_skill_id",
        "expert_skill",
        ["skill_id", "expert_id"],
        unique=False,
        postgresql_include=["level", "audience", "owner_id"],
    )
    op.create_index(op.f("ix_expert_skill_source_id"), "expert_skill", ["source_id"], unique=False)
    op.create_table(
        "export_statistic",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("is_fiscal_year", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("vertical", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("company_kind", sa.Text(), server_default=sa.text("'COMPANY'"), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("zone_kind", sa.Text(), server_default=sa.text("'ZONE'"), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_export_statistic_audience")
        ),
        sa.CheckConstraint("company_kind IN ('COMPANY')", name=op.f("ck_export_statistic_company_kind")),
        sa.CheckConstraint("zone_kind IN ('ZONE')", name=op.f("ck_export_statistic_zone_kind")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_export_statistic_amount")),
        sa.CheckConstraint(
            "num_nonnulls(vertical, company_id, zone_id, origin) > 0",
            name=op.f("ck_export_statistic_of_something"),
        ),
        sa.CheckConstraint("year BETWEEN 1900 AND 2200", name=op.f("ck_export_statistic_year")),
        sa.ForeignKeyConstraint(
            ["company_id", "company_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_export_statistic_company_id_company_kind"),
        ),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"], name=op.f("fk_export_statistic_currency")),
        sa.ForeignKeyConstraint(["market"], ["region.code"], name=op.f("fk_export_statistic_market")),
        sa.ForeignKeyConstraint(["origin"], ["region.code"], name=op.f("fk_export_statistic_origin")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["common.partner.id"], name=op.f("fk_export_statistic_owner_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_export_statistic_source_id")),
        sa.ForeignKeyConstraint(["vertical"], ["vertical.code"], name=op.f("fk_export_statistic_vertical")),
        sa.ForeignKeyConstraint(
            ["zone_id", "zone_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_export_statistic_zone_id_zone_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_statistic")),
        sa.UniqueConstraint("slug", name=op.f("uq_export_statistic_slug")),
    )
    op.create_index(
        op.f("ix_export_statistic_company_id_id"), "export_statistic", ["company_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_export_statistic_market_year_id"), "export_statistic", ["market", "year", "id"], unique=False
    )
    op.create_index(op.f("ix_export_statistic_origin"), "export_statistic", ["origin"], unique=False)
    op.create_index(op.f("ix_export_statistic_owner_id"), "export_statistic", ["owner_id"], unique=False)
    op.create_index(op.f("ix_export_statistic_source_id"), "export_statistic", ["source_id"], unique=False)
    op.create_index(
        op.f("ix_export_statistic_vertical_year_id"),
        "export_statistic",
        ["vertical", "year", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_export_statistic_year_id"), "export_statistic", ["year", "id"], unique=False)
    op.create_index(
        op.f("ix_export_statistic_zone_id_id"), "export_statistic", ["zone_id", "id"], unique=False
    )
    op.create_table(
        "funding_round",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("company_kind", sa.Text(), server_default=sa.text("'COMPANY'"), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("announced_on_precision", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "announced_on_precision IN ('DAY', 'MONTH', 'YEAR')",
            name=op.f("ck_funding_round_announced_on_precision"),
        ),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_funding_round_audience")
        ),
        sa.CheckConstraint("company_kind IN ('COMPANY')", name=op.f("ck_funding_round_company_kind")),
        sa.CheckConstraint(
            "stage IN ('PRE_SEED', 'SEED', 'SERIES_A', 'SERIES_B', 'SERIES_C_PLUS', 'BRIDGE', 'DEBT', 'GRANT', 'PUBLIC_OFFERING', 'UNKNOWN')",
            name=op.f("ck_funding_round_stage"),
        ),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_funding_round_money")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_funding_round_amount")),
        sa.ForeignKeyConstraint(
            ["company_id", "company_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_funding_round_company_id_company_kind"),
        ),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"], name=op.f("fk_funding_round_currency")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_funding_round_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_funding_round_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_round")),
        sa.UniqueConstraint("slug", name=op.f("uq_funding_round_slug")),
    )
    op.create_index(
        op.f("ix_funding_round_announced_on_id"), "funding_round", ["announced_on", "id"], unique=False
    )
    op.create_index(
        op.f("ix_funding_round_company_id_id"), "funding_round", ["company_id", "id"], unique=False
    )
    op.create_index(op.f("ix_funding_round_owner_id"), "funding_round", ["owner_id"], unique=False)
    op.create_index(op.f("ix_funding_round_source_id"), "funding_round", ["source_id"], unique=False)
    op.create_table(
        "incentive",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("offered_by_kind", sa.Text(), nullable=False),
        sa.Column(
            "licence_types", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "size_classes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("verticals", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("relief_percent", sa.Numeric(), nullable=True),
        sa.Column("duration_months", sa.Integer(), nullable=True),
        sa.Column("legal_reference", sa.Text(), nullable=False),
        sa.Column("legal_url", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "starts_on",
            sa.Date(),
            sa.Computed("coalesce(valid_from, '-infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "ends_before",
            sa.Date(),
            sa.Computed("coalesce(valid_until + 1, 'infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        postgresql.ExcludeConstraint(
            (sa.literal_column("code"), "="),
            (sa.text("daterange(starts_on, ends_before)"), "&&"),
            using="gist",
            name="ex_incentive_versions",
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_incentive_audience")),
        sa.CheckConstraint(
            "kind IN ('INCOME_TAX', 'SALES_TAX', 'CUSTOMS_DUTY', 'PROPERTY_TAX', 'DIVIDEND_TAX', 'FOREIGN_EXCHANGE', 'INFRASTRUCTURE', 'REGULATORY')",
            name=op.f("ck_incentive_kind"),
        ),
        sa.CheckConstraint(
            "licence_types <@ ARRAY['ZONE_DEVELOPER', 'CO_ZONE_DEVELOPER', 'ZONE_ENTERPRISE']::text[]",
            name=op.f("ck_incentive_licence_types"),
        ),
        sa.CheckConstraint(
            "offered_by_kind IN ('ZONE', 'CLUSTER', 'PROGRAM', 'GOVERNMENT_BODY')",
            name=op.f("ck_incentive_offered_by_kind"),
        ),
        sa.CheckConstraint(
            "size_classes <@ ARRAY['STARTUP', 'SME', 'LARGE', 'ANCHOR']::text[]",
            name=op.f("ck_incentive_size_classes"),
        ),
        sa.CheckConstraint("duration_months > 0", name=op.f("ck_incentive_duration_months")),
        sa.CheckConstraint(
            "relief_percent > 0 AND relief_percent <= 100", name=op.f("ck_incentive_relief_percent")
        ),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_incentive_period")),
        sa.ForeignKeyConstraint(
            ["offered_by_id", "offered_by_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_incentive_offered_by_id_offered_by_kind"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_incentive_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_incentive_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incentive")),
        sa.UniqueConstraint("slug", name=op.f("uq_incentive_slug")),
    )
    op.create_index(op.f("ix_incentive_offered_by_id_id"), "incentive", ["offered_by_id", "id"], unique=False)
    op.create_index(op.f("ix_incentive_owner_id"), "incentive", ["owner_id"], unique=False)
    op.create_index(op.f("ix_incentive_source_id"), "incentive", ["source_id"], unique=False)
    op.create_index(op.f("ix_incentive_valid_until_id"), "incentive", ["valid_until", "id"], unique=False)
    op.create_table(
        "licence",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("zone_kind", sa.Text(), server_default=sa.text("'ZONE'"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.Column(
            "starts_on",
            sa.Date(),
            sa.Computed("coalesce(issued_on, '-infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "ends_before",
            sa.Date(),
            sa.Computed("coalesce(least(expires_on + 1, revoked_on), 'infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_licence_audience")),
        sa.CheckConstraint(
            "holder_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR')",
            name=op.f("ck_licence_holder_kind"),
        ),
        sa.CheckConstraint(
            "type IN ('ZONE_DEVELOPER', 'CO_ZONE_DEVELOPER', 'ZONE_ENTERPRISE')", name=op.f("ck_licence_type")
        ),
        sa.CheckConstraint("zone_kind IN ('ZONE')", name=op.f("ck_licence_zone_kind")),
        sa.CheckConstraint("issued_on <= expires_on", name=op.f("ck_licence_period")),
        sa.CheckConstraint(
            "revocation_reason IS NULL OR revoked_on IS NOT NULL", name=op.f("ck_licence_revocation_reason")
        ),
        sa.CheckConstraint("revoked_on >= issued_on", name=op.f("ck_licence_revoked_on")),
        sa.ForeignKeyConstraint(
            ["holder_id", "holder_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_licence_holder_id_holder_kind"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_licence_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_licence_source_id")),
        sa.ForeignKeyConstraint(
            ["zone_id", "zone_kind"], ["entity.id", "entity.kind"], name=op.f("fk_licence_zone_id_zone_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("slug", name=op.f("uq_licence_slug")),
    )
    op.create_index(op.f("ix_licence_expires_on_id"), "licence", ["expires_on", "id"], unique=False)
    op.create_index(op.f("ix_licence_holder_id_id"), "licence", ["holder_id", "id"], unique=False)
    op.create_index(op.f("ix_licence_number"), "licence", ["number"], unique=False)
    op.create_index(op.f("ix_licence_owner_id"), "licence", ["owner_id"], unique=False)
    op.create_index(op.f("ix_licence_source_id"), "licence", ["source_id"], unique=False)
    op.create_index(op.f("ix_licence_zone_id_id"), "licence", ["zone_id", "id"], unique=False)
    op.create_table(
        "need",
        sa.Column("posted_by_id", sa.Uuid(), nullable=False),
        sa.Column("posted_by_kind", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_folded", sa.Text(), sa.Computed("common.fold(title)", persisted=True), nullable=False
        ),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("verticals", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("is_remote", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("places", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_need_audience")),
        sa.CheckConstraint(
            "kind IN ('VACANCY', 'INTERNSHIP', 'RESEARCH_PROBLEM', 'MENTORING', 'FUNDING')",
            name=op.f("ck_need_kind"),
        ),
        sa.CheckConstraint(
            "posted_by_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'ZONE', 'CLUSTER', 'EXPERT', 'PROGRAM', 'AGREEMENT', 'MEETING')",
            name=op.f("ck_need_posted_by_kind"),
        ),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_need_money")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_need_amount")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_need_period")),
        sa.CheckConstraint("places > 0", name=op.f("ck_need_places")),
        sa.ForeignKeyConstraint(["country"], ["region.code"], name=op.f("fk_need_country")),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"], name=op.f("fk_need_currency")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_need_owner_id")),
        sa.ForeignKeyConstraint(
            ["posted_by_id", "posted_by_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_need_posted_by_id_posted_by_kind"),
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_need_source_id")),
        sa.ForeignKeyConstraint(["subdivision"], ["region.code"], name=op.f("fk_need_subdivision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("slug", name=op.f("uq_need_slug")),
    )
    op.create_index(op.f("ix_need_closes_on_id"), "need", ["closes_on", "id"], unique=False)
    op.create_index(op.f("ix_need_opens_on_id"), "need", ["opens_on", "id"], unique=False)
    op.create_index(op.f("ix_need_owner_id"), "need", ["owner_id"], unique=False)
    op.create_index(op.f("ix_need_posted_by_id_id"), "need", ["posted_by_id", "id"], unique=False)
    op.create_index(op.f("ix_need_source_id"), "need", ["source_id"], unique=False)
    op.create_index(op.f("ix_need_subdivision_kind_id"), "need", ["subdivision", "kind", "id"], unique=False)
    op.create_index(
        "ix_need_title_folded",
        "need",
        ["title_folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title_folded": "gin_trgm_ops"},
    )
    op.create_table(
        "program_skill",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("program_kind", sa.Text(), server_default=sa.text("'PROGRAM'"), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("is_required", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_program_skill_audience")
        ),
        sa.CheckConstraint(
            "level IN ('BASIC', 'INTERMEDIATE', 'ADVANCED', 'EXPERT')", name=op.f("ck_program_skill_level")
        ),
        sa.CheckConstraint("program_kind IN ('PROGRAM')", name=op.f("ck_program_skill_program_kind")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_program_skill_owner_id")),
        sa.ForeignKeyConstraint(
            ["program_id", "program_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_program_skill_program_id_program_kind"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_program_skill_skill_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_program_skill_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_skill")),
        sa.UniqueConstraint("program_id", "skill_id", name=op.f("uq_program_skill_program_id_skill_id")),
    )
    op.create_index(op.f("ix_program_skill_owner_id"), "program_skill", ["owner_id"], unique=False)
    op.create_index(
        op.f("ix_program_skill_program_id_id"), "program_skill", ["program_id", "id"], unique=False
    )
    op.create_index("ix_program_skill_skill_id", "program_skill", ["skill_id", "program_id"], unique=False)
    op.create_index(op.f("ix_program_skill_source_id"), "program_skill", ["source_id"], unique=False)
    op.create_table(
        "commitment",
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_kind", sa.Text(), nullable=False),
        sa.Column("made_to_id", sa.Uuid(), nullable=True),
        sa.Column("made_to_kind", sa.Text(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_kind", sa.Text(), server_default=sa.text("'MEETING'"), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_kind", sa.Text(), server_default=sa.text("'AGREEMENT'"), nullable=False),
        sa.Column("directive_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("zone_kind", sa.Text(), server_default=sa.text("'ZONE'"), nullable=False),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'OPEN'"), nullable=False),
        sa.Column("fulfilled_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("evidence_url", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("agreement_kind IN ('AGREEMENT')", name=op.f("ck_commitment_agreement_kind")),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_commitment_audience")
        ),
        sa.CheckConstraint(
            "fulfilled_on IS NULL OR status = 'FULFILLED'", name=op.f("ck_commitment_fulfilled")
        ),
        sa.CheckConstraint(
            "made_by_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'EXPERT')",
            name=op.f("ck_commitment_made_by_kind"),
        ),
        sa.CheckConstraint(
            "made_to_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'EXPERT')",
            name=op.f("ck_commitment_made_to_kind"),
        ),
        sa.CheckConstraint("meeting_kind IN ('MEETING')", name=op.f("ck_commitment_meeting_kind")),
        sa.CheckConstraint("status IN ('OPEN', 'FULFILLED', 'DROPPED')", name=op.f("ck_commitment_status")),
        sa.CheckConstraint("zone_kind IN ('ZONE')", name=op.f("ck_commitment_zone_kind")),
        sa.CheckConstraint(
            "(made_to_id IS NULL) = (made_to_kind IS NULL)", name=op.f("ck_commitment_made_to")
        ),
        sa.CheckConstraint("fulfilled_on >= made_on", name=op.f("ck_commitment_fulfilled_on")),
        sa.CheckConstraint("made_by_id <> made_to_id", name=op.f("ck_commitment_two_sides")),
        sa.CheckConstraint("made_on <= due_on", name=op.f("ck_commitment_due_on")),
        sa.CheckConstraint(
            "num_nonnulls(meeting_id, agreement_id, directive_id) <= 1", name=op.f("ck_commitment_origin")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id", "agreement_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_commitment_agreement_id_agreement_kind"),
        ),
        sa.ForeignKeyConstraint(["directive_id"], ["directive.id"], name=op.f("fk_commitment_directive_id")),
        sa.ForeignKeyConstraint(
            ["made_by_id", "made_by_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_commitment_made_by_id_made_by_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["made_to_id", "made_to_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_commitment_made_to_id_made_to_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "meeting_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_commitment_meeting_id_meeting_kind"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_commitment_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_commitment_source_id")),
        sa.ForeignKeyConstraint(["subdivision"], ["region.code"], name=op.f("fk_commitment_subdivision")),
        sa.ForeignKeyConstraint(
            ["zone_id", "zone_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_commitment_zone_id_zone_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("slug", name=op.f("uq_commitment_slug")),
    )
    op.create_index(op.f("ix_commitment_agreement_id_id"), "commitment", ["agreement_id", "id"], unique=False)
    op.create_index(op.f("ix_commitment_directive_id"), "commitment", ["directive_id"], unique=False)
    op.create_index(op.f("ix_commitment_due_on_id"), "commitment", ["due_on", "id"], unique=False)
    op.create_index(op.f("ix_commitment_made_by_id_id"), "commitment", ["made_by_id", "id"], unique=False)
    op.create_index(op.f("ix_commitment_made_to_id_id"), "commitment", ["made_to_id", "id"], unique=False)
    op.create_index(op.f("ix_commitment_meeting_id_id"), "commitment", ["meeting_id", "id"], unique=False)
    op.create_index(op.f("ix_commitment_owner_id"), "commitment", ["owner_id"], unique=False)
    op.create_index(op.f("ix_commitment_source_id"), "commitment", ["source_id"], unique=False)
    op.create_index(
        op.f("ix_commitment_status_due_on_id"), "commitment", ["status", "due_on", "id"], unique=False
    )
    op.create_index(op.f("ix_commitment_subdivision"), "commitment", ["subdivision"], unique=False)
    op.create_index(op.f("ix_commitment_zone_id_id"), "commitment", ["zone_id", "id"], unique=False)
    op.create_table(
        "funding_round_investor",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("investor_kind", sa.Text(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_funding_round_investor_audience")
        ),
        sa.CheckConstraint(
            "investor_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'EXPERT')",
            name=op.f("ck_funding_round_investor_investor_kind"),
        ),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)", name=op.f("ck_funding_round_investor_money")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_funding_round_investor_amount")),
        sa.ForeignKeyConstraint(
            ["currency"], ["currency.code"], name=op.f("fk_funding_round_investor_currency")
        ),
        sa.ForeignKeyConstraint(
            ["investor_id", "investor_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_funding_round_investor_investor_id_investor_kind"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["common.partner.id"], name=op.f("fk_funding_round_investor_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["funding_round.id"],
            name=op.f("fk_funding_round_investor_round_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_funding_round_investor_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_round_investor")),
        sa.UniqueConstraint(
            "round_id", "investor_id", name=op.f("uq_funding_round_investor_round_id_investor_id")
        ),
    )
    op.create_index(
        op.f("ix_funding_round_investor_investor_id_id"),
        "funding_round_investor",
        ["investor_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_funding_round_investor_owner_id"), "funding_round_investor", ["owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_funding_round_investor_source_id"), "funding_round_investor", ["source_id"], unique=False
    )
    op.create_table(
        "need_skill",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("is_required", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_need_skill_audience")
        ),
        sa.CheckConstraint(
            "level IN ('BASIC', 'INTERMEDIATE', 'ADVANCED', 'EXPERT')", name=op.f("ck_need_skill_level")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_need_skill_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_need_skill_owner_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_need_skill_skill_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_need_skill_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_skill")),
        sa.UniqueConstraint("need_id", "skill_id", name=op.f("uq_need_skill_need_id_skill_id")),
    )
    op.create_index(op.f("ix_need_skill_owner_id"), "need_skill", ["owner_id"], unique=False)
    op.create_index("ix_need_skill_skill_id", "need_skill", ["skill_id", "need_id"], unique=False)
    op.create_index(op.f("ix_need_skill_source_id"), "need_skill", ["source_id"], unique=False)
    op.add_column(
        "entity",
        sa.Column("skills_audience", sa.Text(), nullable=True, comment="audience; NULL reads as PUBLIC"),
    )
    op.add_column("entity_history", sa.Column("skills_audience", sa.Text(), nullable=True))
    refresh_generated()
    guard()


def downgrade() -> None:
    for signature, _ in LOOKUPS:
        op.execute(f"DROP FUNCTION {signature}")
    for table, parent, _, _ in PARTS:
        forget_parent(table, parent)
    op.drop_column("entity_history", "skills_audience")
    op.drop_column("entity", "skills_audience")
    op.drop_index(op.f("ix_need_skill_source_id"), table_name="need_skill")
    op.drop_index("ix_need_skill_skill_id", table_name="need_skill")
    op.drop_index(op.f("ix_need_skill_owner_id"), table_name="need_skill")
    op.drop_table("need_skill")
    op.drop_index(op.f("ix_funding_round_investor_source_id"), table_name="funding_round_investor")
    op.drop_index(op.f("ix_funding_round_investor_owner_id"), table_name="funding_round_investor")
    op.drop_index(op.f("ix_funding_round_investor_investor_id_id"), table_name="funding_round_investor")
    op.drop_table("funding_round_investor")
    op.drop_index(op.f("ix_commitment_zone_id_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_subdivision"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_status_due_on_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_source_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_owner_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_meeting_id_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_made_to_id_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_made_by_id_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_due_on_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_directive_id"), table_name="commitment")
    op.drop_index(op.f("ix_commitment_agreement_id_id"), table_name="commitment")
    op.drop_table("commitment")
    op.drop_index(op.f("ix_program_skill_source_id"), table_name="program_skill")
    op.drop_index("ix_program_skill_skill_id", table_name="program_skill")
    op.drop_index(op.f("ix_program_skill_program_id_id"), table_name="program_skill")
    op.drop_index(op.f("ix_program_skill_owner_id"), table_name="program_skill")
    op.drop_table("program_skill")
    op.drop_index(
        "ix_need_title_folded",
        table_name="need",
        postgresql_using="gin",
        postgresql_ops={"title_folded": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_need_subdivision_kind_id"), table_name="need")
    op.drop_index(op.f("ix_need_source_id"), table_name="need")
    op.drop_index(op.f("ix_need_posted_by_id_id"), table_name="need")
    op.drop_index(op.f("ix_need_owner_id"), table_name="need")
    op.drop_index(op.f("ix_need_opens_on_id"), table_name="need")
    op.drop_index(op.f("ix_need_closes_on_id"), table_name="need")
    op.drop_table("need")
    op.drop_index(op.f("ix_licence_zone_id_id"), table_name="licence")
    op.drop_index(op.f("ix_licence_source_id"), table_name="licence")
    op.drop_index(op.f("ix_licence_owner_id"), table_name="licence")
    op.drop_index(op.f("ix_licence_number"), table_name="licence")
    op.drop_index(op.f("ix_licence_holder_id_id"), table_name="licence")
    op.drop_index(op.f("ix_licence_expires_on_id"), table_name="licence")
    op.drop_table("licence")
    op.drop_index(op.f("ix_incentive_valid_until_id"), table_name="incentive")
    op.drop_index(op.f("ix_incentive_source_id"), table_name="incentive")
    op.drop_index(op.f("ix_incentive_owner_id"), table_name="incentive")
    op.drop_index(op.f("ix_incentive_offered_by_id_id"), table_name="incentive")
    op.drop_table("incentive")
    op.drop_index(op.f("ix_funding_round_source_id"), table_name="funding_round")
    op.drop_index(op.f("ix_funding_round_owner_id"), table_name="funding_round")
    op.drop_index(op.f("ix_funding_round_company_id_id"), table_name="funding_round")
    op.drop_index(op.f("ix_funding_round_announced_on_id"), table_name="funding_round")
    op.drop_table("funding_round")
    op.drop_index(op.f("ix_export_statistic_zone_id_id"), table_name="export_statistic")
    op.drop_index(op.f("ix_export_statistic_year_id"), table_name="export_statistic")
    op.drop_index(op.f("ix_export_statistic_vertical_year_id"), table_name="export_statistic")
    op.drop_index(op.f("ix_export_statistic_source_id"), table_name="export_statistic")
    op.drop_index(op.f("ix_export_statistic_owner_id"), table_name="export_statistic")
    op.drop_index(op.f("ix_export_statistic_origin"), table_name="export_statistic")
    op.drop_index(op.f("ix_export_statistic_market_year_id"), table_name="export_statistic")
    op.drop_index(op.f("ix_export_statistic_company_id_id"), table_name="export_statistic")
    op.drop_table("export_statistic")
    op.drop_index(op.f("ix_expert_skill_source_id"), table_name="expert_skill")
    op.drop_index(
        "ix_expert_skill_skill_id",
        table_name="expert_skill",
        postgresql_include=["level", "audience", "owner_id"],
    )
    op.drop_index(op.f("ix_expert_skill_owner_id"), table_name="expert_skill")
    op.drop_index(op.f("ix_expert_skill_expert_id_id"), table_name="expert_skill")
    op.drop_table("expert_skill")
    op.drop_index(op.f("ix_directive_source_id"), table_name="directive")
    op.drop_index(op.f("ix_directive_owner_id"), table_name="directive")
    op.drop_index(op.f("ix_directive_meeting_id_id"), table_name="directive")
    op.drop_index(op.f("ix_directive_issuer_id_id"), table_name="directive")
    op.drop_index(op.f("ix_directive_due_on_id"), table_name="directive")
    op.drop_index(op.f("ix_directive_addressee_id_id"), table_name="directive")
    op.drop_table("directive")
    op.drop_index(op.f("ix_skill_source_id"), table_name="skill")
    op.drop_index(op.f("ix_skill_owner_id"), table_name="skill")
    op.drop_index(
        "ix_skill_labels_folded",
        table_name="skill",
        postgresql_using="gin",
        postgresql_ops={"labels_folded": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_skill_label_id"), table_name="skill")
    op.drop_index(op.f("ix_skill_broader_id_id"), table_name="skill")
    op.drop_table("skill")
    op.drop_index("ix_skill_history_id", table_name="skill_history")
    op.drop_table("skill_history")
    op.drop_index("ix_program_skill_history_id", table_name="program_skill_history")
    op.drop_table("program_skill_history")
    op.drop_index("ix_need_skill_history_id", table_name="need_skill_history")
    op.drop_table("need_skill_history")
    op.drop_index("ix_need_history_id", table_name="need_history")
    op.drop_table("need_history")
    op.drop_table("market_group")
    op.drop_index("ix_licence_history_id", table_name="licence_history")
    op.drop_table("licence_history")
    op.drop_index("ix_incentive_history_id", table_name="incentive_history")
    op.drop_table("incentive_history")
    op.drop_index("ix_funding_round_investor_history_id", table_name="funding_round_investor_history")
    op.drop_table("funding_round_investor_history")
    op.drop_index("ix_funding_round_history_id", table_name="funding_round_history")
    op.drop_table("funding_round_history")
    op.drop_index("ix_export_statistic_history_id", table_name="export_statistic_history")
    op.drop_table("export_statistic_history")
    op.drop_index("ix_expert_skill_history_id", table_name="expert_skill_history")
    op.drop_table("expert_skill_history")
    op.drop_index("ix_directive_history_id", table_name="directive_history")
    op.drop_table("directive_history")
    op.drop_table("currency")
    op.drop_index("ix_commitment_history_id", table_name="commitment_history")
    op.drop_table("commitment_history")
    for table in (*FACTS, *(table for table, *_ in PARTS)):
        op.execute(f"DROP FUNCTION keep_{table}_history()")
    for table in FACTS:
        op.execute(f"DROP FUNCTION log_{table}_change()")
    refresh_generated()

"""The graph: entities, relations, names, identifiers, facts, their history and the change log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.ddl import (
    EDITOR,
    PARTNER,
    READER,
    keep_history,
    log_changes,
    owned_by_editor,
    protect,
    protect_history,
    protect_part,
    read_for_all,
    refresh_checks,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


FUNCTIONS = (
    """
    CREATE FUNCTION touch_versioned() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.version := OLD.version + 1;
        NEW.recorded_from := now();
        IF TG_TABLE_NAME = 'entity' THEN NEW.updated_at := now(); END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION touch_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.recorded_from := now(); RETURN NEW; END $$
    """,
)

# Under a row policy PostgreSQL uses no index for operators that are not leakproof (%, LIKE, &&). These
# functions run as the editor role, whose policy is `true`, and apply the caller's rights themselves.
VISIBLE = """
    CASE current_setting('role')
        WHEN 'triplehelix_editor' THEN true
        WHEN 'triplehelix_partner' THEN e.audience IN ('PUBLIC', 'PARTNERS')
            OR e.owner_id = nullif(current_setting('app.partner', true), '')::uuid
        ELSE e.audience = 'PUBLIC'
    END
"""
LOOKUPS = (
    (
        "search_hits(text, text[])",
        f"""
        CREATE FUNCTION search_hits(folded_term text, wanted text[])
        RETURNS TABLE (entity_id uuid, matched text, likeness real, bonus real)
        LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
        SET search_path FROM CURRENT
        AS $$
        DECLARE
            now_found int;
            step text;
        BEGIN
            -- Strict first: with a high threshold the index leaves few names to compare. Common words
            -- (university) make the looser steps dear, so they are taken only where little was found.
            -- Only what the caller may see counts as found.
            FOREACH step IN ARRAY ARRAY['exact', '0.7', 'prefix', '0.5', '0.34', 'word'] LOOP
                IF step LIKE '0%' THEN
                    PERFORM set_config('pg_trgm.similarity_threshold', step, true);
                ELSIF step = 'word' THEN
                    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.7', true);
                END IF;
                RETURN QUERY
                SELECT n.entity_id, n.value, n.likeness, (CASE WHEN n.value = e.name THEN 0.02 ELSE 0 END
                    + CASE WHEN e.record_status = 'ACTIVE' THEN 0.01 ELSE 0 END)::real
                FROM (
                    SELECT x.entity_id, x.value, 2::real AS likeness FROM entity_name x
                    WHERE step = 'exact' AND x.folded = folded_term
                    UNION ALL
                    SELECT x.entity_id, x.value, similarity(x.folded, folded_term) FROM entity_name x
                    WHERE step LIKE '0%' AND x.folded % folded_term
                    UNION ALL
                    (SELECT x.entity_id, x.value, 0.6::real FROM entity_name x
                     WHERE step = 'prefix' AND x.folded >= folded_term AND x.folded < folded_term || U&'\\FFFF'
                     ORDER BY x.folded, x.entity_id LIMIT 1000)
                    UNION ALL
                    (SELECT x.entity_id, x.value, (0.7 * word_similarity(folded_term, x.folded))::real
                     FROM entity_name x WHERE step = 'word' AND folded_term <% x.folded LIMIT 5000)
                ) n JOIN entity e ON e.id = n.entity_id
                WHERE e.record_status IN ('ACTIVE', 'INACTIVE')
                  AND (wanted IS NULL OR e.kind = ANY (wanted)) AND ({VISIBLE});
                GET DIAGNOSTICS now_found = ROW_COUNT;
                EXIT WHEN now_found >= 10 AND step <> 'exact';
            END LOOP;
        END $$
        """,
    ),
    (
        "search_names(text, text[], int)",
        """
        CREATE FUNCTION search_names(term text, wanted text[], most int)
        RETURNS TABLE (entity_id uuid, score real, matched text)
        LANGUAGE sql STABLE SECURITY DEFINER ROWS 100
        SET search_path FROM CURRENT
        AS $$
            WITH best AS (
                SELECT DISTINCT ON (h.entity_id) h.entity_id, h.matched,
                       (h.likeness / 2 + h.bonus)::real AS score
                FROM search_hits(common.fold(term), wanted) h
                ORDER BY h.entity_id, 3 DESC, h.matched
            )
            SELECT best.entity_id, best.score, best.matched FROM best
            ORDER BY best.score DESC, best.entity_id LIMIT most
        $$
        """,
    ),
    (
        "entity_ids_named(text[])",
        f"""
        CREATE FUNCTION entity_ids_named(patterns text[]) RETURNS SETOF uuid
        LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
        SET search_path FROM CURRENT
        AS $$ SELECT e.id FROM entity e
            WHERE e.name_folded LIKE patterns[1] AND e.name_folded LIKE ALL (patterns) AND {VISIBLE} $$
        """,
    ),
    (
        "entity_ids_in_verticals(text[])",
        f"""
        CREATE FUNCTION entity_ids_in_verticals(codes text[]) RETURNS SETOF uuid
        LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 500
        SET search_path FROM CURRENT
        AS $$ SELECT e.id FROM entity e WHERE e.verticals && codes AND {VISIBLE} $$
        """,
    ),
)


def guard() -> None:
    """Rights, row security, history and the change log of every table."""
    schema = op.get_bind().exec_driver_sql("SELECT current_schema()").scalar_one()
    for role in (READER, PARTNER, EDITOR):
        op.execute(f'GRANT USAGE ON SCHEMA "{schema}" TO {role}')
    for table in ("region", "vertical", "role_type", "role_pair"):
        read_for_all(table)
    for function in FUNCTIONS:
        op.execute(function)
    for table in ("entity", "relation", "zone_status", "assertion", "source"):
        protect(table)
    for table in ("entity_name", "identifier"):
        protect_part(table)
    protect("change", is_owned=False)
    for table in HISTORY_TABLES:
        columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(f"{table}_history")]
        protect_history(f"{table}_history")
        keep_history(table, [name for name in columns if name != "recorded_until"])
    op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA "{schema}" TO {PARTNER}, {EDITOR}')
    log_changes("entity", "now_.kind")
    log_changes("relation", "'RELATION'")
    for signature, body in LOOKUPS:
        op.execute(body)
        owned_by_editor(signature)
    # A part of search_names, which is what readers call.
    op.execute("REVOKE ALL ON FUNCTION search_hits(text, text[]) FROM PUBLIC")


HISTORY_TABLES = ("entity", "entity_name", "identifier", "relation", "zone_status", "assertion", "source")


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "assertion_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_assertion_history_id", "assertion_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_change_audience")),
        sa.CheckConstraint("verb IN ('CREATED', 'UPDATED', 'REMOVED')", name=op.f("ck_change_verb")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    op.create_index("ix_change_feed", "change", ["xid", "seq"], unique=False)
    op.create_index("ix_change_record_id", "change", ["record_id"], unique=False)
    op.create_table(
        "entity_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("sphere", sa.Text(), nullable=True),
        sa.Column("record_status", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_on_precision", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("agreement_status", sa.Text(), nullable=True),
        sa.Column("verticals", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("legal_name", sa.Text(), nullable=True),
        sa.Column("size_class", sa.Text(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("founded_on_precision", sa.Text(), nullable=True),
        sa.Column("employee_count", sa.Integer(), nullable=True),
        sa.Column("isic", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("funding_stage", sa.Text(), nullable=True),
        sa.Column("is_freelancer", sa.Boolean(), nullable=True),
        sa.Column("is_funder", sa.Boolean(), nullable=True),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("source_types", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("established_on_precision", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("given_name_audience", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("family_name_audience", sa.Text(), nullable=True),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("headline_audience", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_audience", sa.Text(), nullable=True),
        sa.Column("residence_country", sa.Text(), nullable=True),
        sa.Column("residence_country_audience", sa.Text(), nullable=True),
        sa.Column("availability", sa.Text(), nullable=True),
        sa.Column("availability_audience", sa.Text(), nullable=True),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_on_precision", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("sequence_number", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("program_kind", sa.Text(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("budget_amount", sa.Numeric(), nullable=True),
        sa.Column("budget_currency", sa.Text(), nullable=True),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("eligibility", sa.Text(), nullable=True),
        sa.Column("student_count", sa.Integer(), nullable=True),
        sa.Column("regime", sa.Text(), nullable=True),
        sa.Column("modality", sa.Text(), nullable=True),
        sa.Column("area_value", sa.Numeric(), nullable=True),
        sa.Column("area_unit", sa.Text(), nullable=True),
        sa.Column("area_m2", sa.Numeric(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("notified_on_precision", sa.Text(), nullable=True),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_entity_history_id", "entity_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "entity_name_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("script", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_entity_name_history_id", "entity_name_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "identifier_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_identifier_history_id", "identifier_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "region",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["parent_code"], ["region.code"], name=op.f("fk_region_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_index(op.f("ix_region_country"), "region", ["country"], unique=False)
    op.create_index(op.f("ix_region_parent_code"), "region", ["parent_code"], unique=False)
    op.create_table(
        "relation_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_relation_history_id", "relation_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "role_type",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("inverse_label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_event", sa.Boolean(), nullable=False),
        sa.Column("is_symmetric", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_role_type")),
    )
    op.create_table(
        "source_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_on_precision", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_source_history_id", "source_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "vertical",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("isic", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_vertical")),
    )
    op.create_table(
        "zone_status_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("zone_kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_zone_status_history_id", "zone_status_history", ["id", "recorded_from"], unique=False)
    op.create_table(
        "role_pair",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["role_type.code"], name=op.f("fk_role_pair_role")),
        sa.PrimaryKeyConstraint("role", "subject_kind", "object_kind", name=op.f("pk_role_pair")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_on_precision", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_source_audience")),
        sa.CheckConstraint(
            "kind IN ('REGISTRY', 'NEWS', 'PARTNER', 'OFFICIAL', 'SYNTHETIC')", name=op.f("ck_source_kind")
        ),
        sa.CheckConstraint(
            "published_on_precision IN ('DAY', 'MONTH', 'YEAR')",
            name=op.f("ck_source_published_on_precision"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_source_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("slug", name=op.f("uq_source_slug")),
    )
    op.create_index(op.f("ix_source_owner_id"), "source", ["owner_id"], unique=False)
    op.create_table(
        "entity",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), sa.Computed("common.fold(name)", persisted=True), nullable=False),
        sa.Column("sphere", sa.Text(), nullable=True),
        sa.Column("record_status", sa.Text(), server_default=sa.text("'ACTIVE'"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_on_precision", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("agreement_status", sa.Text(), nullable=True),
        sa.Column("verticals", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("legal_name", sa.Text(), nullable=True),
        sa.Column("size_class", sa.Text(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("founded_on_precision", sa.Text(), nullable=True),
        sa.Column("employee_count", sa.Integer(), nullable=True),
        sa.Column("isic", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("funding_stage", sa.Text(), nullable=True),
        sa.Column("is_freelancer", sa.Boolean(), nullable=True),
        sa.Column("is_funder", sa.Boolean(), nullable=True),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("source_types", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("established_on_precision", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("given_name_audience", sa.Text(), nullable=True, comment="audience; NULL reads as PUBLIC"),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("family_name_audience", sa.Text(), nullable=True, comment="audience; NULL reads as PUBLIC"),
        sa.Column("headline", sa.Text(), nullable=True),
        sa.Column("headline_audience", sa.Text(), nullable=True, comment="audience; NULL reads as PUBLIC"),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_audience", sa.Text(), nullable=True, comment="audience; NULL reads as OWNER"),
        sa.Column("residence_country", sa.Text(), nullable=True),
        sa.Column(
            "residence_country_audience", sa.Text(), nullable=True, comment="audience; NULL reads as PUBLIC"
        ),
        sa.Column("availability", sa.Text(), nullable=True),
        sa.Column(
            "availability_audience", sa.Text(), nullable=True, comment="audience; NULL reads as PARTNERS"
        ),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_on_precision", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("sequence_number", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("program_kind", sa.Text(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("budget_amount", sa.Numeric(), nullable=True),
        sa.Column("budget_currency", sa.Text(), nullable=True),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("eligibility", sa.Text(), nullable=True),
        sa.Column("student_count", sa.Integer(), nullable=True),
        sa.Column("regime", sa.Text(), nullable=True),
        sa.Column("modality", sa.Text(), nullable=True),
        sa.Column("area_value", sa.Numeric(), nullable=True),
        sa.Column("area_unit", sa.Text(), nullable=True),
        sa.Column(
            "area_m2",
            sa.Numeric(),
            sa.Computed(
                "CASE area_unit WHEN 'ACRE' THEN 4046.8564224 WHEN 'HECTARE' THEN 10000 WHEN 'SQUARE_METRE' THEN 1 WHEN 'SQUARE_FOOT' THEN 0.09290304 WHEN 'KANAL' THEN 505.857 END * area_value",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("notified_on_precision", sa.Text(), nullable=True),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_entity_audience")),
        sa.CheckConstraint(
            "kind <> 'AGREEMENT' OR (type IS NOT NULL AND (type IS NULL OR type IN ('MOU', 'CONTRACT', 'JOINT_VENTURE', 'LICENCE', 'GRANT', 'OTHER')) AND (signed_on_precision IS NULL OR signed_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND (agreement_status IS NULL OR agreement_status IN ('ANNOUNCED', 'SIGNED', 'IN_FORCE', 'ENDED', 'TERMINATED')) AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND domains IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND established_on IS NULL AND established_on_precision IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND is_funder IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND size_class IS NULL AND source_types IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_agreement"),
        ),
        sa.CheckConstraint(
            "kind <> 'CLUSTER' OR (agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND domains IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND established_on IS NULL AND established_on_precision IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND is_funder IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND source_types IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND type IS NULL AND valid_from IS NULL AND valid_until IS NULL)",
            name=op.f("ck_entity_kind_cluster"),
        ),
        sa.CheckConstraint(
            "kind <> 'COMPANY' OR (is_funder IS NOT NULL AND (established_on_precision IS NULL OR established_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND (size_class IS NULL OR size_class IN ('STARTUP', 'SME', 'LARGE', 'ANCHOR')) AND (founded_on_precision IS NULL OR founded_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND (funding_stage IS NULL OR funding_stage IN ('BOOTSTRAPPED', 'PRE_SEED', 'SEED', 'SERIES_A', 'SERIES_B', 'SERIES_C_PLUS', 'PUBLIC_MARKET')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND ends_on IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND languages IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND type IS NULL AND valid_from IS NULL AND valid_until IS NULL)",
            name=op.f("ck_entity_kind_company"),
        ),
        sa.CheckConstraint(
            "kind <> 'EXPERT' OR ((given_name_audience IS NULL OR given_name_audience IN ('PUBLIC', 'PARTNERS', 'OWNER')) AND (family_name_audience IS NULL OR family_name_audience IN ('PUBLIC', 'PARTNERS', 'OWNER')) AND (headline_audience IS NULL OR headline_audience IN ('PUBLIC', 'PARTNERS', 'OWNER')) AND (email_audience IS NULL OR email_audience IN ('PUBLIC', 'PARTNERS', 'OWNER')) AND (residence_country_audience IS NULL OR residence_country_audience IN ('PUBLIC', 'PARTNERS', 'OWNER')) AND (availability IS NULL OR availability IN ('OPEN', 'PART_TIME', 'ADVISORY', 'NOT_AVAILABLE')) AND (availability_audience IS NULL OR availability_audience IN ('PUBLIC', 'PARTNERS', 'OWNER')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND domains IS NULL AND eligibility IS NULL AND employee_count IS NULL AND ends_on IS NULL AND established_on IS NULL AND established_on_precision IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_funder IS NULL AND isic IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND source_types IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND type IS NULL AND valid_from IS NULL AND valid_until IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_expert"),
        ),
        sa.CheckConstraint(
            "kind <> 'GOVERNMENT_BODY' OR (is_funder IS NOT NULL AND (established_on_precision IS NULL OR established_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND (level IS NULL OR level IN ('FEDERAL', 'PROVINCIAL', 'LOCAL', 'INTERNATIONAL')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND type IS NULL AND valid_from IS NULL AND valid_until IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_government_body"),
        ),
        sa.CheckConstraint(
            "kind <> 'INSTITUTION' OR (is_funder IS NOT NULL AND type IS NOT NULL AND (established_on_precision IS NULL OR established_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND (type IS NULL OR type IN ('FACILITY', 'NONPROFIT', 'HEALTHCARE', 'ARCHIVE', 'FUNDER', 'OTHER')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND valid_from IS NULL AND valid_until IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_institution"),
        ),
        sa.CheckConstraint(
            "kind <> 'INVESTOR' OR (is_funder IS NOT NULL AND (established_on_precision IS NULL OR established_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND (type IS NULL OR type IN ('VENTURE_CAPITAL', 'ANGEL', 'CORPORATE', 'DEVELOPMENT_FINANCE', 'PRIVATE_EQUITY', 'FAMILY_OFFICE', 'GOVERNMENT_FUND', 'OTHER')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND valid_from IS NULL AND valid_until IS NULL)",
            name=op.f("ck_entity_kind_investor"),
        ),
        sa.CheckConstraint(
            "kind <> 'MEETING' OR ((held_on_precision IS NULL OR held_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND domains IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND established_on IS NULL AND established_on_precision IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND is_freelancer IS NULL AND is_funder IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND source_types IS NULL AND starts_on IS NULL AND student_count IS NULL AND type IS NULL AND valid_from IS NULL AND valid_until IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_meeting"),
        ),
        sa.CheckConstraint(
            "kind <> 'PROGRAM' OR (program_kind IS NOT NULL AND (program_kind IS NULL OR program_kind IN ('EXPERT_ATTRACTION', 'FUNDING', 'INCUBATION', 'TRAINING', 'RESEARCH', 'RESEARCH_PROJECT', 'INTERNSHIP', 'POLICY', 'OTHER')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND domains IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND established_on IS NULL AND established_on_precision IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND is_funder IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND place IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND source_types IS NULL AND student_count IS NULL AND subject IS NULL AND type IS NULL AND valid_from IS NULL AND valid_until IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_program"),
        ),
        sa.CheckConstraint(
            "kind <> 'UNIVERSITY' OR (is_funder IS NOT NULL AND (established_on_precision IS NULL OR established_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND (type IS NULL OR type IN ('PUBLIC', 'PRIVATE', 'MILITARY', 'OTHER')) AND agreement_status IS NULL AND area_unit IS NULL AND area_value IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND modality IS NULL AND notified_on IS NULL AND notified_on_precision IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND regime IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND starts_on IS NULL AND subject IS NULL AND valid_from IS NULL AND valid_until IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_university"),
        ),
        sa.CheckConstraint(
            "kind <> 'ZONE' OR (regime IS NOT NULL AND modality IS NOT NULL AND (regime IS NULL OR regime IN ('STZ', 'SEZ', 'SCIENCE_PARK')) AND (modality IS NULL OR modality IN ('GEOGRAPHICAL', 'VIRTUAL')) AND (area_unit IS NULL OR area_unit IN ('ACRE', 'HECTARE', 'SQUARE_METRE', 'SQUARE_FOOT', 'KANAL')) AND (notified_on_precision IS NULL OR notified_on_precision IN ('DAY', 'MONTH', 'YEAR')) AND agreement_status IS NULL AND availability IS NULL AND availability_audience IS NULL AND budget_amount IS NULL AND budget_currency IS NULL AND closes_on IS NULL AND domains IS NULL AND eligibility IS NULL AND email IS NULL AND email_audience IS NULL AND employee_count IS NULL AND ends_on IS NULL AND established_on IS NULL AND established_on_precision IS NULL AND family_name IS NULL AND family_name_audience IS NULL AND fields IS NULL AND founded_on IS NULL AND founded_on_precision IS NULL AND funding_stage IS NULL AND given_name IS NULL AND given_name_audience IS NULL AND headline IS NULL AND headline_audience IS NULL AND held_on IS NULL AND held_on_precision IS NULL AND is_freelancer IS NULL AND is_funder IS NULL AND isic IS NULL AND languages IS NULL AND legal_name IS NULL AND level IS NULL AND opens_on IS NULL AND place IS NULL AND program_kind IS NULL AND residence_country IS NULL AND residence_country_audience IS NULL AND sequence_number IS NULL AND signed_on IS NULL AND signed_on_precision IS NULL AND size_class IS NULL AND source_types IS NULL AND starts_on IS NULL AND student_count IS NULL AND subject IS NULL AND type IS NULL AND valid_from IS NULL AND valid_until IS NULL AND verticals IS NULL)",
            name=op.f("ck_entity_kind_zone"),
        ),
        sa.CheckConstraint(
            "kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'ZONE', 'CLUSTER', 'EXPERT', 'PROGRAM', 'AGREEMENT', 'MEETING')",
            name=op.f("ck_entity_kind"),
        ),
        sa.CheckConstraint(
            "record_status IN ('ACTIVE', 'INACTIVE', 'WITHDRAWN', 'MERGED')",
            name=op.f("ck_entity_record_status"),
        ),
        sa.CheckConstraint("sphere IN ('ACADEMIA', 'INDUSTRY', 'GOVERNMENT')", name=op.f("ck_entity_sphere")),
        sa.ForeignKeyConstraint(["country"], ["region.code"], name=op.f("fk_entity_country")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_entity_owner_id")),
        sa.ForeignKeyConstraint(
            ["residence_country"], ["region.code"], name=op.f("fk_entity_residence_country")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_entity_source_id")),
        sa.ForeignKeyConstraint(["subdivision"], ["region.code"], name=op.f("fk_entity_subdivision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_entity_id_kind")),
        sa.UniqueConstraint("slug", name=op.f("uq_entity_slug")),
    )
    op.create_index(
        "ix_entity_agreement_signed_on",
        "entity",
        ["signed_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'AGREEMENT'"),
    )
    op.create_index(
        "ix_entity_agreement_valid_from",
        "entity",
        ["valid_from", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'AGREEMENT'"),
    )
    op.create_index(
        "ix_entity_agreement_valid_until",
        "entity",
        ["valid_until", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'AGREEMENT'"),
    )
    op.create_index(
        "ix_entity_company_employee_count",
        "entity",
        ["employee_count", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'COMPANY'"),
    )
    op.create_index(
        "ix_entity_company_established_on",
        "entity",
        ["established_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'COMPANY'"),
    )
    op.create_index(
        "ix_entity_company_founded_on",
        "entity",
        ["founded_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'COMPANY'"),
    )
    op.create_index("ix_entity_country", "entity", ["country"], unique=False)
    op.create_index(
        "ix_entity_government_body_established_on",
        "entity",
        ["established_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'GOVERNMENT_BODY'"),
    )
    op.create_index(
        "ix_entity_institution_established_on",
        "entity",
        ["established_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'INSTITUTION'"),
    )
    op.create_index(
        "ix_entity_investor_established_on",
        "entity",
        ["established_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'INVESTOR'"),
    )
    op.create_index("ix_entity_kind_country", "entity", ["kind", "country", "id"], unique=False)
    op.create_index("ix_entity_kind_created_at", "entity", ["kind", "created_at", "id"], unique=False)
    op.create_index("ix_entity_kind_id", "entity", ["kind", "id"], unique=False)
    op.create_index("ix_entity_kind_name", "entity", ["kind", "name", "id"], unique=False)
    op.create_index("ix_entity_kind_record_status", "entity", ["kind", "record_status", "id"], unique=False)
    op.create_index("ix_entity_kind_subdivision", "entity", ["kind", "subdivision", "id"], unique=False)
    op.create_index("ix_entity_kind_updated_at", "entity", ["kind", "updated_at", "id"], unique=False)
    op.create_index(
        "ix_entity_meeting_held_on",
        "entity",
        ["held_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'MEETING'"),
    )
    op.create_index(
        "ix_entity_name_folded",
        "entity",
        ["name_folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name_folded": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_entity_owner_id"), "entity", ["owner_id"], unique=False)
    op.create_index(
        "ix_entity_program_closes_on",
        "entity",
        ["closes_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'PROGRAM'"),
    )
    op.create_index(
        "ix_entity_program_ends_on",
        "entity",
        ["ends_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'PROGRAM'"),
    )
    op.create_index(
        "ix_entity_program_opens_on",
        "entity",
        ["opens_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'PROGRAM'"),
    )
    op.create_index(
        "ix_entity_program_starts_on",
        "entity",
        ["starts_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'PROGRAM'"),
    )
    op.create_index(op.f("ix_entity_source_id"), "entity", ["source_id"], unique=False)
    op.create_index("ix_entity_verticals", "entity", ["verticals"], unique=False, postgresql_using="gin")
    op.create_index("ix_entity_domains", "entity", ["domains"], unique=False, postgresql_using="gin")
    op.create_index("ix_entity_subdivision", "entity", ["subdivision", "kind", "id"], unique=False)
    op.create_index(
        "ix_entity_university_established_on",
        "entity",
        ["established_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'UNIVERSITY'"),
    )
    op.create_index(
        "ix_entity_university_student_count",
        "entity",
        ["student_count", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'UNIVERSITY'"),
    )
    op.create_index(
        "ix_entity_zone_notified_on",
        "entity",
        ["notified_on", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'ZONE'"),
    )
    op.create_table(
        "assertion",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("rank", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_assertion_audience")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_assertion_confidence")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_assertion_entity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_assertion_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_assertion_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assertion")),
    )
    op.create_index("ix_assertion_entity_id", "assertion", ["entity_id", "field"], unique=False)
    op.create_index(op.f("ix_assertion_owner_id"), "assertion", ["owner_id"], unique=False)
    op.create_index(op.f("ix_assertion_source_id"), "assertion", ["source_id"], unique=False)
    op.create_table(
        "entity_name",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), sa.Computed("common.fold(value)", persisted=True), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("script", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), server_default=sa.text("'LABEL'"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "type IN ('OFFICIAL', 'LABEL', 'ALIAS', 'ACRONYM')", name=op.f("ck_entity_name_type")
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_entity_name_entity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_name")),
        sa.UniqueConstraint(
            "entity_id",
            "value",
            "lang",
            "type",
            name=op.f("uq_entity_name_entity_id_value_lang_type"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_entity_name_prefix", "entity_name", ["folded"], unique=False)
    op.create_index(
        "ix_entity_name_trgm",
        "entity_name",
        ["folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )
    op.create_table(
        "identifier",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "(scheme = 'PARTNER') = (partner_id IS NOT NULL)", name=op.f("ck_identifier_partner")
        ),
        sa.CheckConstraint(
            "scheme IN ('ROR', 'ORCID', 'ISNI', 'LEI', 'WIKIDATA', 'DOI', 'GRID', 'CROSSREF_FUNDER', 'PK_NTN', 'PK_SEC', 'PK_HEC', 'PARTNER')",
            name=op.f("ck_identifier_scheme"),
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_identifier_entity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["common.partner.id"], name=op.f("fk_identifier_partner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_identifier_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifier")),
    )
    op.create_index("ix_identifier_entity_id", "identifier", ["entity_id", "scheme"], unique=False)
    op.create_index("ix_identifier_scheme_value", "identifier", ["scheme", "value"], unique=False)
    op.create_index(op.f("ix_identifier_source_id"), "identifier", ["source_id"], unique=False)
    op.create_index(
        "uq_identifier_active",
        "identifier",
        ["scheme", "value", "partner_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "relation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column(
            "starts_on",
            sa.Date(),
            sa.Computed("coalesce(lower(valid), '-infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "ends_before",
            sa.Date(),
            sa.Computed("coalesce(upper(valid), 'infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column("precision", sa.Text(), server_default=sa.text("'DAY'"), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_relation_audience")),
        sa.CheckConstraint(
            "object_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'ZONE', 'CLUSTER', 'EXPERT', 'PROGRAM', 'AGREEMENT', 'MEETING')",
            name=op.f("ck_relation_object_kind"),
        ),
        sa.CheckConstraint("precision IN ('DAY', 'MONTH', 'YEAR')", name=op.f("ck_relation_precision")),
        sa.CheckConstraint(
            "role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'BOARD_MEMBER_OF', 'STUDIED_AT', 'FOUNDED', 'TENANT_OF', 'DEVELOPS', 'HOSTS', 'SUPERVISES', 'PART_OF', 'RUNS', 'FUNDS', 'PARTICIPATES_IN', 'PARTY_TO', 'CONVENED', 'ATTENDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'SUCCEEDS', 'COLLABORATES_WITH', 'RELATED_TO')",
            name=op.f("ck_relation_role"),
        ),
        sa.CheckConstraint(
            "role NOT IN ('COLLABORATES_WITH', 'RELATED_TO') OR subject_id < object_id",
            name=op.f("ck_relation_symmetric_once"),
        ),
        sa.CheckConstraint(
            "subject_kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR', 'ZONE', 'CLUSTER', 'EXPERT', 'PROGRAM', 'AGREEMENT', 'MEETING')",
            name=op.f("ck_relation_subject_kind"),
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_relation_valid")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_relation_confidence")),
        sa.CheckConstraint("subject_id <> object_id", name=op.f("ck_relation_two_ends")),
        sa.ForeignKeyConstraint(
            ["object_id", "object_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_relation_object_id_object_kind"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_relation_owner_id")),
        sa.ForeignKeyConstraint(
            ["role", "subject_kind", "object_kind"],
            ["role_pair.role", "role_pair.subject_kind", "role_pair.object_kind"],
            name=op.f("fk_relation_role_subject_kind_object_kind"),
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_relation_source_id")),
        sa.ForeignKeyConstraint(
            ["subject_id", "subject_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_relation_subject_id_subject_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    op.create_index(
        "ix_relation_in",
        "relation",
        ["object_id", "role", "subject_id", "id"],
        unique=False,
        postgresql_include=["starts_on", "ends_before", "audience", "owner_id"],
    )
    op.create_index(
        "ix_relation_out",
        "relation",
        ["subject_id", "role", "object_id", "id"],
        unique=False,
        postgresql_include=["starts_on", "ends_before", "audience", "owner_id"],
    )
    op.create_index(op.f("ix_relation_owner_id"), "relation", ["owner_id"], unique=False)
    op.create_index(op.f("ix_relation_source_id"), "relation", ["source_id"], unique=False)
    op.create_index(
        "uq_relation_fact",
        "relation",
        ["subject_id", "role", "object_id", "starts_on", "title"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "zone_status",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("zone_kind", sa.Text(), server_default=sa.text("'ZONE'"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column(
            "starts_on",
            sa.Date(),
            sa.Computed("coalesce(lower(valid), '-infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "ends_before",
            sa.Date(),
            sa.Computed("coalesce(upper(valid), 'infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column("precision", sa.Text(), server_default=sa.text("'DAY'"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'PUBLIC'"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "audience IN ('PUBLIC', 'PARTNERS', 'OWNER')", name=op.f("ck_zone_status_audience")
        ),
        sa.CheckConstraint("precision IN ('DAY', 'MONTH', 'YEAR')", name=op.f("ck_zone_status_precision")),
        sa.CheckConstraint(
            "status IN ('PROPOSED', 'LAND_ALLOCATED', 'APPROVED', 'NOTIFIED', 'UNDER_DEVELOPMENT', 'OPERATIONAL', 'SUSPENDED', 'WITHDRAWN')",
            name=op.f("ck_zone_status_status"),
        ),
        sa.CheckConstraint("zone_kind = 'ZONE'", name=op.f("ck_zone_status_zone_kind")),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_zone_status_valid")),
        sa.ForeignKeyConstraint(["owner_id"], ["common.partner.id"], name=op.f("fk_zone_status_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_zone_status_source_id")),
        sa.ForeignKeyConstraint(
            ["zone_id", "zone_kind"],
            ["entity.id", "entity.kind"],
            name=op.f("fk_zone_status_zone_id_zone_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone_status")),
    )
    op.create_index(op.f("ix_zone_status_owner_id"), "zone_status", ["owner_id"], unique=False)
    op.create_index(op.f("ix_zone_status_source_id"), "zone_status", ["source_id"], unique=False)
    op.create_index("ix_zone_status_zone_id", "zone_status", ["zone_id", "starts_on"], unique=False)
    # ### end Alembic commands ###
    refresh_checks()
    guard()


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index("ix_zone_status_zone_id", table_name="zone_status")
    op.drop_index(op.f("ix_zone_status_source_id"), table_name="zone_status")
    op.drop_index(op.f("ix_zone_status_owner_id"), table_name="zone_status")
    op.drop_table("zone_status")
    op.drop_index("uq_relation_fact", table_name="relation", postgresql_nulls_not_distinct=True)
    op.drop_index(op.f("ix_relation_source_id"), table_name="relation")
    op.drop_index(op.f("ix_relation_owner_id"), table_name="relation")
    op.drop_index(
        "ix_relation_out",
        table_name="relation",
        postgresql_include=["starts_on", "ends_before", "audience", "owner_id"],
    )
    op.drop_index(
        "ix_relation_in",
        table_name="relation",
        postgresql_include=["starts_on", "ends_before", "audience", "owner_id"],
    )
    op.drop_table("relation")
    op.drop_index(
        "uq_identifier_active",
        table_name="identifier",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("is_active"),
    )
    op.drop_index(op.f("ix_identifier_source_id"), table_name="identifier")
    op.drop_index("ix_identifier_scheme_value", table_name="identifier")
    op.drop_index("ix_identifier_entity_id", table_name="identifier")
    op.drop_table("identifier")
    op.drop_index(
        "ix_entity_name_trgm",
        table_name="entity_name",
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )
    op.drop_index("ix_entity_name_prefix", table_name="entity_name")
    op.drop_table("entity_name")
    op.drop_index(op.f("ix_assertion_source_id"), table_name="assertion")
    op.drop_index(op.f("ix_assertion_owner_id"), table_name="assertion")
    op.drop_index("ix_assertion_entity_id", table_name="assertion")
    op.drop_table("assertion")
    op.drop_index(
        "ix_entity_zone_notified_on", table_name="entity", postgresql_where=sa.text("kind = 'ZONE'")
    )
    op.drop_index(
        "ix_entity_university_student_count",
        table_name="entity",
        postgresql_where=sa.text("kind = 'UNIVERSITY'"),
    )
    op.drop_index(
        "ix_entity_university_established_on",
        table_name="entity",
        postgresql_where=sa.text("kind = 'UNIVERSITY'"),
    )
    op.drop_index("ix_entity_subdivision", table_name="entity")
    op.drop_index(op.f("ix_entity_source_id"), table_name="entity")
    op.drop_index(
        "ix_entity_program_starts_on", table_name="entity", postgresql_where=sa.text("kind = 'PROGRAM'")
    )
    op.drop_index(
        "ix_entity_program_opens_on", table_name="entity", postgresql_where=sa.text("kind = 'PROGRAM'")
    )
    op.drop_index(
        "ix_entity_program_ends_on", table_name="entity", postgresql_where=sa.text("kind = 'PROGRAM'")
    )
    op.drop_index(
        "ix_entity_program_closes_on", table_name="entity", postgresql_where=sa.text("kind = 'PROGRAM'")
    )
    op.drop_index(op.f("ix_entity_owner_id"), table_name="entity")
    op.drop_index(
        "ix_entity_name_folded",
        table_name="entity",
        postgresql_using="gin",
        postgresql_ops={"name_folded": "gin_trgm_ops"},
    )
    op.drop_index(
        "ix_entity_meeting_held_on", table_name="entity", postgresql_where=sa.text("kind = 'MEETING'")
    )
    op.drop_index("ix_entity_kind_updated_at", table_name="entity")
    op.drop_index("ix_entity_kind_subdivision", table_name="entity")
    op.drop_index("ix_entity_kind_record_status", table_name="entity")
    op.drop_index("ix_entity_kind_name", table_name="entity")
    op.drop_index("ix_entity_kind_id", table_name="entity")
    op.drop_index("ix_entity_kind_created_at", table_name="entity")
    op.drop_index("ix_entity_kind_country", table_name="entity")
    op.drop_index(
        "ix_entity_investor_established_on",
        table_name="entity",
        postgresql_where=sa.text("kind = 'INVESTOR'"),
    )
    op.drop_index(
        "ix_entity_institution_established_on",
        table_name="entity",
        postgresql_where=sa.text("kind = 'INSTITUTION'"),
    )
    op.drop_index(
        "ix_entity_government_body_established_on",
        table_name="entity",
        postgresql_where=sa.text("kind = 'GOVERNMENT_BODY'"),
    )
    op.drop_index("ix_entity_country", table_name="entity")
    op.drop_index(
        "ix_entity_company_founded_on", table_name="entity", postgresql_where=sa.text("kind = 'COMPANY'")
    )
    op.drop_index(
        "ix_entity_company_established_on", table_name="entity", postgresql_where=sa.text("kind = 'COMPANY'")
    )
    op.drop_index(
        "ix_entity_company_employee_count", table_name="entity", postgresql_where=sa.text("kind = 'COMPANY'")
    )
    op.drop_index(
        "ix_entity_agreement_valid_until", table_name="entity", postgresql_where=sa.text("kind = 'AGREEMENT'")
    )
    op.drop_index(
        "ix_entity_agreement_valid_from", table_name="entity", postgresql_where=sa.text("kind = 'AGREEMENT'")
    )
    op.drop_index(
        "ix_entity_agreement_signed_on", table_name="entity", postgresql_where=sa.text("kind = 'AGREEMENT'")
    )
    op.drop_table("entity")
    op.drop_index(op.f("ix_source_owner_id"), table_name="source")
    op.drop_table("source")
    op.drop_table("role_pair")
    op.drop_index("ix_zone_status_history_id", table_name="zone_status_history")
    op.drop_table("zone_status_history")
    op.drop_table("vertical")
    op.drop_index("ix_source_history_id", table_name="source_history")
    op.drop_table("source_history")
    op.drop_table("role_type")
    op.drop_index("ix_relation_history_id", table_name="relation_history")
    op.drop_table("relation_history")
    op.drop_index(op.f("ix_region_parent_code"), table_name="region")
    op.drop_index(op.f("ix_region_country"), table_name="region")
    op.drop_table("region")
    op.drop_index("ix_identifier_history_id", table_name="identifier_history")
    op.drop_table("identifier_history")
    op.drop_index("ix_entity_name_history_id", table_name="entity_name_history")
    op.drop_table("entity_name_history")
    op.drop_index("ix_entity_history_id", table_name="entity_history")
    op.drop_table("entity_history")
    op.drop_index("ix_change_record_id", table_name="change")
    op.drop_index("ix_change_feed", table_name="change")
    op.drop_table("change")
    op.drop_index("ix_assertion_history_id", table_name="assertion_history")
    op.drop_table("assertion_history")
    # ### end Alembic commands ###
    for signature, _ in reversed(LOOKUPS):
        op.execute(f"DROP FUNCTION {signature}")
    for table in HISTORY_TABLES:
        op.execute(f"DROP FUNCTION keep_{table}_history()")
    for name in ("touch_versioned", "touch_recorded", "log_entity_change", "log_relation_change"):
        op.execute(f"DROP FUNCTION {name}()")

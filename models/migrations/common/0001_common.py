"""Extensions, folding, roles, partners and keys: what live data and sandbox share."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import EDITOR, PARTNER, READER, ROLES

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FOLD = """
CREATE FUNCTION common.fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
    translate(
        regexp_replace(
            casefold(normalize(common.unaccent('common.unaccent'::regdictionary, normalize(value, NFKC)), NFKD)),
            -- combining marks, Arabic harakat, tatweel, zero-width characters and directional marks
            '[\\u0300-\\u036f\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06ed\\u0640\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]',
            '', 'g'),
        -- Arabic kaf, yeh, alef maksura, teh marbuta and the forms of heh become the Urdu letters
        U&'\\0643\\064A\\0649\\0629\\06C3\\06C0\\06C2\\0647\\06D5\\0623\\0625\\0622\\0671\\0624\\0626\\06D3',
        U&'\\06A9\\06CC\\06CC\\06C1\\06C1\\06C1\\06C1\\06C1\\06C1\\0627\\0627\\0627\\0627\\0648\\06CC\\06D2'),
    '[^[:alnum:]]+', ' ', 'g'))
"""
"""Case, accents, scripts' variants and punctuation folded away; the search and `contains` compare with it."""


PATTERNS = """
CREATE FUNCTION common.word_patterns(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT coalesce(array_agg('%' || word || '%' ORDER BY length(word) DESC, word), '{%}')
        FROM unnest(string_to_array(common.fold(value), ' ')) AS word WHERE word <> '')
"""
"""LIKE patterns of the folded words, the longest (most selective) first."""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA common")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA common")
    # unaccent() is STABLE because a dictionary may be replaced; ours is fixed by name, so folding is not.
    op.execute(FOLD)
    op.execute(PATTERNS)
    for role in ROLES:
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS; "
            f"EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT USAGE ON SCHEMA common TO {role}")
    op.create_table(
        "partner",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("slug", name=op.f("uq_partner_slug")),
        schema="common",
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), server_default=sa.text("'partner'"), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role IN ('partner', 'editor')", name=op.f("ck_api_key_role")),
        sa.ForeignKeyConstraint(["partner_id"], ["common.partner.id"], name=op.f("fk_api_key_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
        schema="common",
    )
    op.create_index(op.f("ix_api_key_partner_id"), "api_key", ["partner_id"], schema="common")
    op.execute(f"GRANT SELECT ON common.partner TO {READER}, {PARTNER}, {EDITOR}")


def downgrade() -> None:
    op.drop_table("api_key", schema="common")
    op.drop_table("partner", schema="common")
    op.execute("DROP FUNCTION common.word_patterns(text)")
    op.execute("DROP FUNCTION common.fold(text)")
    op.execute("DROP EXTENSION pg_trgm")
    op.execute("DROP EXTENSION unaccent")
    for role in ROLES:
        op.execute(f"DROP OWNED BY {role}")

"""Who administers what: keys under row security, identity providers, and a log that is only ever added to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.ddl import CURRENT_PARTNER, EDITOR, PARTNER

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SHOWN = "id, partner_id, label, prefix, role, scopes, created_at, expires_at, revoked_at, last_used_at"
"""What of a key may be read by those who administer keys: all but its digest."""
TWO_LIVE_KEYS = """
    CREATE FUNCTION common.two_live_keys() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        IF NEW.role <> 'partner' THEN
            RETURN NEW;
        END IF;
        -- Of several that are made at once each counts those before it. Writers, whose rows refer to the
        -- partner, are not held up by this lock.
        PERFORM 1 FROM common.partner WHERE id = NEW.partner_id FOR NO KEY UPDATE;
        IF (SELECT count(*) FROM common.api_key
            WHERE partner_id = NEW.partner_id AND role = 'partner' AND left(prefix, 8) = left(NEW.prefix, 8)
              AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())) >= 2 THEN
            RAISE EXCEPTION 'The partner has two valid keys.' USING ERRCODE = 'TH409';
        END IF;
        RETURN NEW;
    END
    $$
"""
ONLY_ADDED_TO = """
    CREATE FUNCTION common.only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The log of administration is only ever added to.' USING ERRCODE = '42501';
    END
    $$
"""


def upgrade() -> None:
    _keys()
    _audit()
    _issuers()


def _keys() -> None:
    # The owner of the tables, who looks keys up and serves the commands, is not bound by these.
    op.execute("ALTER TABLE common.api_key ENABLE ROW LEVEL SECURITY")
    for role in (PARTNER, EDITOR):
        op.execute(f"GRANT SELECT ({SHOWN}) ON common.api_key TO {role}")
        op.execute(
            f"GRANT INSERT (partner_id, label, prefix, digest, role, scopes, expires_at) ON common.api_key TO {role}"
        )
        op.execute(f"GRANT UPDATE (expires_at, revoked_at) ON common.api_key TO {role}")
    own = f"partner_id = {CURRENT_PARTNER}"
    op.execute(f"CREATE POLICY edits ON common.api_key TO {EDITOR} USING (true) WITH CHECK (true)")
    op.execute(
        f"CREATE POLICY own_keys ON common.api_key TO {PARTNER} "
        f"USING ({own}) WITH CHECK ({own} AND role = 'partner')"
    )
    op.execute(f"GRANT INSERT (slug, name) ON common.partner TO {EDITOR}")
    op.execute(TWO_LIVE_KEYS)
    op.execute(
        "CREATE TRIGGER two_live_keys BEFORE INSERT ON common.api_key "
        "FOR EACH ROW EXECUTE FUNCTION common.two_live_keys()"
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("partner_id", sa.Uuid()),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("key_prefix", sa.Text()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'DONE'"), nullable=False),
        sa.CheckConstraint("outcome IN ('DONE', 'REFUSED')", name=op.f("ck_audit_outcome")),
        sa.ForeignKeyConstraint(["partner_id"], ["common.partner.id"], name=op.f("fk_audit_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="common",
    )
    op.create_index("ix_audit_at", "audit", ["at", "id"], schema="common")
    op.create_index(op.f("ix_audit_partner_id"), "audit", ["partner_id"], schema="common")
    op.execute("ALTER TABLE common.audit ENABLE ROW LEVEL SECURITY")
    op.execute(f"GRANT INSERT ON common.audit TO {PARTNER}, {EDITOR}")
    op.execute(f"GRANT SELECT ON common.audit TO {EDITOR}")
    # Nobody speaks for another: what is noted is noted of the partner who does it.
    own = f"partner_id IS NOT DISTINCT FROM {CURRENT_PARTNER}"
    op.execute(f"CREATE POLICY notes ON common.audit FOR INSERT TO {PARTNER}, {EDITOR} WITH CHECK ({own})")
    op.execute(f"CREATE POLICY reads ON common.audit FOR SELECT TO {EDITOR} USING (true)")
    op.execute(ONLY_ADDED_TO)
    op.execute(
        "CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON common.audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION common.only_added_to()"
    )


def _issuers() -> None:
    texts = sa.ARRAY(sa.Text())
    op.create_table(
        "issuer",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("jwks_uri", sa.Text()),
        sa.Column("algorithms", texts, nullable=False),
        sa.Column("claims", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("scopes", texts, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_test", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["partner_id"], ["common.partner.id"], name=op.f("fk_issuer_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer")),
        sa.UniqueConstraint("name", name=op.f("uq_issuer_name")),
        schema="common",
    )
    op.create_index(op.f("ix_issuer_partner_id"), "issuer", ["partner_id"], schema="common")
    op.create_index(
        "uq_issuer_live",
        "issuer",
        ["url", "audience", "claims"],
        unique=True,
        schema="common",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.execute(f"GRANT SELECT, INSERT ON common.issuer TO {EDITOR}")
    op.execute(f"GRANT UPDATE (revoked_at) ON common.issuer TO {EDITOR}")


def downgrade() -> None:
    op.drop_table("issuer", schema="common")
    op.drop_table("audit", schema="common")
    op.execute("DROP FUNCTION common.only_added_to()")
    op.execute("DROP TRIGGER two_live_keys ON common.api_key")
    op.execute("DROP FUNCTION common.two_live_keys()")
    op.execute(f"REVOKE INSERT (slug, name) ON common.partner FROM {EDITOR}")
    for policy in ("edits", "own_keys"):
        op.execute(f"DROP POLICY {policy} ON common.api_key")
    for right in (f"SELECT ({SHOWN})", "UPDATE (expires_at, revoked_at)"):
        op.execute(f"REVOKE {right} ON common.api_key FROM {PARTNER}, {EDITOR}")
    columns = "partner_id, label, prefix, digest, role, scopes, expires_at"
    op.execute(f"REVOKE INSERT ({columns}) ON common.api_key FROM {PARTNER}, {EDITOR}")
    op.execute("ALTER TABLE common.api_key DISABLE ROW LEVEL SECURITY")

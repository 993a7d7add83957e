"""Imports that come over the network: the files, who runs them, how far they are."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import CURRENT_PARTNER, EDITOR, PARTNER, refresh_generated

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FALSE, ZERO = sa.text("false"), sa.text("0")
COLUMNS = (
    ("format", sa.Text(), None),
    ("is_dry_run", sa.Boolean(), FALSE),
    ("is_upload", sa.Boolean(), FALSE),
    ("is_cancelled", sa.Boolean(), FALSE),
    ("size_bytes", sa.Numeric(), None),
    ("read_bytes", sa.Numeric(), None),
    ("failed_rows", sa.Integer(), ZERO),
    ("attempts", sa.Integer(), ZERO),
    ("runs_as", sa.Text(), None),
    ("worker", sa.Uuid(), None),
    ("lease_until", sa.DateTime(timezone=True), None),
)
TELL = """
    CREATE FUNCTION tell_import_job() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        PERFORM pg_notify('triplehelix_import', NEW.id::text);
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        column = sa.Column(name, kind, server_default=default, nullable=default is None)
        op.add_column("import_job", column)
    pending = sa.text("status IN ('QUEUED', 'RUNNING')")
    op.create_index("ix_import_job_pending", "import_job", ["id"], postgresql_where=pending)
    op.create_table(
        "import_chunk",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "part", "number", name="pk_import_chunk"),
    )
    # What was sent is often compressed already; to try it again costs more than it saves.
    op.execute("ALTER TABLE import_chunk ALTER COLUMN data SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE import_chunk ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE import_chunk FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON import_chunk TO {EDITOR}")
    op.execute(f"GRANT SELECT ON import_chunk TO {PARTNER}")
    op.execute(f"CREATE POLICY edits ON import_chunk TO {EDITOR} USING (true) WITH CHECK (true)")
    op.execute(
        f"CREATE POLICY partner_reads ON import_chunk FOR SELECT TO {PARTNER} USING (EXISTS "
        f"(SELECT 1 FROM import_job j WHERE j.id = upload_id AND j.owner_id = {CURRENT_PARTNER}))"
    )
    op.execute(TELL)
    op.execute(
        "CREATE TRIGGER tell AFTER INSERT OR UPDATE ON import_job "
        "FOR EACH ROW EXECUTE FUNCTION tell_import_job()"
    )
    refresh_generated()


def downgrade() -> None:
    op.execute("DROP TRIGGER tell ON import_job")
    op.execute("DROP FUNCTION tell_import_job()")
    op.drop_table("import_chunk")
    op.drop_index("ix_import_job_pending", "import_job")
    # Earlier releases know of no job that waits, and of none that was called off.
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    op.execute("UPDATE import_job SET status = 'FAILED' WHERE status IN ('QUEUED', 'CANCELLED')")
    op.execute("RESET ROLE")
    for name, _, _ in COLUMNS:
        op.drop_column("import_job", name)
    refresh_generated()

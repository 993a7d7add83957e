"""Imports and what they refused."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import protect, refresh_generated

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COUNTS = ("rows", "created", "updated", "unchanged", "rejected")


def _rights() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("common.partner.id"), nullable=True),
        sa.Column("audience", sa.Text(), server_default=sa.text("'OWNER'"), nullable=False),
    )


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), primary_key=True)


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "import_job",
        _id(),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False) for name in COUNTS),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *_rights(),
    )
    op.create_table(
        "import_problem",
        _id(),
        sa.Column("job_id", sa.Uuid(), sa.ForeignKey("import_job.id", ondelete="CASCADE"), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("is_row_lost", sa.Boolean(), nullable=False),
        *_rights(),
    )
    op.create_index("ix_import_job_started_at_id", "import_job", ["started_at", "id"])
    op.create_index("ix_import_job_owner_id", "import_job", ["owner_id"])
    op.create_index("ix_import_problem_job_id_row_id", "import_problem", ["job_id", "row", "id"])
    op.create_index("ix_import_problem_owner_id", "import_problem", ["owner_id"])
    for table in ("import_job", "import_problem"):
        # A partner reads what came of its files; only the importer, an editor, writes it.
        protect(table, is_owned=False)
    refresh_generated()


def downgrade() -> None:
    op.drop_table("import_problem")
    op.drop_table("import_job")
    refresh_generated()

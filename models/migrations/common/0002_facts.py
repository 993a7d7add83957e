"""What facts need in common: names beside periods in one index, and the labels of a skill as one text."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# array_to_string is STABLE because elements of any type are printed; texts are printed as they are.
SKILL_LABELS = """
    CREATE FUNCTION common.skill_labels(label text, alt_labels text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN concat_ws(E'\\n', label, nullif(array_to_string(alt_labels, E'\\n'), ''))
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA common")
    op.execute(SKILL_LABELS)


def downgrade() -> None:
    op.execute("DROP FUNCTION common.skill_labels(text, text[])")
    op.execute("DROP EXTENSION btree_gist")

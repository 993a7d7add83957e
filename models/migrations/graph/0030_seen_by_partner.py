"""Row security asks what a partner may see in the form for which PostgreSQL finds the best plans.

The rule is the same.
"""

import re

from alembic import op

from models.migrations.ddl import PARTNER, seen_by_partner

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

POLICIES = """
    SELECT polrelid::regclass::text AS relation, polname AS name, pg_get_expr(polqual, polrelid) AS condition
    FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
    WHERE relnamespace = current_schema()::regnamespace AND '{partner}'::regrole = ANY (polroles) AND polcmd = 'r'
    ORDER BY 1, 2
"""
SEEN = re.compile(
    r"\(\((\w*audience) = ANY \(ARRAY\['PUBLIC'::text, 'PARTNERS'::text\]\)\) OR \((\w*owner_id) = "
    r"\( SELECT \(NULLIF\(current_setting\('app\.partner'::text, true\), ''::text\)\)::uuid AS \"nullif\"\)\)\)"
)


def upgrade() -> None:
    for relation, name, condition in op.get_bind().exec_driver_sql(POLICIES.format(partner=PARTNER)).all():
        seen = SEEN.sub(lambda found: seen_by_partner(*found.groups()), condition)
        if seen != condition:
            op.execute(f"ALTER POLICY {name} ON {relation} USING ({seen})")


def downgrade() -> None:
    """An older release is served as well by the same rule."""

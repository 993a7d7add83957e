"""A zone has one status at a time by each source, and a post that says so one holder."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import EDITOR, refresh_generated

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
OTHERS = f"""
    SELECT range_agg(x.valid) FROM zone_status x
    WHERE x.zone_id = r.zone_id
      AND coalesce(x.source_id, {NOBODY}) = coalesce(r.source_id, {NOBODY})
      AND coalesce(x.owner_id, {NOBODY}) = coalesce(r.owner_id, {NOBODY})
      AND (x.starts_on, x.recorded_from, x.id) > (r.starts_on, r.recorded_from, r.id)
"""
# On each day the status that began last stays, as it was read until now; history keeps what was there.
PIECES = f"""
    CREATE TEMP TABLE piece ON COMMIT DROP AS
    SELECT r.id, p.valid, p.place
    FROM zone_status r CROSS JOIN LATERAL ({OTHERS}) AS others (valid)
    CROSS JOIN LATERAL unnest(r.valid::datemultirange - others.valid) WITH ORDINALITY AS p (valid, place)
    WHERE r.valid::datemultirange && others.valid
    UNION ALL
    SELECT r.id, NULL, 0 FROM zone_status r CROSS JOIN LATERAL ({OTHERS}) AS others (valid)
    WHERE r.valid::datemultirange <@ others.valid
"""
APART = (
    "DELETE FROM zone_status r USING piece p WHERE p.id = r.id AND p.place = 0",
    "UPDATE zone_status r SET valid = p.valid FROM piece p WHERE p.id = r.id AND p.place = 1",
    """
    INSERT INTO zone_status (zone_id, zone_kind, status, valid, precision, source_id, owner_id, audience)
    SELECT r.zone_id, r.zone_kind, r.status, p.valid, r.precision, r.source_id, r.owner_id, r.audience
    FROM piece p JOIN zone_status r USING (id) WHERE p.place > 1
    """,
    "DROP TABLE piece",
)


def upgrade() -> None:
    # Row security binds the tables' owner too; the editor role sees every row.
    op.execute(f"SET LOCAL ROLE {EDITOR}")
    for statement in (PIECES, *APART):
        op.execute(statement)
    op.execute("RESET ROLE")
    op.create_exclude_constraint(
        "ex_zone_status_period",
        "zone_status",
        (sa.literal_column("zone_id"), "="),
        (sa.literal_column(f"coalesce(source_id, {NOBODY})"), "="),
        (sa.literal_column(f"coalesce(owner_id, {NOBODY})"), "="),
        (sa.literal_column("daterange(starts_on, ends_before)"), "&&"),
        using="gist",
    )
    for table in ("relation", "relation_history", "pending_relation"):
        op.add_column(
            table, sa.Column("is_exclusive", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    # What was believed before says nothing of its own; from now on the trigger gives the value.
    op.alter_column("relation_history", "is_exclusive", server_default=None)
    op.create_exclude_constraint(
        "ex_relation_holder",
        "relation",
        (sa.literal_column("object_id"), "="),
        (sa.literal_column("common.fold(title)"), "="),
        (sa.literal_column(f"coalesce(owner_id, {NOBODY})"), "="),
        (sa.literal_column("daterange(starts_on, ends_before)"), "&&"),
        where=sa.text("is_exclusive"),
        using="gist",
    )
    refresh_generated()


def downgrade() -> None:
    op.drop_constraint("ex_relation_holder", "relation")
    for table in ("relation", "relation_history", "pending_relation"):
        op.drop_column(table, "is_exclusive")
    op.drop_constraint("ex_zone_status_period", "zone_status")
    refresh_generated()

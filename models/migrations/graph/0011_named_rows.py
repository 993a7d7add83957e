"""Records by their names come whole, and look-ups keep their plans.

A function in SQL is planned anew for each statement, which costs more than most look-ups; one in PL/pgSQL
keeps a plan, and no plan here depends on what is asked for: the index on trigrams or elements serves all.
"""

from alembic import op

from models.migrations.ddl import owned_by_editor

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# These run as the editor role, whose policy is `true`, and apply the caller's rights themselves (see 0001).
VISIBLE = """
    CASE current_setting('role')
        WHEN 'triplehelix_editor' THEN true
        WHEN 'triplehelix_partner' THEN e.audience IN ('PUBLIC', 'PARTNERS')
            OR e.owner_id = nullif(current_setting('app.partner', true), '')::uuid
        ELSE e.audience = 'PUBLIC'
    END
"""
NAMED = "e.name_folded LIKE patterns[1] AND e.name_folded LIKE ALL (patterns[2:])"
KEPT_PLAN = "SET plan_cache_mode = force_generic_plan"


def _function(signature: str, returns: str, query: str) -> str:
    return f"""
        CREATE OR REPLACE FUNCTION {signature} RETURNS SETOF {returns}
        LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
        SET search_path FROM CURRENT {KEPT_PLAN}
        AS $$ BEGIN RETURN QUERY {query} AND {VISIBLE}; END $$
    """


def upgrade() -> None:
    op.execute(
        _function(
            "entities_named(patterns text[], kinds text[])",
            "entity",
            f"SELECT e.* FROM entity e WHERE {NAMED} AND e.kind = ANY (kinds)",
        )
    )
    owned_by_editor("entities_named(text[], text[])")
    op.execute(
        _function("entity_ids_named(patterns text[])", "uuid", f"SELECT e.id FROM entity e WHERE {NAMED}")
    )
    op.execute(
        _function(
            "entity_ids_in_verticals(codes text[])",
            "uuid",
            "SELECT e.id FROM entity e WHERE e.verticals && codes",
        )
    )


def downgrade() -> None:
    # The look-ups of 0001 give the same rows; only whoever calls entities_named must go.
    op.execute("DROP FUNCTION entities_named(text[], text[])")

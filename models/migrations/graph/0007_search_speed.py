"""The search step by step, from names as typed to names alike; an index for sums by subdivision."""

import sqlalchemy as sa
from alembic import op

from models.migrations.ddl import owned_by_editor, refresh_generated

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Who may be seen is decided here, because the function runs as the editor role (see 0001): `audiences` and
# `partner` are the caller's.
SEEN = """
    e.record_status IN ('ACTIVE', 'INACTIVE') AND (wanted IS NULL OR e.kind = ANY (wanted))
    AND (e.audience = ANY (audiences) OR e.owner_id = partner)
"""
NAMES = "SELECT x.entity_id, x.value, x.folded, e.name, e.record_status"
SEARCH = f"""
    CREATE FUNCTION search_names(term text, wanted text[], most int)
    RETURNS TABLE (entity_id uuid, score real, matched text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
    SET search_path FROM CURRENT
    -- A plan costs more than most searches, and no plan depends on the words.
    SET plan_cache_mode = force_generic_plan
    AS $$
    #variable_conflict use_column
    DECLARE
        folded_term text := common.fold(term);
        words text[] := string_to_array(folded_term, ' ');
        contained text[] := common.word_patterns(term);
        beginnings text[] := (SELECT array_agg('% ' || word || '%') FROM unnest(words) AS word);
        -- A word of one or two characters has no trigram of its own: only the order of names finds it.
        has_trigram bool := length(contained[1]) > 4;
        beginning text := CASE WHEN has_trigram THEN folded_term ELSE words[1] END;
        caller text := current_setting('role');
        partner uuid := CASE caller WHEN 'triplehelix_partner'
            THEN nullif(current_setting('app.partner', true), '')::uuid END;
        audiences text[] := CASE caller
            WHEN 'triplehelix_editor' THEN '{{PUBLIC,PARTNERS,OWNER}}'::text[]
            WHEN 'triplehelix_partner' THEN '{{PUBLIC,PARTNERS}}'::text[]
            ELSE '{{PUBLIC}}'::text[] END;
        -- Few records are read whole; among many, a common word would find thousands of other kinds first.
        is_rare bool := wanted IS NOT NULL
            AND NOT EXISTS (SELECT FROM entity e WHERE e.kind = ANY (wanted) OFFSET 500);
        step text;
    BEGIN
        IF folded_term = '' THEN RETURN; END IF;
        -- First the words as typed; only where nobody is found so, names that are alike, and then less alike.
        FOREACH step IN ARRAY ARRAY['words', '0.5', '0.3'] LOOP
            IF step <> 'words' THEN
                IF NOT has_trigram THEN RETURN; END IF;
                PERFORM set_config('pg_trgm.word_similarity_threshold', step, true);
            END IF;
            RETURN QUERY
            SELECT best.entity_id, best.score, best.value FROM (
                SELECT DISTINCT ON (n.entity_id) n.entity_id, n.value, (
                    CASE WHEN n.folded = folded_term THEN 1
                         WHEN step = 'words' THEN 0.5 + 0.25 * length(folded_term) / length(n.folded)
                            + CASE WHEN starts_with(n.folded, folded_term) THEN 0.1 ELSE 0 END
                            + CASE WHEN ' ' || n.folded LIKE ALL (beginnings) THEN 0.1 ELSE 0 END
                         ELSE (similarity(n.folded, folded_term) + word_similarity(folded_term, n.folded)) / 4
                    END
                    + CASE WHEN n.value = n.name THEN 0.02 ELSE 0 END
                    + CASE WHEN n.record_status = 'ACTIVE' THEN 0.01 ELSE 0 END)::real AS score
                FROM (
                    -- Names that begin so, the exact one first.
                    ({NAMES}
                     FROM (SELECT y.* FROM entity_name y
                           WHERE y.folded >= beginning AND y.folded < beginning || U&'\\+10FFFF'
                           ORDER BY y.folded LIMIT 10000) x JOIN entity e ON e.id = x.entity_id
                     WHERE step = 'words' AND NOT is_rare
                       AND (has_trigram OR ' ' || x.folded LIKE ALL (beginnings)) AND {SEEN}
                     LIMIT 1000)
                    UNION ALL
                    -- Names that contain every word, in any order: the longest three words ask the index.
                    ({NAMES}
                     FROM (SELECT y.* FROM entity_name y
                           WHERE y.folded LIKE contained[1]
                             AND y.folded LIKE coalesce(contained[2], contained[1])
                             AND y.folded LIKE coalesce(contained[3], contained[1])
                             AND y.folded LIKE ALL (contained)
                           LIMIT 10000) x JOIN entity e ON e.id = x.entity_id
                     WHERE step = 'words' AND NOT is_rare AND has_trigram AND {SEEN}
                     LIMIT 1000)
                    UNION ALL
                    -- Names that are alike.
                    ({NAMES}
                     FROM (SELECT y.* FROM entity_name y WHERE folded_term <% y.folded LIMIT 10000) x
                          JOIN entity e ON e.id = x.entity_id
                     WHERE step <> 'words' AND NOT is_rare AND {SEEN})
                    UNION ALL
                    -- The same of a rare kind, by its records: OFFSET keeps the order of the joins.
                    ({NAMES}
                     FROM entity e CROSS JOIN LATERAL
                          (SELECT y.* FROM entity_name y WHERE y.entity_id = e.id OFFSET 0) x
                     WHERE is_rare AND {SEEN} AND e.kind = ANY (wanted)
                       AND CASE WHEN step <> 'words' THEN folded_term <% x.folded
                                WHEN has_trigram THEN x.folded LIKE ALL (contained)
                                ELSE ' ' || x.folded LIKE ALL (beginnings) END)
                ) n
                ORDER BY n.entity_id, 3 DESC, n.value
            ) best ORDER BY best.score DESC, best.entity_id LIMIT most;
            IF FOUND THEN RETURN; END IF;
        END LOOP;
    END $$
"""
COVERING = "ix_entity_company_subdivision_size"


def upgrade() -> None:
    op.execute("DROP FUNCTION search_names(text, text[], int)")
    op.execute("DROP FUNCTION search_hits(text, text[])")
    op.execute(SEARCH)
    owned_by_editor("search_names(text, text[], int)")
    op.create_index(
        COVERING,
        "entity",
        ["subdivision", "audience", "size_class"],
        postgresql_include=["owner_id", "employee_count"],
        postgresql_where=sa.text("kind = 'COMPANY' AND record_status IN ('ACTIVE', 'INACTIVE')"),
    )
    refresh_generated()


def downgrade() -> None:
    op.drop_index(COVERING, table_name="entity")
    op.execute("DROP FUNCTION search_names(text, text[], int)")
    script = op.get_context().script
    assert script is not None
    first = script.get_revision("0001")
    assert first is not None
    for signature, body in first.module.LOOKUPS:
        if signature.startswith("search_"):
            op.execute(body)
            owned_by_editor(signature)
    op.execute("REVOKE ALL ON FUNCTION search_hits(text, text[]) FROM PUBLIC")
    refresh_generated()

"""The statements for what an entity consists of: names, identifiers, a zone's statuses, assertions.

What a source says in full is made so; what others say stays. Each statement marks the entities it changed
in `touched`. Not its business: the entities themselves (exchange/entity_sql.py).
"""

from exchange.entity_sql import SAME_IDENTIFIER

NAME_COLUMNS = ("n", "place", "value", "lang", "script", "type", "is_implied")
IDENTIFIER_COLUMNS = ("n", "place", "scheme", "value", "partner_id", "is_sure")
STATUS_COLUMNS = ("n", "status", "since", "before", "precision", "source_id")
ASSERTION_COLUMNS = ("n", "field", "value", "unit", "since", "before", "source_id")


def touching(statement: str) -> str:
    """The statement, and a mark for each existing entity that it changed a part of."""
    return f"WITH done AS ({statement}) INSERT INTO touched SELECT entity_id FROM done"


_SAME_NAME = "t.n = s.n AND t.value = x.value AND t.lang IS NOT DISTINCT FROM x.lang AND t.type = x.type"
CORRECT_NAMES = (
    touching(f"""
    DELETE FROM entity_name x USING staged s
    WHERE s.entity_id = x.entity_id AND s.names_whole AND s.is_own AND NOT s.is_new
      AND NOT EXISTS (SELECT FROM staged_name t WHERE {_SAME_NAME})
      -- The display name stays among the names, also where the list forgets it.
      AND ('name' = ANY (s.given) OR x.value <> (SELECT e.name FROM entity e WHERE e.id = x.entity_id)
           OR EXISTS (SELECT FROM staged_name t WHERE t.n = s.n AND t.value = x.value))
      -- So does a name that another source gives.
      AND NOT EXISTS (SELECT FROM assertion a WHERE a.entity_id = x.entity_id AND a.field IN ('name', 'names')
          AND (a.value = to_jsonb(x.value)
               OR a.value @> jsonb_build_array(jsonb_build_object('value', x.value))))
    RETURNING x.entity_id
    """),
    touching(f"""
    UPDATE entity_name x SET script = t.script FROM staged s, staged_name t
    WHERE s.entity_id = x.entity_id AND {_SAME_NAME} AND s.is_own AND NOT t.is_implied
      AND x.script IS DISTINCT FROM t.script
      AND NOT EXISTS (SELECT FROM staged_name u WHERE u.n = t.n AND u.value = t.value AND u.type = t.type
                      AND u.lang IS NOT DISTINCT FROM t.lang AND u.place < t.place)
    RETURNING x.entity_id
    """),
)
ADD_NAMES = touching("""
    INSERT INTO entity_name (entity_id, value, lang, script, type)
    SELECT DISTINCT ON (s.entity_id, t.value, t.lang, t.type) s.entity_id, t.value, t.lang, t.script, t.type
    FROM staged s JOIN staged_name t USING (n)
    WHERE (s.is_new OR NOT EXISTS (
        SELECT FROM entity_name x WHERE x.entity_id = s.entity_id AND x.value = t.value
        AND (t.is_implied OR x.lang IS NOT DISTINCT FROM t.lang AND x.type = t.type)))
    ORDER BY s.entity_id, t.value, t.lang, t.type, t.place
    RETURNING entity_id
    """)

CLAIMS = f"""
UPDATE staged_identifier k SET holder = i.entity_id, holder_status = h.record_status
FROM staged s, identifier i JOIN entity h ON h.id = i.entity_id
WHERE s.n = k.n AND {SAME_IDENTIFIER} AND i.is_active AND i.entity_id <> s.entity_id;
-- Of two records that claim the same, one in operation goes before one that is not.
UPDATE staged_identifier k SET
    is_active = s.status_after IN ('ACTIVE', 'INACTIVE')
        AND (k.holder IS NULL OR s.status_after = 'ACTIVE' AND k.holder_status <> 'ACTIVE'),
    is_taken = k.holder IS NOT NULL AND s.status_after = 'ACTIVE' AND k.holder_status = 'ACTIVE'
FROM staged s WHERE s.n = k.n AND (k.holder IS NOT NULL OR s.status_after NOT IN ('ACTIVE', 'INACTIVE'))
"""
CONTESTED = """
SELECT s.file_row, s.label, k.scheme, k.value, k.holder, k.is_taken
FROM staged s JOIN staged_identifier k USING (n) WHERE k.holder IS NOT NULL ORDER BY s.n, k.place
"""
TAKE_OVER_IDENTIFIERS = touching(f"""
    UPDATE identifier i SET is_active = false FROM staged_identifier k
    WHERE {SAME_IDENTIFIER} AND i.entity_id = k.holder AND k.is_active AND i.is_active
    RETURNING i.entity_id
    """)
CORRECT_IDENTIFIERS = (
    touching("""
    UPDATE identifier i SET is_active = false FROM staged s
    WHERE i.entity_id = s.entity_id AND i.is_active AND s.status_after NOT IN ('ACTIVE', 'INACTIVE')
    RETURNING i.entity_id
    """),
    touching(f"""
    DELETE FROM identifier i USING staged s
    WHERE i.entity_id = s.entity_id AND s.identifiers_whole AND NOT s.is_new
      AND (i.source_id IS NOT DISTINCT FROM s.source_id
           OR s.is_word AND (i.partner_id IS NULL OR i.partner_id = s.partner_id))
      -- Not EXISTS: the planner guesses that one row is left, and would then read all of the batch for each.
      AND NOT coalesce(
          (SELECT bool_or({SAME_IDENTIFIER}) FROM staged_identifier k WHERE k.n = s.n), false)
    RETURNING i.entity_id
    """),
    touching(f"""
    UPDATE identifier i SET is_active = k.is_active FROM staged s JOIN staged_identifier k USING (n)
    WHERE i.entity_id = s.entity_id AND {SAME_IDENTIFIER} AND i.is_active <> k.is_active
    RETURNING i.entity_id
    """),
)
ADD_IDENTIFIERS = touching(f"""
    INSERT INTO identifier (entity_id, scheme, value, partner_id, is_active, source_id)
    SELECT s.entity_id, k.scheme, k.value, k.partner_id, k.is_active, s.source_id
    FROM staged s JOIN staged_identifier k USING (n)
    WHERE NOT k.is_taken AND (s.is_new OR NOT EXISTS (
        SELECT FROM identifier i WHERE i.entity_id = s.entity_id AND {SAME_IDENTIFIER}))
    ORDER BY s.n, k.place
    RETURNING entity_id
    """)
# Who loses an identifier to a record in operation changed too, though no row of the batch speaks of it.
UPDATE_HOLDERS = """
UPDATE entity e SET version = version WHERE e.id IN (SELECT entity_id FROM touched)
  AND NOT EXISTS (SELECT FROM staged s WHERE s.entity_id = e.id)
"""

# What one source says of a zone's status, or of one field, is a whole list.
_SAME_STATUS = (
    "x.status = t.status AND x.valid = daterange(t.since, t.before) AND x.precision = t.precision "
    "AND x.source_id IS NOT DISTINCT FROM coalesce(t.source_id, s.source_id)"
)
CORRECT_STATUSES = touching(f"""
    DELETE FROM zone_status x USING staged s
    WHERE x.zone_id = s.entity_id AND NOT s.is_new
      AND CASE WHEN s.statuses_whole IS NOT NULL
          THEN s.statuses_whole AND x.owner_id IS NOT DISTINCT FROM s.owner_id
          ELSE EXISTS (SELECT FROM staged_status t WHERE t.n = s.n
                       AND x.source_id IS NOT DISTINCT FROM coalesce(t.source_id, s.source_id)) END
      AND NOT EXISTS (SELECT FROM staged_status t WHERE t.n = s.n AND {_SAME_STATUS})
    RETURNING x.zone_id AS entity_id
    """)
ADD_STATUSES = touching(f"""
    INSERT INTO zone_status (zone_id, status, valid, precision, source_id, owner_id)
    SELECT DISTINCT s.entity_id, t.status, daterange(t.since, t.before), t.precision,
           coalesce(t.source_id, s.source_id), s.owner_id
    FROM staged s JOIN staged_status t USING (n)
    WHERE NOT EXISTS (SELECT FROM zone_status x WHERE x.zone_id = s.entity_id AND {_SAME_STATUS})
    RETURNING zone_id AS entity_id
    """)
_SAME_ASSERTION = (
    "x.field = t.field AND (x.value #>> ARRAY[]::text[]) = (t.value #>> ARRAY[]::text[]) "
    "AND x.unit IS NOT DISTINCT FROM t.unit "
    "AND x.valid = daterange(t.since, t.before) AND x.source_id IS NOT DISTINCT FROM t.source_id"
)
CORRECT_ASSERTIONS = touching(f"""
    DELETE FROM assertion x USING staged s
    WHERE x.entity_id = s.entity_id AND NOT s.is_new AND NOT x.is_own
      AND EXISTS (SELECT FROM staged_assertion t WHERE t.n = s.n AND t.field = x.field
                  AND t.source_id IS NOT DISTINCT FROM x.source_id)
      AND NOT EXISTS (SELECT FROM staged_assertion t WHERE t.n = s.n AND {_SAME_ASSERTION})
    RETURNING x.entity_id
    """)
ADD_ASSERTIONS = touching(f"""
    INSERT INTO assertion (entity_id, field, value, unit, valid, source_id, owner_id)
    SELECT DISTINCT s.entity_id, t.field, t.value, t.unit, daterange(t.since, t.before), t.source_id,
           s.owner_id
    FROM staged s JOIN staged_assertion t USING (n)
    WHERE NOT EXISTS (SELECT FROM assertion x WHERE x.entity_id = s.entity_id AND {_SAME_ASSERTION})
    RETURNING entity_id
    """)

# Where another's word is preferred, the column is not what the record itself has said: only what differs from
# that is new.
SAID_BEFORE = """
UPDATE staged s SET given = ARRAY(SELECT name FROM unnest(s.given) AS name WHERE name <> ALL (w.names))
FROM (
    SELECT r.n, array_agg(c.value_column) AS names
    FROM staged r JOIN preference p ON p.entity_id = r.entity_id
    LEFT JOIN assertion a ON a.entity_id = p.entity_id AND a.field = p.field AND a.is_own
    CROSS JOIN LATERAL (SELECT to_jsonb(r) AS row_) AS said
    CROSS JOIN LATERAL fact_columns(said.row_, p.field) AS c
    WHERE r.is_own AND NOT r.is_new
      AND said.row_ -> c.value_column = coalesce(a.value, 'null')
      AND said.row_ ->> c.unit_column IS NOT DISTINCT FROM a.unit
    GROUP BY r.n
) w
WHERE w.n = s.n
"""

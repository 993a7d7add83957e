"""The statements by which a mutation takes names and identifiers from a record that is here.

Each marks the entities it changed in `touched`, as those of exchange/part_sql.py, beside which they run.
"""

from exchange.part_sql import touching

GONE_NAME_COLUMNS = ("n", "value", "lang", "type")
GONE_IDENTIFIER_COLUMNS = ("n", "scheme", "value", "partner_id")
TABLES = """
CREATE TEMP TABLE gone_name (n int, value text, lang text, type text);
CREATE TEMP TABLE gone_identifier (n int, scheme text, value text, partner_id uuid);
"""
# The display name stays among the names.
TAKE_NAMES = touching("""
    DELETE FROM entity_name x USING gone_name g JOIN staged s USING (n)
    WHERE x.entity_id = s.entity_id AND x.value = g.value
      AND (g.lang IS NULL OR x.lang = g.lang) AND (g.type IS NULL OR x.type = g.type)
      AND x.value <> CASE WHEN 'name' = ANY (s.given) THEN s.name
                          ELSE (SELECT e.name FROM entity e WHERE e.id = x.entity_id) END
    RETURNING x.entity_id
    """)
TAKE_IDENTIFIERS = touching("""
    DELETE FROM identifier x USING gone_identifier g JOIN staged s USING (n)
    WHERE x.entity_id = s.entity_id AND x.scheme = g.scheme AND x.value = g.value
      AND x.partner_id IS NOT DISTINCT FROM g.partner_id
    RETURNING x.entity_id
    """)

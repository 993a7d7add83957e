"""The statements by which a batch in the staging tables becomes entities and their parts.

All are set-based: one statement for a whole batch, and none writes a row that is right already. Not its
business: the order of calls (exchange/entity_rows.py) and relations (exchange/relation_sql.py).
"""

from collections.abc import Iterable, Sequence

from models import Base

_ENTITY = Base.metadata.tables["entity"]
_OWN = {"id", "kind", "slug", "source_id", "owner_id", "created_at", "updated_at", "version", "recorded_from"}
ENTITY_COLUMNS = tuple(c.name for c in _ENTITY.columns if c.computed is None and c.name not in _OWN)
"""The columns of `entity` that files fill."""

STAGED_COLUMNS = (
    "n", "file_row", "label", "kind", "given_id", "given_slug", "source_id", "given", "missing",
    "names_whole", "identifiers_whole",
)  # fmt: skip
NAME_COLUMNS = ("n", "place", "value", "lang", "script", "type", "is_implied")
IDENTIFIER_COLUMNS = ("n", "place", "scheme", "value", "partner_id", "is_sure")
STATUS_COLUMNS = ("n", "status", "since", "before", "precision", "source_id")
ASSERTION_COLUMNS = ("n", "field", "value", "unit", "since", "before", "source_id")

TABLES = f"""
CREATE TEMP TABLE staged AS SELECT {", ".join(ENTITY_COLUMNS)} FROM entity WITH NO DATA;
ALTER TABLE staged
    ADD n int PRIMARY KEY, ADD file_row int, ADD label text, ADD kind text, ADD given_id uuid,
    ADD given_slug text, ADD source_id uuid, ADD given text[], ADD missing text[],
    ADD names_whole boolean, ADD identifiers_whole boolean,
    -- What matching finds out:
    ADD entity_id uuid, ADD is_new boolean DEFAULT false, ADD is_own boolean DEFAULT true, ADD slug text,
    ADD base text, ADD verdict text, ADD found text, ADD status_after text, ADD is_changed boolean DEFAULT false;
CREATE TEMP TABLE staged_name (
    n int, place int, value text, lang text, script text, type text, is_implied boolean);
CREATE TEMP TABLE staged_identifier (
    n int, place int, scheme text, value text, partner_id uuid, is_sure boolean,
    holder uuid, holder_status text, is_active boolean, is_taken boolean DEFAULT false);
CREATE TEMP TABLE staged_domain (n int, domain text);
CREATE TEMP TABLE staged_status (
    n int, status text, since date, before date, precision text, source_id uuid);
CREATE TEMP TABLE staged_assertion (
    n int, field text, value jsonb, unit text, since date, before date, source_id uuid);
CREATE TEMP TABLE touched (entity_id uuid);
CREATE TEMP TABLE alias (id uuid, slug text, entity_id uuid);
"""  # noqa: S608 - the names of our own columns

EMPTY = (
    "TRUNCATE staged, staged_name, staged_identifier, staged_domain, staged_status, staged_assertion, "
    "touched, staged_relation"
)
ANALYZE = "ANALYZE staged; ANALYZE staged_name; ANALYZE staged_identifier"

_SAME_IDENTIFIER = (
    "i.scheme = k.scheme AND i.value = k.value AND i.partner_id IS NOT DISTINCT FROM k.partner_id"
)
_HOST = r"regexp_replace(lower(e.website), '^([a-z]+://)?(www\.)?([^/:?#]*).*$', '\3')"

MATCH = f"""
WITH hit AS (
    SELECT s.n, 0 AS place, true AS is_sure, e.id, true AS is_active
    FROM staged s JOIN entity e ON e.id = s.given_id
  UNION ALL
    SELECT k.n, k.place, k.is_sure, i.entity_id, i.is_active
    FROM staged_identifier k JOIN identifier i ON {_SAME_IDENTIFIER}
  UNION ALL
    SELECT n, place, false, id, true FROM (
        SELECT n, place, id, count(*) OVER (PARTITION BY n, place) AS candidates FROM (
            SELECT s.n, 10000 AS place, e.id
            FROM staged_domain d JOIN staged s USING (n)
            JOIN entity e ON e.kind = s.kind AND e.domains @> ARRAY[d.domain]
          UNION
            SELECT s.n, 10001, e.id
            FROM staged_domain d JOIN staged s USING (n)
            JOIN entity e ON e.kind = s.kind AND e.website IS NOT NULL AND {_HOST} = d.domain
        ) AS same_domain
    ) AS unambiguous WHERE candidates = 1
  UNION ALL
    SELECT s.n, 20000, false, e.id, true FROM staged s JOIN entity e ON e.slug = s.given_slug
), judged AS (
    SELECT h.n, h.place, h.is_sure, h.is_active, e.id, e.kind, e.source_id, e.name, e.record_status,
           e.kind <> s.kind AS is_other_kind,
           NOT h.is_sure AND EXISTS (
               SELECT FROM staged_identifier k JOIN identifier i ON i.entity_id = e.id AND i.scheme = k.scheme
                   AND i.partner_id IS NOT DISTINCT FROM k.partner_id
               WHERE k.n = h.n AND k.is_sure
               GROUP BY k.scheme HAVING NOT bool_or(i.value = k.value)
           ) AS is_contradicted
    FROM hit h JOIN staged s USING (n) JOIN entity e ON e.id = h.id
), best AS (
    SELECT DISTINCT ON (n) * FROM judged
    -- What a shared identifier or a domain finds must not contradict the rest; an id, a sure identifier or a
    -- slug names the entity, so that a contradiction is the row's mistake.
    WHERE is_sure OR place = 20000 OR NOT (is_other_kind OR is_contradicted)
    ORDER BY n, place, is_active DESC, id
)
UPDATE staged s SET
    entity_id = b.id,
    is_own = s.source_id IS NULL OR b.source_id IS NULL OR s.source_id = b.source_id,
    source_id = coalesce(s.source_id, b.source_id),
    status_after = CASE WHEN 'record_status' = ANY (s.given)
                         AND (s.source_id IS NULL OR b.source_id IS NULL OR s.source_id = b.source_id)
                        THEN s.record_status ELSE b.record_status END,
    found = b.kind || ' ' || b.id,
    verdict = CASE WHEN b.is_other_kind THEN 'KIND_MISMATCH' WHEN b.is_contradicted THEN 'KEYS_DISAGREE' END
FROM best b WHERE b.n = s.n
"""  # noqa: S608

JUDGE = """
UPDATE staged SET is_new = true, status_after = record_status, entity_id = coalesce(given_id, uuidv7()),
    verdict = CASE WHEN cardinality(missing) > 0 THEN 'FIELD_MISSING' END
WHERE entity_id IS NULL;
UPDATE staged s SET verdict = 'REPEATED'
FROM (SELECT n, row_number() OVER (PARTITION BY entity_id ORDER BY n) AS nth FROM staged WHERE verdict IS NULL) r
WHERE r.n = s.n AND r.nth > 1
"""
VERDICTS = "SELECT n, verdict, found, missing FROM staged WHERE verdict IS NOT NULL ORDER BY n"
DROP_REFUSED = """
DELETE FROM staged_name WHERE n = ANY ($1);
"""
PARTS = (
    "staged_name",
    "staged_identifier",
    "staged_domain",
    "staged_status",
    "staged_assertion",
    "staged_relation",
)

_BASE = r"""btrim(left(btrim(regexp_replace(common.fold({}) COLLATE "C", '[^a-z0-9]+', '-', 'g'), '-'), 80), '-')"""
_FREE = """
UPDATE staged s SET slug = c.slug
FROM (
    SELECT n, slug, row_number() OVER (PARTITION BY slug ORDER BY n) AS nth
    FROM (SELECT n, {} AS slug FROM staged WHERE is_new AND slug IS NULL) AS wanted WHERE slug IS NOT NULL
) c
WHERE c.n = s.n AND c.nth = 1 AND NOT EXISTS (SELECT FROM entity e WHERE e.slug = c.slug)
  AND NOT EXISTS (SELECT FROM staged t WHERE t.slug = c.slug)
"""
SLUGS = (
    f"UPDATE staged SET slug = given_slug, base = {_BASE.format('name')} WHERE is_new",
    f"""
    UPDATE staged s SET base = (
        SELECT b FROM (SELECT {_BASE.format("t.value")} AS b, place FROM staged_name t WHERE t.n = s.n) AS other
        WHERE b ~ '[a-z]' ORDER BY place LIMIT 1)
    WHERE is_new AND base !~ '[a-z]'
    """,  # noqa: S608
    _FREE.format("base"),
    _FREE.format("base || '-' || lower(country)"),
    # The last characters of a UUIDv7 are its random ones.
    """
    UPDATE staged SET slug = concat_ws('-', coalesce(base, lower(replace(kind, '_', '-'))), lower(country),
                                       right(entity_id::text, 6))
    WHERE is_new AND slug IS NULL
    """,
)


def insert_entities(columns: Sequence[str]) -> str:
    """Creates the new entities; $1 is their owner. `columns` are those that occur in the batch."""
    names = "".join(f", {name}" for name in columns)
    return (
        f"INSERT INTO entity (id, kind, slug, source_id, owner_id{names}) "  # noqa: S608
        f"SELECT entity_id, kind, slug, source_id, $1::uuid{names} FROM staged WHERE is_new ORDER BY n"
    )


def update_entities(groups: Iterable[tuple[str, ...]]) -> str:
    """Changes the entities that differ, or whose parts were changed, and marks their rows in `staged`.

    A field is taken where the record gives it and speaks for the entity's own source, or where the entity
    has no value yet. `groups` are the columns of the fields that occur in the batch.
    """
    new = {
        name: f"CASE WHEN '{group[0]}' = ANY (s.given) AND (s.is_own OR e.{group[0]} IS NULL) "
        f"THEN s.{name} ELSE e.{name} END"
        for group in sorted(groups)
        for name in group
    }
    new["source_id"] = "coalesce(e.source_id, s.source_id)"
    sets = ", ".join(f"{name} = {value}" for name, value in new.items())
    differs = f"({', '.join(f'e.{name}' for name in new)}) IS DISTINCT FROM ({', '.join(new.values())})"
    return f"""
        WITH changed AS (
            UPDATE entity e SET {sets} FROM staged s
            WHERE s.entity_id = e.id AND NOT s.is_new
              AND (EXISTS (SELECT FROM touched t WHERE t.entity_id = e.id) OR {differs})
            RETURNING s.n
        )
        UPDATE staged s SET is_changed = true FROM changed WHERE changed.n = s.n
    """  # noqa: S608


def _touching(statement: str) -> str:
    """The statement, and a mark for each existing entity that it changed a part of."""
    return f"WITH done AS ({statement}) INSERT INTO touched SELECT entity_id FROM done"


_SAME_NAME = "t.n = s.n AND t.value = x.value AND t.lang IS NOT DISTINCT FROM x.lang AND t.type = x.type"
NAMES = (
    _touching(f"""
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
    """),  # noqa: S608
    _touching(f"""
    UPDATE entity_name x SET script = t.script FROM staged s, staged_name t
    WHERE s.entity_id = x.entity_id AND {_SAME_NAME} AND s.is_own AND NOT t.is_implied
      AND x.script IS DISTINCT FROM t.script
      AND NOT EXISTS (SELECT FROM staged_name u WHERE u.n = t.n AND u.value = t.value AND u.type = t.type
                      AND u.lang IS NOT DISTINCT FROM t.lang AND u.place < t.place)
    RETURNING x.entity_id
    """),
    _touching("""
    INSERT INTO entity_name (entity_id, value, lang, script, type)
    SELECT DISTINCT ON (s.entity_id, t.value, t.lang, t.type) s.entity_id, t.value, t.lang, t.script, t.type
    FROM staged s JOIN staged_name t USING (n)
    WHERE NOT EXISTS (SELECT FROM entity_name x WHERE x.entity_id = s.entity_id AND x.value = t.value
                      AND (t.is_implied OR x.lang IS NOT DISTINCT FROM t.lang AND x.type = t.type))
    ORDER BY s.entity_id, t.value, t.lang, t.type, t.place
    RETURNING entity_id
    """),
)

CLAIMS = f"""
UPDATE staged_identifier k SET holder = i.entity_id, holder_status = h.record_status
FROM staged s, identifier i JOIN entity h ON h.id = i.entity_id
WHERE s.n = k.n AND {_SAME_IDENTIFIER} AND i.is_active AND i.entity_id <> s.entity_id;
-- Of two records that claim the same, one in operation goes before one that is not.
UPDATE staged_identifier k SET
    is_active = s.status_after IN ('ACTIVE', 'INACTIVE')
        AND (k.holder IS NULL OR s.status_after = 'ACTIVE' AND k.holder_status <> 'ACTIVE'),
    is_taken = k.holder IS NOT NULL AND s.status_after = 'ACTIVE' AND k.holder_status = 'ACTIVE'
FROM staged s WHERE s.n = k.n
"""  # noqa: S608
TAKEN = """
SELECT s.file_row, s.label, k.scheme, k.value, k.holder FROM staged s JOIN staged_identifier k USING (n)
WHERE k.is_taken ORDER BY s.n, k.place
"""
IDENTIFIERS = (
    _touching(f"""
    UPDATE identifier i SET is_active = false FROM staged_identifier k
    WHERE {_SAME_IDENTIFIER} AND i.entity_id = k.holder AND k.is_active AND i.is_active
    RETURNING i.entity_id
    """),  # noqa: S608
    _touching("""
    UPDATE identifier i SET is_active = false FROM staged s
    WHERE i.entity_id = s.entity_id AND i.is_active AND s.status_after NOT IN ('ACTIVE', 'INACTIVE')
    RETURNING i.entity_id
    """),
    _touching(f"""
    DELETE FROM identifier i USING staged s
    WHERE i.entity_id = s.entity_id AND s.identifiers_whole AND NOT s.is_new
      AND i.source_id IS NOT DISTINCT FROM s.source_id
      AND NOT EXISTS (SELECT FROM staged_identifier k WHERE k.n = s.n AND {_SAME_IDENTIFIER})
    RETURNING i.entity_id
    """),  # noqa: S608
    _touching(f"""
    UPDATE identifier i SET is_active = k.is_active FROM staged s JOIN staged_identifier k USING (n)
    WHERE i.entity_id = s.entity_id AND {_SAME_IDENTIFIER} AND i.is_active <> k.is_active
    RETURNING i.entity_id
    """),  # noqa: S608
    _touching(f"""
    INSERT INTO identifier (entity_id, scheme, value, partner_id, is_active, source_id)
    SELECT s.entity_id, k.scheme, k.value, k.partner_id, k.is_active, s.source_id
    FROM staged s JOIN staged_identifier k USING (n)
    WHERE NOT k.is_taken
      AND NOT EXISTS (SELECT FROM identifier i WHERE i.entity_id = s.entity_id AND {_SAME_IDENTIFIER})
    ORDER BY s.n, k.place
    RETURNING entity_id
    """),  # noqa: S608
)
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
STATUSES = (
    _touching(f"""
    DELETE FROM zone_status x USING staged s
    WHERE x.zone_id = s.entity_id AND NOT s.is_new
      AND EXISTS (SELECT FROM staged_status t WHERE t.n = s.n
                  AND x.source_id IS NOT DISTINCT FROM coalesce(t.source_id, s.source_id))
      AND NOT EXISTS (SELECT FROM staged_status t WHERE t.n = s.n AND {_SAME_STATUS})
    RETURNING x.zone_id AS entity_id
    """),  # noqa: S608
    _touching(f"""
    INSERT INTO zone_status (zone_id, status, valid, precision, source_id, owner_id)
    SELECT DISTINCT s.entity_id, t.status, daterange(t.since, t.before), t.precision,
           coalesce(t.source_id, s.source_id), $1::uuid
    FROM staged s JOIN staged_status t USING (n)
    WHERE NOT EXISTS (SELECT FROM zone_status x WHERE x.zone_id = s.entity_id AND {_SAME_STATUS})
    RETURNING zone_id AS entity_id
    """),  # noqa: S608
)
_SAME_ASSERTION = (
    "x.field = t.field AND x.value = t.value AND x.unit IS NOT DISTINCT FROM t.unit "
    "AND x.valid = daterange(t.since, t.before) AND x.source_id IS NOT DISTINCT FROM t.source_id"
)
ASSERTIONS = (
    _touching(f"""
    DELETE FROM assertion x USING staged s
    WHERE x.entity_id = s.entity_id AND NOT s.is_new
      AND EXISTS (SELECT FROM staged_assertion t WHERE t.n = s.n AND t.field = x.field
                  AND t.source_id IS NOT DISTINCT FROM x.source_id)
      AND NOT EXISTS (SELECT FROM staged_assertion t WHERE t.n = s.n AND {_SAME_ASSERTION})
    RETURNING x.entity_id
    """),  # noqa: S608
    _touching(f"""
    INSERT INTO assertion (entity_id, field, value, unit, valid, source_id, owner_id)
    SELECT DISTINCT s.entity_id, t.field, t.value, t.unit, daterange(t.since, t.before), t.source_id, $1::uuid
    FROM staged s JOIN staged_assertion t USING (n)
    WHERE NOT EXISTS (SELECT FROM assertion x WHERE x.entity_id = s.entity_id AND {_SAME_ASSERTION})
    RETURNING entity_id
    """),  # noqa: S608
)

ALIASES = """
INSERT INTO alias
SELECT nullif(s.given_id, s.entity_id), nullif(s.given_slug, e.slug), s.entity_id
FROM staged s JOIN entity e ON e.id = s.entity_id
WHERE s.given_id <> s.entity_id OR s.given_slug <> e.slug
"""
OUTCOMES = """
SELECT kind, CASE WHEN is_new THEN 'CREATED' WHEN is_changed THEN 'UPDATED' ELSE 'UNCHANGED' END AS outcome,
       count(*) AS number
FROM staged GROUP BY 1, 2
"""
CANDIDATES = """
SELECT s.file_row, s.name, s.entity_id, c.id, c.name AS candidate_name, c.score
FROM staged s CROSS JOIN LATERAL (
    SELECT e.id, e.name, max(similarity(x.folded, common.fold(s.name))) AS score
    FROM entity e JOIN entity_name x ON x.entity_id = e.id
    WHERE e.country = s.country AND e.kind = ANY ($1::text[]) AND e.id <> s.entity_id
      AND e.source_id IS DISTINCT FROM s.source_id AND e.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY e.id HAVING max(similarity(x.folded, common.fold(s.name))) >= 0.6
    ORDER BY 3 DESC, 1 LIMIT 3
) c
WHERE s.is_new AND EXISTS (SELECT FROM staged_domain d WHERE d.n = s.n)
ORDER BY s.n, c.score DESC
"""

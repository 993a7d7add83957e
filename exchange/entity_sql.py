"""The statements by which a batch in the staging tables becomes entities and their parts.

All are set-based: one statement for a whole batch, and none writes a row that is right already. Not its
business: the order of calls (exchange/entity_rows.py) and relations (exchange/relation_sql.py).
"""

from collections.abc import Iterable, Sequence

from models import Base

_ENTITY = Base.metadata.tables["entity"]
_OTHERS = {
    "id",
    "kind",
    "slug",
    "source_id",
    "owner_id",
    "created_at",
    "updated_at",
    "version",
    "recorded_from",
}
ENTITY_COLUMNS = tuple(c.name for c in _ENTITY.columns if c.computed is None and c.name not in _OTHERS)
"""The columns of `entity` that files fill."""

STAGED_COLUMNS = (
    "n", "file_row", "label", "kind", "given_id", "given_slug", "source_id", "given", "missing",
    "names_whole", "identifiers_whole", "statuses_whole", "base", "owner_id", "partner_id", "is_word",
    "expected_version",
)  # fmt: skip

TABLES = f"""
CREATE TEMP TABLE staged AS SELECT {", ".join(ENTITY_COLUMNS)} FROM entity WITH NO DATA;
ALTER TABLE staged
    ADD n int PRIMARY KEY, ADD file_row int, ADD label text, ADD kind text, ADD given_id uuid,
    ADD given_slug text, ADD source_id uuid, ADD given text[], ADD missing text[],
    ADD names_whole boolean, ADD identifiers_whole boolean, ADD statuses_whole boolean, ADD base text,
    ADD owner_id uuid, ADD partner_id uuid, ADD is_word boolean, ADD expected_version int,
    -- What matching finds out:
    ADD entity_id uuid, ADD is_new boolean DEFAULT false, ADD is_own boolean DEFAULT true, ADD slug text,
    ADD verdict text, ADD found text, ADD status_after text, ADD version int, ADD successor text,
    ADD is_changed boolean DEFAULT false;
CREATE TEMP TABLE staged_name (
    n int, place int, value text, lang text, script text, type text, is_implied boolean);
CREATE INDEX ON staged_name (n);
CREATE TEMP TABLE staged_identifier (
    n int, place int, scheme text, value text, partner_id uuid, is_sure boolean,
    holder uuid, holder_status text, is_active boolean DEFAULT true, is_taken boolean DEFAULT false);
CREATE INDEX ON staged_identifier (n);
CREATE TEMP TABLE staged_domain (n int, domain text);
CREATE TEMP TABLE staged_status (
    n int, status text, since date, before date, precision text, source_id uuid);
CREATE TEMP TABLE staged_assertion (
    n int, field text, value jsonb, unit text, since date, before date, source_id uuid);
CREATE TEMP TABLE touched (entity_id uuid);
CREATE TEMP TABLE alias (id uuid, slug text, entity_id uuid);
"""

EMPTY = (
    "TRUNCATE staged, staged_name, staged_identifier, staged_domain, staged_status, staged_assertion, "
    "touched, staged_relation, gone_name, gone_identifier"
)
ANALYZE = "ANALYZE staged (n, kind, given_id, given_slug); ANALYZE staged_name (n); ANALYZE staged_identifier"

SAME_IDENTIFIER = (
    "i.scheme = k.scheme AND i.value = k.value AND i.partner_id IS NOT DISTINCT FROM k.partner_id"
)
_OWN_SOURCE = "s.is_word OR s.source_id IS NULL OR b.source_id IS NULL OR s.source_id = b.source_id"
_FOUND = f"""
    entity_id = b.id, is_own = {_OWN_SOURCE},
    source_id = CASE WHEN s.is_word AND 'source_id' = ANY (s.given) THEN s.source_id
                     WHEN s.is_word THEN b.source_id ELSE coalesce(s.source_id, b.source_id) END,
    status_after = CASE WHEN 'record_status' = ANY (s.given) AND ({_OWN_SOURCE})
                        THEN s.record_status ELSE b.record_status END,
    found = b.kind || ' ' || b.id"""
_HOST = r"regexp_replace(lower(e.website), '^([a-z]+://)?(www\.)?([^/:?#]*).*$', '\3')"

# An id and a sure identifier name the entity, so that a contradiction is the row's mistake.
MATCH_SURELY = f"""
WITH best AS (
    SELECT DISTINCT ON (hit.n) hit.n, e.id, e.kind, e.source_id, e.record_status
    FROM (
        SELECT s.n, 0 AS place, e.id, true AS is_active FROM staged s JOIN entity e ON e.id = s.given_id
      UNION ALL
        SELECT k.n, k.place, i.entity_id, i.is_active
        FROM staged_identifier k JOIN identifier i ON {SAME_IDENTIFIER} WHERE k.is_sure
    ) hit JOIN entity e ON e.id = hit.id
    ORDER BY hit.n, hit.place, hit.is_active DESC, e.id
)
UPDATE staged s SET {_FOUND}, verdict = CASE WHEN b.kind <> s.kind THEN 'KIND_MISMATCH' END
FROM best b WHERE b.n = s.n
"""

_BY_DOMAIN = f"""
  UNION ALL
    SELECT n, place, id, true FROM (
        SELECT n, place, id, count(*) OVER (PARTITION BY n, place) AS candidates FROM (
            SELECT s.n, 10000 AS place, e.id
            FROM staged_domain d JOIN staged s USING (n)
            JOIN entity e ON e.kind = s.kind AND e.domains @> ARRAY[d.domain]
            WHERE s.entity_id IS NULL
          UNION
            SELECT s.n, 10001, e.id
            FROM staged_domain d JOIN staged s USING (n)
            JOIN entity e ON e.kind = s.kind AND e.website IS NOT NULL AND {_HOST} = d.domain
            WHERE s.entity_id IS NULL
        ) AS same_domain
    ) AS unambiguous WHERE candidates = 1"""


def match_otherwise(has_domains: bool) -> str:
    """Finds by shared identifiers, by domain and by slug what is not found yet.

    What the first two find must not contradict the rest; for a slug that is an error. `has_domains`: some
    record of the batch is to be found by its domain, for which every website is read.
    """
    return f"""
WITH hit AS (
    SELECT k.n, k.place, i.entity_id AS id, i.is_active
    FROM staged_identifier k JOIN staged s USING (n) JOIN identifier i ON {SAME_IDENTIFIER}
    WHERE NOT k.is_sure AND s.entity_id IS NULL{_BY_DOMAIN if has_domains else ""}
  UNION ALL
    SELECT s.n, 20000, e.id, true FROM staged s JOIN entity e ON e.slug = s.given_slug
    WHERE s.entity_id IS NULL
), judged AS MATERIALIZED (
    SELECT hit.n, hit.place, hit.is_active, e.id, e.kind, e.source_id, e.record_status,
           e.kind <> s.kind AS is_other_kind,
           EXISTS (
               SELECT FROM staged_identifier k JOIN identifier i ON i.entity_id = e.id AND i.scheme = k.scheme
                   AND i.partner_id IS NOT DISTINCT FROM k.partner_id
               WHERE k.n = hit.n AND k.is_sure
               GROUP BY k.scheme HAVING NOT bool_or(i.value = k.value)
           ) AS is_contradicted
    FROM hit JOIN staged s USING (n) JOIN entity e ON e.id = hit.id
), best AS (
    SELECT DISTINCT ON (n) * FROM judged
    WHERE place = 20000 OR NOT (is_other_kind OR is_contradicted)
    ORDER BY n, place, is_active DESC, id
)
UPDATE staged s SET {_FOUND},
    verdict = CASE WHEN b.is_other_kind THEN 'KIND_MISMATCH' WHEN b.is_contradicted THEN 'KEYS_DISAGREE' END
FROM best b WHERE b.n = s.n
"""


JUDGE = """
UPDATE staged SET is_new = true, status_after = record_status, entity_id = coalesce(given_id, uuidv7()),
    slug = given_slug,
    verdict = CASE WHEN is_word AND (given_id IS NOT NULL OR expected_version IS NOT NULL) THEN 'NOT_FOUND'
                   WHEN cardinality(missing) > 0 THEN 'FIELD_MISSING'
                   WHEN given_slug = ANY (ARRAY(SELECT slugs_taken(ARRAY(
                       SELECT given_slug FROM staged WHERE entity_id IS NULL AND partner_id IS NOT NULL))))
                   THEN 'SLUG_TAKEN' END
WHERE entity_id IS NULL;
UPDATE staged s SET verdict = 'REPEATED' FROM (
    SELECT n, row_number() OVER (PARTITION BY entity_id ORDER BY n) AS nth
    FROM staged WHERE verdict IS NULL) r
WHERE r.n = s.n AND r.nth > 1
"""

# A maintainer's word: the record stays as it is read here until the transaction ends. A row that the writer
# may not change cannot be locked either, so that row security itself says whose it is.
JUDGE_WORDS = f"""
WITH locked AS (
    SELECT e.id, e.version, e.record_status, e.successor_id FROM entity e
    WHERE e.id IN (SELECT entity_id FROM staged WHERE NOT is_new) ORDER BY e.id FOR NO KEY UPDATE
)
UPDATE staged s SET version = l.version, successor = l.successor_id::text, verdict = CASE
    WHEN s.verdict IS NOT NULL THEN s.verdict
    WHEN l.record_status = 'MERGED' THEN 'RECORD_MERGED'
    WHEN s.expected_version <> l.version THEN 'CONFLICT' END
FROM locked l WHERE l.id = s.entity_id;
UPDATE staged SET verdict = 'NOT_YOURS' WHERE NOT is_new AND version IS NULL AND verdict IS NULL;
UPDATE staged s SET verdict = 'NOT_YOUR_KEY' FROM staged_identifier k
WHERE k.n = s.n AND k.partner_id <> s.partner_id AND s.verdict IS NULL
  AND NOT EXISTS (SELECT FROM identifier i WHERE i.entity_id = s.entity_id AND {SAME_IDENTIFIER});
WITH asked AS (
    SELECT k.n, k.place, k.scheme, k.value, k.partner_id, s.entity_id,
           row_number() OVER (ORDER BY k.n, k.place) AS nth
    FROM staged_identifier k JOIN staged s USING (n)
    WHERE s.verdict IS NULL AND s.status_after IN ('ACTIVE', 'INACTIVE')
), held AS (
    SELECT identifiers_held(array_agg(scheme ORDER BY nth), array_agg(value ORDER BY nth),
        array_agg(partner_id ORDER BY nth), array_agg(entity_id ORDER BY nth)) AS nth FROM asked
)
UPDATE staged_identifier k SET is_taken = true FROM held JOIN asked a USING (nth)
WHERE a.n = k.n AND a.place = k.place;
UPDATE staged_identifier k SET holder = i.entity_id FROM identifier i
WHERE k.is_taken AND {SAME_IDENTIFIER} AND i.is_active;
UPDATE staged s SET verdict = 'IDENTIFIER_TAKEN' FROM staged_identifier k WHERE k.n = s.n AND k.is_taken
"""
NUMBERS = "SELECT count(*) FILTER (WHERE is_new) AS new, count(*) AS all FROM staged"
VERDICTS = """
SELECT n, verdict, found, missing, version, successor, entity_id, ARRAY(
    SELECT concat_ws(' ', scheme, value) || coalesce(' belongs to ' || holder, '') FROM staged_identifier k
    WHERE k.n = s.n AND k.is_taken ORDER BY place) AS taken
FROM staged s WHERE verdict IS NOT NULL ORDER BY n
"""
PARTS = (
    "staged_name",
    "staged_identifier",
    "staged_domain",
    "staged_status",
    "staged_assertion",
    "staged_relation",
    "gone_name",
    "gone_identifier",
)

_FREE = """
UPDATE staged s SET slug = c.slug
FROM (
    SELECT n, slug, row_number() OVER (PARTITION BY slug ORDER BY n) AS nth
    FROM (SELECT n, {0} AS slug FROM staged WHERE is_new AND slug IS NULL) AS wanted WHERE slug IS NOT NULL
) c
WHERE c.n = s.n AND c.nth = 1
  AND NOT EXISTS (SELECT FROM entity e WHERE e.slug = c.slug)
  -- A partner's role does not see all that are taken.
  AND c.slug <> ALL (ARRAY(SELECT slugs_taken(ARRAY(
      SELECT {0} FROM staged WHERE is_new AND slug IS NULL AND partner_id IS NOT NULL))))
  AND NOT EXISTS (SELECT FROM staged t WHERE t.slug = c.slug)
"""
USE_NAME = _FREE.format("base")
# The last characters of a UUIDv7 are its random ones.
USE_NAME_AND_MORE = f"""
{_FREE.format("base || '-' || lower(country)")};
UPDATE staged SET slug = concat_ws('-', coalesce(base, lower(replace(kind, '_', '-'))), lower(country),
                                   right(entity_id::text, 6))
WHERE is_new AND slug IS NULL
"""


def insert_entities(columns: Sequence[str]) -> str:
    """Creates the new entities. `columns` are those that occur in the batch."""
    names = "".join(f", {name}" for name in columns)
    return (
        f"INSERT INTO entity (id, kind, slug, source_id, owner_id{names}) "
        f"SELECT entity_id, kind, slug, source_id, owner_id{names} FROM staged WHERE is_new ORDER BY n"
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
    new["source_id"] = "CASE WHEN s.is_word THEN s.source_id ELSE coalesce(e.source_id, s.source_id) END"
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
    """


# What is new is called as the file calls it.
ALIASES = """
INSERT INTO alias
SELECT nullif(s.given_id, s.entity_id), nullif(s.given_slug, e.slug), s.entity_id
FROM staged s JOIN entity e ON e.id = s.entity_id
WHERE NOT s.is_new AND (s.given_id IS NOT NULL OR s.given_slug IS NOT NULL)
  AND (s.given_id <> s.entity_id OR s.given_slug <> e.slug)
"""
OUTCOMES = """
SELECT kind, CASE WHEN is_new THEN 'CREATED' WHEN is_changed THEN 'UPDATED' ELSE 'UNCHANGED' END AS outcome,
       count(*) AS number
FROM staged GROUP BY 1, 2
"""
EACH = """
SELECT file_row, entity_id,
       CASE WHEN is_new THEN 'CREATED' WHEN is_changed THEN 'UPDATED' ELSE 'UNCHANGED' END AS outcome
FROM staged
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

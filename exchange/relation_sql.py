"""The statements by which what records say of each other becomes relations, after all entities are there.

Every statement of the file stands in `open_relation` with its own end known; the other end is looked up
here, together with what earlier imports left pending. Not its business: entities (exchange/entity_sql.py).
"""

RELATION_COLUMNS = (
    "n", "is_subject", "role", "target_id", "target_slug", "target_scheme", "target_value",
    "target_partner_id", "since", "before", "precision", "title", "is_exclusive", "confidence", "source_id",
    "is_gone",
)  # fmt: skip

TABLES = """
CREATE TEMP TABLE staged_relation (
    n int, is_subject boolean, role text, target_id uuid, target_slug text, target_scheme text,
    target_value text, target_partner_id uuid, since date, before date, precision text, title text,
    is_exclusive boolean, confidence float, source_id uuid, is_gone boolean);
CREATE TEMP TABLE open_relation (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, file_row int, label text, entity_id uuid,
    is_subject boolean, role text, target_id uuid, target_slug text, target_scheme text, target_value text,
    target_partner_id uuid, valid daterange, precision text, title text, is_exclusive boolean,
    confidence float, source_id uuid, owner_id uuid, pending_id uuid, partner_id uuid, is_word boolean,
    is_gone boolean DEFAULT false,
    -- What resolving finds out:
    target uuid, subject_id uuid, subject_kind text, object_id uuid, object_kind text, relation_id uuid,
    state text);
"""

KEEP = """
INSERT INTO open_relation (file_row, label, entity_id, is_subject, role, target_id, target_slug,
    target_scheme, target_value, target_partner_id, valid, precision, title, is_exclusive, confidence,
    source_id, owner_id, partner_id, is_word, is_gone)
SELECT s.file_row, s.label, s.entity_id, r.is_subject, r.role, r.target_id, r.target_slug, r.target_scheme,
    r.target_value, r.target_partner_id, daterange(r.since, r.before), r.precision, r.title,
    r.is_exclusive, r.confidence, coalesce(r.source_id, s.source_id), s.owner_id, s.partner_id, s.is_word,
    r.is_gone
FROM staged_relation r JOIN staged s USING (n) ORDER BY n
"""

TAKE_PENDING = """
INSERT INTO open_relation (file_row, entity_id, is_subject, role, target_id, target_slug, target_scheme,
    target_value, target_partner_id, valid, precision, title, is_exclusive, confidence, source_id,
    owner_id, pending_id, partner_id)
SELECT 0, entity_id, is_subject, role, target_id, target_slug, target_scheme, target_value,
    target_partner_id, valid, precision, title, is_exclusive, confidence, source_id, owner_id, id, owner_id
FROM pending_relation ORDER BY id
"""
ANALYZE = "ANALYZE open_relation"

# What a partner's relation waits for is found only where the partner may see it, whoever brings it.
_HIDDEN = """
UPDATE open_relation r SET target = NULL FROM entity e
WHERE e.id = r.target AND r.pending_id IS NOT NULL AND r.owner_id IS NOT NULL AND e.audience = 'OWNER'
  AND e.owner_id IS DISTINCT FROM r.owner_id"""
FIND_TARGETS = f"""
UPDATE open_relation r SET target = e.id FROM entity e WHERE e.id = r.target_id;
UPDATE open_relation r SET target = e.id FROM entity e WHERE e.slug = r.target_slug;
UPDATE open_relation r SET target = a.entity_id FROM alias a
WHERE r.target IS NULL AND (a.id = r.target_id OR a.slug = r.target_slug);
UPDATE open_relation r SET target = found.entity_id
FROM (
    SELECT DISTINCT ON (r.seq) r.seq, i.entity_id
    FROM open_relation r JOIN identifier i ON i.scheme = r.target_scheme AND i.value = r.target_value
        AND i.partner_id IS NOT DISTINCT FROM r.target_partner_id
    ORDER BY r.seq, i.is_active DESC, i.entity_id
) found
WHERE found.seq = r.seq;
{_HIDDEN}
"""

# A symmetric fact has the smaller id as its subject, whichever of the two records states it.
ORIENT = """
UPDATE open_relation r SET subject_id = o.subject_id, object_id = o.object_id, subject_kind = s.kind,
    object_kind = t.kind
FROM (
    SELECT seq, CASE WHEN is_symmetric THEN least(one, other) ELSE one END AS subject_id,
           CASE WHEN is_symmetric THEN greatest(one, other) ELSE other END AS object_id
    FROM (
        SELECT seq, role_type.is_symmetric, CASE WHEN is_subject THEN entity_id ELSE target END AS one,
               CASE WHEN is_subject THEN target ELSE entity_id END AS other
        FROM open_relation JOIN role_type ON role_type.code = role WHERE target IS NOT NULL
    ) AS ends
) o JOIN entity s ON s.id = o.subject_id JOIN entity t ON t.id = o.object_id
WHERE o.seq = r.seq
"""

JUDGE = """
UPDATE open_relation r SET state = CASE
    WHEN target IS NULL THEN CASE WHEN is_gone THEN 'ABSENT' ELSE 'DANGLING' END
    WHEN subject_id = object_id THEN 'SELF'
    WHEN NOT EXISTS (SELECT FROM role_pair p WHERE p.role = r.role AND p.subject_kind = r.subject_kind
                     AND p.object_kind = r.object_kind) THEN 'KINDS' END;
UPDATE open_relation r SET state = 'REPEATED' FROM (
    SELECT seq, row_number() OVER (
        PARTITION BY subject_id, role, object_id, lower(valid), title, is_gone ORDER BY seq) AS nth
    FROM open_relation WHERE state IS NULL) d
WHERE d.seq = r.seq AND d.nth > 1;
UPDATE open_relation r SET relation_id = x.id, state = CASE
    WHEN r.is_gone OR (x.valid, x.precision, x.is_exclusive, x.confidence)
             IS DISTINCT FROM (r.valid, r.precision, coalesce(r.is_exclusive, x.is_exclusive),
                               coalesce(r.confidence, x.confidence))
         AND (r.is_word OR x.source_id IS NULL OR x.source_id IS NOT DISTINCT FROM r.source_id)
    THEN CASE WHEN r.partner_id IS NOT NULL AND r.partner_id IS DISTINCT FROM x.owner_id THEN 'FOREIGN'
              WHEN r.is_gone THEN 'GONE' ELSE 'DIFFERENT' END
    ELSE 'SAME' END
FROM relation x
WHERE r.state IS NULL AND x.subject_id = r.subject_id AND x.role = r.role AND x.object_id = r.object_id
  AND x.starts_on = coalesce(lower(r.valid), '-infinity'::date) AND x.title IS NOT DISTINCT FROM r.title
  AND (x.audience <> 'OWNER' OR x.owner_id IS NOT DISTINCT FROM r.owner_id);
UPDATE open_relation SET state = CASE WHEN is_gone THEN 'ABSENT' ELSE 'NEW' END WHERE state IS NULL
"""

PROBLEMS = """
SELECT seq, file_row, label, entity_id, is_subject, role, state, subject_kind, object_kind, pending_id,
       coalesce(target_scheme || ' ' || target_value, target_slug, target_id::text) AS target
FROM open_relation WHERE state IN ('DANGLING', 'SELF', 'KINDS', 'FOREIGN') ORDER BY seq
"""
RELATED = "SELECT DISTINCT file_row FROM open_relation WHERE state IN ('NEW', 'DIFFERENT', 'GONE')"
COUNTS = "SELECT state, count(*) AS number FROM open_relation GROUP BY state"
# A post is left before the next person takes it.
TO_WRITE = "SELECT seq FROM open_relation WHERE state IN ('NEW', 'DIFFERENT', 'GONE') ORDER BY state, seq"

INSERT = """
INSERT INTO relation (subject_id, subject_kind, object_id, object_kind, role, valid, precision, title,
    is_exclusive, confidence, source_id, owner_id)
SELECT subject_id, subject_kind, object_id, object_kind, role, valid, precision, title,
    coalesce(is_exclusive, false), confidence, source_id, owner_id
FROM open_relation WHERE state = 'NEW' AND seq = ANY ($1::bigint[]) ORDER BY seq
ON CONFLICT (subject_id, role, object_id, starts_on, title) WHERE audience <> 'OWNER' DO NOTHING
"""
UPDATE = """
UPDATE relation x SET valid = r.valid, precision = r.precision,
    is_exclusive = coalesce(r.is_exclusive, x.is_exclusive),
    confidence = coalesce(r.confidence, x.confidence), source_id = coalesce(x.source_id, r.source_id)
FROM open_relation r WHERE r.relation_id = x.id AND r.state = 'DIFFERENT' AND r.seq = ANY ($1::bigint[])
"""
DELETE = """
DELETE FROM relation x USING open_relation r
WHERE r.relation_id = x.id AND r.state = 'GONE' AND r.seq = ANY ($1::bigint[])
"""
KEEP_PENDING = """
INSERT INTO pending_relation (entity_id, is_subject, role, target_id, target_slug, target_scheme,
    target_value, target_partner_id, valid, precision, title, is_exclusive, confidence, source_id, owner_id)
SELECT entity_id, is_subject, role, target_id, target_slug, target_scheme, target_value, target_partner_id,
    valid, precision, title, coalesce(is_exclusive, false), confidence, source_id, owner_id
FROM open_relation WHERE state = 'DANGLING' AND pending_id IS NULL ORDER BY seq
ON CONFLICT DO NOTHING
"""
DROP_PENDING = """
DELETE FROM pending_relation p USING open_relation r WHERE p.id = r.pending_id AND r.state <> 'DANGLING'
"""

-- $1 = 2023-01-01
-- $2 = university-3
SELECT concat(coalesce((
  SELECT concat('{"spinOffs":', (
    SELECT concat('{"edges":[', string_agg(concat('{"until":', coalesce('"' || CAST(CASE WHEN (t4.r_ends_before < 'infinity'::date) THEN CAST(t4.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"node":{"slug":', to_json(t4.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t3.ends_before AS r_ends_before
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'COMPANY' AND t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('SPIN_OFF_OF') AND t2.id = t3.subject_id AND t3.starts_on <= $1::DATE AND t3.audience = 'PUBLIC' AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t3.subject_id ASC, t3.id ASC
      LIMIT 10
    ) AS t4
  ), ',"experts":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t8.r_role AS TEXT), '","until":', coalesce('"' || CAST(CASE WHEN (t8.r_ends_before < 'infinity'::date) THEN CAST(t8.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"node":{"slug":', to_json(t8.n_slug), '}}'), ','), ']}') AS concat_3
    FROM (
      SELECT t5.slug AS n_slug, t7.role AS r_role, t7.ends_before AS r_ends_before
      FROM entity AS t5, (
        SELECT t6.id AS id, t6.subject_id AS subject_id, t6.subject_kind AS subject_kind, t6.object_id AS object_id, t6.object_kind AS object_kind, t6.role AS role, t6.valid AS valid, t6.starts_on AS starts_on, t6.ends_before AS ends_before, t6.precision AS precision, t6.title AS title, t6.is_exclusive AS is_exclusive, t6.source_id AS source_id, t6.owner_id AS owner_id, t6.audience AS audience, t6.confidence AS confidence, t6.created_at AS created_at, t6.version AS version, t6.recorded_from AS recorded_from
        FROM relation AS t6
        WHERE t6.object_id = t1.id AND t6.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT') AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC'
        ORDER BY t6.subject_id, t6.id
      ) AS t7
      WHERE t5.kind = 'EXPERT' AND t5.audience = 'PUBLIC' AND t5.id = t7.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t7.subject_id ASC, t7.id ASC
      LIMIT 10
    ) AS t8
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0

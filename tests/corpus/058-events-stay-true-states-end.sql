-- $1 = 2023-01-01
-- $2 = university-3
SELECT concat(coalesce((
  SELECT concat('{"spinOffs":', (
    SELECT concat('{"edges":[', string_agg(concat('{"until":', coalesce('"' || CAST(CASE WHEN (t4.r_ends_before < 'infinity'::date) THEN CAST(t4.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"node":{"slug":', to_json(t4.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t3.ends_before AS r_ends_before
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'COMPANY' AND t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('SPIN_OFF_OF') AND t3.starts_on <= $1::DATE AND t3.audience = 'PUBLIC' AND t2.id = t3.subject_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t3.subject_id ASC, t3.id ASC
      LIMIT 10
    ) AS t4
  ), ',"experts":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t7.r_role AS TEXT), '","until":', coalesce('"' || CAST(CASE WHEN (t7.r_ends_before < 'infinity'::date) THEN CAST(t7.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"node":{"slug":', to_json(t7.n_slug), '}}'), ','), ']}') AS concat_3
    FROM (
      SELECT t8.n_slug AS n_slug, t8.r_role AS r_role, t8.r_ends_before AS r_ends_before
      FROM unnest('{EMPLOYED_BY,HOLDS_POST_AT}'::text[]) AS t9(role), LATERAL (
        SELECT t5.slug AS n_slug, t6.role AS r_role, t6.ends_before AS r_ends_before, t6.subject_id AS k_0, t6.id AS k_1
        FROM entity AS t5, relation AS t6
        WHERE t5.kind = 'EXPERT' AND t5.audience = 'PUBLIC' AND t6.object_id = t1.id AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND t6.role = t9.role
        ORDER BY t6.subject_id ASC, t6.id ASC
        LIMIT 10
      ) AS t8
      ORDER BY t8.k_0 ASC, t8.k_1 ASC
      LIMIT 10
    ) AS t7
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0

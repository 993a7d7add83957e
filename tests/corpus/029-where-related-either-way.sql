-- $1 = 2021-01-01
-- $2 = MEETING
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t2, entity AS t3
      WHERE (t2.object_id = t1.id AND t3.id = t2.subject_id OR t2.subject_id = t1.id AND t3.id = t2.object_id) AND t2.role IN ('COLLABORATES_WITH') AND t2.starts_on <= $1::DATE AND t2.ends_before > $1::DATE AND t2.audience = 'PUBLIC' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.kind = $2::TEXT
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t4
)) AS r0

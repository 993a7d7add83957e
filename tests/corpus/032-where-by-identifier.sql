-- $1 = ROR
-- $2 = 05bbbc791
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t3.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM identifier AS t2
      WHERE t2.entity_id = t1.id AND t2.scheme = $1::TEXT AND t2.value = $2::TEXT
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0

-- $1 = karachi
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t3.n_slug), ',"name":', to_json(t3.n_name), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.name AS n_name
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.id IN (
      SELECT t2.id
      FROM entity_ids_named(ARRAY[common.fold($1::TEXT) || '%']) AS t2(id)
    )
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0

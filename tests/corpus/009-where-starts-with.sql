-- $1 = karachi
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"name":', to_json(t2.n_name), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.name AS n_name
    FROM entities_named(ARRAY[common.fold($1::TEXT) || '%'], ARRAY['UNIVERSITY']) AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0

-- $1 = %
-- $2 = percent_under
SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entities_named(ARRAY['%' || common.fold($1::TEXT) || '%'], ARRAY['UNIVERSITY']) AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), '}')) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t3.slug AS n_slug
    FROM entities_named(ARRAY['%' || common.fold($2::TEXT) || '%'], ARRAY['UNIVERSITY']) AS t3
    WHERE t3.kind = 'UNIVERSITY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1

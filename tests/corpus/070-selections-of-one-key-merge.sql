SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"name":', to_json(t2.n_name), ',"region":', coalesce((
    SELECT concat('{"code":', to_json(t3.code), ',"name":', to_json(t3.name), '}') AS concat_2
    FROM region AS t3
    WHERE t3.code = t2.n_subdivision
  ), 'null'), '}'), ','), '],"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t4
      WHERE t4.kind = 'ZONE' AND t4.audience = 'PUBLIC' AND t4.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t5
  ), '}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.name AS n_name, t1.subdivision AS n_subdivision
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 1
  ) AS t2
)) AS r0

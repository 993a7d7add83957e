-- $1 = ['Karachi', 'Quetta']
-- $2 = ['Karachi', 'Quetta']
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"city":', coalesce(CAST(to_json(t2.n_city) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.city AS n_city
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.city = any($1::TEXT[])
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"city":', coalesce(CAST(to_json(t4.n_city) AS TEXT), 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.city AS n_city
    FROM entity AS t3
    WHERE t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND (t3.city = any($2::TEXT[])) IS NOT true
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1

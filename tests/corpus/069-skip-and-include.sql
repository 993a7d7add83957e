SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"name":', to_json(t2.n_name), ',"country":', coalesce(CAST(to_json(t2.n_country) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.name AS n_name, t1.country AS n_country
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 1
  ) AS t2
)) AS r0

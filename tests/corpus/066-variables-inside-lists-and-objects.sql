-- $1 = ['Karachi', 'Lahore']
-- $2 = PK
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"city":', coalesce(CAST(to_json(t2.n_city) AS TEXT), 'null'), ',"country":', coalesce(CAST(to_json(t2.n_country) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.city AS n_city, t1.country AS n_country
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (t1.city = any($1::TEXT[]) OR t1.country = $2::TEXT)
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0

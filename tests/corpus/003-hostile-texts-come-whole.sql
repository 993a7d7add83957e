-- $1 = university-8
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"name":', to_json(t2.n_name), ',"description":', coalesce(CAST(to_json(t2.n_description) AS TEXT), 'null'), ',"city":', coalesce(CAST(to_json(t2.n_city) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.name AS n_name, t1.description AS n_description, t1.city AS n_city
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.slug IS DISTINCT
    FROM $1::TEXT
    ORDER BY t1.id ASC
    LIMIT 6
  ) AS t2
)) AS r0

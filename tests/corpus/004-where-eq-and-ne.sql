-- $1 = PK-SD
-- $2 = PK-SD
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"subdivision":', coalesce(CAST(to_json(t2.n_subdivision) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.subdivision AS n_subdivision
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.subdivision = $1::TEXT
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"subdivision":', coalesce(CAST(to_json(t4.n_subdivision) AS TEXT), 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.subdivision AS n_subdivision
    FROM entity AS t3
    WHERE t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.subdivision IS DISTINCT
    FROM $2::TEXT
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1

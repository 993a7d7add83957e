-- $1 = Sindh
-- $2 = SYNTHETIC
-- $3 = south
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t3.n_slug), ',"subdivision":', coalesce(CAST(to_json(t3.n_subdivision) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.subdivision AS n_subdivision
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM region AS t2
      WHERE t2.code = t1.subdivision AND t2.name = $1::TEXT
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t6.n_slug), ',"source":', coalesce((
    SELECT concat('{"slug":', to_json(t7.slug), '}') AS concat_3
    FROM source AS t7
    WHERE t7.id = t6.n_source_id AND t7.audience = 'PUBLIC'
  ), 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t4.slug AS n_slug, t4.source_id AS n_source_id
    FROM entity AS t4
    WHERE t4.kind = 'ZONE' AND t4.audience = 'PUBLIC' AND t4.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM source AS t5
      WHERE t5.id = t4.source_id AND t5.audience = 'PUBLIC' AND t5.kind = $2::TEXT
    ))
    ORDER BY t4.id ASC
    LIMIT 25
  ) AS t6
)) AS r1, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t10.n_slug), ',"owner":', coalesce((
    SELECT concat('{"slug":', to_json(t11.slug), ',"name":', to_json(t11.name), '}') AS concat_5
    FROM common.partner AS t11
    WHERE t11.id = t10.n_owner_id
  ), 'null'), '}'), ','), ']}') AS concat_4
  FROM (
    SELECT t8.slug AS n_slug, t8.owner_id AS n_owner_id
    FROM entity AS t8
    WHERE t8.kind = 'ZONE' AND t8.audience = 'PUBLIC' AND t8.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM common.partner AS t9
      WHERE t9.id = t8.owner_id AND t9.slug = $3::TEXT
    ))
    ORDER BY t8.id ASC
    LIMIT 25
  ) AS t10
)) AS r2

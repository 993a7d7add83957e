-- $1 = 2021-01-01
-- $2 = PK-SD
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"zones":', (
    SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t7.n_slug), ',"subdivision":', coalesce(CAST(to_json(t7.n_subdivision) AS TEXT), 'null'), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t5.slug AS n_slug, t5.subdivision AS n_subdivision
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'ZONE' AND t5.audience = 'PUBLIC' AND t6.subject_id = t4.n_id AND t6.role IN ('TENANT_OF') AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC' AND t5.id = t6.object_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t6.object_id ASC, t6.id ASC
      LIMIT 10
    ) AS t7
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.id AS n_id
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t2, entity AS t3
      WHERE t2.subject_id = t1.id AND t3.id = t2.object_id AND t2.role IN ('TENANT_OF') AND t2.starts_on <= $1::DATE AND t2.ends_before > $1::DATE AND t2.audience = 'PUBLIC' AND t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.subdivision = $2::TEXT
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t4
)) AS r0

-- $1 = 2021-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"id":"', CAST(t2.n_id AS TEXT), '","slug":', to_json(t2.n_slug), ',"name":', to_json(t2.n_name), ',"companies":', (
    SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t5.n_slug), ',"name":', to_json(t5.n_name), ',"sizeClass":', coalesce('"' || CAST(t5.n_size_class AS TEXT) || '"', 'null'), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t3.slug AS n_slug, t3.name AS n_name, t3.size_class AS n_size_class
      FROM entity AS t3, relation AS t4
      WHERE t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t4.object_id = t2.n_id AND t4.role IN ('TENANT_OF') AND t4.starts_on <= $1::DATE AND t4.ends_before > $1::DATE AND t4.audience = 'PUBLIC' AND t3.id = t4.subject_id AND t3.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t4.subject_id ASC, t4.id ASC
      LIMIT 1
    ) AS t5
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.id AS n_id, t1.slug AS n_slug, t1.name AS n_name
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 2
  ) AS t2
)) AS r0

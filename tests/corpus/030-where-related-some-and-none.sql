-- $1 = 2021-01-01
-- $2 = PK
-- $3 = Karachi
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t6.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t2, entity AS t3
      WHERE t2.object_id = t1.id AND t3.id = t2.subject_id AND t2.role IN ('TENANT_OF') AND t2.starts_on <= $1::DATE AND t2.ends_before > $1::DATE AND t2.audience = 'PUBLIC' AND t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.country = $2::TEXT
    )) AND NOT (EXISTS (
      SELECT 1
      FROM relation AS t4, entity AS t5
      WHERE t4.object_id = t1.id AND t5.id = t4.subject_id AND t4.role IN ('TENANT_OF') AND t4.starts_on <= $1::DATE AND t4.ends_before > $1::DATE AND t4.audience = 'PUBLIC' AND t5.kind = 'COMPANY' AND t5.audience = 'PUBLIC' AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND t5.city = $3::TEXT
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t6
)) AS r0

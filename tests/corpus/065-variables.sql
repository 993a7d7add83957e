-- $1 = 2021-01-01
-- $2 = 5
-- $3 = ['PK-SD']
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"employeeCount":', coalesce(CAST(t4.n_employee_count AS TEXT), 'null'), ',"zones":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'ZONE' AND t5.audience = 'PUBLIC' AND t6.subject_id = t4.n_id AND t6.role IN ('TENANT_OF') AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC' AND t5.id = t6.object_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t7
  ), '}'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.employee_count AS n_employee_count, t1.id AS n_id
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (t1.employee_count >= $2::INTEGER OR (EXISTS (
      SELECT 1
      FROM relation AS t2, entity AS t3
      WHERE t2.subject_id = t1.id AND t3.id = t2.object_id AND t2.role IN ('TENANT_OF') AND t2.starts_on <= $1::DATE AND t2.ends_before > $1::DATE AND t2.audience = 'PUBLIC' AND t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.subdivision = any($3::TEXT[])
    )))
    ORDER BY t1.employee_count DESC NULLS LAST, t1.id DESC
    LIMIT 4
  ) AS t4
)) AS r0

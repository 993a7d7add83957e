SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"city":', coalesce(CAST(to_json(t2.n_city) AS TEXT), 'null'), ',"employeeCount":', coalesce(CAST(t2.n_employee_count AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.city AS n_city, t1.employee_count AS n_employee_count
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.city DESC, t1.employee_count DESC NULLS LAST, t1.id DESC
    LIMIT 25
  ) AS t2
)) AS r0

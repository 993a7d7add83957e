-- $1 = 20
-- $2 = 1
-- $3 = 2000000000
-- $4 = 20
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"employeeCount":', coalesce(CAST(t2.n_employee_count AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.employee_count AS n_employee_count
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.employee_count <= $1::INTEGER AND t1.employee_count > $2::INTEGER
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"studentCount":', coalesce(CAST(t4.n_student_count AS TEXT), 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.student_count AS n_student_count
    FROM entity AS t3
    WHERE t3.kind = 'UNIVERSITY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.student_count < $3::INTEGER AND t3.student_count >= $4::INTEGER
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1

SELECT concat((
  SELECT concat('{"edges":[', string_agg(concat('{"node":{"slug":', to_json(t2.n_slug), ',"city":', coalesce(CAST(to_json(t2.n_city) AS TEXT), 'null'), ',"employeeCount":', coalesce(CAST(t2.n_employee_count AS TEXT), 'null'), '}}'), ','), '],"pageInfo":{"endCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, 'ce201262', CAST((array_agg(t2.c_0))[least(3, count(*))] AS TEXT), CAST((array_agg(t2.c_1))[least(3, count(*))] AS TEXT), CAST((array_agg(t2.c_2))[least(3, count(*))] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, '}}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.city AS n_city, t1.employee_count AS n_employee_count, t1.city AS c_0, t1.employee_count AS c_1, t1.id AS c_2
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.city ASC, t1.employee_count ASC NULLS FIRST, t1.id ASC
    LIMIT 3
  ) AS t2
)) AS r0

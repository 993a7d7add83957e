SELECT concat((
  SELECT concat('{"edges":[', string_agg(concat('{"node":{"slug":', to_json(t2.n_slug), ',"city":', coalesce(CAST(to_json(t2.n_city) AS TEXT), 'null'), ',"employeeCount":', coalesce(CAST(t2.n_employee_count AS TEXT), 'null'), '}}'), ',') FILTER (WHERE t2.rn <= 3), '],"pageInfo":{"endCursor":', coalesce('"' || max(translate(encode(convert_to(CAST(json_build_array(1, 'ce201262', t2.c_0, t2.c_1, t2.c_2) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_')) FILTER (WHERE t2.rn = least(3, t2.cnt)) || '"', 'null'), '}}') AS concat_1
  FROM (
    SELECT t3.*, row_number() OVER () AS rn, count(*) OVER () AS cnt
    FROM (
      SELECT t1.slug AS n_slug, t1.city AS n_city, t1.employee_count AS n_employee_count, CAST(t1.city AS TEXT) AS c_0, CAST(t1.employee_count AS TEXT) AS c_1, CAST(t1.id AS TEXT) AS c_2
      FROM entity AS t1
      WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t1.city ASC, t1.employee_count ASC NULLS FIRST, t1.id ASC
      LIMIT 3
    ) AS t3
  ) AS t2
)) AS r0

-- $1 = Lahore
-- $2 = 00000000-0000-7000-8000-000000000bc1
SELECT concat((
  SELECT concat('{"edges":[', string_agg(concat('{"node":{"slug":', to_json(t2.n_slug), ',"city":', coalesce(CAST(to_json(t2.n_city) AS TEXT), 'null'), ',"employeeCount":', coalesce(CAST(t2.n_employee_count AS TEXT), 'null'), '}}'), ',') FILTER (WHERE t2.rn <= 9), '],"pageInfo":{"hasNextPage":', CASE WHEN (count(*) > 9) THEN 'true' ELSE 'false' END, '}}') AS concat_1
  FROM (
    SELECT t3.*, row_number() OVER () AS rn
    FROM (
      SELECT t1.slug AS n_slug, t1.city AS n_city, t1.employee_count AS n_employee_count
      FROM entity AS t1
      WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (t1.city > $1::TEXT OR t1.city IS NULL OR t1.city = $1::TEXT AND t1.employee_count IS NOT NULL OR t1.city = $1::TEXT AND t1.employee_count IS NULL AND (t1.id > $2::UUID OR t1.id IS NULL))
      ORDER BY t1.city ASC, t1.employee_count ASC NULLS FIRST, t1.id ASC
      LIMIT 10
    ) AS t3
  ) AS t2
)) AS r0

SELECT concat(concat('{"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"city":', coalesce(CAST(to_json(t2.k0) AS TEXT), 'null'), ',"isFreelancer":', coalesce(CAST(t2.k1 AS TEXT), 'null'), ',"sizeClass":null},"count":', CAST(t2.cnt AS TEXT), ',"sum":{"employeeCount":', coalesce('"' || CAST(t2.a3 AS TEXT) || '"', 'null'), '},"min":{"foundedOn":', coalesce('"' || CAST(t2.a4 AS TEXT) || '"', 'null'), ',"employeeCount":', coalesce(CAST(t2.a5 AS TEXT), 'null'), '},"max":{"foundedOn":', coalesce('"' || CAST(t2.a6 AS TEXT) || '"', 'null'), ',"employeeCount":', coalesce(CAST(t2.a7 AS TEXT), 'null'), '}}'), ',') AS string_agg_1
  FROM (
    SELECT t1.city AS k0, t1.is_freelancer AS k1, count(*) AS cnt, sum(t1.employee_count) AS a3, min(t1.founded_on) AS a4, min(t1.employee_count) AS a5, max(t1.founded_on) AS a6, max(t1.employee_count) AS a7
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY 1, 2
    ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST, k1 ASC NULLS LAST
    LIMIT 100
  ) AS t2
), ']}')) AS r0

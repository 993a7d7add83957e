SELECT concat(concat('{"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"subdivision":', coalesce(CAST(to_json(t2.k0) AS TEXT), 'null'), '},"count":', CAST(t2.cnt AS TEXT), '}'), ',') AS string_agg_1
  FROM (
    SELECT t1.subdivision AS k0, count(*) AS cnt
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY 1
    ORDER BY cnt ASC NULLS LAST, k0 ASC NULLS LAST
    LIMIT 2
  ) AS t2
), ']}')) AS r0, concat(concat('{"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"subdivision":', coalesce(CAST(to_json(t4.k0) AS TEXT), 'null'), '},"count":', CAST(t4.cnt AS TEXT), '}'), ',') AS string_agg_2
  FROM (
    SELECT t3.subdivision AS k0, count(*) AS cnt
    FROM entity AS t3
    WHERE t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY 1
    ORDER BY k0 DESC NULLS LAST, k0 ASC NULLS LAST
    LIMIT 100
  ) AS t4
), ']}')) AS r1

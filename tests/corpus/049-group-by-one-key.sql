SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), ',"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"country":', coalesce(CAST(to_json(t4.k0) AS TEXT), 'null'), '},"count":', CAST(t4.cnt AS TEXT), '}'), ',') AS string_agg_1
  FROM (
    SELECT t3.country AS k0, count(*) AS cnt
    FROM entity AS t3
    WHERE t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY 1
    ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST
    LIMIT 100
  ) AS t4
), ']}')) AS r0

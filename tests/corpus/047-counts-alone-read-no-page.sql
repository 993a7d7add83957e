SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), ',"totalCountCapped":', (
  SELECT CASE WHEN (count(*) > 10000) THEN 'true' ELSE 'false' END AS anon_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t3
    WHERE t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t4
), '}')) AS r0

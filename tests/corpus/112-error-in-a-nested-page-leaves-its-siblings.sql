SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), '}')) AS r0

SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'CLUSTER' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), '}')) AS r0, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
  FROM (
    SELECT 1 AS one
    FROM entity AS t3
    WHERE t3.kind = 'CLUSTER' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND false
    LIMIT 10001
  ) AS t4
), '}')) AS r1, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
  FROM (
    SELECT 1 AS one
    FROM entity AS t5
    WHERE t5.kind = 'CLUSTER' AND t5.audience = 'PUBLIC' AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND false IS NOT true
    LIMIT 10001
  ) AS t6
), '}')) AS r2

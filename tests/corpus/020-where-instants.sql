-- $1 = 2019-12-31 19:00:00+00:00
-- $2 = 2019-12-31 19:00:00+00:00
SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'CLUSTER' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.created_at >= $1::TIMESTAMP WITH TIME ZONE
    LIMIT 10001
  ) AS t2
), '}')) AS r0, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
  FROM (
    SELECT 1 AS one
    FROM entity AS t3
    WHERE t3.kind = 'CLUSTER' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.created_at < $2::TIMESTAMP WITH TIME ZONE
    LIMIT 10001
  ) AS t4
), '}')) AS r1

-- $1 = WITHDRAWN
SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), '}')) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"recordStatus":"', CAST(t4.n_record_status AS TEXT), '"}'), ','), ']}') AS concat_1
  FROM (
    SELECT t3.slug AS n_slug, t3.record_status AS n_record_status
    FROM entity AS t3
    WHERE t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status = $1::TEXT
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
  FROM (
    SELECT 1 AS one
    FROM entity AS t5
    WHERE t5.kind = 'ZONE' AND t5.audience = 'PUBLIC' AND t5.record_status IS NOT NULL
    LIMIT 10001
  ) AS t6
), '}')) AS r2

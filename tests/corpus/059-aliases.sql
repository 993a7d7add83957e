-- $1 = PK-PB
-- $2 = PK-SD
SELECT concat((
  SELECT concat('{"total":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t3
      WHERE t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.subdivision = $1::TEXT
      LIMIT 10001
    ) AS t4
  ), ',"nodes":[', string_agg(concat('{"key":', to_json(t2.n_slug), ',"label":', to_json(t2.n_name), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.name AS n_name
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.subdivision = $1::TEXT
    ORDER BY t1.id ASC
    LIMIT 1
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"total":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
    FROM (
      SELECT 1 AS one
      FROM entity AS t7
      WHERE t7.kind = 'ZONE' AND t7.audience = 'PUBLIC' AND t7.record_status IN ('ACTIVE', 'INACTIVE') AND t7.subdivision = $2::TEXT
      LIMIT 10001
    ) AS t8
  ), ',"nodes":[', string_agg(concat('{"key":', to_json(t6.n_slug), ',"label":', to_json(t6.n_name), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t5.slug AS n_slug, t5.name AS n_name
    FROM entity AS t5
    WHERE t5.kind = 'ZONE' AND t5.audience = 'PUBLIC' AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND t5.subdivision = $2::TEXT
    ORDER BY t5.id ASC
    LIMIT 1
  ) AS t6
)) AS r1

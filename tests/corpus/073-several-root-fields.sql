-- $1 = government-body-2
-- $2 = PK-SD
-- $3 = zone zero
SELECT concat(coalesce((
  SELECT concat('{"name":', to_json(t1.name), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $1::TEXT AND t1.kind = 'GOVERNMENT_BODY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"name":', to_json(t3.n_name), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t2.name AS n_name
    FROM entity AS t2
    WHERE t2.kind = 'UNIVERSITY' AND t2.audience = 'PUBLIC' AND t2.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t2.id ASC
    LIMIT 1
  ) AS t3
)) AS r1, concat(coalesce((
  SELECT concat('{"name":', to_json(t4.name), '}') AS concat_3
  FROM region AS t4
  WHERE t4.code = $2::TEXT
), 'null')) AS r2, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t5, search_names($3::TEXT, NULL::text[], 1000) AS t6(entity_id, score, matched)
    WHERE t5.audience = 'PUBLIC' AND t5.id = t6.entity_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t7
), '}')) AS r3, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"code":', to_json(t9.n_code), '}'), ','), ']}') AS concat_4
  FROM (
    SELECT t8.code AS n_code
    FROM vertical AS t8
    WHERE true
    ORDER BY t8.code ASC
    LIMIT 1
  ) AS t9
)) AS r4

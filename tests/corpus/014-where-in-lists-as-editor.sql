-- $1 = AI
-- $2 = ['AI', 'ED_TECH']
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (t1.verticals && ARRAY[$1::TEXT])
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug
    FROM entity AS t3
    WHERE t3.kind = 'INVESTOR' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND (t3.verticals && $2::TEXT[])
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1

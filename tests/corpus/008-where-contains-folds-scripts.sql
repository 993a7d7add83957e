-- $1 = كراچى
-- $2 = ZURICH strasse
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"name":', to_json(t2.n_name), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.name AS n_name
    FROM entities_named(ARRAY['%' || common.fold($1::TEXT) || '%'], ARRAY['GOVERNMENT_BODY']) AS t1
    WHERE t1.kind = 'GOVERNMENT_BODY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"name":', to_json(t4.n_name), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.name AS n_name
    FROM entities_named(ARRAY['%' || common.fold($2::TEXT) || '%'], ARRAY['UNIVERSITY']) AS t3
    WHERE t3.kind = 'UNIVERSITY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1

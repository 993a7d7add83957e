-- $1 = univercity of karachi
-- $2 = Zurich strase
-- $3 = جامعه كراچى
-- $4 = ['UNIVERSITY']
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t3.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug
    FROM entity AS t1, search_names($1::TEXT, NULL::text[], 1000) AS t2(entity_id, score, matched)
    WHERE t1.audience = 'PUBLIC' AND t1.id = t2.entity_id AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t2.score DESC, t1.id ASC
    LIMIT 1
  ) AS t3
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"name":', to_json(t6.n_name), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t4.name AS n_name
    FROM entity AS t4, search_names($2::TEXT, NULL::text[], 1000) AS t5(entity_id, score, matched)
    WHERE t4.audience = 'PUBLIC' AND t4.id = t5.entity_id AND t4.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t5.score DESC, t4.id ASC
    LIMIT 3
  ) AS t6
)) AS r1, concat((
  SELECT concat('{"edges":[', string_agg(concat('{"matched":', to_json(t9.x_matched), ',"node":{"slug":', to_json(t9.n_slug), '}}'), ','), ']}') AS concat_3
  FROM (
    SELECT t7.slug AS n_slug, t8.matched AS x_matched
    FROM entity AS t7, search_names($3::TEXT, $4::TEXT[], 1000) AS t8(entity_id, score, matched)
    WHERE t7.audience = 'PUBLIC' AND t7.id = t8.entity_id AND t7.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t8.score DESC, t7.id ASC
    LIMIT 1
  ) AS t9
)) AS r2

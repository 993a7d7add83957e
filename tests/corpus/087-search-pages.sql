-- $1 = karachi works
SELECT concat((
  SELECT concat('{"edges":[', string_agg(concat('{"cursor":"', translate(encode(convert_to(CAST(json_build_array(1, '94db7345', CAST(t3.c_0 AS TEXT), CAST(t3.c_1 AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '","node":{"slug":', to_json(t3.n_slug), '}}'), ',') FILTER (WHERE t3.rn <= 2), '],"pageInfo":{"hasNextPage":', CASE WHEN (count(*) > 2) THEN 'true' ELSE 'false' END, ',"endCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, '94db7345', CAST((array_agg(t3.c_0))[least(2, count(*))] AS TEXT), CAST((array_agg(t3.c_1))[least(2, count(*))] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, '}}') AS concat_1
  FROM (
    SELECT t4.*, row_number() OVER () AS rn
    FROM (
      SELECT t1.slug AS n_slug, t2.score AS c_0, t1.id AS c_1
      FROM entity AS t1, search_names($1::TEXT, NULL::text[], 1000) AS t2(entity_id, score, matched)
      WHERE t1.audience = 'PUBLIC' AND t1.id = t2.entity_id AND t1.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t2.score DESC, t1.id ASC
      LIMIT 3
    ) AS t4
  ) AS t3
)) AS r0
